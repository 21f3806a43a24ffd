//! Sending deliveries until they arrive or are given up.

use super::super::refusal::Refusal;
use super::super::{App, Instance};
use super::disable::disable_gone;
use crate::crypto::random;
use crate::domain::Time;
use crate::domain::webhook::Webhook;
use crate::ledger::memory::Endpoint;
use crate::outbound::pauses;
use crate::outbound::sender::{Failure, Message, Outcome};
use crate::outbound::target;
use crate::store::{StoreError, WebhookDeliveryRow, head, webhook_deliveries};
use std::time::Duration;
use uuid::Uuid;

/// How long a delivery is one instance's own: longer than sending can take. Whoever has
/// not told by then what became of it may have died, and it is sent again.
const LEASE: Duration = Duration::from_secs(60);
/// How long what has been delivered is shown.
const DELIVERED_DAYS: i64 = 30;
/// How long what was given up is shown, and can be sent again.
const GIVEN_UP_DAYS: i64 = 90;

/// A delivery that is this instance's for a while.
pub(super) struct Claimed {
    row: WebhookDeliveryRow,
    lease: i64,
}

impl Instance {
    /// Takes some of an endpoint's deliveries that are due. Waits for the database.
    pub(super) fn claim(&self, webhook: Uuid, most: usize) -> Result<Vec<Claimed>, StoreError> {
        let (store, id) = (self.ledger.store(), webhook.as_bytes());
        let any = store.read(|conn| {
            let now = head::database_time(conn)?;
            webhook_deliveries::any_due(conn, id, now)
        })?;
        if !any {
            return Ok(Vec::new()); // and nothing was written
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        store.write(|conn| {
            let now = head::database_time(conn)?;
            let lease = now + micros(LEASE);
            let rows = webhook_deliveries::claim(conn, id, (now, lease), most)?;
            Ok(rows.into_iter().map(|row| Claimed { row, lease }).collect())
        })
    }

    /// Says what became of a delivery. Waits for the database.
    fn settle(&self, claimed: Claimed, outcome: Outcome) -> Result<(), StoreError> {
        let Claimed { mut row, lease } = claimed;
        let [chance] = random::bytes();
        self.ledger.store().write(|conn| {
            let now = head::database_time(conn)?;
            row.attempts += 1;
            row.tries += 1;
            row.attempted_at = Some(now);
            row.answered = outcome.status.map(i32::from);
            row.failure = outcome.failure.map(|failure| failure.code().to_owned());
            let pause = pauses::after(usize::try_from(row.tries).unwrap_or(0), chance);
            match (outcome.failure, pause) {
                (None, _) => {
                    "delivered".clone_into(&mut row.status);
                    row.ended_at = Some(now);
                }
                (Some(_), Some(pause)) => row.due_at = now + micros(pause),
                (Some(_), None) => {
                    "given_up".clone_into(&mut row.status);
                    row.ended_at = Some(now);
                }
            }
            webhook_deliveries::settle(conn, &row, lease).map(|_| ())
        })
    }

    /// Forgets deliveries that ended long ago. Waits for the database.
    pub fn forget_deliveries(&self) {
        let before = |days| (self.now() - chrono::TimeDelta::days(days)).timestamp_micros();
        let (delivered, given_up) = (before(DELIVERED_DAYS), before(GIVEN_UP_DAYS));
        let forget = |conn: &mut _| webhook_deliveries::forget_before(conn, delivered, given_up);
        if let Err(error) = self.ledger.store().write(forget) {
            log::warn!("old deliveries of webhooks stay: {error}");
        }
    }

    /// A message, signed with every key that signs now.
    pub(super) fn signed(
        &self,
        webhook: &Webhook,
        id: String,
        body: String,
    ) -> Result<Message, Refusal> {
        let now: Time = self.now();
        let timestamp = now.timestamp();
        let mut signatures = Vec::new();
        for key in webhook.signing(now) {
            signatures.push(self.keys(webhook.id, key)?.sign(&id, timestamp, &body));
        }
        Ok(Message { id, timestamp, signature: signatures.join(" "), body })
    }
}

/// Sends a message to an endpoint.
pub(super) async fn send(
    app: &App,
    webhook: &Webhook,
    id: String,
    body: String,
) -> Result<Outcome, Refusal> {
    let sender = app.sender()?;
    // As it was registered, and judged by what is allowed now.
    let Ok(url) = target::read(&app.unsealed(webhook)?.url, sender.allows_private()) else {
        let failure = Some(Failure::PrivateAddress);
        return Ok(Outcome { status: None, failure, took: Duration::ZERO });
    };
    Ok(sender.send(&url, app.signed(webhook, id, body)?).await)
}

/// Sends a delivery once, and says what became of it.
pub(super) async fn deliver(app: App, endpoint: Endpoint, claimed: Claimed) {
    let webhook = endpoint.webhook.id;
    let id = message_id(Uuid::from_slice(&claimed.row.id).unwrap_or_default());
    let outcome = match send(&app, &endpoint.webhook, id, claimed.row.body.clone()).await {
        Ok(outcome) => outcome,
        Err(refusal) => {
            // Ours, not the receiver's: it is not counted as a try.
            log::warn!("a delivery to the webhook {webhook} waits: {:?}", refusal.code);
            return;
        }
    };
    if outcome.failure == Some(Failure::Gone) {
        log::warn!("the webhook {webhook} answered 410 Gone, and is disabled");
        if let Err(refusal) = disable_gone(&app, &endpoint).await {
            log::warn!("the webhook {webhook} could not be disabled: {:?}", refusal.code);
        }
    }
    let settled = app.waiting(move |instance| Ok(instance.settle(claimed, outcome)?));
    if let Err(refusal) = settled.await {
        log::warn!("a delivery to the webhook {webhook} will be sent again: {:?}", refusal.code);
    }
}

/// `webhook-id`: the same each time a delivery is sent.
pub(super) fn message_id(id: Uuid) -> String {
    format!("msg_{}", id.simple())
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
