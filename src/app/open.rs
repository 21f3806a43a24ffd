//! Opening an instance: the database, the keys, memory.

use super::rotate::Rotating;
use super::verified::Verified;
use super::{App, Instance, Settings, meter};
use crate::crypto::keyring::{Keyring, KeyringError};
use crate::crypto::random;
use crate::crypto::root_key::RootKey;
use crate::evidence::checkpoint::{CheckpointError, LogKey, LogSigner};
use crate::ledger::guard::{self, GuardError, Kept, Rollback};
use crate::ledger::keys::{Keys, unwrapped};
use crate::ledger::{Ledger, proofs};
use crate::store::KeyRow;
use crate::store::instance::InstanceRow;
use crate::store::{Connection, DatabaseUrl, Store, StoreError, instance, keys};
use chrono::{SubsecRound, Utc};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What it takes to open an instance.
pub struct Opening {
    /// Where the ledger is.
    pub database: DatabaseUrl,
    /// Whether an empty database may be made into a new one.
    pub create: bool,
    /// What every other key is wrapped under.
    pub root_key: RootKey,
    /// What can be set.
    pub settings: Settings,
    /// The folder in which the newest checkpoint is kept ([`guard`]).
    pub state: Option<PathBuf>,
    /// The most submissions in one transaction: [`super::LARGEST_GROUP`], unless somebody
    /// measures what groups are worth.
    pub largest_group: usize,
}

/// Why an instance could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The database.
    Store(StoreError),
    /// The keys in the database, with this root key.
    Keys(KeyringError),
    /// The root key is not this database's.
    ForeignRootKey {
        /// The public id of the key the database needs.
        needed: String,
        /// The public id of the key that was given.
        given: String,
    },
    /// The database has tables and no keys, and may not be made new.
    Empty,
    /// The database is not the one that the state folder knows.
    Guard(GuardError),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Keys(error) => error.fmt(f),
            Self::Guard(error) => error.fmt(f),
            Self::ForeignRootKey { needed, given } => write!(
                f,
                "this database needs the root key with the id {needed}, and the one given has the id {given}; give the right one with --root-key-file"
            ),
            Self::Empty => f.write_str(
                "the database is empty: nothing was ever recorded in it; check that it is the right one",
            ),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<GuardError> for OpenError {
    fn from(error: GuardError) -> Self {
        Self::Guard(error)
    }
}

impl App {
    /// Opens the database and its keys and reads the ledger into memory.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn open(opening: Opening) -> Result<Self, OpenError> {
        let (app, rollback) = Self::judged(opening, false)?;
        match rollback {
            None => Ok(app),
            Some(rollback) => Err(GuardError::Older(Box::new(rollback)).into()),
        }
    }

    /// The same, also where the database was put back to an older state: how is
    /// told. The state folder is then left as it is.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn open_older(opening: Opening) -> Result<(Self, Option<Rollback>), OpenError> {
        Self::judged(opening, true)
    }

    fn judged(opening: Opening, older: bool) -> Result<(Self, Option<Rollback>), OpenError> {
        let state = opening.state.as_deref();
        let kept = state.map(guard::read).transpose()?.flatten();
        let store = Store::open(&opening.database, opening.create)?;
        if opening.create {
            store.write(|conn| begin(conn, &opening.root_key, kept.as_ref()))??;
        }
        let Unlocked { keyring, origin } = store.read(|conn| unlock(conn, &opening.root_key))??;
        let mut rollback = None;
        if let Some(kept) = &kept {
            let keys = log_keys(&keyring, &origin)?;
            match store.read(|conn| guard::compare(conn, kept, &keys))? {
                Err(GuardError::Older(found)) if older => rollback = Some(*found),
                judged => judged?,
            }
        }
        let state = state.filter(|_| rollback.is_none());
        let signer = signer(&keyring, &origin)?;
        let (signs, verifies) = (keyring.token_signer(), keyring.token_verifier());
        let keys = Keys::new(opening.root_key, keyring);
        let ledger = Ledger::open(store, signer, keys, state, opening.largest_group)?;
        let clock = || Utc::now().trunc_subsecs(6); // what rows can hold
        let meter = meter::Meter::open(ledger.store(), clock())?;
        let app = Self(Arc::new(Instance {
            ledger,
            signer: signs,
            verifier: verifies,
            verified: Verified::default(),
            settings: opening.settings,
            meter,
            // a process that ended before it came to it has left it to us
            unfolded: AtomicBool::new(true),
            rotating: Rotating::default(),
            screenings: super::screen::Screenings::default(),
            lags: super::changes::Lags::default(),
            backlog: super::backlog::Backlog::default(),
            outgoing: super::webhooks::Outgoing::default(),
            loads: super::registers::Loads::default(),
            unread: super::sms::NewestUnread::default(),
            clock,
        }));
        Ok((app, rollback))
    }
}

