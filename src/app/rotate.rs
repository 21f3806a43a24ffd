//! Rotation of the tag key: a new version of it, and every tag wrapped once more,
//! while everybody works on. No other key is rotated: those of what is sealed, of
//! digests and of tokens have nothing to be made anew from, or live in what others
//! hold.
//!
//! Nothing but the rows tells how far it has come, so whoever comes by goes on with
//! what was cut off: this instance after a restart, or another one on the same
//! database.

use super::caller::Caller;
use super::commit::{self, act};
use super::key_status::{self, KeyStatus};
use super::refusal::{Code, Refusal};
use super::{App, Instance};
use crate::domain::Position;
use crate::domain::client::Scope;
use crate::ledger::rotation::{Rotation, Staged, stage};
use crate::ledger::submission::{ActRows, EntryKind, Need, Submission, SubmitError};
use crate::store::{Backend, Connection, StoreError, generations, head, keys, tags};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Entries of which the old tags go in one transaction.
const PIECE: Position = 200;
/// Entries that may still be ahead when the last piece is wrapped under the lock.
const REST: Position = 500;
/// The longest pause between two pieces, in which others write.
const PAUSE: Duration = Duration::from_millis(50);
/// How long to wait where the database is busy or away.
const PATIENCE: Duration = Duration::from_millis(500);

/// What this instance does about a rotation.
#[derive(Default)]
pub(super) struct Rotating {
    state: Mutex<State>,
    stop: AtomicBool,
}

#[derive(Default)]
struct State {
    running: bool,
    thread: Option<JoinHandle<()>>,
    /// Why the last one broke off.
    failed: Option<String>,
    /// How far another instance had come when this one last looked.
    seen: Option<Progress>,
}

/// How far a rotation has come, by the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The generation in use.
    pub in_use: i32,
    /// The newest version of the tag key: another one while tags are being wrapped.
    pub key: i32,
    /// The newest entry whose tags are wrapped.
    pub wrapped: Position,
    /// The first place of tags that are to go.
    pub oldest: Option<(i32, Position)>,
    /// The newest entry there is.
    pub head: Position,
}

impl Progress {
    /// Whether there is something to do.
    #[must_use]
    pub const fn is_under_way(&self) -> bool {
        self.key > self.in_use || self.oldest.is_some()
    }

    /// Whether somebody has done some of it since: new entries are no sign of that.
    fn is_further_than(self, seen: Self) -> bool {
        Self { head: seen.head, ..self } != seen
    }
}

/// Begins a rotation, or goes on with one that was cut off.
///
/// # Errors
/// [`Code::EventNotPossible`] while this instance is at one.
pub async fn rotate_keys(app: &App, caller: &Caller) -> Result<KeyStatus, Refusal> {
    caller.require(&[Scope::ClientsAdmin])?;
    app.caught_up_for(caller).await?;
    let (own, client) = (app.clone(), caller.client.id.clone());
    let actor = caller.actor.clone();
    app.waiting(move |_| own.begin_rotation(client, actor)).await?;
    key_status::key_status(app, caller).await
}

impl App {
    fn begin_rotation(&self, client: String, actor: Option<String>) -> Result<(), Refusal> {
        let mut state = self.rotating.state();
        if state.running && !self.ledger.store().read(progress)?.is_under_way() {
            // All of it is done, and was told so, but for the thread's own end.
            let thread = state.thread.take();
            drop(state);
            let _ = thread.map(JoinHandle::join);
            state = self.rotating.state();
        }
        if state.running {
            return Err(Refusal::saying(
                Code::EventNotPossible,
                "A rotation is under way. GET /v1/keys (nejtack keys status) tells how far it has come.",
            ));
        }
        let now = self.ledger.store().read(progress)?;
        if now.key == now.in_use {
            self.add_tag_key(client, actor, now.key)?;
        }
        self.start_rotation(&mut state)
    }

    /// Goes on with a rotation that was cut off. On PostgreSQL another instance may be
    /// at it: only if nothing has moved since the last look. For the housekeeping.
    pub fn resume_rotation(&self) {
        let mut state = self.rotating.state();
        if state.running || state.failed.is_some() {
            return;
        }
        let Ok(now) = self.ledger.store().read(progress) else { return };
        let seen = state.seen.replace(now);
        let alone = self.ledger.store().backend() == Backend::Sqlite;
        let stands_still = seen.is_some_and(|seen| !now.is_further_than(seen));
        if now.is_under_way() && (alone || stands_still) {
            log::info!("going on with the rotation of the tag key");
            if self.start_rotation(&mut state).is_err() {
                log::warn!("the system gives no thread for the rotation of the tag key");
            }
        }
    }

    fn start_rotation(&self, state: &mut State) -> Result<(), Refusal> {
        let app = self.clone();
        let thread = std::thread::Builder::new().name("rotation".to_owned()).spawn(move || {
            let failed = app.rotate().err();
            let mut state = app.rotating.state();
            state.running = false;
            if let Some(why) = &failed {
                log::error!("the rotation of the tag key broke off: {why}");
            }
            state.failed = failed;
        });
        state.thread = Some(thread.map_err(|_| Refusal::new(Code::Unavailable).retry_after(5))?);
        (state.running, state.failed, state.seen) = (true, None, None);
        Ok(())
    }
}

