//! `read_tile`

use super::super::super::auth::{Allowed, scopes::ReadLog};
use super::super::super::params::{NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::read_log as app;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};

/// Read a tile of the log
///
/// Up to 256 hashes of the tree (`<level>/<number>`), or what its leaves are hashes of
/// (`entries/<number>`: 32 bytes each, SHA-256 of entry and salt, which tells nothing of either);
/// `.p/<width>` for a tile that is not full yet. The layout is that of
/// [C2SP tlog-tiles](https://c2sp.org/tlog-tiles), so that its tools work here. For auditors.
#[utoipa::path(
    tag = "Log",
    security(("oauth2" = ["log:read"])),
    params(("path" = String, Path, description = "Level and number, such as `0/x001/234` or `1/000.p/17`", example = "0/000.p/1")),
    responses((status = 200, description = "The tile.", content(("application/octet-stream")))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/log/tile/{path:.*}")]
pub(crate) async fn read_tile(
    caller: Allowed<ReadLog>,
    path: Path<String>,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let tile = app::read_tile(&state.app, &caller, &path).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/octet-stream"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=31536000, immutable"))
        .body(tile))
}
