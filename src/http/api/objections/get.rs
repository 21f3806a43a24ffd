//! `get_objection`

use super::super::super::auth::{Allowed, scopes::ReadObjections};
use super::super::super::params::{Id, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::view::ObjectionBody;
use crate::app::read_objection as app;
use actix_web::get;
use actix_web::web::{Data, Json};

/// Read an objection
///
/// An objection service reads its own, and gets 404 both for another's and for none. Staff read
/// those that bind their controllers, with everything but what was sent about the person; that
/// needs `identifiers:read`, and the reading is itself recorded.
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["objections:read"]), ("oauth2" = ["objections:read-own"])),
    params(("id" = Uuid, Path, description = "The objection's id")),
    responses((status = 200, description = "The objection.", body = ObjectionBody, example = json!({
        "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42", "reference": "spt-2026-004711", "status": "recorded",
        "received_at": "2026-11-20T09:12:03.481516Z", "objected_at": "2026-11-20T09:12:00Z",
        "warnings": [], "events": []}))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/v1/objections/{id}")]
pub(crate) async fn get_objection(
    caller: Allowed<ReadObjections>,
    id: Id,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<Json<ObjectionBody>, Problem> {
    let view = app::read_objection(&state.app, &caller, id.0).await?;
    Ok(Json(view.into()))
}
