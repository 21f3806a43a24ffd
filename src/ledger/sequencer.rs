//! The one writer. Submissions gather while the group before them is being
//! committed; each group is one durable transaction, with its leaves in the log
//! and the signed head of its tree.

use super::commit::{Recording, Taken};
use super::gathered::Gathered;
use super::proofs::{Logged, Writing};
use super::submission::{Committed, SubmitError};
use super::{Shared, Waiting};
use crate::domain::Position;
use crate::evidence::tree::Tree;
use crate::store::head::Head;
use crate::store::{Connection, StoreError, entries, head};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// The most submissions in one transaction, unless the instance is opened otherwise.
pub const LARGEST_GROUP: usize = 1_024;

type Outcome = Result<Committed, SubmitError>;

/// The thread that writes.
struct Sequencer<'a> {
    shared: &'a Shared,
    /// The log's tree as this thread left it; another instance may have gone on.
    tree: Option<Tree>,
}

/// A group that is in the transaction.
struct Written {
    before: Position,
    head: Head,
    group: Gathered,
    logged: Option<Logged>,
    taken: Vec<Taken>,
    log_spent: Duration,
}

/// Runs until every sender is gone and the pool is empty. Commits so many
/// submissions at once, at most.
pub(super) fn run(shared: &Shared, mut pool: mpsc::Receiver<Waiting>, largest_group: usize) {
    let mut sequencer = Sequencer { shared, tree: None };
    let mut group = Vec::new();
    while pool.blocking_recv_many(&mut group, largest_group.max(1)) > 0 {
        let outcomes = sequencer.commit_group(&group);
        for (waiting, outcome) in group.drain(..).zip(outcomes) {
            let _ = waiting.answer.send(outcome); // who stopped waiting is recorded all the same
        }
    }
}

impl Sequencer<'_> {
    /// Commits a group; where that fails, each submission by itself, so that a
    /// bad one hurts nobody else.
    fn commit_group(&mut self, group: &[Waiting]) -> Vec<Outcome> {
        match self.try_group(group) {
            Ok(outcomes) => outcomes,
            Err(error) if group.len() == 1 => vec![Err(error.into())],
            Err(error) if error.is_transient() => {
                group.iter().map(|_| Err(SubmitError::Store(error.clone()))).collect()
            }
            Err(_) => group
                .chunks(1)
                .map(|one| match self.try_group(one) {
                    Ok(mut outcomes) => outcomes.pop().unwrap_or(Err(SubmitError::Closed)),
                    Err(error) => Err(error.into()),
                })
                .collect(),
        }
    }

    fn try_group(&mut self, group: &[Waiting]) -> Result<Vec<Outcome>, StoreError> {
        let begun = Instant::now();
        let tree = self.tree.take(); // kept only if all goes well
        let mut written = None;
        let done = self.shared.store.write(|conn| {
            written = Some(record(conn, self.shared, group, tree.as_ref())?);
            Ok(())
        });
        let Some(written) = written else {
            return Err(done.err().unwrap_or(StoreError::CommitUnknown));
        };
        match done {
            Ok(()) => {}
            // Where that cannot be asked either, it stays unknown, and is told so.
            Err(StoreError::CommitUnknown) if arrived(self.shared, &written) == Ok(true) => {}
            Err(error) => return Err(error),
        }
        self.shared.times.add(written.head.position - written.before, begun, written.log_spent);
        let Written { before, head, group, logged, taken, .. } = written;
        let logged = logged.map(Arc::new);
        self.tree = logged.as_ref().map(|logged| logged.tree()).or(tree);
        self.shared.committed.fetch_max(head.position, Ordering::AcqRel);
        if let (Some(keeper), Some(logged)) = (&self.shared.keeper, &logged) {
            keeper.keep(head.position, logged.checkpoint());
        }
        // A failure here keeps nobody's 201: the entries are durable, and a look-up
        // that finds memory behind `committed` catches up itself or is not answered.
        if let Err(error) = self.shared.follow(before, head, group) {
            let position = head.position;
            log::error!("memory could not follow the ledger to position {position}: {error}");
        }
        Ok(taken.into_iter().map(|taken| told(taken, logged.as_ref())).collect())
    }
}

/// Writes the whole group after the head.
fn record(
    conn: &mut Connection,
    shared: &Shared,
    group: &[Waiting],
    tree: Option<&Tree>,
) -> Result<Written, StoreError> {
    let mut head = head::lock(conn)?;
    head.time = head.time.max(head::database_time(conn)?);
    let before = head.position;
    let log = Writing::after(conn, before, tree)?;
    let mut recording = Recording { head, log, group: Gathered::default() };
    let mut taken = Vec::with_capacity(group.len());
    for waiting in group {
        taken.push(recording.take(conn, waiting)?);
    }
    let Recording { head, log, mut group } = recording;
    let (mut logged, mut log_spent) = (None, Duration::ZERO);
    if head.position > before {
        group.write(conn)?;
        let (signed, spent) = log.sign(conn, &shared.signer)?;
        (logged, log_spent) = (Some(signed), spent + group.log_spent);
        head::advance(conn, head)?;
    }
    Ok(Written { before, head, group, logged, taken, log_spent })
}

/// After a commit whose outcome is unknown: whether the group's last entry is
/// there. Asked on a new transaction, before anybody is answered.
fn arrived(shared: &Shared, written: &Written) -> Result<bool, StoreError> {
    let Some(last) = written.group.entries.all.last() else { return Ok(true) };
    let entry = shared.store.read(|conn| entries::get(conn, last.position))?;
    Ok(entry.is_some_and(|entry| entry.body == last.body))
}

fn told(taken: Taken, logged: Option<&Arc<Logged>>) -> Outcome {
    match (taken, logged) {
        (Taken::Other(outcome), _) => outcome,
        (Taken::New(position, time), Some(logged)) => {
            Ok(Committed::New { position, time, logged: Arc::clone(logged) })
        }
        // There is no entry without its leaf.
        (Taken::New(..), None) => Err(SubmitError::Closed),
    }
}
