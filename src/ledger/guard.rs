//! The rollback guard: what the log has once been, kept outside the database.
//!
//! A database that was put back to an older state is whole in itself: its newest
//! checkpoint fits its entries. Only something that did not go back with it can
//! tell. So the newest checkpoint is also kept in a small file ([`FILE`]) in a
//! folder of the operator's choice, and a database that does not hold that
//! checkpoint's tree is not opened. The file only ever says what had been
//! committed, so it is never ahead of a database that lost nothing.

use super::proofs;
use crate::evidence::checkpoint::{Checkpoint, CheckpointError, LogKey};
use crate::store::{Connection, StoreError, leaves};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The file in the state folder.
pub const FILE: &str = "log.checkpoint";

/// What the state folder holds.
#[derive(Debug)]
pub struct Kept {
    /// Its file.
    pub file: PathBuf,
    note: String,
}

/// A database whose log does not hold what it once held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// Who tells: the file in the state folder.
    pub file: PathBuf,
    /// The log as it once was.
    pub abandoned: Checkpoint,
    /// The log as the database has it.
    pub found: Checkpoint,
}

/// Why a database is not opened beside this state folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuardError {
    /// There is no such folder.
    NoFolder(PathBuf),
    /// The file cannot be read or written.
    Unusable(PathBuf, ErrorKind),
    /// The file is no checkpoint of the log, and why.
    Damaged(PathBuf, CheckpointError),
    /// The file is of another log: this one's and its name.
    Foreign(PathBuf, String),
    /// The file tells of a log, and the database of none.
    Begun(PathBuf),
    /// The database was put back to an older state, or its log was rewritten.
    Older(Box<Rollback>),
}

