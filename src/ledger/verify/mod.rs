//! Re-derives everything from the rows: entries ↔ leaves ↔ tree ↔ signed
//! checkpoints, entries ↔ rows, entries ↔ tags, originals ↔ their keys. Names the
//! first row that does not fit, by position.
//!
//! Only reads, one snapshot, in chunks. What it takes for granted is the root key,
//! and the log's key where the auditor brings none: whoever has both database and
//! root key can make another ledger that fits, and only a checkpoint kept outside
//! ([`Asked::since`]) tells that from the true one.
//!
//! Of opt-out registers, the tags of the version in force are held against the digest in
//! its row ([`registers`]).
//!
//! Outside the ledger, and so not covered: `usage`, `idempotency_keys`,
//! `used_assertions`, and which migrations were run.

mod chunk;
mod derived;
mod entry;
mod finding;
mod gone;
mod instance;
mod log;
mod pass;
mod registers;
mod rows;
mod suspects;

pub use finding::{Finding, Place};

use crate::crypto::keyring::KeyringError;
use crate::crypto::root_key::RootKey;
use crate::domain::Position;
use crate::evidence::checkpoint::{CheckpointError, LogKey};
use crate::evidence::receipt::Receipt;
use crate::store::audit::{self, Bound};
use crate::store::{Connection, StoreError, leaves};
use finding::Stop;
use log::Log;
use pass::{Pass, Reader};

/// What the auditor brings along.
#[derive(Debug, Default, Clone)]
pub struct Asked {
    /// The log's public key, which then counts instead of the database's.
    pub key: Option<String>,
    /// A checkpoint kept outside, or a receipt with one in it.
    pub since: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything fits.
    Sound(Report),
    /// This does not; what comes after it was not looked at.
    Wrong(Finding),
}

/// What was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The log's name.
    pub origin: String,
    /// Its public key.
    pub key: String,
    /// How many entries there are.
    pub entries: Position,
    /// The root hash of their tree.
    pub root: [u8; 32],
    /// How many of what was checked.
    pub counts: Counts,
    /// The size of the checkpoint kept outside.
    pub since: Option<Position>,
}

/// How many of what was checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Signed checkpoints.
    pub checkpoints: u64,
    /// Rows of the ledger's tables that entries commit to.
    pub rows: u64,
    /// Tags of identifiers.
    pub tags: u64,
    /// Keys of originals, each opened.
    pub record_keys: u64,
    /// Tags of opt-out registers, of the versions in force.
    pub listed: u64,
}

/// Why nothing could be judged. `Display` says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerifyError {
    /// The database.
    Store(StoreError),
    /// The keys, with this root key.
    Keys(KeyringError),
    /// There is no ledger in the database.
    Empty,
    /// The public key that was brought is none.
    Key,
    /// The checkpoint kept outside is none, or not this log's.
    Since(CheckpointError),
}

