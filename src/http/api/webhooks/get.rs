//! `get_webhook`

use super::super::super::auth::{Allowed, scopes::ManageWebhooks};
use super::super::super::params::{Id, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::list::WebhookBody;
use crate::app::webhooks as app;
use actix_web::get;
use actix_web::web::{Data, Json};

/// Read a webhook
///
/// With the public keys that its messages are signed with; never a secret.
#[utoipa::path(
    tag = "Webhooks",
    security(("oauth2" = ["webhooks:admin"])),
    params(("id" = Uuid, Path, description = "The endpoint's id")),
    responses((status = 200, description = "The endpoint.", body = WebhookBody, example = json!({
        "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b70", "url": "https://crm.tandgruppen.example/hooks/nejtack",
        "description": "Tandgruppens CRM", "controllers": ["tandgruppen"], "events": [],
        "keys": [{"public_key": "whpk_…", "retires_at": null}],
        "registered_at": "2026-11-20T09:00:00Z", "disabled": null}))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/v1/webhooks/{id}")]
pub(crate) async fn get_webhook(
    caller: Allowed<ManageWebhooks>,
    id: Id,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<Json<WebhookBody>, Problem> {
    Ok(Json(app::get_webhook(&state.app, &caller, id.0).await?.into()))
}
