//! The only place that names diesel: rows in and out of SQLite or PostgreSQL.
//!
//! A table group has a module of free functions over a [`Connection`], and a
//! connection is only ever lent inside [`Store::read`] (one snapshot) or
//! [`Store::write`] (one transaction). What must differ between the databases
//! is in `dialect`, how they are opened in `connection`, `sqlite` and
//! `postgresql`. Triggers in the database itself hold the promise that the
//! ledger is append-only: `migrations/README.md`.

pub mod acknowledgements;
pub mod assertions;
pub mod audit;
mod change_rows;
mod change_schema;
pub mod changes;
pub mod clients;
mod connection;
pub mod copy;
mod dialect;
mod either;
pub mod entries;
mod error;
pub mod generations;
pub mod head;
pub mod idempotency;
pub mod instance;
mod key_rows;
pub mod keys;
pub mod leaves;
mod message_rows;
pub mod messages;

mod migrate;
pub mod objections;
pub mod originals;
pub mod parties;
mod postgresql;
mod register_rows;
pub mod registers;
pub mod review;
pub mod rows;
mod schema;
mod screening_row;
pub mod screenings;
mod sqlite;
pub mod tags;
mod transfer_row;
pub mod transfers;
mod url;
pub mod usage;
pub mod webhook_deliveries;
pub mod webhooks;

pub use change_rows::{AcknowledgementRow, WebhookDeliveryRow, WebhookVersionRow};
pub use either::EitherConnection as Connection;
pub use error::StoreError;
pub use key_rows::*;
pub use message_rows::{MessageClearanceRow, MessageRow};
pub use register_rows::*;
pub use rows::*;
pub use screening_row::ScreeningRow;
pub use transfer_row::TransferRow;
pub use url::{Backend, DatabaseUrl};

use connection::{Lent, Pool, Role};
use std::path::PathBuf;

/// An open database, whose schema is the one that this program knows.
#[derive(Debug)]
pub struct Store {
    backend: Backend,
    /// None where the database was opened to be judged.
    writers: Option<Pool>,
    readers: Pool,
    /// The folder of SQLite's file.
    folder: Option<PathBuf>,
}

impl Store {
    /// Opens the database and brings its schema up to date. `create` allows it
    /// to be new; without, a database that is not there is
    /// [`StoreError::Missing`], so that a mistyped path never becomes an empty
    /// blocklist that answers "not blocked".
    pub fn open(url: &DatabaseUrl, create: bool) -> Result<Self, StoreError> {
        connection::prepare(url, create)?;
        Ok(Self {
            backend: url.backend(),
            writers: Some(connection::pool(url, Role::Write)),
            readers: connection::pool(url, Role::Read),
            folder: url.folder(),
        })
    }

    /// Opens the database to read and judge it, and nothing else: no migration is
    /// run, and a write fails. Other processes may be writing to it meanwhile.
    pub fn open_to_read(url: &DatabaseUrl) -> Result<Self, StoreError> {
        connection::require_current(url)?;
        Ok(Self {
            backend: url.backend(),
            writers: None,
            readers: connection::pool(url, Role::Audit),
            folder: url.folder(),
        })
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Reads one consistent snapshot: SQLite in a deferred transaction,
    /// PostgreSQL in REPEATABLE READ, READ ONLY.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut conn = connection::get(&self.readers)?;
        dialect::begin_read(&mut conn)?;
        let value = match work(&mut conn) {
            Ok(value) => value,
            Err(error) => return Err(abandon(&mut conn, error)),
        };
        dialect::commit(&mut conn)?;
        Ok(value)
    }

    /// The head, from a database that is still the one that takes commits.
    ///
    /// On SQLite that is a read. On PostgreSQL a primary that was cut off would answer
    /// a read of the head for as long as nobody tells it, while another one commits;
    /// where commits wait for a standby, the head is therefore read in a transaction
    /// that has to wait for one like a commit. It writes no row.
    pub fn fenced_head(&self) -> Result<head::Head, StoreError> {
        match self.backend {
            Backend::Sqlite => self.read(head::read),
            // never where only reading is possible, as on a standby itself
            Backend::Postgresql => {
                let fenced = self.write(|conn| {
                    let head = head::read(conn)?;
                    dialect::fence(conn)?;
                    Ok(head)
                });
                // nothing was to be recorded, so nothing is unknown
                fenced.map_err(|error| match error {
                    StoreError::CommitUnknown => {
                        StoreError::Unavailable("the fence did not commit".into())
                    }
                    error => error,
                })
            }
        }
    }

    /// Writes in one transaction, which is rolled back when `work` gives an
    /// error. When the commit itself fails, nobody knows what became of it:
    /// [`StoreError::CommitUnknown`], and the head is to be read again.
    pub fn write<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut conn = self.writer()?;
        dialect::begin_write(&mut conn)?;
        let worked = work(&mut conn).and_then(|value| {
            dialect::still_committable(&mut conn)?;
            Ok(value)
        });
        let value = match worked {
            Ok(value) => value,
            Err(error) => return Err(abandon(&mut conn, error)),
        };
        // The seam for synchronous replication: on PostgreSQL a COMMIT whose wait
        // for the standby was cancelled still succeeds, with only a WARNING that
        // diesel does not show. Until notices are seen here (or a fence follows),
        // Ok means durable on this server, not on its standby.
        match dialect::commit(&mut conn) {
            Ok(()) => Ok(value),
            Err(error) => {
                log::error!("store: a commit failed, its outcome is unknown: {error}");
                Err(StoreError::CommitUnknown)
            }
        }
    }

    /// Folds SQLite's write-ahead log back into the database and empties it, so that
    /// what was deleted is in neither. False: readers are in the way, try again. On
    /// PostgreSQL there is nothing to do here: VACUUM does it.
    pub fn fold_back(&self) -> Result<bool, StoreError> {
        let mut conn = self.writer()?;
        match &mut *conn {
            Connection::Sqlite(conn) => sqlite::fold_back(conn),
            Connection::Postgresql(_) => Ok(true),
        }
    }

    /// How many bytes the disk of the data folder still has for us; none on PostgreSQL,
    /// whose disk is not to be seen from here.
    pub fn free_space(&self) -> Result<Option<u64>, StoreError> {
        self.folder.as_deref().map(sqlite::free_space).transpose()
    }

    fn writer(&self) -> Result<Lent, StoreError> {
        connection::get(self.writers.as_ref().ok_or_else(error::read_only)?)
    }

    /// The database's own version string.
    pub fn version(&self) -> Result<String, StoreError> {
        self.read(dialect::version)
    }
}

/// Rolls back. Where even that fails the connection is broken, the pool drops
/// it, and the database forgets the transaction: the first error tells more.
fn abandon(conn: &mut Connection, error: StoreError) -> StoreError {
    if let Err(rollback) = dialect::rollback(conn) {
        log::warn!("store: a rollback failed: {rollback}");
    }
    error
}
