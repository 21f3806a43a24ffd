//! Trying an endpoint.

use super::super::App;
use super::super::caller::Caller;
use super::super::refusal::Refusal;
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
/// [`super::Code::NotFound`].
pub async fn test_webhook(app: &App, caller: &Caller, id: Uuid) -> Result<Tested, Refusal> {
    let endpoint = existing(app, caller, id).await?;
    let mut data = Map::new();
    data.insert("webhook".into(), id.to_string().into());
    let body = message("webhook.test", &written(app.now()), &data);
    let message = message_id(random::uuid_v7(app.now()));
    let outcome = send(app, &endpoint.webhook, message.clone(), body).await?;
    Ok(Tested {
        message,
        delivered: outcome.failure.is_none(),
        status: outcome.status,
        failure: outcome.failure.map(crate::outbound::sender::Failure::code),
        milliseconds: outcome.took.as_millis().try_into().unwrap_or(u64::MAX),
    })
}