impl Rotating {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the last rotation broke off, if it did.
    pub(super) fn failed(&self) -> Option<String> {
        self.state().failed.clone()
    }

    /// Breaks off after the piece at hand. For the end.
    pub(super) fn end(&self) {
        self.stop.store(true, Ordering::Release);
        let thread = self.state().thread.take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    fn is_ending(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

impl Instance {
    /// Rotates until all is done, or the instance ends.
    fn rotate(&self) -> Result<(), String> {
        while !self.rotating.is_ending() {
            match self.go_on() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) if error.is_transient() => std::thread::sleep(PATIENCE),
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    /// Does the next part of it; true: there was none.
    fn go_on(&self) -> Result<bool, StoreError> {
        self.ledger.catch_up()?; // and so has the newest key
        let now = self.ledger.store().read(progress)?;
        if now.key > now.in_use {
            self.wrap((now.in_use, now.key))?;
        } else if now.oldest.is_some() {
            self.forget_old_tags(now.in_use)?;
        } else {
            return Ok(true);
        }
        Ok(false)
    }

    /// Wraps all tags, checks them, and has the sequencer put them into use.
    fn wrap(&self, between: (i32, i32)) -> Result<(), StoreError> {
        let (store, keyring) = (self.ledger.store(), self.keyring());
        let mut rotation = Rotation::new(between, std::sync::Arc::clone(&keyring));
        loop {
            let wrapped = loop {
                let begun = Instant::now();
                match store.write(|conn| stage(conn, &keyring, between))? {
                    None => return Ok(()), // another instance put it into use
                    Some(Staged { all: true, position }) => break position,
                    Some(Staged { .. }) if self.rotating.is_ending() => return Ok(()),
                    Some(Staged { .. }) => std::thread::sleep(begun.elapsed().min(PAUSE)),
                }
            };
            let ahead = wrapped - rotation.position();
            while !store.read(|conn| rotation.check(conn, wrapped))? {
                if self.rotating.is_ending() {
                    return Ok(());
                }
            }
            if ahead <= REST {
                break;
            }
        }
        let (in_use, key) = between;
        let rows = ActRows { rotation: Some(Box::new(rotation)), ..ActRows::default() };
        let need = Need::Generation { in_use, key };
        let act = act(EntryKind::TagsRotated, None, rows, vec![need]);
        match self.ledger.submit_waiting(submission(Caller::ITSELF.to_owned(), None, act)) {
            // Overtaken: another instance was faster.
            Ok(_) | Err(SubmitError::Overtaken) => Ok(()),
            Err(SubmitError::Store(error)) => Err(error),
            Err(_) => Err(StoreError::Busy),
        }
    }

    /// Drops what is of an earlier generation than the one in use.
    fn forget_old_tags(&self, in_use: i32) -> Result<(), StoreError> {
        let store = self.ledger.store();
        while let Some((version, mut first, newest)) = store.read(|conn| old(conn, in_use))? {
            // Not asked for anew each time: what was just dropped is in PostgreSQL's way.
            while first <= newest {
                if self.rotating.is_ending() {
                    return Ok(());
                }
                let (begun, range) = (Instant::now(), (first, first + PIECE - 1));
                store.write(|conn| generations::forget(conn, version, range))?;
                first += PIECE;
                std::thread::sleep(begun.elapsed().min(PAUSE));
            }
        }
        self.unfolded.store(true, Ordering::Release);
        self.forget_shredded();
        Ok(())
    }

    fn add_tag_key(
        &self,
        client: String,
        actor: Option<String>,
        newest: i32,
    ) -> Result<(), Refusal> {
        let key = self.ledger.keys().new_tag_key(newest + 1, self.now().timestamp_micros());
        let rows = ActRows { key: Some(key), ..ActRows::default() };
        let need = Need::Generation { in_use: newest, key: newest };
        let act = act(EntryKind::KeyRotated, None, rows, vec![need]);
        match self.ledger.submit_waiting(submission(client, actor, act)) {
            Ok(_) => Ok(()),
            Err(error) => Err(commit::refusal(&error)),
        }
    }
}

fn submission(
    client: String,
    actor: Option<String>,
    act: crate::ledger::submission::Act,
) -> Submission {
    Submission { client, actor, canonical: b"{}".to_vec(), idempotency: None, acts: vec![act] }
}

/// The oldest generation that is to go, its first entry and its last.
fn old(
    conn: &mut Connection,
    in_use: i32,
) -> Result<Option<(i32, Position, Position)>, StoreError> {
    let Some((version, first)) = generations::oldest_before(conn, in_use)? else { return Ok(None) };
    let newest = tags::newest(conn, version)?.unwrap_or(first);
    Ok(Some((version, first, newest)))
}

/// How far it has come.
pub(super) fn progress(conn: &mut Connection) -> Result<Progress, StoreError> {
    let in_use = generations::current(conn)?;
    let key = keys::newest(conn, "tag")?.unwrap_or(in_use);
    Ok(Progress {
        in_use,
        key,
        wrapped: if key > in_use { tags::newest(conn, key)?.unwrap_or(0) } else { 0 },
        oldest: generations::oldest_before(conn, in_use)?,
        head: head::read(conn)?.position,
    })
}
