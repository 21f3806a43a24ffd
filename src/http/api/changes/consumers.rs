//! `list_consumers`

use super::super::super::auth::{Allowed, scopes::ListConsumers};
use super::super::super::params::{Page, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::changes::{self as app, Consumer};
use crate::domain::Time;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// A consumer of the change feed: a client that has acknowledged changes.
#[derive(Serialize, ToSchema)]
#[schema(as = Consumer)]
pub(crate) struct ConsumerBody {
    /// The client.
    #[schema(example = "crm")]
    client_id: String,
    /// The controllers and groups it acts for, by slug; empty: every one.
    #[schema(example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// Every change up to here has been applied.
    #[schema(example = 48213)]
    position: i64,
    /// When it acknowledged that.
    #[schema(value_type = DateTime<Utc>)]
    acknowledged_at: Time,
    /// How many changes for its controllers have come since.
    #[schema(example = 0)]
    lag_entries: u64,
    /// How many seconds ago the oldest of them came; 0 where there is none.
    #[schema(example = 0)]
    lag_seconds: u64,
    /// Whether that is longer than this service's bound (`--consumer-lag-bound`).
    lagging: bool,
}

impl From<Consumer> for ConsumerBody {
    fn from(consumer: Consumer) -> Self {
        Self {
            client_id: consumer.client,
            controllers: consumer.controllers,
            position: consumer.position,
            acknowledged_at: consumer.acknowledged_at,
            lag_entries: consumer.lag_entries,
            lag_seconds: consumer.lag_seconds,
            lagging: consumer.lagging,
        }
    }
}

/// A page of consumers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Consumers {
    /// The consumers, by `client_id`.
    consumers: Vec<ConsumerBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    #[schema(example = "crm")]
    next: Option<String>,
}

/// List consumers of changes
///
/// How far each tool that follows changes has applied them, and whether it lags. A consumer sees
/// itself; staff, auditors and admins see those that act for one of their controllers. A client is
/// here from its first acknowledgement on, until it is shut out.
#[utoipa::path(
    tag = "Changes",
    security(("oauth2" = ["changes:read"]), ("oauth2" = ["objections:read"]), ("oauth2" = ["audit:read"]),
        ("oauth2" = ["webhooks:admin"])),
    params(Page),
    responses((status = 200, description = "A page of consumers.", body = Consumers, example = json!({
        "consumers": [{"client_id": "crm", "controllers": ["tandgruppen"], "position": 48213,
            "acknowledged_at": "2026-11-20T09:12:05.120034Z", "lag_entries": 0, "lag_seconds": 0, "lagging": false}],
        "next": null}))),
)]
#[get("/v1/changes/consumers")]
pub(crate) async fn list_consumers(
    caller: Allowed<ListConsumers>,
    page: Params<Page>,
    state: Data<State>,
) -> Result<Json<Consumers>, Problem> {
    let (after, limit) = (page.0.after(), page.0.limit());
    let (consumers, next) = app::list_consumers(&state.app, &caller, after, limit).await?;
    Ok(Json(Consumers { consumers: consumers.into_iter().map(ConsumerBody::from).collect(), next }))
}
