//! Shredding: the keys of originals that have been kept for their time are destroyed,
//! and the originals with them. Tags, entries and so the block itself stay.

use super::caller::Caller;
use super::commit::{self, act};
use super::originals::Keeping;
use super::refusal::{Code, Refusal};
use super::{App, Instance};
use crate::domain::Position;
use crate::domain::client::Scope;
use crate::ledger::submission::{Act, ActRows, EntryKind, Need, Submission, SubmitError};
use crate::store::rows::ShreddingRow;
use crate::store::{
    Connection, StoreError, entries, leaves, messages, objections, originals, review,
};
use chrono::TimeDelta;
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// How long originals are kept, in days. `None`: as long as the block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// What was posted about the person. 0: it is not kept at all, but for what
    /// could not be read ([`UNREAD_DAYS`]).
    pub originals: Option<u32>,
    /// The proxy and its document: the proof.
    pub proof: Option<u32>,
}

/// However short originals are kept, how long staff have to settle what could not be
/// read: without it an objection might miss whom it is about. A message that nobody
/// has settled stays for as long as it waits, since it may be an objection as yet unread.
pub const UNREAD_DAYS: u32 = 30;

/// The most entries whose keys go in one transaction: everybody who records waits
/// for it.
const BATCH: i64 = 2_000;
/// The most messages whose keys go in one: the entry names each.
const MESSAGES: i64 = 200;
/// The most transactions for one request, which must be answered in time.
const BATCHES: usize = 100;

/// What is to be shredded.
#[derive(Debug, Clone, Copy)]
pub enum Shred {
    /// All that is older than so many days.
    OlderThan(u32),
    /// What came with one objection and its events.
    Objection(Uuid),
}

/// What was shredded.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shredded {
    /// How many entries lost a key.
    pub records: i64,
    /// How many entries of the ledger say so.
    pub entries: usize,
    /// How many entries keep theirs, since somebody must still read what came with them.
    pub waiting: usize,
    /// Whether there is more: ask again.
    pub more: bool,
}

/// Who asks for it.
struct Asker {
    client: String,
    actor: Option<String>,
}

/// Shreds originals, and with `proof` the proxies too, before their time or after it.
/// Doing it again does nothing.
///
/// # Errors
/// [`Code::NotFound`] for an objection that is not there.
pub async fn shred(
    app: &App,
    caller: &Caller,
    what: Shred,
    proof: bool,
) -> Result<Shredded, Refusal> {
    caller.require(&[Scope::ClientsAdmin])?;
    app.caught_up_for(caller).await?;
    let asker = Asker { client: caller.client.id.clone(), actor: caller.actor.clone() };
    app.waiting(move |instance| {
        let purposes: &[Keeping] =
            if proof { &[Keeping::Originals, Keeping::Proof] } else { &[Keeping::Originals] };
        let done = match what {
            Shred::OlderThan(days) => instance.shred_before(&asker, (days, days), purposes)?,
            Shred::Objection(id) => instance.shred_one(&asker, id, purposes)?,
        };
        instance.forget_shredded();
        Ok(done)
    })
    .await
}

impl Instance {
    /// Shreds what has been kept for its time. Waits for the database.
    pub fn shred_what_is_due(&self) {
        let Retention { originals, proof } = self.settings.retention;
        let asker = || Asker { client: Caller::ITSELF.to_owned(), actor: None };
        let due = [
            (originals.map(|days| if days == 0 { UNREAD_DAYS } else { days }), Keeping::Originals),
            (proof, Keeping::Proof),
        ];
        for (days, purpose) in due {
            let Some(days) = days else { continue };
            match self.shred_before(&asker(), (days, days.max(UNREAD_DAYS)), &[purpose]) {
                Ok(Shredded { records: 0, .. }) => {}
                Ok(done) => log::info!("shredded the originals of {} entries", done.records),
                Err(refusal) => log::warn!("what is due stays unshredded: {:?}", refusal.code),
            }
        }
        if let Err(refusal) = self.shred_settled_messages(UNREAD_DAYS) {
            log::warn!("settled messages stay unshredded: {:?}", refusal.code);
        }
        self.forget_shredded();
    }

    /// Shreds messages of that age which staff settled as no objection: people write of
    /// other things to the same number, and once it is known that they do, nothing here
    /// needs it (Art. 5.1 c, e). Waits for the database.
    ///
    /// # Errors
    /// The store's.
    pub fn shred_settled_messages(&self, days: u32) -> Result<Shredded, Refusal> {
        let asker = Asker { client: Caller::ITSELF.to_owned(), actor: None };
        let micros = (self.now() - TimeDelta::days(days.into())).timestamp_micros();
        let mut done = Shredded::default();
        for _ in 0..BATCHES {
            let settled = self.ledger.store().read(|conn| {
                let until = entries::position_at(conn, micros)?;
                messages::settled(conn, until, MESSAGES)
            })?;
            if settled.is_empty() {
                break;
            }
            let ranges: Vec<_> =
                settled.into_iter().map(|at| (Keeping::Originals, at, at)).collect();
            self.shred_ranges(&asker, None, &ranges, &mut done)?;
        }
        Ok(done)
    }

    /// Takes what was shredded out of SQLite's write-ahead log; tried again by the
    /// housekeeping where readers are in the way.
    pub(super) fn forget_shredded(&self) {
        if !self.unfolded.swap(false, Ordering::AcqRel) {
            return;
        }
        let folded = self.ledger.store().fold_back();
        if folded != Ok(true) {
            self.unfolded.store(true, Ordering::Release);
        }
        if let Err(error) = folded {
            log::warn!("what was shredded is still in the write-ahead log: {error}");
        }
    }

