//! Copies of an SQLite database: made beside whoever writes, looked at alone.

use super::connection::Role;
use super::{Connection, StoreError, dialect, migrate, sqlite};
use std::path::Path;

/// Copies the database as it is at one moment into an empty file. Others go on
/// reading and writing meanwhile; what they write is kept in the write-ahead log
/// until the copy is done.
///
/// # Errors
/// [`StoreError`]; [`StoreError::Full`] is about the copy's disk.
pub fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    sqlite::require_file(from, false)?;
    look(from, |_| Ok(()))?;
    sqlite::vacuum_into(&mut sqlite::connect(from, Role::Copy)?, to)
}

/// Reads in a database that is ours, whatever its schema's age. Brings nothing
/// up to date.
///
/// # Errors
/// [`StoreError`]; [`StoreError::Foreign`] and [`StoreError::Newer`] for what is
/// not ours to read.
pub fn look<T>(
    file: &Path,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    sqlite::require_file(file, false)?;
    let mut conn = Connection::Sqlite(sqlite::connect(file, Role::Inspect)?);
    if migrate::is_empty(&mut conn)? {
        return Err(StoreError::Missing(format!("{} holds no ledger", file.display())));
    }
    dialect::begin_read(&mut conn)?;
    let value = work(&mut conn)?;
    dialect::commit(&mut conn)?;
    Ok(value)
}

/// Whether every page, index and constraint of the file is as it must be.
///
/// # Errors
/// What the first fault is, without a value.
pub fn sound(conn: &mut Connection) -> Result<(), StoreError> {
    match conn {
        Connection::Sqlite(conn) => sqlite::integrity(conn),
        Connection::Postgresql(_) => Ok(()),
    }
}
