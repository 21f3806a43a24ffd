//! `test_webhook`

use super::super::super::auth::{Allowed, scopes::ManageWebhooks};
use super::super::super::params::{Id, NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use crate::app::webhooks::{self as app, Tested};
use actix_web::post;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// What came of a test.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookTest)]
pub(crate) struct TestBody {
    /// `webhook-id` of the message.
    #[schema(example = "msg_0193505c2f6b7c5a9d3e5d1f0c7a9b71")]
    message: String,
    /// Whether it arrived: it was answered with 2xx.
    delivered: bool,
    /// The status it was answered with; null where it was not.
    #[schema(example = 204)]
    status_code: Option<u16>,
    /// Why it did not arrive: `private_address`, `not_https`, `unknown_host`, `not_connected`, `tls`,
    /// `timed_out`, `broken`, `redirected`, `gone`, `refused`. New ones may come.
    #[schema(example = "timed_out")]
    failure: Option<&'static str>,
    /// How long it took.
    #[schema(example = 84)]
    milliseconds: u64,
}

impl From<Tested> for TestBody {
    fn from(tested: Tested) -> Self {
        Self {
            message: tested.message,
            delivered: tested.delivered,
            status_code: tested.status,
            failure: tested.failure,
            milliseconds: tested.milliseconds,
        }
    }
}

/// Test a webhook
///
/// Sends a message of the type `webhook.test` now, also to an endpoint that is disabled, and tells
/// what came of it within 15 seconds. Nothing is recorded, and it is not sent again. A few can be
/// tested at a time: 503 `unavailable` says when to come back. 409 where this instance was started with
/// `--hold-webhooks`.
#[utoipa::path(
    tag = "Webhooks",
    security(("oauth2" = ["webhooks:admin"])),
    params(("id" = Uuid, Path, description = "The endpoint's id")),
    responses((status = 200, description = "What came of it.", body = TestBody, example = json!({
        "message": "msg_0193505c2f6b7c5a9d3e5d1f0c7a9b71", "delivered": true, "status_code": 204,
        "failure": null, "milliseconds": 84}))),
    extensions(("x-refusals" = json!(["not-found", "event-not-possible"]))),
)]
#[post("/v1/webhooks/{id}/tests")]
pub(crate) async fn test_webhook(
    caller: Allowed<ManageWebhooks>,
    id: Id,
    _query: Params<NoQuery>,
    state: Data<State>,
) -> Result<Json<TestBody>, Problem> {
    Ok(Json(app::test_webhook(&state.app, &caller, id.0).await?.into()))
}
