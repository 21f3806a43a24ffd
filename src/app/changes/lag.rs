//! How far behind consumers are. Counted on from where it was counted to before, so
//! that a consumer that is far behind does not have everything read again and again.

use super::super::Instance;
use super::{Audience, within};
use crate::domain::controller::Binding;
use crate::domain::{Position, Time};
use crate::ledger::memory::Acknowledged;
use crate::store::StoreError;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Entries read at once.
const PART: usize = 1_000;

/// What is known of consumers that lag.
#[derive(Default)]
pub(in crate::app) struct Lags {
    known: Mutex<HashMap<String, Known>>,
    figures: Mutex<Figures>,
}

/// What was counted of a consumer.
#[derive(Clone)]
struct Known {
    /// What it was bound to.
    own: Binding,
    acknowledged: Position,
    examined: Position,
    lag: Lag,
}

/// How far a consumer is behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lag {
    /// Changes for its controllers that it has not acknowledged.
    pub(super) entries: u64,
    /// When the oldest of them came.
    pub(super) oldest: Option<Time>,
}

impl Lag {
    /// How long that is ago.
    pub(super) fn seconds(&self, now: Time) -> u64 {
        let since = self.oldest.map_or(0, |oldest| (now - oldest).num_seconds());
        u64::try_from(since).unwrap_or(0)
    }
}

/// What the metrics say of consumers and webhooks, as it was seen last.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Consumers of the change feed.
    pub consumers: u64,
    /// Those of them that lag past the bound.
    pub lagging: u64,
    /// Changes that the one furthest behind has not acknowledged.
    pub most_entries: u64,
    /// For how long the one furthest behind has not.
    pub most_seconds: u64,
    /// Endpoints of webhooks that are sent to.
    pub webhooks: u64,
    /// Those that were disabled.
    pub disabled_webhooks: u64,
    /// Deliveries that are still to be made.
    pub pending: u64,
    /// Deliveries that were given up.
    pub given_up: u64,
}

impl Instance {
    /// How far a consumer is behind, as of what memory holds. Waits for the database.
    pub(super) fn lag(&self, client: &str, own: &Binding) -> Result<Lag, StoreError> {
        let (head, standing, audience) = {
            let memory = self.memory();
            let standing = memory.consumers.get(client).copied();
            let standing = standing.unwrap_or(Acknowledged { position: 0, time: memory.time });
            (memory.position, standing, Audience::of(&memory.directory, vec![own.clone()]))
        };
        let acknowledged = standing.position;
        let known = lock(&self.lags.known).get(client).cloned();
        let same = |known: &Known| known.acknowledged == acknowledged && known.own == *own;
        let mut known = known.filter(same).unwrap_or_else(|| Known {
            own: own.clone(),
            acknowledged,
            examined: acknowledged,
            lag: Lag::default(),
        });
        while known.examined < head {
            let part = (known.examined, head);
            let (changes, to) = self.ledger.store().read(|conn| within(conn, part, PART))?;
            let memory = self.memory();
            for change in changes {
                if !change.concerned(&memory.directory, &audience).is_empty() {
                    known.lag.entries += 1;
                    known.lag.oldest.get_or_insert(change.time);
                }
            }
            known.examined = to;
        }
        let lag = known.lag;
        lock(&self.lags.known).insert(client.to_owned(), known);
        Ok(lag)
    }

    /// Whether a consumer that is so far behind is past the bound.
    pub(super) fn lags(&self, lag: &Lag) -> bool {
        Duration::from_secs(lag.seconds(self.now())) > self.settings.hearing.consumer_lag_bound
    }

    /// Looks how far all are behind, for the metrics. Waits for the database.
    ///
    /// # Errors
    /// The store's.
    pub(in crate::app) fn measure_lags(&self) -> Result<(), StoreError> {
        let now = self.now();
        let mut figures = Figures::default();
        for (client, own) in self.consumers() {
            let lag = self.lag(&client, &own)?;
            figures.consumers += 1;
            figures.lagging += u64::from(self.lags(&lag));
            figures.most_entries = figures.most_entries.max(lag.entries);
            figures.most_seconds = figures.most_seconds.max(lag.seconds(now));
        }
        {
            let memory = self.memory();
            let all = memory.webhooks.values();
            let disabled = all.filter(|endpoint| endpoint.webhook.disabled.is_some()).count();
            figures.disabled_webhooks = disabled as u64;
            figures.webhooks = (memory.webhooks.len() - disabled) as u64;
        }
        if figures.webhooks + figures.disabled_webhooks > 0 {
            let counts = crate::store::webhook_deliveries::counts;
            let (pending, given_up) = self.ledger.store().read(counts)?;
            figures.pending = pending.try_into().unwrap_or(0);
            figures.given_up = given_up.try_into().unwrap_or(0);
        }
        *lock(&self.lags.figures) = figures;
        Ok(())
    }

    /// What was seen last.
    #[must_use]
    pub fn figures(&self) -> Figures {
        *lock(&self.lags.figures)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
