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
    /// A rotation of the tag key that is under way.
    rotation: Option<RotationBody>,
}

/// How far a rotation has come.
#[derive(Serialize, ToSchema)]
#[schema(as = Rotation)]
pub(crate) struct RotationBody {
    /// The version of the tag key that it leads to.
    #[schema(example = 2)]
    to: i32,
    /// `wrapping`: every tag is wrapped under that version. `removing`: it is in use, and the
    /// tags before it are being removed.
    #[schema(example = "wrapping")]
    stage: &'static str,
    /// How many entries of the ledger have been gone through at this stage.
    #[schema(example = 36_000)]
    entries: i64,
    /// How many there are.
    #[schema(example = 48_211)]
    of: i64,
    /// Why this instance broke it off, and what to do; none while it goes on.
    failed: Option<String>,
}

impl From<app::RotationStatus> for RotationBody {
    fn from(status: app::RotationStatus) -> Self {
        let app::RotationStatus { progress, failed } = status;
        let (stage, entries) = match progress.oldest {
            Some((_, first)) if progress.key == progress.in_use => ("removing", first - 1),
            _ => ("wrapping", progress.wrapped),
        };
        Self { to: progress.key, stage, entries, of: progress.head, failed }
    }
}

impl From<app::KeyStatus> for KeyStatus {
    fn from(status: app::KeyStatus) -> Self {
        let app::KeyStatus { root_key, keys, rotation } = status;
        let body = |(purpose, version)| KeyBody { purpose, version };
        let keys = keys.into_iter().map(body).collect();
        Self { root_key, keys, rotation: rotation.map(RotationBody::from) }
    }
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
        "root_key": "4f1a0c337d2b8d1c", "keys": [{"purpose": "tag", "version": 1}, {"purpose": "data", "version": 1}],
        "rotation": null}))),
)]
#[get("/v1/keys")]
pub(crate) async fn read_key_status(
    caller: Allowed<ManageClients>,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<Json<KeyStatus>, Problem> {
    Ok(Json(app::key_status(&state.app, &caller).await?.into()))
}
