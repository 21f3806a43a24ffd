//! `list_webhooks`

use super::super::super::auth::{Allowed, scopes::ManageWebhooks};
use super::super::super::params::{Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::webhooks::{self as app, KeyView, WebhookView};
use crate::domain::Time;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An endpoint of webhooks.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(crate) struct WebhookBody {
    /// Its id.
    id: Uuid,
    /// Where messages are posted.
    #[schema(example = "https://crm.tandgruppen.example/hooks/nejtack")]
    url: String,
    /// What it is, in words.
    #[schema(example = "Tandgruppens CRM")]
    description: Option<String>,
    /// The controllers and groups whose changes it hears of, by slug; empty: every one.
    #[schema(example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// The kinds of change it hears of; empty: every one.
    #[schema(example = json!(["objection.recorded"]))]
    events: Vec<String>,
    /// What messages are signed with, the newest first.
    keys: Vec<KeyBody>,
    /// When it was registered: it hears of what came later.
    #[schema(value_type = DateTime<Utc>)]
    registered_at: Time,
    /// Why nothing is sent to it: `requested`, or `gone` where it answered 410. Null: messages are
    /// sent.
    #[schema(example = "gone")]
    disabled: Option<String>,
}

/// A key that messages are signed with.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookKey)]
struct KeyBody {
    /// What `v1a` signatures are checked with.
    #[schema(example = "whpk_…")]
    public_key: String,
    /// Until when messages are signed with it too, after a newer one has come; null: it is the
    /// newest.
    #[schema(value_type = Option<DateTime<Utc>>)]
    retires_at: Option<Time>,
}

impl From<WebhookView> for WebhookBody {
    fn from(view: WebhookView) -> Self {
        let key = |KeyView { public_key, retires_at }| KeyBody { public_key, retires_at };
        Self {
            id: view.id,
            url: view.url,
            description: view.description,
            controllers: view.controllers,
            events: view.events,
            keys: view.keys.into_iter().map(key).collect(),
            registered_at: view.registered_at,
            disabled: view.disabled,
        }
    }
}

/// A page of endpoints.
#[derive(Serialize, ToSchema)]
pub(crate) struct Webhooks {
    /// The endpoints, oldest first.
    webhooks: Vec<WebhookBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    next: Option<String>,
}

/// List webhooks
///
/// With the public keys that their messages are signed with; never a secret.
#[utoipa::path(
    tag = "Webhooks",
    security(("oauth2" = ["webhooks:admin"])),
    params(Page),
    responses((status = 200, description = "A page of endpoints.", body = Webhooks, example = json!({
        "webhooks": [{"id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b70", "url": "https://crm.tandgruppen.example/hooks/nejtack",
            "description": "Tandgruppens CRM", "controllers": ["tandgruppen"], "events": [],
            "keys": [{"public_key": "whpk_…", "retires_at": null}],
            "registered_at": "2026-11-20T09:00:00Z", "disabled": null}],
        "next": null}))),
)]
#[get("/v1/webhooks")]
pub(crate) async fn list_webhooks(
    caller: Allowed<ManageWebhooks>,
    page: Params<Page>,
    state: Data<State>,
) -> Result<Json<Webhooks>, Problem> {
    let (after, limit) = (page.0.after(), page.0.limit());
    let (views, next) = app::list_webhooks(&state.app, &caller, after, limit).await?;
    Ok(Json(Webhooks { webhooks: views.into_iter().map(WebhookBody::from).collect(), next }))
}
