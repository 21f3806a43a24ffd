//! `read_checkpoint`

use super::super::super::params::{NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::read_log as app;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};

/// Read the log's newest checkpoint
///
/// The signed head of the transparency log: name, size and root hash, as a signed note
/// ([C2SP tlog-checkpoint](https://c2sp.org/tlog-checkpoint)). For anybody. Keep one outside now and
/// then: `nejtack verify --since FILE` proves that everything it covers is still there, unchanged.
#[utoipa::path(
    tag = "Log",
    responses((status = 200, description = "The checkpoint.", content((String = "text/plain; charset=utf-8",
        example = "nejtack.invalid/01935050-1c2d-7e3f-8a4b-5c6d7e8f9a0b\n48211\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n— nejtack.invalid/01935050-1c2d-7e3f-8a4b-5c6d7e8f9a0b Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n")))),
    extensions(("x-refusals" = json!(["malformed", "unavailable"]))),
)]
#[get("/log/checkpoint")]
pub(crate) async fn read_checkpoint(
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let checkpoint = app::read_checkpoint(&state.app).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(checkpoint))
}
