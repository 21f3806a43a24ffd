//! `clear_review`

use super::super::super::auth::{Allowed, scopes::Review};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Id, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::person::PersonForm;
use super::super::parts::words::{ChannelWord, OutcomeWord, together};
use crate::app::review::{self as app, Clearing};
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
    /// Of a value: `identifier_added` when what was meant has been added to the objection. Of a
    /// message: `objection_recorded` to record it as an objection now, `no_objection` when it is
    /// none. Of either, `unusable` when nothing can be made of it.
    #[serde(deserialize_with = "absent::required")]
    outcome: OutcomeWord,
    /// What the objection covers; if left out, what the message's own words say: everything where it
    /// says "allt" or names other mailings, `sms` otherwise. Only with `objection_recorded`.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["all"]))]
    channels: Vec<ChannelWord>,
    /// Whose objection it is besides the sender's, whose number is always kept with it. Needed where the
    /// sender cannot be read. Only with `objection_recorded`.
    #[serde(default, deserialize_with = "absent::option")]
    person: Option<PersonForm>,
}

impl Posted for ClearReview {}

impl From<ClearReview> for Clearing {
    fn from(form: ClearReview) -> Self {
        Self {
            outcome: form.outcome.0,
            channels: together(&form.channels),
            person: form.person.map(Into::into),
        }
    }
}

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
    /// The objection that was recorded for a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    objection: Option<Uuid>,
    /// Proof that the clearance stands in the log (a C2SP tlog-proof). None after a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    receipt: Option<String>,
}

/// Clear an item of the review list
///
/// When what was meant has been added to the objection, or nothing can be made of it.
///
/// A message that was not understood is cleared as what it is: with `objection_recorded` it is an
/// objection, in effect from this moment for all controllers of the gateway that it came through, and
/// recorded together with the clearance; with `no_objection` it is none. Of a message to a number of
/// several controllers, staff of any of them can record that its sender objects; any other outcome, or a
/// `person`, is for staff of all of them.
#[utoipa::path(
    tag = "Review",
    security(("oauth2" = ["review:clear"])),
    params(("id" = Uuid, Path, description = "The item's id"), RecordingQuery),
    request_body(content = ClearReview, description = "At most 64 KiB.", example = json!({"outcome": "identifier_added"})),
    responses((status = 201, description = "Cleared.", body = ClearanceAnswer, example = json!({
        "id": "0193505c-2f6c-7a01-8d1c-7d2b4f1a0c33", "status": "recorded",
        "cleared_at": "2026-11-20T14:21:09.120034Z"}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "not-found", "event-not-possible", "idempotency-key-reused", "unprocessable", "nothing-readable"]))),
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
    let cleared = app::clear_review(&state.app, envelope, id.0, body.value.into()).await?;
    let answer = ClearanceAnswer {
        id: id.0,
        status: recording.status(),
        cleared_at: cleared.time,
        objection: cleared.value.objection.filter(|_| !recording.dry_run),
        receipt: cleared.receipt().map(str::to_owned),
    };
    Ok(recording.answer(None, &answer))
}
