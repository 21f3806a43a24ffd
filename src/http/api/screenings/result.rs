//! `read_screening_result`

use super::super::super::auth::{Allowed, scopes::Screen};
use super::super::super::params::{Id, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::asked::ScreenedShape;
use super::read::{UnderWay, wait};
use super::run::{CSV_BACK, LINES_BACK};
use super::sent::{head, whole};
use crate::app::screen::{Standing, read_screening_result as app};
use actix_web::web::Data;
use actix_web::{HttpResponse, get};

/// Fetch the rows of a screening
///
/// What a screening with `Prefer: respond-async` came to, as often as wanted, for 24 hours: sealed in a
/// file without a name, under a key that is in memory alone, so that a restart ends it (410, while the
/// certificate stands). Only for the client that ran it. A 202 says that it is under way.
#[utoipa::path(
    tag = "Screenings",
    security(("oauth2" = ["screenings:run"]), ("static_key" = [])),
    params(("id" = Uuid, Path, description = "The screening's id, from the header `Nejtack-Screening`")),
    responses(
        (status = 200, description = "The rows.",
            headers(("Nejtack-Screening" = Uuid, description = "The screening's id"),
                ("Link" = String, description = "The certificate (`rel=\"describedby\"`)")),
            content((String = "text/csv", example = json!(CSV_BACK)),
                (ScreenedShape = "application/x-ndjson", example = json!(LINES_BACK)))),
        (status = 202, description = "The screening is under way.", body = UnderWay,
            headers(("Retry-After" = u32, description = "Seconds until another look makes sense")),
            example = json!({"id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b60", "status": "running", "begun_at": "2026-11-20T14:20:58.117204Z"}))),
    extensions(("x-refusals" = json!(["not-found", "result-gone"]))),
)]
#[get("/v1/screenings/{id}/result")]
pub(crate) async fn read_screening_result(
    caller: Allowed<Screen>,
    id: Id,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    Ok(match app(&state.app, &caller, id.0).await? {
        Standing::UnderWay { begun_at } => wait(id.0, begun_at),
        Standing::Ended((result, format)) => whole(head(id.0, None, format), result),
    })
}
