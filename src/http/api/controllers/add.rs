//! `add_controller`

use super::super::super::auth::{Allowed, scopes::ManageControllers};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::list::ControllerBody;
use crate::app::controllers::{self as app, NewController};
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A controller to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewController)]
pub(crate) struct AddController {
    /// Its name in requests, for ever.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = "^[a-z][a-z0-9-]{0,62}[a-z0-9]$", example = "tandgruppen-goteborg")]
    slug: String,
    /// Its name for people.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", max_length = 200, example = "Tandgruppen Göteborg")]
    name: String,
    /// Its organisation number.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "559999-0016")]
    organisation_number: Option<String>,
    /// The group it joins, by slug or id.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "tandgruppen")]
    group: Option<String>,
    /// Where telephone numbers without a country code belong (ISO 3166); SE, if left out.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(pattern = "^[A-Z]{2}$", example = "SE")]
    region: Option<String>,
}

impl Posted for AddController {}

/// Register a controller
///
/// Its slug and name are its own for ever. With a group it is bound by all that named the group.
#[utoipa::path(
    tag = "Controllers",
    security(("oauth2" = ["controllers:admin"])),
    params(RecordingQuery),
    request_body(content = AddController, description = "At most 64 KiB.", example = json!({
        "slug": "tandgruppen-goteborg", "name": "Tandgruppen Göteborg", "organisation_number": "559999-0016",
        "group": "tandgruppen"})),
    responses((status = 201, description = "Registered.", body = ControllerBody, example = json!({
        "id": "01934f00-1d3a-7b52-8a51-0f4d7f0f3c21", "slug": "tandgruppen-goteborg",
        "name": "Tandgruppen Göteborg", "organisation_number": "5599990016", "region": "SE",
        "groups": ["tandgruppen"]}))),
    extensions(("x-refusals" = json!(["name-taken", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/controllers")]
pub(crate) async fn add_controller(
    caller: Allowed<ManageControllers>,
    recording: Recording,
    body: Body<AddController>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let AddController { slug, name, organisation_number, group, region } = body.value;
    let new = NewController { slug, name, organisation_number, group, region };
    let envelope = recording.envelope(&caller, &canonical);
    let added = app::add_controller(&state.app, envelope, new).await?;
    Ok(recording.answer(None, &ControllerBody::from(added.value)))
}
