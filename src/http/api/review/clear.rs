//! `clear_review`

use super::super::super::auth::{Allowed, scopes::Review};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Id, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::words::OutcomeWord;
use crate::app::review as app;
use crate::domain::Time;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How an item was settled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewClearance)]
pub(crate) struct ClearReview {
    /// `identifier_added` when what was meant has been added to the objection, `unusable` when
    /// nothing can be made of it.
    #[serde(deserialize_with = "absent::required")]
    outcome: OutcomeWord,
}

impl Posted for ClearReview {}

/// A cleared item.
#[derive(Serialize, ToSchema)]
#[schema(as = Clearance)]
pub(crate) struct ClearanceAnswer {
    /// The item's id.
    id: Uuid,
    /// `recorded`, or `checked` after a dry run.
    #[schema(example = "recorded")]
    status: &'static str,
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    cleared_at: Time,
}

/// Clear an item of the review list
///
/// When what was meant has been added to the objection, or nothing can be made of it.
#[utoipa::path(
    tag = "Review",
    security(("oauth2" = ["review:clear"])),
    params(("id" = Uuid, Path, description = "The item's id"), RecordingQuery),
    request_body(content = ClearReview, description = "At most 64 KiB.", example = json!({"outcome": "identifier_added"})),
    responses((status = 201, description = "Cleared.", body = ClearanceAnswer, example = json!({
        "id": "0193505c-2f6c-7a01-8d1c-7d2b4f1a0c33", "status": "recorded",
        "cleared_at": "2026-11-20T14:21:09.120034Z"}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused"]))),
)]
#[post("/v1/review/{id}/clearances")]
pub(crate) async fn clear_review(
    caller: Allowed<Review>,
    id: Id,
    recording: Recording,
    body: Body<ClearReview>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let cleared = app::clear_review(&state.app, envelope, id.0, body.value.outcome.0).await?;
    let status = recording.status();
    Ok(recording.answer(None, &ClearanceAnswer { id: id.0, status, cleared_at: cleared.time }))
}
