//! How much waits in the review list, for the metrics. Until somebody has read it, a
//! message that was no plain no leaves open what its sender wants.

use super::Instance;
use crate::domain::Position;
use crate::ledger::entry::from_micros;
use crate::store::{Connection, StoreError, entries, messages, review};
use std::sync::{Mutex, PoisonError};

/// What was seen last, and how far it was counted: an item once cleared stays so, so
/// neither the number nor the oldest is looked for from the beginning again.
#[derive(Default)]
pub(super) struct Backlog(Mutex<Seen>);

#[derive(Clone, Copy, Default)]
struct Seen {
    until: Position,
    values: Kept,
    messages: Kept,
}

/// What is known of one kind of item.
#[derive(Clone, Copy, Default)]
struct Kept {
    open: i64,
    /// Where the oldest open one is, and since when; before it all are cleared.
    oldest: Position,
    since: Option<i64>,
}

/// What waits of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Open items.
    pub open: u64,
    /// For how long the oldest of them has waited.
    pub oldest_seconds: u64,
}

impl Instance {
    /// Looks how much there is, as of what memory holds. Waits for the database.
    ///
    /// # Errors
    /// The store's.
    pub(super) fn measure_backlog(&self) -> Result<(), StoreError> {
        let head = self.memory().position;
        let mut seen = *self.backlog.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.until == head {
            return Ok(());
        }
        let part = (seen.until, head);
        self.ledger.store().read(|conn| {
            seen.values.open += review::opened_less_cleared(conn, part)?;
            seen.messages.open += messages::opened_less_cleared(conn, part)?;
            let next = review::open(conn, (seen.values.oldest, -1), 1)?;
            seen.values.keep(conn, next.first().map(|row| row.position))?;
            let next = messages::open(conn, seen.messages.oldest - 1, 1)?;
            seen.messages.keep(conn, next.first().map(|row| row.position))
        })?;
        seen.until = head;
        *self.backlog.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(())
    }

    /// What was seen last to wait: values, and messages.
    #[must_use]
    pub fn waiting_for_review(&self) -> [Waiting; 2] {
        let seen = *self.backlog.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        [seen.values, seen.messages].map(|kept| {
            let waited = kept.since.map_or(0, |since| (now - from_micros(since)).num_seconds());
            Waiting {
                open: kept.open.try_into().unwrap_or(0),
                oldest_seconds: waited.try_into().unwrap_or(0),
            }
        })
    }
}

impl Kept {
    fn keep(&mut self, conn: &mut Connection, oldest: Option<Position>) -> Result<(), StoreError> {
        self.since = None;
        if let Some(oldest) = oldest {
            self.oldest = oldest;
            self.since = entries::get(conn, oldest)?.map(|entry| entry.time);
        }
        Ok(())
    }
}
