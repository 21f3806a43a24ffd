//! `rotate_webhook`

use super::super::super::auth::{Allowed, scopes::ManageWebhooks};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Id, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::add::SecretAnswer;
use crate::app::webhooks as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// How long the earlier keys sign too.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebhookKey)]
pub(crate) struct RotateWebhook {
    /// For so many hours messages are signed with the earlier keys too; 24, if left out. 0 where a
    /// secret has come into wrong hands.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 720, example = 24)]
    overlap_hours: Option<Hours>,
}

impl Posted for RotateWebhook {
    const MAY_BE_MISSING: bool = true;
}

/// At most thirty days.
#[derive(Deserialize)]
#[serde(try_from = "u32")]
struct Hours(u32);

impl TryFrom<u32> for Hours {
    type Error = &'static str;

    fn try_from(hours: u32) -> Result<Self, Self::Error> {
        if hours <= 720 { Ok(Self(hours)) } else { Err("0 to 720") }
    }
}

/// Give a webhook new keys
///
/// The new secret is shown this once. For a while messages carry the signatures of the earlier keys
/// too, so that the receiver can be changed at any time in between; three keys sign at most, so the
/// oldest may end sooner.
#[utoipa::path(
    tag = "Webhooks",
    security(("oauth2" = ["webhooks:admin"])),
    params(("id" = Uuid, Path, description = "The endpoint's id"), RecordingQuery),
    request_body(content = Option<RotateWebhook>, description = "At most 64 KiB; may be left out.",
        example = json!({"overlap_hours": 24})),
    responses((status = 201, description = "The new keys.", body = SecretAnswer, example = json!({
        "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b70", "url": "https://crm.tandgruppen.example/hooks/nejtack",
        "description": "Tandgruppens CRM", "controllers": ["tandgruppen"], "events": [],
        "keys": [{"public_key": "whpk_…", "retires_at": null},
            {"public_key": "whpk_…", "retires_at": "2026-11-21T09:00:00Z"}],
        "registered_at": "2026-11-20T09:00:00Z", "disabled": null, "secret": "whsec_…"}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused"]))),
)]
#[post("/v1/webhooks/{id}/rotations")]
pub(crate) async fn rotate_webhook(
    caller: Allowed<ManageWebhooks>,
    id: Id,
    recording: Recording,
    body: Body<RotateWebhook>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let hours = body.value.overlap_hours.map(|hours| hours.0);
    let rotated = app::rotate_webhook(&state.app, envelope, id.0, hours).await?;
    Ok(recording.answer(None, &SecretAnswer::new(&recording, rotated.value)))
}
