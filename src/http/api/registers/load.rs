//! `load_register_version`
#![expect(unused_qualifications, reason = "utoipa's derive writes them for parameters")]

use super::super::super::auth::{Allowed, scopes::WriteRegisters};
use super::super::super::body::media_type;
use super::super::super::params::{Name, Params, idempotency_key};
use super::super::super::problem::{Problem, kinds};
use super::super::super::state::State;
use super::super::objections::receipt::EXAMPLE as RECEIPT;
use super::super::screenings::asked::{Long, RowShape, SAVE_AS_CSV, format};
use super::super::screenings::feed::feed;
use super::body::VersionBody;
use crate::app::Committed;
use crate::app::registers::{Loaded, NewVersion, begin_load, layout_of, put_in_force};
use crate::domain::fault::Fault;
use crate::domain::register::Layout;
use crate::tabular::campaign;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A register's file, as documents show it.
const CSV: &str = "Abonnentnummer\r\n070-174 06 05\r\n08-465 004 10\r\n";
/// A row of NDJSON.
const LINES: &str = "{\"phone\": \"070-174 06 05\"}\n{\"phone\": \"08-465 004 10\"}\n";

/// What the query of a load can say.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LoadQuery {
    /// The day that the file is of: of its making, and not of its loading. From it a version grows old.
    #[param(value_type = String, format = Date, required = true, example = "2026-11-02")]
    date: NaiveDate,
    /// What headings mean that neither are known nor were said when the register was added:
    /// `phone:Nummer,phone:#2`, as in a screening.
    #[param(value_type = String, required = false, nullable = false, max_length = 2000)]
    columns: Option<Long>,
    /// The id of the version in force, where its date or its file is wrong: the file may then be of an
    /// earlier day. The entry tells which version was replaced so.
    #[param(required = false, nullable = false, example = json!(null))]
    replaces: Option<Uuid>,
    /// `true`: the file may have lost more than a fifth of the rows in force.
    #[serde(default)]
    #[param(required = false, default = false)]
    allow_shrink: bool,
    /// `true`: check every row and record nothing; the answer is a 200 with status `checked`.
    #[serde(default)]
    #[param(required = false, default = false)]
    dry_run: bool,
}

/// A version that was loaded.
#[derive(Serialize, ToSchema)]
#[schema(as = LoadedRegisterVersion)]
pub(crate) struct LoadedBody {
    /// The register's slug.
    #[schema(example = "nix-telefon")]
    register: String,
    /// `recorded`, or `checked` after a dry run.
    #[schema(example = "recorded")]
    status: &'static str,
    /// The version.
    version: VersionBody,
    /// Rows of the version that it replaces; null where it replaces none.
    #[schema(example = 2_975_004)]
    rows_before: Option<i64>,
    /// Proof that this stands in the log (a C2SP tlog-proof). None after a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    receipt: Option<String>,
}

