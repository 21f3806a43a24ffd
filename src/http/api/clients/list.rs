//! `list_clients`

use super::super::super::auth::{Allowed, scopes::ManageClients};
use super::super::super::params::{Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::clients::{self as app, ClientView};
use crate::app::sms::GatewayView;
use crate::domain::Time;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// How a gateway hands messages over.
#[derive(Serialize, ToSchema)]
#[schema(as = Gateway)]
pub(crate) struct GatewayBody {
    /// In which form: `46elks`, `twilio` or `json`.
    #[schema(example = "46elks")]
    form: &'static str,
    /// Where to, without any secret.
    #[schema(example = "https://nej.example/v1/inbound-sms/46elks")]
    webhook_url: String,
}

impl From<GatewayView> for GatewayBody {
    fn from(view: GatewayView) -> Self {
        Self { form: view.form.name(), webhook_url: view.webhook_url }
    }
}

/// A client.
#[derive(Serialize, ToSchema)]
#[schema(as = Client)]
pub(crate) struct ClientBody {
    /// Its `client_id`; never given to another.
    #[schema(example = "sparrtjanst")]
    client_id: String,
    /// What it is.
    #[schema(example = "objection-service")]
    role: &'static str,
    /// What it may do.
    #[schema(value_type = Vec<String>, example = json!(["objections:write", "objections:read-own"]))]
    scopes: Vec<&'static str>,
    /// The controllers and groups it acts for, by slug; null: every one.
    controllers: Option<Vec<String>>,
    /// The organisation behind an objection service.
    #[schema(example = "5599990008")]
    organisation_number: Option<String>,
    /// Identifiers it may ask about in a day (UTC).
    quota_per_day: Option<u64>,
    /// Whether it has been shut out.
    disabled: bool,
    /// How it can prove who it is: `client_secret`, `private_key_jwt`, `static_key`,
    /// `twilio_signature`.
    #[schema(example = json!(["client_secret"]))]
    authentication: Vec<String>,
    /// When each of its static keys ends.
    #[schema(value_type = Vec<DateTime<Utc>>)]
    static_keys: Vec<Time>,
    /// How an `sms-gateway` hands messages over; null for other roles.
    sms: Option<GatewayBody>,
}

impl From<ClientView> for ClientBody {
    fn from(view: ClientView) -> Self {
        Self {
            client_id: view.client_id,
            role: view.role.name(),
            scopes: view.scopes.iter().map(|scope| scope.name()).collect(),
            controllers: view.controllers,
            organisation_number: view.organisation_number,
            quota_per_day: view.quota_per_day,
            disabled: view.disabled,
            authentication: view.authentication,
            static_keys: view.static_keys,
            sms: view.sms.map(GatewayBody::from),
        }
    }
}

/// A page of clients.
#[derive(Serialize, ToSchema)]
pub(crate) struct Clients {
    /// The clients, by `client_id`.
    clients: Vec<ClientBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    #[schema(example = "sparrtjanst")]
    next: Option<String>,
}

/// List clients
///
/// With what they may do, and how they prove who they are; never a secret.
#[utoipa::path(
    tag = "Clients",
    security(("oauth2" = ["clients:admin"])),
    params(Page),
    responses((status = 200, description = "A page of clients.", body = Clients, example = json!({
        "clients": [{"client_id": "sparrtjanst", "role": "objection-service",
            "scopes": ["controllers:list", "objections:read-own", "objections:withdraw-own", "objections:write"],
            "controllers": null, "organisation_number": "5599990008", "quota_per_day": null,
            "disabled": false, "authentication": ["client_secret"], "static_keys": [], "sms": null}],
        "next": null}))),
)]
#[get("/v1/clients")]
pub(crate) async fn list_clients(
    caller: Allowed<ManageClients>,
    page: Params<Page>,
    state: Data<State>,
) -> Result<Json<Clients>, Problem> {
    let (after, limit) = (page.0.after(), page.0.limit());
    let (views, next) = app::list_clients(&state.app, &caller, after, limit).await?;
    Ok(Json(Clients { clients: views.into_iter().map(ClientBody::from).collect(), next }))
}
