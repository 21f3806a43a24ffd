//! A thread that keeps the newest checkpoint outside the database ([`guard`]).
//!
//! Beside the sequencer and not in it, so that no 201 waits for a second disk: a
//! commit only leaves its checkpoint here, and the thread writes the newest of
//! what gathered. A file that is some commits behind still proves all that it
//! says, and at the next start only a rollback of those last commits could hide
//! behind it.

use super::guard;
use crate::domain::Position;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// The least time between two writes: each is an fsync, which the commits would
/// feel on a disk that they share.
const PAUSE: Duration = Duration::from_millis(200);

/// The thread, and what waits for it.
pub(super) struct Keeper {
    slot: Arc<Slot>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Slot {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    newest: Option<(Position, String)>,
    closing: bool,
}

impl Keeper {
    /// Begins to keep checkpoints in this folder.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(super) fn start(folder: PathBuf) -> std::io::Result<Self> {
        let slot = Arc::new(Slot::default());
        let of_thread = Arc::clone(&slot);
        let keeper = std::thread::Builder::new().name("checkpoint-keeper".into());
        let thread = keeper.spawn(move || of_thread.run(&folder))?;
        Ok(Self { slot, thread: Mutex::new(Some(thread)) })
    }

    /// Leaves a checkpoint to be kept. Never waits for a disk.
    pub(super) fn keep(&self, size: Position, note: &str) {
        self.slot.put(size, note.to_owned());
    }

    /// Writes what waits, and ends.
    pub(super) fn close(&self) {
        super::lock(&self.slot.waiting).closing = true;
        self.slot.changed.notify_one();
        if let Some(thread) = super::lock(&self.thread).take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.close();
    }
}

impl Slot {
    fn run(&self, folder: &Path) {
        let mut failing = false;
        while let Some((size, note)) = self.next() {
            match guard::keep(folder, &note) {
                Ok(()) => failing = false,
                Err(error) => {
                    // Intake goes on: the log itself is durable. Told once.
                    if !std::mem::replace(&mut failing, true) {
                        let folder = folder.display();
                        log::error!(
                            "the newest checkpoint (size {size}) cannot be kept in {folder}: {error}; a rollback of the database could go unnoticed"
                        );
                    }
                    if super::lock(&self.waiting).closing {
                        return;
                    }
                    self.put(size, note);
                }
            }
            self.rest();
        }
    }

    fn put(&self, size: Position, note: String) {
        let mut waiting = super::lock(&self.waiting);
        if waiting.newest.as_ref().is_none_or(|(newest, _)| *newest < size) {
            waiting.newest = Some((size, note));
            self.changed.notify_one();
        }
    }

    /// The newest checkpoint, when there is one; `None` at the end.
    fn next(&self) -> Option<(Position, String)> {
        let waiting = super::lock(&self.waiting);
        let idle = |waiting: &mut Waiting| waiting.newest.is_none() && !waiting.closing;
        let woken = self.changed.wait_while(waiting, idle);
        woken.unwrap_or_else(PoisonError::into_inner).newest.take()
    }

    fn rest(&self) {
        let waiting = super::lock(&self.waiting);
        let _ = self.changed.wait_timeout_while(waiting, PAUSE, |waiting| !waiting.closing);
    }
}
