//! Opening an instance: the database, the keys, memory.

use super::rotate::Rotating;
use super::{App, Instance, Settings, meter};
use crate::crypto::keyring::{Keyring, KeyringError};
use crate::crypto::random;
use crate::crypto::root_key::RootKey;
use crate::evidence::checkpoint::LogSigner;
use crate::ledger::keys::Keys;
use crate::ledger::{Ledger, proofs};
use crate::store::KeyRow;
use crate::store::instance::InstanceRow;
use crate::store::{Connection, DatabaseUrl, Store, StoreError, instance, keys};
use chrono::{SubsecRound, Utc};
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
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Keys(error) => error.fmt(f),
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

impl App {
    /// Opens the database and its keys and reads the ledger into memory.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn open(opening: Opening) -> Result<Self, OpenError> {
        let store = Store::open(&opening.database, opening.create)?;
        let (keys, log_signer) = keys(&store, opening.root_key, opening.create)?;
        let keyring = keys.ring();
        let ledger = Ledger::open(store, log_signer, keys)?;
        let clock = || Utc::now().trunc_subsecs(6); // what rows can hold
        let meter = meter::Meter::open(ledger.store(), clock())?;
        let (signer, verifier) = (keyring.token_signer(), keyring.token_verifier());
        Ok(Self(Arc::new(Instance {
            ledger,
            signer,
            verifier,
            settings: opening.settings,
            meter,
            // a process that ended before it came to it has left it to us
            unfolded: AtomicBool::new(true),
            rotating: Rotating::default(),
            clock,
        })))
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
            },
        };
        Self::open(opening).expect("it opens")
    }
}

/// The database's keys, and the log's signer among them; made now, in one
/// transaction, if the database is new.
fn keys(store: &Store, root: RootKey, create: bool) -> Result<(Keys, LogSigner), OpenError> {
    store.write(|conn| match instance::get(conn)? {
        None if create => begin(conn, &root),
        _ => Ok(()),
    })?;
    let Some(row) = store.read(instance::get)? else { return Err(OpenError::Empty) };
    if row.root_key_id != root.id() {
        return Err(OpenError::ForeignRootKey { needed: row.root_key_id, given: root.id() });
    }
    let keys = Keys::open(root, store.read(keys::all)?).map_err(OpenError::Keys)?;
    let signer = signer(&keys.ring(), &row.origin)?;
    Ok((keys, signer))
}

/// Makes a database into an instance: its id and name, its keys, its empty log.
fn begin(conn: &mut Connection, root: &RootKey) -> Result<(), StoreError> {
    let now = Utc::now();
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
    instance::insert(conn, &InstanceRow { id, root_key_id: root.id(), origin, created_at })
}

fn signer(keyring: &Keyring, origin: &str) -> Result<LogSigner, StoreError> {
    LogSigner::new(origin, keyring.log_seed().1)
        .map_err(|error| StoreError::Other(format!("the log's name in the database: {error}")))
}
