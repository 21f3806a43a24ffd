//! `rotate_secret`

use super::super::super::auth::{Allowed, scopes::ManageClients};
use super::super::super::params::{Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::add::SecretAnswer;
use crate::app::clients as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// Give a client a new secret
///
/// It is shown this once, and the earlier one stops working at once.
#[utoipa::path(
    tag = "Clients",
    security(("oauth2" = ["clients:admin"])),
    params(("client_id" = String, Path, description = "The client", example = "sparrtjanst"), RecordingQuery),
    responses((status = 201, description = "The new secret.", body = SecretAnswer, example = json!({
        "client_id": "sparrtjanst", "role": "objection-service",
        "scopes": ["controllers:list", "objections:read-own", "objections:withdraw-own", "objections:write"],
        "controllers": null, "organisation_number": "5599990008", "quota_per_day": null, "disabled": false,
        "authentication": ["client_secret"], "static_keys": [], "client_secret": "njs_…"}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused"]))),
)]
#[post("/v1/clients/{client_id}/secrets")]
pub(crate) async fn rotate_secret(
    caller: Allowed<ManageClients>,
    client_id: Name,
    recording: Recording,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let envelope = recording.envelope(&caller, b"{}");
    let rotated = app::rotate_secret(&state.app, envelope, &client_id.0).await?;
    Ok(recording.answer(None, &SecretAnswer::new(&recording, rotated.value)))
}