/// Load a version of a register
///
/// The body is the file itself, of any size: CSV or NDJSON, whose encoding, delimiter and headings
/// are recognised as a screening recognises them; for `dk-robinson`, `text/plain` with the list as
/// the CPR office gives it out (fixed places, ISO 8859-1). Rows are tagged and written while the file
/// comes, without being in force; at its end the version replaces the one before at one moment, and
/// the rows of that one go. Columns that the register does not hold are not kept.
///
/// **All or nothing.** A row without a readable value of what the register holds, or with one that
/// cannot be read, makes the file a 422 that names the first of such lines (`/17` is line 17), at most
/// 20. A hash is such a value: register files are loaded in the clear. Then nothing of it is left, and
/// the version in force stays in force. So do an empty file, a day that is still to come, and one
/// before that of the version in force, unless `replaces` names that version. And so does a file that
/// was perhaps cut off: where at least 50 rows are in force, one that has lost more than a fifth of
/// them (`fewer_rows`) needs `allow_shrink=true`.
///
/// **What it can be asked by.** Who is on it is found by anything that a row has. That somebody is not
/// on it can be told only by what every row has (`every_row_has`): where a look-up gives none of that,
/// or some of it cannot be read, it is `undecidable` (`register_unchecked`).
///
/// **Again.** The same file of the same day as the version in force, read in the same way, is that
/// version: the answer is that of the first time, and nothing is recorded. Another file of that day
/// replaces it, and so does the same file with other `columns`. An `Idempotency-Key` covers the file
/// and what the query says.
///
/// **Whose.** A client that is bound to controllers loads what binds no others. A disk with little room
/// left takes no file (503): what is left is for objections.
#[utoipa::path(
    tag = "Registers",
    security(("oauth2" = ["registers:write"])),
    params(("register" = String, Path, description = "The register's slug or id", example = "nix-telefon"), LoadQuery),
    request_body(description = "The file. Any size.",
        content((String = "text/csv", example = json!(CSV)),
            (RowShape = "application/x-ndjson", example = json!(LINES)),
            (String = "text/plain", example = json!("Østergaard,Kirsten                #Nørregade 12, 3 tv               #                                  #2100 København Ø         #   #")))),
    responses((status = 201, description = "In force.", body = LoadedBody, example = json!({
        "register": "nix-telefon", "status": "recorded",
        "version": {"id": "01934eff-5a11-7c0d-b2f5-6f1f0a3f9d21", "date": "2026-11-02",
            "loaded_at": "2026-11-03T04:10:58.002117Z", "position": 48102, "rows": 2_981_377, "bytes": 38_757_901,
            "columns_used": [{"read_as": "phone", "number": 1, "heading": "Abonnentnummer"}], "every_row_has": ["phones"],
            "digest": "SG7qYk0ru0+2gPNPfJrZapfKTsiL5z6OpebGUmDpy4o=", "age_days": 1, "good_until": "2026-12-31",
            "stale": false, "in_force": true},
        "rows_before": 2_975_004, "receipt": RECEIPT}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "not-found", "event-not-possible", "idempotency-key-reused", "unprocessable"]))),
)]
#[post("/v1/registers/{register}/versions")]
pub(crate) async fn load_register_version(
    caller: Allowed<WriteRegisters>,
    register: Name,
    query: Params<LoadQuery>,
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let LoadQuery { date, columns, replaces, allow_shrink, dry_run } = query.0;
    let key = idempotency_key(&request)?;
    let format = match layout_of(&state.app, &caller, &register.0).await? {
        Layout::Columns => Some(format(&request)?),
        Layout::DkRobinson => media_type(&request, &["text/plain"]).map(|()| None)?,
    };
    let columns = columns.map(|text| text.0);
    let new = NewVersion { register: register.0, date, columns, format, replaces, allow_shrink };
    let retried = key.is_some();
    let (way_in, begun) = begin_load(&state.app, &caller, new, (dry_run, retried)).await?;
    feed(payload.into_inner(), way_in).await?;
    let loaded = put_in_force(&state.app, &caller, begun, (key.as_deref(), dry_run)).await;
    let loaded = loaded.map_err(|refusal| {
        let book = |fault: &Fault| fault.code == campaign::Fault::SPREADSHEET;
        match refusal.errors.iter().any(book) {
            true => Problem::saying(&kinds::UNSUPPORTED_MEDIA_TYPE, SAVE_AS_CSV),
            false => refusal.into(),
        }
    })?;
    let receipt = loaded.receipt().map(str::to_owned);
    let Committed { value: Loaded { register, version, rows_before }, .. } = loaded;
    let status = if dry_run { "checked" } else { "recorded" };
    let answer = LoadedBody { register, status, version: version.into(), rows_before, receipt };
    let mut head = if dry_run { HttpResponse::Ok() } else { HttpResponse::Created() };
    Ok(head.json(answer))
}
