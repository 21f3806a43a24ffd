//! `run_screening`

use super::super::super::auth::{Allowed, scopes::Screen};
use super::super::super::frame::RequestId;
use super::super::super::params::Params;
use super::super::super::problem::{Problem, kinds};
use super::super::super::state::State;
use super::super::lookups::parts::quota_headers;
use super::asked::{RowShape, SAVE_AS_CSV, ScreenedShape, ScreeningQuery, format, prefers_async};
use super::feed::feed;
use super::read::{UnderWay, under_way};
use super::sent::{SCREENING, as_it_comes, head, whole};
use crate::app::screen::{Begun, Way, begin};
use crate::tabular::campaign::Fault;
use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, post};
use futures_util::future::FutureExt as _;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// A file and what comes of it, as documents show them.
const CSV: &str = "Namn;E-post;Mobil\r\nAnna-Karin Åberg Öst;anna.karin@exempel.example;070-174 06 05\r\nBo Ek;bo.ek.exempel.example;031-390 06 15\r\nEva Ek;eva.ek@exempel.example;\r\n";
pub(super) const CSV_BACK: &str = "Namn;E-post;Mobil;nejtack_decision;nejtack_reason\r\nAnna-Karin Åberg Öst;anna.karin@exempel.example;070-174 06 05;blocked;email_matched\r\nBo Ek;bo.ek.exempel.example;031-390 06 15;undecidable;email_unreadable\r\nEva Ek;eva.ek@exempel.example;;clear;\r\n";
const LINES: &str =
    "{\"email\": \"anna.karin@exempel.example\"}\n{\"email\": \"eva.ek@exempel.example\"}\n";
pub(super) const LINES_BACK: &str = "{\"email\": \"anna.karin@exempel.example\",\"nejtack_decision\":\"blocked\",\"nejtack_reason\":\"email_matched\"}\n{\"email\": \"eva.ek@exempel.example\",\"nejtack_decision\":\"clear\",\"nejtack_reason\":\"\"}\n";

