//! Who asked how much: counted by identifiers, kept for auditors, bounded by
//! quotas. Counts are written every few seconds and at the end; what a crash can
//! lose is those seconds of counting, never an objection.

use crate::crypto::random;
use crate::domain::Time;
use crate::domain::client::Client;
use crate::store::rows::UsageRow;
use crate::store::{Store, StoreError, usage};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// Counts what clients ask.
pub struct Meter(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// Not yet written, by client, and by operation and hour: requests and identifiers.
    unwritten: HashMap<String, Vec<Counted>>,
    /// The day (its beginning) that `used` counts.
    day: i64,
    /// Identifiers of the day by client.
    used: HashMap<String, u64>,
}

/// What is left of a client's quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Identifiers a day.
    pub limit: u64,
    /// What is left of them today.
    pub remaining: u64,
    /// Seconds until the next day (UTC).
    pub reset_seconds: u32,
}

impl Meter {
    /// Goes on from what was counted today.
    pub(super) fn open(store: &Store, now: Time) -> Result<Self, StoreError> {
        let day = now.timestamp_micros().div_euclid(DAY) * DAY;
        let today = store.read(|conn| usage::identifiers_since(conn, day))?.into_iter();
        let used = today.map(|(client, n)| (client, n.try_into().unwrap_or(0))).collect();
        Ok(Self(Mutex::new(Counts { unwritten: HashMap::new(), day, used })))
    }

    /// What is left of the client's quota; `None` where it has no bound.
    pub(super) fn quota(&self, client: &Client, now: Time) -> Option<Quota> {
        let limit = client.quota_per_day?;
        let micros = now.timestamp_micros();
        let mut counts = self.counts();
        counts.turn(micros);
        let used = counts.used.get(&client.id).copied().unwrap_or(0);
        let left = (counts.day + DAY - micros) / 1_000_000;
        Some(Quota {
            limit,
            remaining: limit.saturating_sub(used),
            reset_seconds: u32::try_from(left).unwrap_or(0).max(1),
        })
    }

    /// Counts a request about this many identifiers.
    pub(super) fn count(&self, client: &str, operation: &'static str, n: usize, now: Time) {
        let micros = now.timestamp_micros();
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let mut counts = self.counts();
        counts.turn(micros);
        *of(&mut counts.used, client) += n.unsigned_abs();
        let hour = micros.div_euclid(HOUR) * HOUR;
        add(of(&mut counts.unwritten, client), (operation, hour), (1, n));
    }

    /// Writes what has been counted since the last time. What cannot be written
    /// now stays for the next.
    pub(super) fn flush(&self, store: &Store) {
        let taken = std::mem::take(&mut self.counts().unwritten);
        if taken.is_empty() {
            return;
        }
        let each = |(client, counted): (&String, &Vec<_>)| {
            let client = client.clone();
            counted.clone().into_iter().map(move |counted| (client.clone(), counted))
        };
        let rows: Vec<_> = taken
            .iter()
            .flat_map(each)
            .map(|(client, ((operation, hour), (requests, identifiers)))| UsageRow {
                id: random::uuid_v7(chrono::Utc::now()).as_bytes().to_vec(),
                client,
                operation: String::from(operation),
                hour,
                requests,
                identifiers,
            })
            .collect();
        if let Err(error) = store.write(|conn| usage::insert(conn, &rows)) {
            log::warn!("the use counted so far is kept for the next try: {error}");
            let mut counts = self.counts();
            for (client, counted) in taken {
                for (what, count) in counted {
                    add(of(&mut counts.unwritten, &client), what, count);
                }
            }
        }
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is counted of a client. Most are known, and need no name of their own.
fn of<'a, T: Default>(all: &'a mut HashMap<String, T>, client: &str) -> &'a mut T {
    if !all.contains_key(client) {
        all.insert(client.to_owned(), T::default());
    }
    all.get_mut(client).expect("it was put there just now")
}

type Counted = ((&'static str, i64), (i64, i64));

fn add(all: &mut Vec<Counted>, what: (&'static str, i64), (requests, identifiers): (i64, i64)) {
    match all.iter_mut().find(|(known, _)| *known == what) {
        Some((_, row)) => *row = (row.0 + requests, row.1.saturating_add(identifiers)),
        None => all.push((what, (requests, identifiers))),
    }
}

impl Counts {
    /// Begins a new day where one has begun.
    fn turn(&mut self, micros: i64) {
        let day = micros.div_euclid(DAY) * DAY;
        if day > self.day {
            (self.day, self.used) = (day, HashMap::new());
        }
    }
}
