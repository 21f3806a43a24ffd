//! `read_import`

use super::super::super::auth::{Allowed, scopes::ReadImports};
use super::super::super::params::{Id, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::objections::receipt::EXAMPLE as RECEIPT;
use super::super::parts::answers::AsOfBody;
use super::super::parts::transfers::{EndedBody, FileBody};
use crate::app::transfer::{Certificate, Way, read_transfer};
use crate::domain::Time;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An import that has ended. `rows` is always the sum of `recorded`, `known`, `skipped` and
/// `refused`.
#[derive(Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportBody {
    /// The import's id; none of a dry run, nor where no certificate could be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    id: Option<Uuid>,
    /// `completed`; `incomplete` where the file broke off: rows before stand; `checked` of a dry run.
    #[schema(example = "completed")]
    status: &'static str,
    /// The client that ran it.
    #[schema(example = "admin")]
    client: String,
    /// The acting person's account name.
    #[schema(example = "elin.berg")]
    actor: Option<String>,
    /// The controller or group whose list it was, by slug.
    #[schema(example = json!(["tandgruppen-goteborg"]))]
    controllers: Vec<String>,
    /// Which program wrote the list.
    #[schema(example = "mailchimp")]
    format: String,
    /// What the objections cover; where each line says its own, `all`.
    #[schema(example = json!(["email"]))]
    channels: Vec<&'static str>,
    /// Rows of the list.
    #[schema(example = 4)]
    rows: i64,
    /// Of those, recorded, or in a dry run to be recorded.
    #[schema(example = 2)]
    recorded: i64,
    /// Known before.
    #[schema(example = 1)]
    known: i64,
    /// No objections.
    #[schema(example = 1)]
    skipped: i64,
    /// Not to be recorded.
    #[schema(example = 0)]
    refused: i64,
    /// The file.
    file: FileBody,
    /// The state of the ledger when it began.
    as_of: AsOfBody,
    /// When the upload began.
    #[schema(value_type = DateTime<Utc>)]
    begun_at: Time,
    /// When the last row was answered.
    #[schema(value_type = DateTime<Utc>)]
    ended_at: Time,
    /// Why the file ended before its end; null where it did not.
    failure: Option<EndedBody>,
    /// Proof that this stands in the log (a C2SP tlog-proof); none of a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    receipt: Option<String>,
}

impl ImportBody {
    pub(super) fn of(certificate: Certificate, dry_run: bool) -> Self {
        let counts = certificate.counts;
        Self {
            id: certificate.receipt.is_some().then_some(certificate.id),
            status: if dry_run { "checked" } else { certificate.status },
            client: certificate.client,
            actor: certificate.actor,
            controllers: certificate.controllers,
            format: certificate.format,
            channels: certificate.channels.names(),
            rows: counts.rows,
            recorded: counts.recorded,
            known: counts.known,
            skipped: counts.skipped,
            refused: counts.refused,
            file: FileBody::new(
                certificate.bytes,
                &certificate.salt,
                certificate.digest.as_deref(),
            ),
            as_of: certificate.as_of.into(),
            begun_at: certificate.begun_at,
            ended_at: certificate.ended_at,
            failure: certificate.failure.map(|(code, line)| EndedBody { code, line }),
            receipt: certificate.receipt,
        }
    }
}

/// Read an import's certificate
///
/// How many rows came and what became of them: an entry of the ledger, with a receipt, and without
/// anything of the list itself. For the client that ran it, and for auditors; 404 for everybody else,
/// and while the import is under way. `file` tells whether a list is the one: SHA-256 over `salt` and
/// the SHA-256 of the file gives `digest`.
#[utoipa::path(
    tag = "Imports and exports",
    security(("oauth2" = ["imports:run"]), ("oauth2" = ["audit:read"])),
    params(("id" = Uuid, Path, description = "The import's id, from the header `Nejtack-Import`")),
    responses((status = 200, description = "The certificate.", body = ImportBody, example = json!({
        "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b71", "status": "completed", "client": "admin", "actor": "elin.berg",
        "controllers": ["tandgruppen-goteborg"], "format": "mailchimp", "channels": ["email"],
        "rows": 2, "recorded": 2, "known": 0, "skipped": 0, "refused": 0,
        "file": {"bytes": 426, "salt": "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7",
            "digest": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"},
        "as_of": {"position": 48211, "time": "2026-11-20T14:20:58.002117Z"},
        "begun_at": "2026-11-20T14:20:58.117204Z", "ended_at": "2026-11-20T14:20:58.220941Z",
        "failure": null, "receipt": RECEIPT}))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/v1/imports/{id}")]
pub(crate) async fn read_import(
    caller: Allowed<ReadImports>,
    id: Id,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<Json<ImportBody>, Problem> {
    let certificate = read_transfer(&state.app, &caller, Way::Import, id.0).await?;
    Ok(Json(ImportBody::of(certificate, false)))
}
