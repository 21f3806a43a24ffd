//! `read_screening`

use super::super::super::auth::{Allowed, scopes::ReadScreenings};
use super::super::super::params::{Id, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::objections::receipt::EXAMPLE as RECEIPT;
use super::super::parts::answers::AsOfBody;
use crate::app::AsOf;
use crate::app::screen::{Certificate, ColumnUsed, Counted, Standing, read_screening as app};
use crate::domain::Time;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use std::fmt::Write as _;
use utoipa::ToSchema;
use uuid::Uuid;

/// A screening that has not ended.
#[derive(Serialize, ToSchema)]
#[schema(as = ScreeningUnderWay)]
pub(crate) struct UnderWay {
    /// The screening's id.
    id: Uuid,
    /// `running`.
    #[schema(example = "running")]
    status: &'static str,
    /// The state of the ledger that every decision will be true at; only in the answer that began
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    as_of: Option<AsOfBody>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = DateTime<Utc>, required = false, nullable = false)]
    begun_at: Option<Time>,
}

pub(super) fn under_way(id: Uuid, as_of: AsOf) -> UnderWay {
    UnderWay { id, status: "running", as_of: Some(as_of.into()), begun_at: None }
}

/// The 202 of a screening that has not ended.
pub(super) fn wait(id: Uuid, begun_at: Time) -> HttpResponse {
    let body = UnderWay { id, status: "running", as_of: None, begun_at: Some(begun_at) };
    HttpResponse::Accepted().insert_header((header::RETRY_AFTER, 1)).json(body)
}

/// Bytes, and a digest of them.
#[derive(Serialize, ToSchema)]
#[schema(as = ScreenedBytes)]
struct Digested {
    /// How many.
    #[schema(example = 48_211_733)]
    bytes: i64,
    /// Their SHA-256, as hexadecimal; null where they did not come or go to their end.
    #[schema(example = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    sha256: Option<String>,
}

impl From<(i64, Option<Vec<u8>>)> for Digested {
    fn from((bytes, digest): (i64, Option<Vec<u8>>)) -> Self {
        let hex = |digest: Vec<u8>| {
            digest.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
        };
        Self { bytes, sha256: digest.map(hex) }
    }
}

/// A column that was read.
#[derive(Serialize, ToSchema)]
#[schema(as = ColumnUsed)]
pub(crate) struct ColumnBody {
    /// What it was read as.
    #[schema(example = "email")]
    read_as: String,
    /// Which it is, from 1.
    #[schema(example = 1)]
    number: Option<u32>,
    /// Its heading; null in a file without one.
    #[schema(example = "E-post")]
    heading: Option<String>,
}

impl From<ColumnUsed> for ColumnBody {
    fn from(ColumnUsed { read_as, number, heading }: ColumnUsed) -> Self {
        Self { read_as, number, heading }
    }
}

/// An opt-out register that counted.
#[derive(Serialize, ToSchema)]
#[schema(as = CountedRegister)]
struct RegisterBody {
    /// Its slug.
    #[schema(example = "nix-telefon")]
    slug: String,
    /// The id of its version; null where it had none.
    version: Option<Uuid>,
    /// The day that the version's file is of.
    #[schema(format = Date, example = "2026-11-02")]
    date: Option<String>,
    /// Whether it could be relied on: `in_force`, `stale`, `missing`. New ones may come.
    #[schema(example = "in_force")]
    standing: String,
}

impl From<Counted> for RegisterBody {
    fn from(Counted { slug, version, date, standing }: Counted) -> Self {
        Self { slug, version, date: date.map(|date| date.to_string()), standing }
    }
}

/// Why a screening failed.
#[derive(Serialize, ToSchema)]
#[schema(as = ScreeningFailure)]
struct FailureBody {
    /// A stable word for programs. New ones may come.
    #[schema(example = "upload_broken_off")]
    code: String,
    /// The line of the file that it is about.
    #[schema(example = 17)]
    line: Option<i64>,
}

