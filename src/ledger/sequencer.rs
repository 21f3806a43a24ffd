//! The one writer. Submissions gather while the group before them is being
//! committed; each group is one durable transaction.

use super::submission::{Committed, SubmitError};
use super::{Shared, Waiting, commit};
use crate::domain::Position;
use crate::store::{Connection, StoreError, entries, head};
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;

/// The most submissions in one transaction, unless the instance is opened otherwise.
pub const LARGEST_GROUP: usize = 1_024;

type Outcome = Result<Committed, SubmitError>;

/// Runs until every sender is gone and the pool is empty. Commits so many
/// submissions at once, at most.
pub(super) fn run(shared: &Shared, mut pool: mpsc::Receiver<Waiting>, largest_group: usize) {
    let mut group = Vec::new();
    while pool.blocking_recv_many(&mut group, largest_group.max(1)) > 0 {
        let outcomes = commit_group(shared, &group);
        for (waiting, outcome) in group.drain(..).zip(outcomes) {
            let _ = waiting.answer.send(outcome); // who stopped waiting is recorded all the same
        }
    }
}

/// Commits a group; where that fails, each submission by itself, so that a bad
/// one hurts nobody else.
fn commit_group(shared: &Shared, group: &[Waiting]) -> Vec<Outcome> {
    match try_group(shared, group) {
        Ok(outcomes) => outcomes,
        Err(error) if group.len() == 1 => vec![Err(error.into())],
        Err(error) if error.is_transient() => {
            group.iter().map(|_| Err(SubmitError::Store(error.clone()))).collect()
        }
        Err(_) => group
            .chunks(1)
            .map(|one| match try_group(shared, one) {
                Ok(mut outcomes) => outcomes.pop().unwrap_or(Err(SubmitError::Closed)),
                Err(error) => Err(error.into()),
            })
            .collect(),
    }
}

fn try_group(shared: &Shared, group: &[Waiting]) -> Result<Vec<Outcome>, StoreError> {
    let mut outcomes = Vec::with_capacity(group.len());
    let mut last = 0;
    let written = shared.store.write(|conn| {
        outcomes.clear();
        last = record(conn, group, &mut outcomes)?;
        Ok(())
    });
    match written {
        Ok(()) => {}
        // Where that cannot be asked either, it stays unknown, and is told so.
        Err(StoreError::CommitUnknown) if arrived(shared, last, &outcomes) == Ok(true) => {}
        Err(error) => return Err(error),
    }
    shared.committed.fetch_max(last, Ordering::AcqRel);
    // A failure here keeps nobody's 201: the entries are durable, and a look-up
    // that finds memory behind `committed` catches up itself or is not answered.
    if let Err(error) = shared.catch_up(last) {
        log::error!("memory could not follow the ledger to position {last}: {error}");
    }
    Ok(outcomes)
}

/// Writes the whole group after the head; gives the new head's position.
fn record(
    conn: &mut Connection,
    group: &[Waiting],
    outcomes: &mut Vec<Outcome>,
) -> Result<Position, StoreError> {
    let mut head = head::lock(conn)?;
    head.time = head.time.max(head::database_time(conn)?);
    let before = head.position;
    for waiting in group {
        outcomes.push(commit::submit(conn, &waiting.submission, &mut head)?);
    }
    if head.position > before {
        head::advance(conn, head)?;
    }
    Ok(head.position)
}

/// After a commit whose outcome is unknown: whether the group's last new entry
/// is there. Asked on a new transaction, before anybody is answered.
fn arrived(shared: &Shared, last: Position, outcomes: &[Outcome]) -> Result<bool, StoreError> {
    let new = outcomes.iter().rev().find_map(|outcome| match outcome {
        Ok(Committed::New(position, time)) => Some((*position, time.timestamp_micros())),
        _ => None,
    });
    let Some((position, time)) = new else { return Ok(true) };
    let entry = shared.store.read(|conn| entries::get(conn, position))?;
    Ok(last >= position && entry.is_some_and(|entry| entry.time == time))
}
