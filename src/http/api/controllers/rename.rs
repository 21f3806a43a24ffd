//! `rename_controller`

use super::super::super::auth::{Allowed, scopes::ManageControllers};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{Name, Recording, RecordingQuery};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::list::ControllerBody;
use crate::app::controllers as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a controller is called from now on; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewNames)]
pub(crate) struct RenameController {
    /// The new slug.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(pattern = "^[a-z][a-z0-9-]{0,62}[a-z0-9]$", example = "tandgruppen-vast")]
    slug: Option<String>,
    /// The new name for people.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(max_length = 200, example = "Tandgruppen Väst")]
    name: Option<String>,
}

impl Posted for RenameController {}

/// Rename a controller
///
/// Its id stays, and its earlier slugs keep leading to it: they are never given to another.
#[utoipa::path(
    tag = "Controllers",
    security(("oauth2" = ["controllers:admin"])),
    params(("controller" = String, Path, description = "The controller's slug or id", example = "tandgruppen-goteborg"),
        RecordingQuery),
    request_body(content = RenameController, description = "At most 64 KiB.",
        example = json!({"slug": "tandgruppen-vast", "name": "Tandgruppen Väst"})),
    responses((status = 201, description = "Renamed.", body = ControllerBody, example = json!({
        "id": "01934f00-1d3a-7b52-8a51-0f4d7f0f3c21", "slug": "tandgruppen-vast",
        "name": "Tandgruppen Väst", "organisation_number": "5599990016", "region": "SE",
        "groups": ["tandgruppen"]}))),
    extensions(("x-refusals" = json!(["not-found", "name-taken", "event-not-possible",
        "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/controllers/{controller}/names")]
pub(crate) async fn rename_controller(
    caller: Allowed<ManageControllers>,
    controller: Name,
    recording: Recording,
    body: Body<RenameController>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let canonical = body.canonical();
    let RenameController { slug, name } = body.value;
    let envelope = recording.envelope(&caller, &canonical);
    let renamed = app::rename_controller(&state.app, envelope, &controller.0, slug, name).await?;
    Ok(recording.answer(None, &ControllerBody::from(renamed.value)))
}
