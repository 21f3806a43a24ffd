//! `rotate_secret`

use super::super::super::auth::{Allowed, scopes::ManageClients};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::add::SecretAnswer;
use crate::app::clients as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a client shows from now on, where that is not ours to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSecret)]
pub(crate) struct RotateSecret {
    /// Of a gateway of the form `twilio`: the auth tokens that count from now on, one, or both while
    /// the account's is being changed. Other clients send none.
    #[serde(default, deserialize_with = "absent::set::<_, _, 2>")]
    #[schema(max_items = 2, example = json!(["0123456789abcdef0123456789abcdef"]))]
    auth_tokens: Vec<String>,
}

impl Posted for RotateSecret {
    const MAY_BE_MISSING: bool = true;
}

/// Give a client a new secret
///
/// It is shown this once, and the earlier one stops working at once. A gateway that signs what it
/// sends (`twilio`) chooses its own: say which auth tokens count from now on.
#[utoipa::path(
    tag = "Clients",
    security(("oauth2" = ["clients:admin"])),
    params(("client_id" = String, Path, description = "The client", example = "sparrtjanst"), RecordingQuery),
    request_body(content = Option<RotateSecret>, description = "At most 64 KiB; may be left out.", example = json!({"auth_tokens": []})),
    responses((status = 201, description = "The new secret.", body = SecretAnswer, example = json!({
        "client_id": "sparrtjanst", "role": "objection-service",
        "scopes": ["controllers:list", "objections:read-own", "objections:withdraw-own", "objections:write"],
        "controllers": null, "organisation_number": "5599990008", "quota_per_day": null, "disabled": false,
        "authentication": ["client_secret"], "static_keys": [], "sms": null, "client_secret": "njs_…"}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/clients/{client_id}/secrets")]
pub(crate) async fn rotate_secret(
    caller: Allowed<ManageClients>,
    client_id: Name,
    recording: Recording,
    body: Body<RotateSecret>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let tokens = &body.value.auth_tokens;
    let rotated = app::rotate_secret(&state.app, envelope, &client_id.0, tokens).await?;
    Ok(recording.answer(None, &SecretAnswer::new(&recording, rotated.value)))
}
