//! `disable_webhook`

use super::super::super::auth::{Allowed, scopes::ManageWebhooks};
use super::super::super::params::{Id, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::list::WebhookBody;
use crate::app::webhooks as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// Disable a webhook
///
/// Nothing is sent to it any more. Changes that it does not hear of meanwhile wait, and are sent when it
/// is enabled again. Whoever registered an endpoint can disable it, also one who acts for other
/// controllers by now.
#[utoipa::path(
    tag = "Webhooks",
    security(("oauth2" = ["webhooks:admin"])),
    params(("id" = Uuid, Path, description = "The endpoint's id"), RecordingQuery),
    responses((status = 201, description = "Disabled.", body = WebhookBody, example = json!({
        "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b70", "url": "https://crm.tandgruppen.example/hooks/nejtack",
        "description": "Tandgruppens CRM", "controllers": ["tandgruppen"], "events": [],
        "keys": [{"public_key": "whpk_…", "retires_at": null}],
        "registered_at": "2026-11-20T09:00:00Z", "disabled": "requested"}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused"]))),
)]
#[post("/v1/webhooks/{id}/disablements")]
pub(crate) async fn disable_webhook(
    caller: Allowed<ManageWebhooks>,
    id: Id,
    recording: Recording,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let envelope = recording.envelope(&caller, b"{}");
    let changed = app::disable_webhook(&state.app, envelope, id.0).await?;
    Ok(recording.answer(None, &WebhookBody::from(changed.value)))
}
