//! `join_group`

use super::super::super::auth::{Allowed, scopes::ManageControllers};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::list::GroupBody;
use crate::app::groups as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// Who joins or leaves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Member)]
pub(crate) struct Member {
    /// The controller, by slug or id.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", example = "tandgruppen-goteborg")]
    pub(super) controller: String,
}

impl Posted for Member {}

/// Let a controller join a group
///
/// From now on it is bound by every objection that names the group, also by earlier ones.
#[utoipa::path(
    tag = "Controllers",
    security(("oauth2" = ["controllers:admin"])),
    params(("group" = String, Path, description = "The group's slug or id", example = "tandgruppen"), RecordingQuery),
    request_body(content = Member, description = "At most 64 KiB.", example = json!({"controller": "tandgruppen-goteborg"})),
    responses((status = 201, description = "Joined.", body = GroupBody, example = json!({
        "id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d10", "slug": "tandgruppen", "name": "Tandgruppen",
        "controllers": ["tandgruppen-goteborg"]}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/groups/{group}/members")]
pub(crate) async fn join_group(
    caller: Allowed<ManageControllers>,
    group: Name,
    recording: Recording,
    body: Body<Member>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let envelope = recording.envelope(&caller, &canonical);
    let joined = app::join_group(&state.app, envelope, &group.0, &body.value.controller).await?;
    Ok(recording.answer(None, &GroupBody::from(joined.value)))
}
