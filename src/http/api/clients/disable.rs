//! `disable_client`

use super::super::super::auth::{Allowed, scopes::ManageClients};
use super::super::super::params::{Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::list::ClientBody;
use crate::app::clients as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// Shut a client out
///
/// At once, tokens and static keys included. What it recorded stays, and its id is never given to
/// another.
#[utoipa::path(
    tag = "Clients",
    security(("oauth2" = ["clients:admin"])),
    params(("client_id" = String, Path, description = "The client", example = "sparrtjanst"), RecordingQuery),
    responses((status = 201, description = "Shut out.", body = ClientBody, example = json!({
        "client_id": "sparrtjanst", "role": "objection-service",
        "scopes": ["controllers:list", "objections:read-own", "objections:withdraw-own", "objections:write"],
        "controllers": null, "organisation_number": "5599990008", "quota_per_day": null,
        "disabled": true, "authentication": ["client_secret"], "static_keys": [], "sms": null}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused"]))),
)]
#[post("/v1/clients/{client_id}/disablements")]
pub(crate) async fn disable_client(
    caller: Allowed<ManageClients>,
    client_id: Name,
    recording: Recording,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let envelope = recording.envelope(&caller, b"{}");
    let disabled = app::disable_client(&state.app, envelope, &client_id.0).await?;
    Ok(recording.answer(None, &ClientBody::from(disabled.value)))
}