/// Judges a database, in one transaction. `told` hears how many entries are done,
/// of how many.
///
/// # Errors
/// [`VerifyError`].
pub fn verify(
    conn: &mut Connection,
    root_key: &RootKey,
    asked: &Asked,
    told: &mut dyn FnMut(Position, Position),
) -> Result<Verdict, VerifyError> {
    match judge(conn, root_key, asked, told) {
        Ok(report) => Ok(Verdict::Sound(report)),
        Err(Stop::Wrong(finding)) => Ok(Verdict::Wrong(*finding)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn judge(
    conn: &mut Connection,
    root_key: &RootKey,
    asked: &Asked,
    told: &mut dyn FnMut(Position, Position),
) -> Result<Report, Stop> {
    let brought = asked.key.as_deref().map(LogKey::read).transpose();
    let brought = brought.map_err(|_| VerifyError::Key)?;
    let (keyring, signer) = instance::open(conn, root_key)?;
    let log = Log::new(signer, brought)?;
    let since = asked.since.as_deref().map(|text| log.open(&checkpoint_in(text))).transpose();
    let since = since.map_err(VerifyError::Since)?;
    if let Some((table, place)) = audit::outside(conn, Bound::BelowFirst)? {
        return Err(Finding::at(table, place, "there can be no such entry: they begin at 1").into());
    }
    let (head, time) = head(conn)?;
    let end = log.end(conn, head)?;
    let gone = gone::Gone::read(conn, end)?;
    let in_use = gone::InUse::read(conn, end)?;
    let reader = Reader { keyring: &keyring, log: &log, gone: &gone, in_use: &in_use };
    let mut pass = Pass::new(reader, end);
    pass.root_wanted_at(since.as_ref().map(|since| since.size));
    pass.run(conn, told)?;
    let listed = registers::check(conn, end)?;
    after(conn, (head, time), end, pass.time())?;
    if let Some(since) = &since {
        log.consistent(since, end, pass.wanted_root())?;
    }
    Ok(Report {
        origin: log.origin().to_owned(),
        key: log.key().to_owned(),
        entries: end,
        root: pass.root()?.0,
        counts: Counts { listed, ..pass.counts() },
        since: since.map(|since| since.size),
    })
}

/// A receipt ends in a checkpoint.
fn checkpoint_in(text: &str) -> String {
    match Receipt::read(text) {
        Ok(receipt) => receipt.checkpoint,
        Err(_) => text.replace("\r\n", "\n"),
    }
}

/// The head, of which there is to be one.
fn head(conn: &mut Connection) -> Result<(Position, i64), Stop> {
    match audit::heads(conn)?[..] {
        [head] => Ok(head),
        [] => Err(Finding::table("head", "its row is missing").into()),
        _ => Err(Finding::table("head", "it has more than one row").into()),
    }
}

/// What only shows at the end: whether the head fits, and whether there is more
/// than was signed.
fn after(
    conn: &mut Connection,
    (head, time): (Position, i64),
    end: Position,
    last: i64,
) -> Result<(), Stop> {
    if head > end && !audit::range(conn, end + 1, end + 1)?.entries.is_empty() {
        let what = "it is missing: the ledger goes on after the newest checkpoint that is there";
        return Err(Finding::at("checkpoints", head, what).into());
    }
    if head > end {
        return Err(Finding::table(
            "head",
            format!(
                "it says that the ledger ends at entry {head}, but entries and checkpoints end at \
                 {end}: either the last rows were removed, or the head was changed"
            ),
        )
        .into());
    }
    if head < end {
        return Err(Finding::table(
            "head",
            format!("it says that the ledger ends at entry {head}, but it goes on to {end}"),
        )
        .into());
    }
    if time != last {
        return Err(Finding::table("head", "its time is not that of the last entry").into());
    }
    if let Some((table, place)) = audit::outside(conn, Bound::Above(end))? {
        return Err(Finding::at(
            table,
            place,
            format!("the ledger ends at entry {end}: this was put in past the log"),
        )
        .into());
    }
    // Told last: what a wrong number in a key does not break.
    match audit::odd(conn)? {
        Some(table) => Err(Finding::table(table, "a row has a number that it cannot have").into()),
        None => Ok(()),
    }
}

impl Log {
    /// Where the pass ends: at the newest checkpoint, which is signed. That it is
    /// what it seems is looked at where the head says otherwise, so that the row
    /// which is wrong can be named; else the pass comes to it.
    fn end(&self, conn: &mut Connection, head: Position) -> Result<Position, Stop> {
        let empty = leaves::checkpoints_since(conn, -1, 1)?.pop();
        let Some(empty) = empty.filter(|row| row.size == 0) else {
            let what = "the first one, of the empty log, is missing";
            return Err(Finding::at("checkpoints", 0, what).into());
        };
        self.check(&empty, crate::evidence::tree::Tree::default().root().map_err(log::lost)?)?;
        let newest = leaves::newest_checkpoint(conn)?.unwrap_or(empty);
        if newest.size != head {
            self.sizes_fit(&newest)?;
        }
        Ok(newest.size)
    }
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Keys(error) => error.fmt(f),
            Self::Empty => f.write_str(
                "the database is empty: nothing was ever recorded in it; check that it is the right one",
            ),
            Self::Key => f.write_str(
                "the key is no verifier key of a log: give NAME+ID+KEY, as /log/key answers",
            ),
            Self::Since(error) => write!(f, "the checkpoint kept outside cannot be used: {error}"),
        }
    }
}

impl std::error::Error for VerifyError {}
