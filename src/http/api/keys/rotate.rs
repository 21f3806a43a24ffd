//! `rotate_keys`

use super::super::super::auth::{Allowed, scopes::OperateMachine};
use super::super::super::params::{NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::status::KeyStatus;
use crate::app::rotate as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// Rotate the tag key
///
/// Makes the next version of the key under which identifiers are tagged, and wraps every tag under it,
/// while everything goes on. `GET /v1/keys` tells how far it has come; `rotation` is null when it is
/// done. One that was cut off is gone on with. The other keys are not rotated. Only the operator can,
/// on the machine itself (`nejtack keys rotate`).
#[utoipa::path(
    tag = "Audit",
    security(("oauth2" = ["clients:admin"])),
    responses((status = 202, description = "It has begun.", body = KeyStatus, example = json!({
        "root_key": "4f1a0c337d2b8d1c", "keys": [{"purpose": "tag", "version": 1}, {"purpose": "data", "version": 1}],
        "rotation": {"to": 2, "stage": "wrapping", "entries": 0, "of": 48211, "failed": null}}))),
    extensions(("x-refusals" = json!(["local-only", "event-not-possible"]))),
)]
#[post("/v1/keys/rotations")]
pub(crate) async fn rotate_keys(
    caller: Allowed<OperateMachine>,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let begun = app::rotate_keys(&state.app, &caller).await?;
    Ok(HttpResponse::Accepted().json(KeyStatus::from(begun)))
}
