//! The heart: the sequencer (write), and memory that is as new as the question
//! (read). Ties `store`, `evidence` and `blocklist`, which never name each other.

pub mod catch_up;
mod commit;
pub mod entry;
mod gathered;
pub mod generations;
pub mod guard;
mod keeper;
pub mod keys;
mod load;
pub mod memory;
pub mod proofs;
pub mod registers;
pub mod rotation;
mod rounds;
mod sequencer;
mod shreddings;
pub mod submission;
pub mod times;
pub mod verify;

pub use sequencer::LARGEST_GROUP;

use crate::domain::{Position, Time};
use crate::evidence::checkpoint::LogSigner;
use crate::store::{Store, StoreError, leaves};
use entry::Commitments;
use keeper::Keeper;
use keys::Keys;
use memory::Memory;
use registers::Called;
use rounds::Rounds;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;
use submission::{Committed, Submission, SubmitError};
use times::{CommitTimes, Times};
use tokio::sync::{mpsc, oneshot};

/// How many submissions may wait for the next group; more wait at the door.
const POOL: usize = 4_096;

/// The ledger of one instance.
pub struct Ledger {
    shared: Arc<Shared>,
    pool: Mutex<Option<mpsc::Sender<Waiting>>>,
    sequencer: Mutex<Option<std::thread::JoinHandle<()>>>,
}

/// What the sequencer and the readers share.
struct Shared {
    store: Store,
    /// Signs the log's checkpoints.
    signer: LogSigner,
    /// All other keys.
    keys: Keys,
    /// Keeps them outside the database too.
    keeper: Option<Keeper>,
    /// Written under its lock by [`catch_up`] alone.
    memory: RwLock<Memory>,
    /// The last position this process committed. Raised before any waiter is
    /// released, so that no look-up asked after a 201 can miss it.
    committed: AtomicI64,
    /// How long commits have taken.
    times: Times,
    /// One catch-up at a time; the others find its work done.
    catching_up: Mutex<()>,
    /// One look at the head for all that wait for one.
    rounds: Rounds,
    /// Keys of register versions that are about to be put in force.
    called: Called,
}

/// How long a look-up waits to hear of the head, before it is refused.
const PATIENCE: Duration = Duration::from_secs(10);

/// A submission and whoever waits for it.
struct Waiting {
    submission: Submission,
    /// For each act, what its entry commits to.
    commitments: Vec<Commitments>,
    answer: oneshot::Sender<Result<Committed, SubmitError>>,
}

impl Waiting {
    /// A submission that waits, and where its outcome will come.
    fn of(submission: Submission) -> (Self, Outcome) {
        let commitments = |act| Commitments::of(&submission, act);
        let commitments = submission.acts.iter().map(commitments).collect();
        let (answer, outcome) = oneshot::channel();
        (Self { submission, commitments, answer }, outcome)
    }
}

/// Where the outcome of a submission will come.
type Outcome = oneshot::Receiver<Result<Committed, SubmitError>>;

impl Ledger {
    /// Reads the whole ledger into memory and starts the sequencer, which commits
    /// `largest_group` submissions at once, at most ([`LARGEST_GROUP`]). Its newest
    /// checkpoint is also kept in `state`, where that is given ([`guard`]).
    ///
    /// # Errors
    /// What the store says; [`StoreError::Other`] for rows that cannot be understood,
    /// where the ledger ends before or after the log's newest checkpoint, and for a
    /// `state` that cannot be written to.
    pub fn open(
        store: Store,
        signer: LogSigner,
        keys: Keys,
        state: Option<&Path>,
        largest_group: usize,
    ) -> Result<Self, StoreError> {
        store.read(proofs::whole)?;
        let keeper = state.map(|folder| keeping(&store, folder)).transpose()?;
        let shared = Arc::new(Shared {
            store,
            signer,
            keeper,
            memory: RwLock::new(Memory::new(keys.ring())),
            keys,
            committed: AtomicI64::new(0),
            times: Times::default(),
            catching_up: Mutex::new(()),
            rounds: Rounds::default(),
            called: Called::default(),
        });
        shared.catch_up(0)?;
        let (sender, receiver) = mpsc::channel(POOL);
        let of_thread = Arc::clone(&shared);
        let sequencer = std::thread::Builder::new()
            .name("sequencer".into())
            .spawn(move || sequencer::run(&of_thread, receiver, largest_group))
            .map_err(|error| StoreError::Other(format!("the sequencer did not start: {error}")))?;
        Ok(Self { shared, pool: Mutex::new(Some(sender)), sequencer: Mutex::new(Some(sequencer)) })
    }

    /// Commits a submission, durably, and applies it to memory.
    ///
    /// # Errors
    /// [`SubmitError`]; then nothing of the submission was recorded.
    pub async fn submit(&self, submission: Submission) -> Result<Committed, SubmitError> {
        let sender = lock(&self.pool).clone().ok_or(SubmitError::Closed)?;
        let (waiting, outcome) = Waiting::of(submission);
        sender.send(waiting).await.map_err(|_| SubmitError::Closed)?;
        drop(sender);
        outcome.await.map_err(|_| SubmitError::Closed)?
    }

