//! Connections and their pools. A connection is of one kind for both databases,
//! so that a query is written once.

use std::time::Duration;

use diesel::r2d2::{self, ManageConnection, R2D2Connection};

use super::url::Target;
use super::{Connection, DatabaseUrl, StoreError, migrate, postgresql, sqlite};

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Tells what is there and touches nothing.
    Inspect,
    /// Copies the database as it is.
    Copy,
    /// Reads snapshots of a database in whatever state; the file is opened so that
    /// it cannot be written.
    Audit,
    /// Brings the schema up to date.
    Migrate,
    /// Reads snapshots; on SQLite it could not write.
    Read,
    /// Writes.
    Write,
}

/// How many may read at once: each holds a thread of the caller's, and no more
/// than the server's blocking threads ever ask.
const READERS: u32 = 8;
/// How many may write at once on PostgreSQL. The sequencer needs one, sweeps another.
const WRITERS: u32 = 4;
/// How long a caller waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) type Pool = r2d2::Pool<Manager>;

/// Makes the connections of a pool.
#[derive(Debug)]
pub(super) struct Manager {
    url: DatabaseUrl,
    role: Role,
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = StoreError;

    fn connect(&self) -> Result<Connection, StoreError> {
        connect(&self.url, self.role)
    }

    fn is_valid(&self, conn: &mut Connection) -> Result<(), StoreError> {
        match conn {
            // a file does not hang up
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgresql(conn) => Ok(conn.ping()?),
        }
    }

    fn has_broken(&self, conn: &mut Connection) -> bool {
        // A panic in `work` leaves its transaction open: only a new connection
        // is certain to be out of it.
        std::thread::panicking()
            || match conn {
                Connection::Sqlite(conn) => conn.is_broken(),
                Connection::Postgresql(conn) => conn.is_broken(),
            }
    }
}

/// Dispatches on the URL; `MultiConnection`'s own `establish` tries one database
/// after the other, and SQLite takes anything.
fn connect(url: &DatabaseUrl, role: Role) -> Result<Connection, StoreError> {
    match &url.0 {
        Target::Sqlite(path) => Ok(Connection::Sqlite(sqlite::connect(path, role)?)),
        Target::Postgresql(url) => Ok(Connection::Postgresql(postgresql::connect(url, role)?)),
    }
}

/// Makes certain that the database is there, is ours and is up to date.
pub(super) fn prepare(url: &DatabaseUrl, create: bool) -> Result<(), StoreError> {
    if let Target::Sqlite(path) = &url.0 {
        sqlite::require_file(path, create)?;
    }
    // Looked at before it is opened for good: turning on WAL would already
    // change a database that is not ours.
    if migrate::is_empty(&mut connect(url, Role::Inspect)?)? && !create {
        return Err(StoreError::Missing(format!("{} holds no ledger", url.redacted())));
    }
    migrate::run(&mut connect(url, Role::Migrate)?)
}

/// Makes certain that the database is there, is ours, and has the schema that this
/// program knows; changes nothing.
pub(super) fn require_current(url: &DatabaseUrl) -> Result<(), StoreError> {
    if let Target::Sqlite(path) = &url.0 {
        sqlite::require_file(path, false)?;
    }
    match migrate::state(&mut connect(url, Role::Audit)?)? {
        migrate::State::Current => Ok(()),
        migrate::State::Empty => {
            Err(StoreError::Missing(format!("{} holds no ledger", url.redacted())))
        }
        migrate::State::Older => Err(StoreError::Other(
            "the database was last opened by an older version, and reading it brings nothing up \
             to date: use that version, or open it once with this one (`nejtack serve`)"
                .into(),
        )),
    }
}

/// A pool that connects when it is first asked.
pub(super) fn pool(url: &DatabaseUrl, role: Role) -> Pool {
    let size = match (&url.0, role) {
        // one writer: with more, SQLite's own waiting is neither fair nor bounded
        (Target::Sqlite(_), Role::Write) => 1,
        (Target::Postgresql(_), Role::Write) => WRITERS,
        _ => READERS,
    };
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(0))
        .connection_timeout(PATIENCE)
        // the caller is told of every failure, so it need not be logged as well
        .error_handler(Box::new(r2d2::NopErrorHandler))
        .build_unchecked(Manager { url: url.clone(), role })
}

/// Takes a connection out of a pool.
pub(super) fn get(pool: &Pool) -> Result<r2d2::PooledConnection<Manager>, StoreError> {
    pool.get().map_err(|error| {
        if pool.state().connections == pool.max_size() {
            StoreError::Busy
        } else {
            StoreError::Unavailable(error.to_string())
        }
    })
}
