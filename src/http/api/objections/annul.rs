//! `annul_objection`

use super::super::super::auth::{Allowed, scopes::WithdrawAnybodys};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Id, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::answers::EventAnswer;
use super::super::parts::words::AnnulmentWord;
use crate::app::annul as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// Why an objection never was this person's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAnnulment)]
pub(crate) struct AnnulObjection {
    /// Why.
    #[serde(deserialize_with = "absent::required")]
    reason: AnnulmentWord,
}

impl Posted for AnnulObjection {}

/// Annul an objection
///
/// For an objection that never was the person's: recorded for somebody else, forged, or on a
/// number that has a new holder. It stays readable; it blocks no more, and takes no further events.
/// A person who has changed their mind withdraws instead.
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["objections:withdraw"])),
    params(("id" = Uuid, Path, description = "The objection's id"), RecordingQuery),
    request_body(content = AnnulObjection, description = "At most 64 KiB.", example = json!({"reason": "wrong_person"})),
    responses((status = 201, description = "Annulled.", body = EventAnswer, example = json!({
        "id": "01935177-9c01-7f0e-8f6b-2a0c6c1f8e11", "objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42",
        "status": "recorded", "received_at": "2026-11-20T14:21:09.120034Z", "warnings": []}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "not-found", "event-not-possible",
        "idempotency-key-reused"]))),
)]
#[post("/v1/objections/{id}/annulments")]
pub(crate) async fn annul_objection(
    caller: Allowed<WithdrawAnybodys>,
    id: Id,
    recording: Recording,
    body: Body<AnnulObjection>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let event = app::annul_objection(&state.app, envelope, id.0, body.value.reason.0).await?;
    Ok(recording.answer(None, &EventAnswer::of(&recording, event)))
}
