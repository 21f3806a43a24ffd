//! Trying an endpoint.

use super::super::App;
use super::super::caller::Caller;
use super::super::refusal::{Code, Refusal};
use super::existing;
use super::make::message;
use super::send::{message_id, send};
use crate::crypto::random;
use crate::ledger::entry::written;
use serde_json::Map;
use uuid::Uuid;

/// What came of a test.
#[derive(Debug, Clone)]
pub struct Tested {
    /// `webhook-id` of the message.
    pub message: String,
    /// Whether it arrived: it was answered with 2xx.
    pub delivered: bool,
    /// The status it was answered with.
    pub status: Option<u16>,
    /// Why it did not arrive.
    pub failure: Option<&'static str>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// Sends a `webhook.test` to an endpoint, disabled or not, and tells what came of it.
/// Nothing is recorded, and it is not sent again.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::Unavailable`] where many are being tried.
pub async fn test_webhook(app: &App, caller: &Caller, id: Uuid) -> Result<Tested, Refusal> {
    let endpoint = existing(app, caller, id).await?;
    let Ok(_one_of_few) = app.outgoing.tests.try_acquire() else {
        let detail = "Many webhooks are being tested at this moment: try again in a while.";
        return Err(Refusal::saying(Code::Unavailable, detail).retry_after(15));
    };
    let mut data = Map::new();
    data.insert("webhook".into(), id.to_string().into());
    let body = message("webhook.test", &written(app.now()), &data);
    let message = message_id(random::uuid_v7(app.now()));
    let outcome = send(app, &endpoint.webhook, message.clone(), body).await?;
    Ok(Tested {
        message,
        delivered: outcome.failure.is_none(),
        status: outcome.status,
        failure: outcome.failure.map(crate::outbound::outcome::Failure::code),
        milliseconds: outcome.took.as_millis().try_into().unwrap_or(u64::MAX),
    })
}