#[cfg(test)]
impl App {
    /// An instance for a unit test, with a new database in this folder.
    pub(crate) fn within(folder: &std::path::Path) -> Self {
        let opening = Opening {
            database: DatabaseUrl::sqlite_file(&folder.join("nejtack.sqlite")),
            create: true,
            root_key: RootKey::create(&folder.join("root.key")).expect("a root key"),
            settings: Settings {
                public_url: "https://nej.example".to_owned(),
                refused: crate::domain::identifier::KindSet::NONE,
                seal_personnummer: false,
                retention: super::shred::Retention::default(),
                hearing: super::Hearing::default(),
            },
            state: None,
            largest_group: super::LARGEST_GROUP,
        };
        Self::open(opening).expect("it opens")
    }
}

/// A database's keys.
pub(super) struct Unlocked {
    pub(super) keyring: Keyring,
    /// The log's name.
    pub(super) origin: String,
}

/// Unwraps the database's keys with this root key. The outer error is the store's.
pub(super) fn unlock(
    conn: &mut Connection,
    root: &RootKey,
) -> Result<Result<Unlocked, OpenError>, StoreError> {
    let Some(row) = instance::get(conn)? else { return Ok(Err(OpenError::Empty)) };
    if row.root_key_id != root.id() {
        let (needed, given) = (row.root_key_id, root.id());
        return Ok(Err(OpenError::ForeignRootKey { needed, given }));
    }
    let keyring = unwrapped(root, keys::all(conn)?);
    Ok(keyring.map(|keyring| Unlocked { keyring, origin: row.origin }).map_err(OpenError::Keys))
}

/// Makes a new database into an instance, in one transaction: its id and name,
/// its keys, its empty log. Leaves one that is an instance. Where the state
/// folder tells of a log, the database was lost, and none may take its place.
fn begin(
    conn: &mut Connection,
    root: &RootKey,
    kept: Option<&Kept>,
) -> Result<Result<(), OpenError>, StoreError> {
    if instance::get(conn)?.is_some() {
        return Ok(Ok(()));
    }
    if let Some(kept) = kept {
        return Ok(Err(GuardError::Begun(kept.file.clone()).into()));
    }
    // As the id has it, so that the one can be checked by the other.
    let now = Utc::now().trunc_subsecs(3);
    let (keyring, fresh) = Keyring::fresh(root);
    let created_at = now.timestamp_micros();
    let rows: Vec<_> = fresh
        .into_iter()
        .map(|key| KeyRow {
            purpose: key.purpose.name().to_owned(),
            version: key.version,
            wrapped: key.wrapped,
            created_at,
            position: 0,
        })
        .collect();
    keys::insert(conn, &rows)?;
    let id = random::uuid_v7(now);
    let origin = format!("nejtack.invalid/{id}"); // the log's name; never changes
    proofs::begin(conn, &signer(&keyring, &origin)?)?;
    let id = id.as_bytes().to_vec();
    instance::insert(conn, &InstanceRow { id, root_key_id: root.id(), origin, created_at })?;
    Ok(Ok(()))
}

fn signer(keyring: &Keyring, origin: &str) -> Result<LogSigner, StoreError> {
    LogSigner::new(origin, keyring.log_seed().1).map_err(|error| unnameable(&error))
}

/// The keys by which the log's checkpoints are checked.
pub(super) fn log_keys(keyring: &Keyring, origin: &str) -> Result<Vec<LogKey>, StoreError> {
    let key = |seed| LogSigner::new(origin, seed).and_then(|signer| LogKey::read(signer.key()));
    keyring.log_seeds().map(|seed| key(seed).map_err(|error| unnameable(&error))).collect()
}

fn unnameable(error: &CheckpointError) -> StoreError {
    StoreError::Other(format!("the log's name in the database: {error}"))
}
