//! `read_receipt`

use super::super::super::auth::{Allowed, scopes::ReadObjections};
use super::super::super::params::{Id, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::read_log as app;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};

/// A receipt as documents show it.
pub(crate) const EXAMPLE: &str = "c2sp.org/tlog-proof@v1\n\
    extra eyJlbnRyeSI6IntcImlkXCI6XCIwMTkzNTA1Yy0yZjZiLi4ufSIsInNhbHQiOiIuLi4ifQ==\n\
    index 1\n\
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n\n\
    nejtack.invalid/01935050-1c2d-7e3f-8a4b-5c6d7e8f9a0b\n2\n\
    sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n\
    — nejtack.invalid/01935050-1c2d-7e3f-8a4b-5c6d7e8f9a0b Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

/// Read an objection's receipt
///
/// The text that came with the 201, for whoever lost it: proof that the objection stands in the
/// log ([C2SP tlog-proof](https://c2sp.org/tlog-proof)). Save it as a file that ends in
/// `.tlog-proof`, and check it with `nejtack receipt check FILE --key KEY` or any tool for the
/// format. Once the originals are shredded it no longer holds the salt of what was submitted.
#[utoipa::path(
    tag = "Objections",
    security(("oauth2" = ["objections:read"]), ("oauth2" = ["objections:read-own"])),
    params(("id" = Uuid, Path, description = "The objection's id")),
    responses((status = 200, description = "The receipt.", content((String = "text/plain; charset=utf-8", example = json!(EXAMPLE))))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/v1/objections/{id}/receipt")]
pub(crate) async fn read_receipt(
    caller: Allowed<ReadObjections>,
    id: Id,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let receipt = app::read_receipt(&state.app, &caller, id.0).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(receipt))
}
