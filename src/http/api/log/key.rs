//! `read_log_key`

use super::super::super::params::{NoQuery, Params};
use super::super::super::state::State;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};

/// Read the log's public key
///
/// By which checkpoints and receipts are checked: one line, the verifier key of a signed note
/// ([C2SP signed-note](https://c2sp.org/signed-note)). For anybody. Keep it: whoever checks a
/// receipt must not take the key from where the receipt came from.
#[utoipa::path(
    tag = "Log",
    responses((status = 200, description = "The key.", content((String = "text/plain; charset=utf-8",
        example = "nejtack.invalid/01935050-1c2d-7e3f-8a4b-5c6d7e8f9a0b+1a2b3c4d+AQk4wJjnVbcs5BxUeUPVZ2Kq0eT0kCRkYVhLBkV+LNoi\n")))),
    extensions(("x-refusals" = json!(["malformed"]))),
)]
#[get("/log/key")]
pub(crate) async fn read_log_key(_query: Params<NoQuery>, state: Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .body(format!("{}\n", state.app.log_key()))
}
