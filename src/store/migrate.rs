//! The schema: whose it is, how new it is, and bringing it up to date.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Connection, StoreError};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// Where diesel keeps which migrations have been run.
const RECORD: &str = "__diesel_schema_migrations";

/// Two instances may start at once on one server: the second waits for the
/// first. Any number does, as long as it is always the same.
const LOCK: i64 = 0x6e65_6a74_6163_6b00;

/// Brings the schema up to date; refuses one that is newer or not ours.
pub(super) fn run(conn: &mut Connection) -> Result<(), StoreError> {
    if let Connection::Postgresql(conn) = conn {
        // held by the session: it ends with this connection
        conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    }
    // again, under the lock: another instance may have been faster
    is_empty(conn)?;
    match conn {
        Connection::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(drop),
        Connection::Postgresql(conn) => conn.run_pending_migrations(POSTGRESQL).map(drop),
    }
    // the text is about our own SQL, never about a row
    .map_err(|error| StoreError::Other(format!("the schema cannot be brought up to date: {error}")))
}

/// How far a database has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing has been put into it yet.
    Empty,
    /// There are migrations that it has not seen.
    Older,
    /// It has the schema that this program knows.
    Current,
}

/// Whether nothing has been put into this database yet. An error when what is
/// there is not ours, or was made by a newer version.
pub(super) fn is_empty(conn: &mut Connection) -> Result<bool, StoreError> {
    Ok(state(conn)? == State::Empty)
}

/// How far this database has come. An error when what is there is not ours, or was
/// made by a newer version.
pub(super) fn state(conn: &mut Connection) -> Result<State, StoreError> {
    let tables = names(
        conn,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()",
    )?;
    if tables.is_empty() {
        return Ok(State::Empty);
    }
    if !tables.contains(RECORD) {
        return Err(StoreError::Foreign("it holds tables of something else".into()));
    }
    let query = format!("SELECT version AS name FROM {RECORD}");
    let run = names(conn, &query, &query)?;
    let known = match conn {
        Connection::Sqlite(_) => versions::<Sqlite>(&SQLITE)?,
        Connection::Postgresql(_) => versions::<Pg>(&POSTGRESQL)?,
    };
    // A start that was cut off has left diesel's own table and nothing else.
    if run.is_empty() && tables.len() == 1 {
        return Ok(State::Empty);
    }
    if run.is_disjoint(&known) || !tables.contains("entries") {
        return Err(StoreError::Foreign("its tables were made by another program".into()));
    }
    if run == known {
        return Ok(State::Current);
    }
    if run.is_subset(&known) { Ok(State::Older) } else { Err(StoreError::Newer) }
}

fn versions<DB: diesel::backend::Backend>(
    source: &EmbeddedMigrations,
) -> Result<BTreeSet<String>, StoreError> {
    let migrations: Vec<Box<dyn Migration<DB>>> = MigrationSource::<DB>::migrations(source)
        .map_err(|error| StoreError::Other(error.to_string()))?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

fn names(
    conn: &mut Connection,
    sqlite: &str,
    postgresql: &str,
) -> Result<BTreeSet<String>, StoreError> {
    let rows: Vec<Name> = match conn {
        Connection::Sqlite(conn) => diesel::sql_query(sqlite).load(conn)?,
        Connection::Postgresql(conn) => diesel::sql_query(postgresql).load(conn)?,
    };
    Ok(rows.into_iter().map(|row| row.name).collect())
}
