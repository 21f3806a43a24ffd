//! Sending deliveries until they arrive or are given up.

use super::super::refusal::Refusal;
use super::super::{App, Instance};
use super::disable::disable_gone;
use crate::crypto::random;
use crate::domain::Time;
use crate::domain::webhook::Webhook;
use crate::ledger::memory::Endpoint;
use crate::outbound::outcome::{Failure, Outcome};
use crate::outbound::pauses;
use crate::outbound::sender::Message;
use crate::outbound::target;
use crate::store::{Connection, StoreError, WebhookDeliveryRow, webhook_deliveries};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// How long a delivery is one instance's own: longer than sending can take. Whoever has
/// not told by then what became of it may have died, and it is sent again.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// What has been one's own for so long is given back unsent: the sending could last
/// longer than the lease.
const STALE: Duration = Duration::from_secs(35);
/// How long what has been delivered is shown.
const DELIVERED_DAYS: i64 = 30;
/// How long what was given up is shown, and can be sent again.
const GIVEN_UP_DAYS: i64 = 90;

/// A delivery that is this instance's for a while.
pub(super) struct Claimed {
    pub(super) row: WebhookDeliveryRow,
    pub(super) lease: i64,
    pub(super) since: Instant,
}

/// A delivery that is to be settled.
pub(super) struct Ended {
    claimed: Claimed,
    /// `None`: it was not sent, and is given back.
    outcome: Option<Outcome>,
    /// What it takes of its endpoint's room until it is settled.
    _room: OwnedSemaphorePermit,
}

impl Ended {
    /// Says what became of it.
    pub(super) fn settle(&self, conn: &mut Connection, now: i64) -> Result<(), StoreError> {
        let mut row = self.claimed.row.clone();
        if let Some(outcome) = self.outcome {
            let [chance] = random::bytes();
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
                (Some(_), Some(pause)) => {
                    let asked = outcome.not_before.unwrap_or_default();
                    row.due_at = now + micros(pause.max(asked));
                }
                (Some(_), None) => {
                    "given_up".clone_into(&mut row.status);
                    row.ended_at = Some(now);
                }
            }
        }
        webhook_deliveries::settle(conn, &row, self.claimed.lease).map(|_| ())
    }
}

impl Instance {
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
    let url = match target::read(&app.unsealed(webhook)?.url, sender.allows_private()) {
        Ok(url) => url,
        Err(why) => return Ok(Outcome::none(why.into())),
    };
    Ok(sender.send(&url, app.signed(webhook, id, body)?).await)
}

/// Sends a delivery once, when one of its endpoint's lanes is free.
pub(super) async fn deliver(
    app: App,
    endpoint: Endpoint,
    claimed: Claimed,
    (lanes, room): (Arc<Semaphore>, OwnedSemaphorePermit),
) -> Ended {
    let webhook = endpoint.webhook.id;
    let ended = |claimed, outcome| Ended { claimed, outcome, _room: room };
    let Ok(_lane) = lanes.acquire().await else { return ended(claimed, None) };
    let stands = |known: &Endpoint| known.webhook.disabled.is_none();
    let wanted = app.memory().webhooks.get(&webhook).is_some_and(stands);
    if !wanted || claimed.since.elapsed() > STALE {
        return ended(claimed, None);
    }
    let id = message_id(Uuid::from_slice(&claimed.row.id).unwrap_or_default());
    let outcome = match send(&app, &endpoint.webhook, id, claimed.row.body.clone()).await {
        Ok(outcome) => outcome,
        Err(refusal) => {
            // Ours, not the receiver's: it is not counted as a try, and waits for its lease.
            log::warn!("a delivery to the webhook {webhook} waits: {:?}", refusal.code);
            return ended(Claimed { lease: 0, ..claimed }, None);
        }
    };
    if outcome.failure == Some(Failure::Gone) {
        log::warn!("the webhook {webhook} answered 410 Gone, and is disabled");
        if let Err(refusal) = disable_gone(&app, &endpoint).await {
            log::warn!("the webhook {webhook} could not be disabled: {:?}", refusal.code);
        }
    }
    ended(claimed, Some(outcome))
}

/// `webhook-id`: the same each time a delivery is sent.
pub(super) fn message_id(id: Uuid) -> String {
    format!("msg_{}", id.simple())
}

pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
