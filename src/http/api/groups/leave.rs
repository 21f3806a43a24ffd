//! `leave_group`

use super::super::super::auth::{Allowed, scopes::ManageControllers};
use super::super::super::body::Body;
use super::super::super::params::{Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::join::Member;
use super::list::GroupBody;
use crate::app::groups as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// Let a controller leave a group
///
/// Leaving never unblocks: objections that named the group while it was a member bind it for ever.
#[utoipa::path(
    tag = "Controllers",
    security(("oauth2" = ["controllers:admin"])),
    params(("group" = String, Path, description = "The group's slug or id", example = "tandgruppen"), RecordingQuery),
    request_body(content = Member, description = "At most 64 KiB.", example = json!({"controller": "tandgruppen-goteborg"})),
    responses((status = 201, description = "Left.", body = GroupBody, example = json!({
        "id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d10", "slug": "tandgruppen", "name": "Tandgruppen",
        "controllers": []}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/groups/{group}/departures")]
pub(crate) async fn leave_group(
    caller: Allowed<ManageControllers>,
    group: Name,
    recording: Recording,
    body: Body<Member>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let left = app::leave_group(&state.app, envelope, &group.0, &body.value.controller).await?;
    Ok(recording.answer(None, &GroupBody::from(left.value)))
}
