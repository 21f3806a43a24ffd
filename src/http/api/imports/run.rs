//! `run_import`

use super::super::super::auth::{Allowed, scopes::RunImports};
use super::super::super::frame::RequestId;
use super::super::super::params::Params;
use super::super::super::problem::{Problem, kinds};
use super::super::super::state::State;
use super::super::objections::batch::Batch;
use super::super::objections::batch::answer::{Form, after_the_end, once_it_is_one};
use super::asked::ImportQuery;
use super::line::{ElementShape, ElementsShape, RowShape, Taker};
use crate::app::transfer::Import;
use crate::tabular::import::Reader;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, post};

/// The id of the import, with which its certificate is found.
const IMPORT: HeaderName = HeaderName::from_static("nejtack-import");

/// A list as Mailchimp writes it, and what is answered, as documents show them.
const CSV: &str = "\"Email Address\",\"First Name\",\"Last Name\",MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,LEID,EUID\nanna.karin@exempel.example,Anna-Karin,\"Åberg Öst\",2,\"2023-01-04 09:00:11\",\"2023-01-04 09:01:40\",\"2024-05-31 06:12:44\",\"Majbrevet\",NORMAL,120011,a1b2c3d4e5\nbo.lind@exempel.example,Bo,Lind,2,\"2023-02-01 10:30:00\",\"2023-02-01 10:31:02\",\"2024-06-02 17:40:03\",\"Majbrevet\",SPAM,120012,a1b2c3d4e6\n";
const REPORT: &str = "{\"line\":2,\"row\":1,\"status\":\"recorded\",\"id\":\"0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b72\"}\n{\"line\":3,\"row\":2,\"status\":\"recorded\",\"id\":\"0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b73\"}\n{\"import\":{\"id\":\"0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b71\",\"status\":\"completed\",\"client\":\"admin\",\"actor\":\"elin.berg\",\"controllers\":[\"tandgruppen-goteborg\"],\"format\":\"mailchimp\",\"channels\":[\"email\"],\"rows\":2,\"recorded\":2,\"known\":0,\"skipped\":0,\"refused\":0,\"file\":{\"bytes\":426,\"salt\":\"486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7\",\"digest\":\"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"},\"as_of\":{\"position\":48211,\"time\":\"2026-11-20T14:20:58.002117Z\"},\"begun_at\":\"2026-11-20T14:20:58.117204Z\",\"ended_at\":\"2026-11-20T14:20:58.220941Z\",\"failure\":null}}\n";

