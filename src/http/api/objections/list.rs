//! `list_objections`

use super::super::super::auth::{Allowed, scopes::ReadObjections};
use super::super::super::params::Params;
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::view::{ByReference, ObjectionBody};
use crate::app::read_objection as app;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// The objections with a reference.
#[derive(Serialize, ToSchema)]
pub(crate) struct Objections {
    /// At most one for each client that used the reference; an objection service sees its own.
    objections: Vec<ObjectionBody>,
}

/// Find an objection by its reference
///
/// For a client that lost the answer. An objection service finds only its own; the list is empty
/// where there is none.
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["objections:read"]), ("oauth2" = ["objections:read-own"])),
    params(ByReference),
    responses((status = 200, description = "What was found.", body = Objections, example = json!({"objections": [{
        "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42", "reference": "spt-2026-004711", "status": "recorded",
        "received_at": "2026-11-20T09:12:03.481516Z", "objected_at": "2026-11-20T09:12:00Z",
        "warnings": [], "events": []}]}))),
)]
#[get("/v1/objections")]
pub(crate) async fn list_objections(
    caller: Allowed<ReadObjections>,
    query: Params<ByReference>,
    state: Data<State>,
) -> Result<Json<Objections>, Problem> {
    let reference = query.0.reference.as_str();
    let views = app::objections_by_reference(&state.app, &caller, reference).await?;
    Ok(Json(Objections { objections: views.into_iter().map(ObjectionBody::from).collect() }))
}