    /// What is older than so many days; and of values that nobody has settled, than so
    /// many.
    fn shred_before(
        &self,
        asker: &Asker,
        (days, unread_days): (u32, u32),
        purposes: &[Keeping],
    ) -> Result<Shredded, Refusal> {
        let days_ago = |days: u32| {
            let time = (self.now() - TimeDelta::days(days.into())).timestamp_micros();
            move |conn: &mut Connection| entries::position_at(conn, time)
        };
        let store = self.ledger.store();
        let until = store.read(days_ago(days))?;
        let values_after = store.read(days_ago(unread_days))?;
        let mut all = Shredded::default();
        for purpose in purposes {
            let mut from = 1;
            loop {
                let next = store.read(|conn| next(conn, *purpose, from, until))?;
                let Some((first, last)) = next else { break };
                if all.entries == BATCHES {
                    all.more = true;
                    return Ok(all);
                }
                let ranges = match purpose {
                    Keeping::Originals => store.read(|conn| {
                        let waiting = review::waiting(conn, (first, last), values_after)?;
                        all.waiting += waiting.len();
                        around(conn, &waiting, (first, last))
                    })?,
                    Keeping::Proof => vec![(first, last)],
                };
                let ranges: Vec<_> =
                    ranges.into_iter().map(|(first, last)| (*purpose, first, last)).collect();
                if !ranges.is_empty() {
                    self.shred_ranges(asker, None, &ranges, &mut all)?;
                }
                from = last + 1;
            }
        }
        Ok(all)
    }

    fn shred_one(
        &self,
        asker: &Asker,
        id: Uuid,
        purposes: &[Keeping],
    ) -> Result<Shredded, Refusal> {
        let positions = self.ledger.store().read(|conn| {
            let Some(row) = objections::by_id(conn, id.as_bytes())? else { return Ok(Vec::new()) };
            let events = objections::events_of(conn, row.position)?;
            let later = events.into_iter().map(|event| event.position);
            Ok(std::iter::once(row.position).chain(later).collect())
        })?;
        if positions.is_empty() {
            return Err(Refusal::new(Code::NotFound));
        }
        let ranges: Vec<_> = positions
            .into_iter()
            .flat_map(|at: Position| purposes.iter().map(move |purpose| (*purpose, at, at)))
            .collect();
        let mut done = Shredded::default();
        self.shred_ranges(asker, Some(id), &ranges, &mut done)?;
        Ok(done)
    }

    /// Commits one entry, and with it the end of the keys.
    fn shred_ranges(
        &self,
        asker: &Asker,
        subject: Option<Uuid>,
        ranges: &[(Keeping, Position, Position)],
        done: &mut Shredded,
    ) -> Result<(), Refusal> {
        let row = |(purpose, first, last): &(Keeping, Position, Position)| ShreddingRow {
            position: 0,
            purpose: *purpose as i16,
            first_position: *first,
            last_position: *last,
        };
        let rows: Vec<_> = ranges.iter().map(row).collect();
        let records = self.ledger.store().read(|conn| {
            let count = |row: &ShreddingRow| {
                let range = (row.first_position, row.last_position);
                originals::count_keys(conn, row.purpose, range)
            };
            rows.iter().map(count).sum::<Result<i64, StoreError>>()
        })?;
        let says = vec![("shredded", serde_json::to_value(&rows).unwrap_or_default())];
        let needs = vec![Need::Unshredded(rows.clone())];
        let rows = ActRows { shreddings: rows, ..ActRows::default() };
        let act = act(EntryKind::OriginalsShredded, subject, rows, needs);
        let submission = Submission {
            client: asker.client.clone(),
            actor: asker.actor.clone(),
            canonical: b"{}".to_vec(),
            idempotency: None,
            acts: vec![Act { says, ..act }],
        };
        match self.ledger.submit_waiting(submission) {
            Ok(_) => {
                done.records += records;
                done.entries += 1;
                self.unfolded.store(true, Ordering::Release);
                Ok(())
            }
            // Another instance was faster.
            Err(SubmitError::Overtaken) => Ok(()),
            Err(error) => Err(commit::refusal(&error)),
        }
    }
}

/// What there is to shred of a range around the entries that somebody must still read.
fn around(
    conn: &mut Connection,
    waiting: &[Position],
    (first, last): (Position, Position),
) -> Result<Vec<(Position, Position)>, StoreError> {
    let ends = waiting.iter().map(|at| at - 1).chain([last]);
    let begins = [first].into_iter().chain(waiting.iter().map(|at| at + 1));
    let mut ranges = Vec::new();
    for (first, last) in begins.zip(ends).filter(|(first, last)| first <= last) {
        // At most once around, since a range here is no longer than a batch.
        ranges.extend(next(conn, Keeping::Originals, first, last)?);
    }
    Ok(ranges)
}

/// The next range of entries that have something to shred, up to `until`.
fn next(
    conn: &mut Connection,
    purpose: Keeping,
    from: Position,
    until: Position,
) -> Result<Option<(Position, Position)>, StoreError> {
    let key = originals::first_key(conn, purpose as i16, from)?.filter(|at| *at <= until);
    let salt = match purpose {
        Keeping::Originals => leaves::first_salt(conn, from)?.filter(|at| *at <= until),
        Keeping::Proof => None,
    };
    let Some(first) = key.into_iter().chain(salt).min() else { return Ok(None) };
    // Of what nobody sent there is no salt worth an entry: else each shredding would
    // be the reason of a later one, for ever.
    let own = EntryKind::OriginalsShredded.name();
    if key.is_none() && !entries::any_but(conn, own, (first, until))? {
        return Ok(None);
    }
    Ok(Some((first, until.min(first + BATCH - 1))))
}
