//! `list_audit`

use super::super::super::auth::{Allowed, scopes::ReadAudit};
use super::super::super::params::{AuditQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::audit::{self as app, Use};
use crate::domain::Time;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a client asked within an hour. There may be several for one hour: they add up.
#[derive(Serialize, ToSchema)]
#[schema(as = Use)]
pub(crate) struct UseBody {
    /// Its id.
    id: Uuid,
    /// The client.
    #[schema(example = "utskick")]
    client: String,
    /// The operation.
    #[schema(example = "look_up")]
    operation: String,
    /// The hour's beginning.
    #[schema(value_type = DateTime<Utc>)]
    hour: Time,
    /// How many requests.
    requests: u64,
    /// About how many identifiers.
    identifiers: u64,
}

impl From<Use> for UseBody {
    fn from(of: Use) -> Self {
        let Use { id, client, operation, hour, requests, identifiers } = of;
        Self { id, client, operation, hour, requests, identifiers }
    }
}

/// A page of the audit record.
#[derive(Serialize, ToSchema)]
pub(crate) struct Audit {
    /// Uses, oldest first.
    uses: Vec<UseBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    next: Option<String>,
}

/// See who asked how much
///
/// By client, operation and hour; counts only, never whom they asked about.
#[utoipa::path(
    tag = "Audit",
    security(("oauth2" = ["audit:read"])),
    params(AuditQuery),
    responses((status = 200, description = "A page of the audit record.", body = Audit, example = json!({
        "uses": [{"id": "01935178-0000-7a01-8d1c-7d2b4f1a0c33", "client": "utskick", "operation": "look_up",
            "hour": "2026-11-20T14:00:00Z", "requests": 3120, "identifiers": 6240}],
        "next": null}))),
)]
#[get("/v1/audit")]
pub(crate) async fn list_audit(
    caller: Allowed<ReadAudit>,
    query: Params<AuditQuery>,
    state: Data<State>,
) -> Result<Json<Audit>, Problem> {
    let (client, after, limit) = query.0.parts();
    let (uses, next) = app::list_audit(&state.app, &caller, client, after, limit).await?;
    Ok(Json(Audit { uses: uses.into_iter().map(UseBody::from).collect(), next }))
}