    /// The same from a thread that may wait.
    ///
    /// # Errors
    /// As [`Ledger::submit`].
    pub fn submit_waiting(&self, submission: Submission) -> Result<Committed, SubmitError> {
        let sender = lock(&self.pool).clone().ok_or(SubmitError::Closed)?;
        let (waiting, outcome) = Waiting::of(submission);
        sender.blocking_send(waiting).map_err(|_| SubmitError::Closed)?;
        drop(sender);
        outcome.blocking_recv().map_err(|_| SubmitError::Closed)?
    }

    /// Whether a submission would be recorded now; records nothing. Waits for the
    /// database: not for an async thread.
    ///
    /// # Errors
    /// [`SubmitError`], as [`Ledger::submit`] would say.
    pub fn check(&self, submission: &Submission) -> Result<(), SubmitError> {
        self.shared.store.read(|conn| commit::check(conn, submission))?
    }

    /// Whether submissions can still be committed: the sequencer runs.
    #[must_use]
    pub fn takes_submissions(&self) -> bool {
        lock(&self.sequencer).as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// The store, for reading what memory does not hold. May wait for the disk.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Whether memory already holds every entry acknowledged before this call.
    /// `None`: that takes a look at the database ([`Ledger::catch_up`]).
    #[must_use]
    pub fn fresh(&self) -> Option<RwLockReadGuard<'_, Memory>> {
        if self.shared.store.backend() != crate::store::Backend::Sqlite {
            return None; // other instances write too
        }
        let committed = self.shared.committed.load(Ordering::Acquire);
        let memory = self.memory();
        (memory.position >= committed).then_some(memory)
    }

    /// Brings memory up to a head read after this call began. Waits for the
    /// database: not for an async thread.
    ///
    /// # Errors
    /// What the store says. Memory is then not to be asked.
    pub fn catch_up(&self) -> Result<(), StoreError> {
        self.shared.follow_head()
    }

    /// The same for an async thread, by one look at the head for all that wait.
    ///
    /// # Errors
    /// As [`Ledger::catch_up`].
    pub async fn caught_up(&self) -> Result<(), StoreError> {
        let (waiter, seen) = oneshot::channel();
        if self.shared.rounds.join(waiter) {
            let shared = Arc::clone(&self.shared);
            tokio::task::spawn_blocking(move || shared.rounds.run(|| shared.follow_head()));
        }
        // A standby that is away keeps the look waiting for as long as it is.
        match tokio::time::timeout(PATIENCE, seen).await {
            Ok(seen) => seen.unwrap_or(Err(StoreError::Busy)),
            Err(_) => Err(StoreError::Unavailable("the head was not told in time".into())),
        }
    }

    /// Keeps the newest checkpoint that others have written, as those of this
    /// instance are kept. Waits for the database.
    ///
    /// # Errors
    /// What the store says.
    pub fn keep_newest(&self) -> Result<(), StoreError> {
        if let Some(keeper) = &self.shared.keeper
            && let Some(newest) = self.shared.store.read(leaves::newest_checkpoint)?
        {
            keeper.keep(newest.size, &newest.note);
        }
        Ok(())
    }

    /// What commits have cost since this instance began.
    #[must_use]
    pub fn commit_times(&self) -> CommitTimes {
        self.shared.times.told()
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.shared.keys
    }

    /// The log's public key, as a signed note's verifier key.
    #[must_use]
    pub fn log_key(&self) -> &str {
        self.shared.signer.key()
    }

    /// Memory as it is, without a look at the head.
    pub fn memory(&self) -> RwLockReadGuard<'_, Memory> {
        self.shared.memory.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Position and time of the newest entry in memory.
    #[must_use]
    pub fn as_of(&self) -> (Position, Time) {
        let memory = self.memory();
        (memory.position, memory.time)
    }

    /// Takes no more submissions, commits those it has, and ends the sequencer.
    pub fn close(&self) {
        drop(lock(&self.pool).take());
        if let Some(sequencer) = lock(&self.sequencer).take() {
            let _ = sequencer.join();
        }
        if let Some(keeper) = &self.shared.keeper {
            keeper.close();
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.close();
    }
}

/// Keeps the newest checkpoint at once, so that a folder that cannot be written
/// to is told at the start, and the later ones on a thread.
fn keeping(store: &Store, folder: &Path) -> Result<Keeper, StoreError> {
    let cannot = |error: std::io::Error| {
        let folder = folder.display();
        StoreError::Other(format!(
            "the state folder {folder} cannot be written to: {error}; make it writable, or name \
             another with --state"
        ))
    };
    let newest = store.read(leaves::newest_checkpoint)?;
    let kept = newest.as_ref().map_or(Ok(()), |newest| guard::keep(folder, &newest.note));
    let keeper = Keeper::start(folder.to_owned()).map_err(cannot)?;
    match (kept, newest) {
        // A full disk keeps nobody from asking: the keeper tries again and again.
        (Err(error), Some(newest))
            if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) =>
        {
            keeper.keep(newest.size, &newest.note);
        }
        (kept, _) => kept.map_err(cannot)?,
    }
    Ok(keeper)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
