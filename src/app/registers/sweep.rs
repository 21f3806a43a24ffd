//! Rows of versions that are not in force go: of those that were replaced, and of loads
//! that came to nothing. What they were stays on record in the ledger, by date and digest.

use crate::app::{App, Instance};
use crate::store::{Backend, Connection, StoreError, registers};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Pieces dropped in one transaction: whoever records waits for it on SQLite.
const PIECES: i64 = 64;
/// The longest that is waited after one.
const PAUSE: Duration = Duration::from_millis(50);
/// On PostgreSQL another instance may be loading: rows of a load that is in no ledger are
/// left alone for so long. If it was still at it, it is told so when it ends.
const LEFT_ALONE: chrono::TimeDelta = chrono::TimeDelta::hours(24);

impl App {
    /// Sweeps on a thread that may wait.
    pub(super) fn sweep_registers_soon(&self) {
        let app = self.clone();
        drop(tokio::task::spawn_blocking(move || app.sweep_registers()));
    }
}

impl Instance {
    /// Drops the rows of every version that is not in force and not being written.
    pub(in crate::app) fn sweep_registers(&self) {
        if let Err(error) = self.try_sweep() {
            log::warn!("rows of replaced registers stay for now: {error}");
        }
    }

    fn try_sweep(&self) -> Result<(), StoreError> {
        let store = self.ledger.store();
        let mut after = Vec::new();
        while let Some(next) = store.read(|conn| registers::next_with_pieces(conn, &after))? {
            let version = Uuid::from_slice(&next).unwrap_or_default();
            if !self.loads.is_under_way(version) && store.read(|conn| self.may_go(conn, version))? {
                self.drop_rows(version)?;
            }
            after = next;
        }
        Ok(())
    }

    fn may_go(&self, conn: &mut Connection, version: Uuid) -> Result<bool, StoreError> {
        if let Some((register, position)) = registers::register_of(conn, version.as_bytes())? {
            let newest = registers::newest_version(conn, &register)?;
            return Ok(newest.is_some_and(|newest| newest.position > position));
        }
        if self.ledger.store().backend() == Backend::Sqlite || self.loads.has_ended(version) {
            return Ok(true); // nobody else can be at it
        }
        let (seconds, nanos) = version.get_timestamp().map_or((0, 0), |time| time.to_unix());
        let begun = i64::try_from(seconds).ok();
        let begun = begun.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, nanos));
        Ok(begun.is_none_or(|begun| self.now() - begun > LEFT_ALONE))
    }

    /// Drops the rows of a load of ours that came to nothing.
    pub(in crate::app) fn forget_version(&self, version: Uuid) {
        if let Err(error) = self.drop_rows(version) {
            log::warn!("rows of a register that was not loaded stay for now: {error}");
        }
    }

    fn drop_rows(&self, version: Uuid) -> Result<(), StoreError> {
        loop {
            let begun = Instant::now();
            let forget =
                |conn: &mut Connection| registers::forget_pieces(conn, version.as_bytes(), PIECES);
            if self.ledger.store().write(forget)? == 0 {
                self.loads.forget(version);
                return Ok(());
            }
            std::thread::sleep(begun.elapsed().min(PAUSE));
        }
    }
}
