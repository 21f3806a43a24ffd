//! `read_key_status`

use super::super::super::auth::{Allowed, scopes::ManageClients};
use super::super::super::params::{NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::key_status as app;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// Which keys are in use; never the keys themselves.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyStatus {
    /// The public id of the root key: the one that a restore will need.
    #[schema(example = "4f1a0c337d2b8d1c")]
    root_key: String,
    /// For each purpose the version in use.
    keys: Vec<KeyBody>,
}

/// A key in use.
#[derive(Serialize, ToSchema)]
#[schema(as = Key)]
pub(crate) struct KeyBody {
    /// What it is for.
    #[schema(example = "tag")]
    purpose: String,
    /// Its version.
    #[schema(example = 1)]
    version: i32,
}

/// See which keys are in use
///
/// Their versions, and the public id of the root key; never the keys themselves.
#[utoipa::path(
    tag = "Audit",
    security(("oauth2" = ["clients:admin"])),
    responses((status = 200, description = "The keys.", body = KeyStatus, example = json!({
        "root_key": "4f1a0c337d2b8d1c", "keys": [{"purpose": "tag", "version": 1}, {"purpose": "data", "version": 1}]}))),
)]
#[get("/v1/keys")]
pub(crate) async fn read_key_status(
    caller: Allowed<ManageClients>,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<Json<KeyStatus>, Problem> {
    let app::KeyStatus { root_key, keys } = app::key_status(&state.app, &caller).await?;
    let keys = keys.into_iter().map(|(purpose, version)| KeyBody { purpose, version }).collect();
    Ok(Json(KeyStatus { root_key, keys }))
}