/// The certificate of a screening. `rows` is always the sum of `clear`, `blocked` and
/// `undecidable`.
#[derive(Serialize, ToSchema)]
#[schema(as = Screening)]
pub(crate) struct CertificateBody {
    /// The screening's id.
    id: Uuid,
    /// `completed` or `failed`. Rows count only when this says `completed`.
    #[schema(example = "completed")]
    status: &'static str,
    /// The client that ran it.
    #[schema(example = "crm")]
    client: String,
    /// The acting person's account name.
    #[schema(example = "elin.berg")]
    actor: Option<String>,
    /// The controllers that rows were decided for, by slug.
    #[schema(example = json!(["tandgruppen-goteborg"]))]
    controllers: Vec<String>,
    /// How they want to send.
    #[schema(example = "email")]
    channel: String,
    /// Which rows came back.
    #[schema(example = "all")]
    keep: String,
    /// Of those, only the ones whose decision was another at this position.
    changed_since: Option<i64>,
    /// Which columns were read as what.
    columns: Vec<ColumnBody>,
    /// Which versions of which opt-out registers counted for the channel, by slug. None of a screening
    /// that ended before this was kept.
    registers: Vec<RegisterBody>,
    /// Rows that came.
    #[schema(example = 3)]
    rows: i64,
    /// Of those, clear.
    #[schema(example = 1)]
    clear: i64,
    /// Blocked.
    #[schema(example = 1)]
    blocked: i64,
    /// Undecidable.
    #[schema(example = 1)]
    undecidable: i64,
    /// Rows that came back.
    #[schema(example = 3)]
    kept: i64,
    /// What came.
    received: Digested,
    /// What went back.
    sent: Digested,
    /// The state of the ledger that every decision is true at.
    as_of: AsOfBody,
    /// When the upload began.
    #[schema(value_type = DateTime<Utc>)]
    begun_at: Time,
    /// When all was decided.
    #[schema(value_type = DateTime<Utc>)]
    ended_at: Time,
    /// Why it failed; null where it did not.
    failure: Option<FailureBody>,
    /// Proof that the certificate stands in the log (a C2SP tlog-proof).
    receipt: String,
}

impl From<Certificate> for CertificateBody {
    fn from(certificate: Certificate) -> Self {
        Self {
            id: certificate.id,
            status: certificate.status,
            client: certificate.client,
            actor: certificate.actor,
            controllers: certificate.controllers,
            channel: certificate.channel,
            keep: certificate.keep,
            changed_since: certificate.changed_since,
            columns: certificate.columns.into_iter().map(ColumnBody::from).collect(),
            registers: certificate.registers.into_iter().map(RegisterBody::from).collect(),
            rows: certificate.rows,
            clear: certificate.clear,
            blocked: certificate.blocked,
            undecidable: certificate.undecidable,
            kept: certificate.kept,
            received: certificate.received.into(),
            sent: certificate.sent.into(),
            as_of: certificate.as_of.into(),
            begun_at: certificate.begun_at,
            ended_at: certificate.ended_at,
            failure: certificate.failure.map(|(code, line)| FailureBody { code, line }),
            receipt: certificate.receipt,
        }
    }
}

/// Read a screening's certificate
///
/// How many rows came, how they were decided, at which state of the ledger, by which columns, and
/// digests of what came and of what went back: an entry of the ledger, with a receipt, and without
/// anything of the file itself. **The rows of a screening count only when this says `completed`.** For
/// the client that ran it, and for auditors; 404 for everybody else. A 202 says that it is under way.
#[utoipa::path(
    tag = "Screenings",
    security(("oauth2" = ["screenings:run"]), ("oauth2" = ["audit:read"]), ("static_key" = [])),
    params(("id" = Uuid, Path, description = "The screening's id, from the header `Nejtack-Screening`")),
    responses(
        (status = 200, description = "The certificate.", body = CertificateBody, example = json!({
            "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b60", "status": "completed", "client": "crm", "actor": null,
            "controllers": ["tandgruppen-goteborg"], "channel": "email", "keep": "all", "changed_since": null,
            "columns": [{"read_as": "name", "number": 1, "heading": "Namn"}, {"read_as": "email", "number": 2, "heading": "E-post"}, {"read_as": "phone", "number": 3, "heading": "Mobil"}],
            "registers": [],
            "rows": 3, "clear": 1, "blocked": 1, "undecidable": 1, "kept": 3,
            "received": {"bytes": 151, "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"},
            "sent": {"bytes": 255, "sha256": "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7"},
            "as_of": {"position": 48211, "time": "2026-11-20T14:20:58.002117Z"},
            "begun_at": "2026-11-20T14:20:58.117204Z", "ended_at": "2026-11-20T14:20:58.120941Z",
            "failure": null, "receipt": RECEIPT})),
        (status = 202, description = "The screening is under way.", body = UnderWay,
            headers(("Retry-After" = u32, description = "Seconds until another look makes sense")),
            example = json!({"id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b60", "status": "running", "begun_at": "2026-11-20T14:20:58.117204Z"}))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/v1/screenings/{id}")]
pub(crate) async fn read_screening(
    caller: Allowed<ReadScreenings>,
    id: Id,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    Ok(match app(&state.app, &caller, id.0).await? {
        Standing::UnderWay { begun_at } => wait(id.0, begun_at),
        Standing::Ended(certificate) => HttpResponse::Ok().json(CertificateBody::from(certificate)),
    })
}