/// Screen a campaign file
///
/// A file of any size goes in, with a row for each person that somebody wants to write to, and the
/// same rows come back with two columns more: `nejtack_decision` (`clear`, `blocked` or
/// `undecidable`) and `nejtack_reason`. **Send only to rows that say `clear`**; it means that nobody
/// objected, and is no consent. All of a file is decided at one state of the ledger.
///
/// **The file** is CSV or NDJSON; `Content-Type` tells which, and its encoding (UTF-8, UTF-16,
/// Windows-1252), delimiter and headings are recognised, in Swedish and English, as CRMs and Excel
/// write them; a CSV without headings goes by what is in its columns. Rows, quotes and line breaks
/// come back as they came; `nejtack_*` columns of an earlier screening are replaced. Say with `columns`
/// what other headings mean: `email:Kontakt 1,phone:#3` (a heading, or `#` and the number of the
/// column); ids go with their issuer, `customer_id@crm.exempel.example` and not `customer_id` alone. The names are `email` `phone`
/// `personnummer` `name` `given_name` `family_name` `street` `postal_code` `city` `customer_id`
/// `cookie_id` `advertising_id` `email_sha256` `phone_sha256` `relationship` `relationship_given_at`
/// `relationship_ended_at` `similar_offer` `controller` and `ignore`. A workbook
/// (.xlsx) is not read: save it as CSV.
///
/// **Audience lists** for advertising platforms are screened like any file before they are uploaded:
/// the templates of Google Customer Match and Meta are known, and a SHA-256 (64 hexadecimal digits, or
/// base64) in a column of addresses or numbers is read as one, row by row. A name or a device id that
/// was hashed can be met by nothing: a row that has no more is `undecidable`.
///
/// **`nejtack_reason`** is empty for `clear`, and else one of:
///
/// | reason | decision | means |
/// | --- | --- | --- |
/// | `email_matched` `phone_matched` `personnummer_matched` `postal_matched` `customer_id_matched` `cookie_id_matched` `advertising_id_matched` | `blocked` | an objection was met by a value of this kind |
/// | `email_possible` `phone_possible` `personnummer_possible` `postal_possible` `customer_id_possible` `cookie_id_possible` `advertising_id_possible` | `undecidable` | an objection was perhaps met by it |
/// | `email_unreadable` `phone_unreadable` `personnummer_unreadable` `postal_unreadable` `customer_id_unreadable` `cookie_id_unreadable` `advertising_id_unreadable` | `undecidable` | what the channel needs, or all that was given, cannot be read or must not be held here |
/// | `nothing_given` | `undecidable` | the row identifies nobody |
/// | `nothing_readable` | `undecidable` | nothing in it can be read |
/// | `too_few_fields` `too_many_fields` | `undecidable` | not as many fields as the heading has |
/// | `stray_quote` | `undecidable` | text behind a closing quote: perhaps two rows in one |
/// | `unknown_shape` | `undecidable` | a field of a JSON line that should identify somebody holds something else |
/// | `several_personnummer` | `undecidable` | two that differ: perhaps two persons |
/// | `controller_unknown` | `undecidable` | the row names a controller that there is not, or that is not yours |
/// | `controller_missing` | `undecidable` | it names none, and the request does not either |
/// | `register_matched` | `blocked` | an opt-out register that counts has the person |
/// | `register_possible` | `undecidable` | it perhaps has |
/// | `register_stale` | `undecidable` | its version is too old to be relied on |
/// | `register_missing` | `undecidable` | it has no version |
/// | `register_unchecked` | `undecidable` | the row has nothing readable of what every row of it has, so that it cannot be asked |
/// | `message_waiting` | `undecidable` | a text message from the number waits to be read (`GET /v1/review`) |
/// | `register_version_gone` | `undecidable` | the version of the time asked about is no longer kept |
///
/// **Opt-out registers** that bind the controller count in every row; `registers` can only add to them.
/// Columns `relationship` (`customer` or `consent`), `relationship_given_at` and
/// `relationship_ended_at` (dates) and `similar_offer` (`true`) lift a register's block where its rules
/// say so, and never an objection's.
///
/// **Three ways.** By default the rows are decided while the file comes, and sent after its end: a
/// file that is broken is a 422 that names the line, and never half an answer. With `?stream=true`
/// rows come back while the file is sent, in pieces of about a quarter of a megabyte, for a client that
/// reads while it sends; on a fault the answer breaks off without its last chunk. With `Prefer:
/// respond-async` the answer is a 202, and the rows wait at `/v1/screenings/{id}/result` for 24 hours,
/// unless the service is restarted.
///
/// What makes a file no file is told by line and code, and kept in its certificate: `empty` `spreadsheet`
/// (415) `binary` `encoding` `quote_not_closed` `row_too_long` `no_column` `column_missing` `too_many_columns`
/// `controller_column_missing` `columns` `not_an_object`; and what ends an upload or an answer
/// `upload_broken_off` `answer_not_taken` `disk` `internal`.
///
/// **The certificate** of each run is an entry of the ledger: `GET /v1/screenings/{id}`, with the id
/// from the header `Nejtack-Screening`. **Rows count only when it says `completed`**; of a whole answer
/// it does before the answer begins. A quota is looked at when a file begins, and never stops it
/// halfway. A file that broke off is sent again, and decided anew.
#[utoipa::path(
    tag = "Screenings",
    security(("oauth2" = ["screenings:run"]), ("static_key" = [])),
    params(ScreeningQuery,
        ("Prefer" = Option<String>, Header, description = "`respond-async`: come back for the rows (RFC 7240). Not with `stream=true`.", example = "respond-async")),
    request_body(description = "The file. No limit as a whole; a row may have 2 MiB.", content(
        (String = "text/csv", example = json!(CSV)),
        (RowShape = "application/x-ndjson", example = json!(LINES)))),
    responses(
        (status = 200, description = "The rows.",
            headers(("Nejtack-Screening" = Uuid, description = "The screening's id"),
                ("Nejtack-As-Of" = i64, description = "The position of the ledger that every decision is true at"),
                ("Link" = String, description = "The certificate (`rel=\"describedby\"`)"),
                ("RateLimit-Policy" = String, description = "The quota; only for a client that has one"),
                ("RateLimit" = String, description = "What is left of it; of a streamed answer, when it began")),
            content((String = "text/csv", example = json!(CSV_BACK)),
                (ScreenedShape = "application/x-ndjson", example = json!(LINES_BACK)))),
        (status = 202, description = "With `Prefer: respond-async`: the file is here, and being decided.", body = UnderWay,
            headers(("Location" = String, description = "The certificate, as soon as there is one"),
                ("Preference-Applied" = String, description = "`respond-async`"),
                ("Nejtack-Screening" = Uuid, description = "The screening's id")),
            example = json!({"id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b60", "status": "running",
                "as_of": {"position": 48211, "time": "2026-11-20T14:20:58.002117Z"}}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "unprocessable", "quota-exceeded"]))),
)]
#[post("/v1/screenings")]
pub(crate) async fn run_screening(
    caller: Allowed<Screen>,
    query: Params<ScreeningQuery>,
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let format = format(&request)?;
    let stream = query.0.stream;
    let later = !stream && prefers_async(&request);
    let screening = query.0.screening(format)?;
    let (give, parts) = mpsc::channel(2);
    let way = match (stream, later) {
        (true, _) => Way::Stream(give, Handle::current()),
        (_, true) => Way::Keep,
        _ => Way::Spool,
    };
    let metrics = Arc::clone(&state.metrics);
    let watch = Arc::new(move |decision, count| metrics.decided(decision, count));
    let Begun { id, as_of, feed: way_in, outcome } =
        begin(&state.app, &caller, screening, way, watch).await?;
    let feeding = feed(payload.into_inner(), way_in);
    if stream {
        let mut answer = head(id, Some(as_of), format);
        quota_headers(&mut answer, &state, &caller);
        return Ok(answer.streaming(as_it_comes(feeding.boxed_local(), parts, outcome)));
    }
    let fed = feeding.await;
    if later && fed.is_ok() {
        let mut answer = HttpResponse::Accepted();
        answer
            .insert_header((header::LOCATION, format!("/v1/screenings/{id}")))
            .insert_header(("Preference-Applied", "respond-async"))
            .insert_header((SCREENING, id.to_string()));
        return Ok(answer.json(under_way(id, as_of)));
    }
    let ended = outcome.await.unwrap_or_else(|_| {
        Err(crate::app::refusal::Refusal::new(crate::app::refusal::Code::Internal))
    });
    let problem = match (fed, ended) {
        (Ok(()), Ok(screened)) => {
            let mut answer = head(id, Some(as_of), format);
            quota_headers(&mut answer, &state, &caller);
            match screened.result {
                Some(result) => return Ok(whole(answer, result)),
                None => Problem::of(&kinds::INTERNAL),
            }
        }
        (Ok(()), Err(refusal))
            if refusal.errors.iter().any(|fault| fault.code == Fault::SPREADSHEET) =>
        {
            Problem::saying(&kinds::UNSUPPORTED_MEDIA_TYPE, SAVE_AS_CSV)
        }
        (Ok(()), Err(refusal)) => refusal.into(),
        (Err(problem), _) => problem,
    };
    // An error, too, tells whose certificate says `failed`.
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0);
    let mut answer = problem.respond(request_id);
    if let Ok(value) = header::HeaderValue::from_str(&id.to_string()) {
        answer.headers_mut().insert(SCREENING, value);
    }
    Ok(answer)
}