/// Reads what the folder holds. To be asked before the database is: what was
/// committed in between would be in neither.
///
/// # Errors
/// [`GuardError::NoFolder`], [`GuardError::Unusable`]; a folder that is missing
/// may be a disk that was not mounted.
pub fn read(folder: &Path) -> Result<Option<Kept>, GuardError> {
    if !folder.is_dir() {
        return Err(GuardError::NoFolder(folder.into()));
    }
    let file = folder.join(FILE);
    match std::fs::read(&file) {
        Ok(bytes) => {
            let note = String::from_utf8_lossy(&bytes).into_owned();
            Ok(Some(Kept { file, note }))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(GuardError::Unusable(file, error.kind())),
    }
}

/// Whether the database's log holds what was kept. `keys`: those with which
/// this log was ever signed.
///
/// # Errors
/// The outer error is the store's.
pub fn compare(
    conn: &mut Connection,
    kept: &Kept,
    keys: &[LogKey],
) -> Result<Result<(), GuardError>, StoreError> {
    let abandoned = match open(&kept.note, keys) {
        Ok(checkpoint) => checkpoint,
        Err(CheckpointError::ForeignLog { origin })
            if keys.iter().all(|key| key.origin() != origin) =>
        {
            return Ok(Err(GuardError::Foreign(kept.file.clone(), origin)));
        }
        Err(why) => return Ok(Err(GuardError::Damaged(kept.file.clone(), why))),
    };
    let found = newest(conn, keys)?;
    let holds =
        abandoned.size <= found.size && proofs::root_at(conn, abandoned.size)?.0 == abandoned.root;
    if holds {
        return Ok(Ok(()));
    }
    let rollback = Rollback { file: kept.file.clone(), abandoned, found };
    Ok(Err(GuardError::Older(Box::new(rollback))))
}

/// The newest checkpoint in the database: signed with one of the keys, and of
/// the tree that the leaves make.
///
/// # Errors
/// What the store says, or what does not fit.
pub fn newest(conn: &mut Connection, keys: &[LogKey]) -> Result<Checkpoint, StoreError> {
    let damaged = |what: String| StoreError::Other(format!("the log is damaged: {what}"));
    proofs::whole(conn)?;
    let row = leaves::newest_checkpoint(conn)?;
    let row = row.ok_or_else(|| damaged("it has no checkpoint".into()))?;
    let newest = open(&row.note, keys)
        .map_err(|why| damaged(format!("its newest checkpoint does not count: {why}")))?;
    if newest.size != row.size || proofs::root_at(conn, newest.size)?.0 != newest.root {
        return Err(damaged("its newest checkpoint is of another tree than its leaves".into()));
    }
    Ok(newest)
}

fn open(note: &str, keys: &[LogKey]) -> Result<Checkpoint, CheckpointError> {
    let mut failed = CheckpointError::Malformed;
    for key in keys {
        match key.open(note) {
            Ok(checkpoint) => return Ok(checkpoint),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// Keeps a checkpoint, unless a larger one is kept already. Atomic, and durable
/// when it returns: a power cut leaves the old file or the new one.
///
/// # Errors
/// What the system says.
pub(super) fn keep(folder: &Path, note: &str) -> std::io::Result<()> {
    // One at a time: on PostgreSQL a command may run beside a server.
    let lock = File::open(folder)?;
    lock.lock()?;
    let file = folder.join(FILE);
    match std::fs::read_to_string(&file) {
        Ok(earlier) if size_of(&earlier) >= size_of(note) => return Ok(()),
        _ => {}
    }
    replace(folder, note)
}

/// Puts a smaller checkpoint into the place of one that a rollback abandoned,
/// which stays beside it under a name of its own: it is evidence.
///
/// # Errors
/// What the system says.
pub fn put_back(folder: &Path, note: &str, abandoned: &Checkpoint) -> std::io::Result<PathBuf> {
    let lock = File::open(folder)?;
    lock.lock()?;
    let root: String = abandoned.root[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    let aside = folder.join(format!("{FILE}.abandoned-{}-{root}", abandoned.size));
    std::fs::copy(folder.join(FILE), &aside)?;
    File::open(&aside)?.sync_all()?;
    replace(folder, note)?;
    lock.sync_all()?;
    Ok(aside)
}

fn replace(folder: &Path, note: &str) -> std::io::Result<()> {
    let new = folder.join(format!("{FILE}.new"));
    let mut options = OpenOptions::new();
    let mut writing = options.write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    writing.write_all(note.as_bytes())?;
    writing.sync_all()?; // before it has the name: an empty file would stop the next start
    std::fs::rename(&new, folder.join(FILE))
}

/// The size on a checkpoint's second line; of what is none, less than any.
fn size_of(note: &str) -> i64 {
    note.lines().nth(1).and_then(|line| line.parse().ok()).unwrap_or(-1)
}

impl std::fmt::Display for GuardError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoFolder(folder) => write!(
                f,
                "the state folder {} is not there: mount it, or make it if it is new (--state)",
                folder.display()
            ),
            Self::Unusable(file, kind) => {
                write!(f, "the state file {} cannot be read: {kind}", file.display())
            }
            Self::Damaged(file, why) => write!(
                f,
                "the state file {} cannot be relied on: {why}. Put back a checkpoint of this log \
                 that you kept, or, if you know the database to be the newest, move the file away: \
                 it is then made anew",
                file.display()
            ),
            Self::Foreign(file, origin) => write!(
                f,
                "the state file {} is of another log, {origin}: name the right data folder or \
                 database, or give this instance a state folder of its own (--state)",
                file.display()
            ),
            Self::Begun(file) => write!(
                f,
                "there is no database, but {} tells of a log: the database was moved or lost. Put \
                 it back, from a backup if need be (`nejtack restore`); a new blocklist would know \
                 of no objection",
                file.display()
            ),
            Self::Older(rollback) => rollback.fmt(f),
        }
    }
}

impl std::fmt::Display for Rollback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (was, is, file) = (self.abandoned.size, self.found.size, self.file.display());
        if is < was {
            write!(
                f,
                "the database's log holds {is} entries, and {file} shows that it has held {was}: \
                 the database was put back to an older state, and what was acknowledged since is \
                 missing from it. "
            )?;
        } else {
            write!(
                f,
                "the database's log holds {is} entries, but its first {was} are not those that \
                 {file} shows: the log was rewritten, or goes on from an older copy. "
            )?;
        }
        f.write_str(
            "Put the newer database back if there is one. If it is lost, `nejtack restore \
             --accept-older` accepts this one and records that it did; then the objection \
             services must send again what they sent after the copy was made (with the same \
             references, nothing is recorded twice)",
        )
    }
}

impl std::error::Error for GuardError {}
