//! `redeliver_webhook`

use super::super::super::auth::{Allowed, scopes::ManageWebhooks};
use super::super::super::params::{DeliveryId, Id, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::deliveries::DeliveryBody;
use crate::app::webhooks as app;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// Send a delivery again
///
/// As if it had never been tried: within seconds, and then by the same schedule. The message and its
/// `webhook-id` stay the same. Also for what was delivered, and for what was given up.
#[utoipa::path(
    tag = "Webhooks",
    security(("oauth2" = ["webhooks:admin"])),
    params(("id" = Uuid, Path, description = "The endpoint's id"),
        ("delivery" = Uuid, Path, description = "The delivery's id")),
    responses((status = 202, description = "It will be sent.", body = DeliveryBody, example = json!({
        "id": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b72", "message": "msg_0193505c2f6b7c5a9d3e5d1f0c7a9b72",
        "position": 48211, "kind": "objection.recorded", "status": "pending", "attempts": 10,
        "created_at": "2026-11-17T09:12:03.520034Z", "last_attempt_at": "2026-11-20T13:40:11.101204Z",
        "last_status_code": 503, "last_failure": "refused", "next_attempt_at": "2026-11-20T14:02:00.120034Z",
        "ended_at": null}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible"]))),
)]
#[post("/v1/webhooks/{id}/deliveries/{delivery}/redeliveries")]
pub(crate) async fn redeliver_webhook(
    caller: Allowed<ManageWebhooks>,
    id: Id,
    delivery: DeliveryId,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let again = app::redeliver(&state.app, &caller, id.0, delivery.0).await?;
    Ok(HttpResponse::Accepted().json(DeliveryBody::from(again)))
}
