//! `read_export`

use super::super::super::auth::{Allowed, scopes::ReadExports};
use super::super::super::params::{Id, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::objections::receipt::EXAMPLE as RECEIPT;
use super::super::parts::answers::AsOfBody;
use super::super::parts::transfers::FileBody;
use crate::app::transfer::{Certificate, Way, read_transfer};
use crate::domain::Time;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An export.
#[derive(Serialize, ToSchema)]
#[schema(as = Export)]
pub(crate) struct ExportBody {
    /// The export's id.
    id: Uuid,
    /// `completed`.
    #[schema(example = "completed")]
    status: &'static str,
    /// The client that ran it.
    #[schema(example = "admin")]
    client: String,
    /// The acting person's account name.
    #[schema(example = "elin.berg")]
    actor: Option<String>,
    /// The controller whose objections they are, by slug.
    #[schema(example = json!(["tandgruppen-goteborg"]))]
    controllers: Vec<String>,
    /// The format by which it is imported again: `nejtack`.
    #[schema(example = "nejtack")]
    format: String,
    /// How many objections.
    #[schema(example = 1)]
    objections: i64,
    /// The file.
    file: FileBody,
    /// The state of the ledger that all of it is true at.
    as_of: AsOfBody,
    /// When it began.
    #[schema(value_type = DateTime<Utc>)]
    begun_at: Time,
    /// When all was there.
    #[schema(value_type = DateTime<Utc>)]
    ended_at: Time,
    /// Proof that this stands in the log (a C2SP tlog-proof).
    receipt: String,
}

impl From<Certificate> for ExportBody {
    fn from(certificate: Certificate) -> Self {
        Self {
            id: certificate.id,
            status: certificate.status,
            client: certificate.client,
            actor: certificate.actor,
            controllers: certificate.controllers,
            format: certificate.format,
            objections: certificate.counts.rows,
            file: FileBody::new(
                certificate.bytes,
                &certificate.salt,
                certificate.digest.as_deref(),
            ),
            as_of: certificate.as_of.into(),
            begun_at: certificate.begun_at,
            ended_at: certificate.ended_at,
            receipt: certificate.receipt.unwrap_or_default(),
        }
    }
}

/// Read an export's certificate
///
/// How many objections were handed out, for whom, by whom, and at which state of the ledger: an entry
/// of the ledger, with a receipt. For the client that ran it, and for auditors; 404 for everybody else.
/// `file` tells whether a file is the one: SHA-256 over `salt` and the SHA-256 of the file gives
/// `digest`.
#[utoipa::path(
    tag = "Imports and exports",
    security(("oauth2" = ["exports:run"]), ("oauth2" = ["audit:read"])),
    params(("id" = Uuid, Path, description = "The export's id, from the header `Nejtack-Export`")),
    responses((status = 200, description = "The certificate.", body = ExportBody, example = json!({
        "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b81", "status": "completed", "client": "admin", "actor": "elin.berg",
        "controllers": ["tandgruppen-goteborg"], "format": "nejtack", "objections": 1,
        "file": {"bytes": 1804, "salt": "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7",
            "digest": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"},
        "as_of": {"position": 48211, "time": "2026-11-20T14:20:58.002117Z"},
        "begun_at": "2026-11-20T14:20:58.117204Z", "ended_at": "2026-11-20T14:20:58.220941Z",
        "receipt": RECEIPT}))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/v1/exports/{id}")]
pub(crate) async fn read_export(
    caller: Allowed<ReadExports>,
    id: Id,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<Json<ExportBody>, Problem> {
    let certificate = read_transfer(&state.app, &caller, Way::Export, id.0).await?;
    Ok(Json(certificate.into()))
}
