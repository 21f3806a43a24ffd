//! `acknowledge_changes`

use super::super::super::auth::{Allowed, scopes::ReadChanges};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::objections::receipt::EXAMPLE as RECEIPT;
use crate::app::changes as app;
use crate::domain::Time;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far changes have been applied.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAcknowledgement)]
pub(crate) struct AcknowledgeChanges {
    /// Every change up to here has been applied: a `next` of the change feed.
    #[serde(deserialize_with = "absent::required")]
    #[schema(value_type = i64, minimum = 1, example = 7)]
    position: Positive,
}

impl Posted for AcknowledgeChanges {}

/// A position from 1 on.
#[derive(Deserialize)]
#[serde(try_from = "i64")]
struct Positive(i64);

impl TryFrom<i64> for Positive {
    type Error = &'static str;

    fn try_from(position: i64) -> Result<Self, Self::Error> {
        if position >= 1 { Ok(Self(position)) } else { Err("1 or more") }
    }
}

/// How far a consumer has come.
#[derive(Serialize, ToSchema)]
#[schema(as = Acknowledgement)]
pub(crate) struct AcknowledgementBody {
    /// `recorded`; `unchanged` where it says nothing new, since it goes no further than an earlier
    /// one or no decision can have changed in between; `checked` after a dry run.
    #[schema(example = "recorded")]
    status: &'static str,
    /// Every change up to here counts as applied.
    #[schema(example = 7)]
    position: i64,
    /// Since when.
    #[schema(value_type = DateTime<Utc>)]
    acknowledged_at: Time,
    /// Proof of it (a C2SP tlog-proof); null where nothing was recorded.
    receipt: Option<String>,
}

/// Acknowledge changes
///
/// Says that every change up to a position has been applied: an entry of the ledger, so that your
/// controllers can show when. It never goes back: an earlier position is harmless, and answered 200
/// with the one that stands.
#[utoipa::path(
    tag = "Changes",
    security(("oauth2" = ["changes:read"])),
    params(RecordingQuery),
    request_body(content = AcknowledgeChanges, description = "At most 64 KiB.", example = json!({"position": 7})),
    responses(
        (status = 201, description = "Recorded.", body = AcknowledgementBody, example = json!({
            "status": "recorded", "position": 7, "acknowledged_at": "2026-11-20T09:12:05.120034Z",
            "receipt": RECEIPT})),
        (status = 200, description = "Nothing new, or checked.", body = AcknowledgementBody, example = json!({
            "status": "unchanged", "position": 7, "acknowledged_at": "2026-11-20T09:12:05.120034Z",
            "receipt": null}))),
    extensions(("x-refusals" = json!(["unprocessable", "idempotency-key-reused"]))),
)]
#[post("/v1/changes/acknowledgements")]
pub(crate) async fn acknowledge_changes(
    caller: Allowed<ReadChanges>,
    recording: Recording,
    body: Body<AcknowledgeChanges>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let standing = app::acknowledge_changes(&state.app, envelope, body.value.position.0).await?;
    let status = if standing.recorded { recording.status() } else { "unchanged" };
    let (position, acknowledged_at) = (standing.position, standing.time);
    let body = AcknowledgementBody { status, position, acknowledged_at, receipt: standing.receipt };
    Ok(if standing.recorded {
        recording.answer(None, &body)
    } else {
        HttpResponse::Ok().json(body)
    })
}
