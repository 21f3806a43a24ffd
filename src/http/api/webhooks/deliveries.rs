//! `list_webhook_deliveries`

use super::super::super::auth::{Allowed, scopes::ManageWebhooks};
use super::super::super::params::{Id, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::asked::DeliveriesQuery;
use crate::app::webhooks::{self as app, Delivery};
use crate::domain::Time;
use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A message to an endpoint, and what became of it.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub(crate) struct DeliveryBody {
    /// Its id.
    id: Uuid,
    /// `webhook-id` of the message: the same each time it is sent.
    #[schema(example = "msg_0193505c2f6b7c5a9d3e5d1f0c7a9b72")]
    message: String,
    /// The change that it tells of.
    #[schema(example = 48211)]
    position: i64,
    /// That change's kind.
    #[schema(example = "objection.recorded")]
    kind: String,
    /// `pending`, `delivered` or `given_up`.
    #[schema(example = "pending")]
    status: String,
    /// How often it was sent.
    #[schema(example = 2)]
    attempts: u32,
    /// When it was made.
    #[schema(value_type = DateTime<Utc>)]
    created_at: Time,
    /// When it was sent last.
    #[schema(value_type = Option<DateTime<Utc>>)]
    last_attempt_at: Option<Time>,
    /// The status that was answered with; null where there was no answer.
    #[schema(example = 503)]
    last_status_code: Option<u16>,
    /// Why it did not arrive, as in the answer of a test.
    #[schema(example = "refused")]
    last_failure: Option<String>,
    /// When it will be sent next; null where it will not.
    #[schema(value_type = Option<DateTime<Utc>>)]
    next_attempt_at: Option<Time>,
    /// When it was delivered or given up.
    #[schema(value_type = Option<DateTime<Utc>>)]
    ended_at: Option<Time>,
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            message: delivery.message,
            position: delivery.position,
            kind: delivery.kind,
            status: delivery.status,
            attempts: delivery.attempts,
            created_at: delivery.created_at,
            last_attempt_at: delivery.attempted_at,
            last_status_code: delivery.answered,
            last_failure: delivery.failure,
            next_attempt_at: delivery.next_attempt_at,
            ended_at: delivery.ended_at,
        }
    }
}

/// A page of deliveries.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDeliveries)]
pub(crate) struct Deliveries {
    /// The deliveries, oldest first.
    deliveries: Vec<DeliveryBody>,
    /// Where the next page begins: send it as `after`. None on the last page.
    next: Option<String>,
}

/// List a webhook's deliveries
///
/// What was sent to an endpoint, oldest first, and what became of it. What was delivered is shown for
/// 30 days, what was given up for 90.
#[utoipa::path(
    tag = "Webhooks",
    security(("oauth2" = ["webhooks:admin"])),
    params(("id" = Uuid, Path, description = "The endpoint's id"), DeliveriesQuery),
    responses((status = 200, description = "A page of deliveries.", body = Deliveries, example = json!({
        "deliveries": [{"id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b72", "message": "msg_0193505c2f6b7c5a9d3e5d1f0c7a9b72",
            "position": 48211, "kind": "objection.recorded", "status": "pending", "attempts": 2,
            "created_at": "2026-11-20T09:12:03.520034Z", "last_attempt_at": "2026-11-20T09:12:09.101204Z",
            "last_status_code": 503, "last_failure": "refused", "next_attempt_at": "2026-11-20T09:17:21.660034Z",
            "ended_at": null}],
        "next": null}))),
    extensions(("x-refusals" = json!(["not-found"]))),
)]
#[get("/v1/webhooks/{id}/deliveries")]
pub(crate) async fn list_webhook_deliveries(
    caller: Allowed<ManageWebhooks>,
    id: Id,
    query: Params<DeliveriesQuery>,
    state: Data<State>,
) -> Result<Json<Deliveries>, Problem> {
    let (status, page) = query.0.parts();
    let (all, next) = app::list_deliveries(&state.app, &caller, id.0, status, page).await?;
    Ok(Json(Deliveries { deliveries: all.into_iter().map(DeliveryBody::from).collect(), next }))
}