/// Import a list
///
/// Takes over the list of those who said no that a company has today, for one controller or group: its
/// own old list, or what a mailing program gives out. Any size. Each row is an objection of source
/// `import`, durable on its own, with the date and the reason that the list gives; it takes effect now.
/// **An import only ever adds.** A row is known again by whose list it is, the format, the person, the
/// date and the channels, whoever imports it: running it again records nothing twice, and what a
/// person has taken back since stays taken back; the row that is `known` then has the warning
/// `taken_back`. `?dry_run=true` says what would happen, and records nothing (of rows that are alike
/// within one file it knows the first million).
///
/// | `format` | `Content-Type` | what it is | covers, unless `channels` says otherwise |
/// | --- | --- | --- | --- |
/// | `csv` | `text/csv` | any list: everybody in it said no | `all` |
/// | `mailchimp` | `text/csv` | the audience export's *unsubscribed* and *cleaned* files | `email` |
/// | `ses` | `application/json`, `application/x-ndjson`, `text/csv` | `aws sesv2 list-suppressed-destinations`, or what SES itself imports (`emailAddress`, `reason`) | `email` |
/// | `mailgun` | the same | unsubscribes, complaints, bounces, as the API or a CSV has them | `email` |
/// | `sendgrid` | the same | global and group unsubscribes, spam reports, bounces | `email` |
/// | `listmonk` | `text/csv` | exported subscribers: the `blocklisted` ones; see below for those who unsubscribed | `email` |
/// | `superoffice` | `text/csv` | a list of contacts, with a column for "no mailings" or the status of the consent | `email`, `post` |
/// | `nejtack` | `application/x-ndjson` | an export of this service (`POST /v1/exports`) | as each line says |
///
/// Only what is a person's no is taken: an unsubscribe, a complaint, a block. A **bounce** is none, and
/// is `skipped`, unless `include=bounces`; so is who may be written to. A list of one's own (`csv`) is of
/// people not to be written to, whatever its reason says: all of it is taken. A file that lacks the column
/// that tells is refused whole, and so is one of subscribers or contacts: it never becomes a blocklist by
/// mistake. A row that says what it is in no word that is known is refused (`unknown_reason`). The layouts
/// of SES' CSV and of SuperOffice's lists are published nowhere, and are known by their usual headings.
///
/// **listmonk** keeps who unsubscribed from a list as `enabled`, and only who is on its blocklist is marked.
/// Export the subscribers of a list who are *unsubscribed* there, and import that file with
/// `include=enabled`: everybody in it said no. Without it they are skipped.
///
/// **An export of this service** is of one controller, and is imported for one: for a group, import each
/// controller's own export for that controller. Numbers and postcodes are what they were where they were
/// recorded (`read_as`), in whichever country the importing controller is; a number in national form in a
/// line that does not say is not taken, and waits for staff.
///
/// **A CSV's** encoding, delimiter and headings are recognised as in screenings. `columns` says what
/// others mean: `email:Kontakt 1,objected_at:#4,reason:Orsak`. The names are those of screenings, and
/// `objected_at` and `reason`. Dates are read as `2024-05-31`, `2024-05-31 09:12`, RFC 3339, RFC 2822,
/// `31.05.2024`, `31 maj 2024` or seconds since 1970, and as Go and PostgreSQL write times; without a zone they are of Sweden in `csv` and `superoffice`, and
/// UTC in all others. A date that cannot be read for sure is a warning, and the objection counts from
/// now on; with slashes it never can. A column `created` or `skapad` is the day on which somebody joined.
///
/// **The report** has a line for each row, in order: `status` is `recorded` (`checked` in a dry run),
/// `known`, `skipped` (with a `reason`) or `refused` (with a `problem`); the last line holds the
/// `import` as a whole, which is an entry of the ledger, too (`GET /v1/imports/{id}`, with the id from
/// the header `Nejtack-Import`). Where the ledger could not take that entry (a full disk), it has no `id`,
/// is `incomplete`, and its failure is `not_certified`: rows that are `recorded` stay so. By default the list is read to its end before the answer starts, and
/// what came whole is gone through to its end, also of a dry run and where nobody waits for the answer
/// any more; with `?stream=true` lines come while it is sent.
///
/// **A broken file.** Where the first rows already cannot be read, or a column is missing, the answer is
/// a 422 that names the line, and nothing was recorded. Where it breaks later (bytes in another
/// encoding, a quote that is never closed, a connection that ends), the rows before stand, the report
/// names the line, and the import is `incomplete`: repair the file and import it again. So it is where the
/// file is one of several pages (`NextToken`). The codes are those of screenings, and `not_json` `cut_off`
/// `unknown_reason` `subscribers` `more_pages` `upload_broken_off` `not_certified`.
#[utoipa::path(
    tag = "Imports and exports",
    security(("oauth2" = ["imports:run"])),
    params(ImportQuery),
    request_body(description = "The list. No limit as a whole; a row may have 2 MiB, a line of an export 12 MiB.", content(
        (String = "text/csv", example = json!(CSV)),
        (ElementsShape = "application/json", example = json!({"SuppressedDestinationSummaries": [
            {"EmailAddress": "anna.karin@exempel.example", "Reason": "COMPLAINT", "LastUpdateTime": "2024-05-31T06:12:44.128000+00:00"}]})),
        (ElementShape = "application/x-ndjson", example = json!("{\"address\": \"anna.karin@exempel.example\", \"tags\": [\"*\"], \"created_at\": \"Fri, 31 May 2024 06:12:44 UTC\"}\n")))),
    responses((status = 200, description = "What became of each row, and of the import.",
        headers(("Nejtack-Import" = Uuid, description = "The import's id; none of a dry run"),
            ("Link" = String, description = "The certificate (`rel=\"describedby\"`); none of a dry run")),
        content((RowShape = "application/x-ndjson", example = json!(REPORT))))),
    extensions(("x-refusals" = json!(["controller-not-yours", "unprocessable"])), ("x-known-again" = json!(true))),
)]
#[post("/v1/imports")]
pub(crate) async fn run_import(
    caller: Allowed<RunImports>,
    query: Params<ImportQuery>,
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let syntax = query.0.syntax(&request)?;
    let stream = query.0.stream;
    let (asked, list) = query.0.asked(syntax)?;
    let import = Import::begin(&state.app, &caller, asked).await?;
    let (id, dry_run) = (import.id, import.dry_run());
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0).unwrap_or_default();
    let taker = Taker { import, request: request_id };
    let batch = Batch::new(payload.into_inner(), Reader::new(list), taker);
    let mut answer = if stream {
        once_it_is_one(batch, Form::Lines).await?
    } else {
        // It goes on to its end, and to its certificate, also where nobody waits for it.
        let run = actix_web::rt::spawn(after_the_end(batch, Form::Lines));
        run.await.unwrap_or_else(|_| Err(Problem::of(&kinds::INTERNAL)))?
    };
    if !dry_run {
        let link = format!("</v1/imports/{id}>; rel=\"describedby\"");
        for (name, value) in [(IMPORT, id.to_string()), (header::LINK, link)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer.headers_mut().insert(name, value);
            }
        }
    }
    Ok(answer)
}
