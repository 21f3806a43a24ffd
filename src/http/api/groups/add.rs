//! `add_group`

use super::super::super::auth::{Allowed, scopes::ManageControllers};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::list::GroupBody;
use crate::app::groups as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A group to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewGroup)]
pub(crate) struct AddGroup {
    /// Its name in requests, for ever.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = "^[a-z][a-z0-9-]{0,62}[a-z0-9]$", example = "tandgruppen")]
    slug: String,
    /// Its name for people.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", max_length = 200, example = "Tandgruppen")]
    name: String,
}

impl Posted for AddGroup {}

/// Register a group
///
/// So that a person can say no to all of its members at once.
#[utoipa::path(
    tag = "Controllers",
    security(("oauth2" = ["controllers:admin"])),
    params(RecordingQuery),
    request_body(content = AddGroup, description = "At most 64 KiB.",
        example = json!({"slug": "tandgruppen", "name": "Tandgruppen"})),
    responses((status = 201, description = "Registered.", body = GroupBody, example = json!({
        "id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d10", "slug": "tandgruppen", "name": "Tandgruppen",
        "controllers": []}))),
    extensions(("x-refusals" = json!(["name-taken", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/groups")]
pub(crate) async fn add_group(
    caller: Allowed<ManageControllers>,
    recording: Recording,
    body: Body<AddGroup>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let AddGroup { slug, name } = body.value;
    let envelope = recording.envelope(&caller, &canonical);
    let added = app::add_group(&state.app, envelope, slug, name).await?;
    Ok(recording.answer(None, &GroupBody::from(added.value)))
}
