//! Sealed originals, and the wrapped keys that open them.

use diesel::prelude::*;

use super::dialect::{ROWS, insert_all};
use super::schema::{originals, record_keys};
use super::{Connection, OriginalRow, RecordKeyRow, StoreError};

/// How much of sealed originals goes into one statement: among them are
/// scanned documents, and PostgreSQL takes a message of at most 1 GiB.
const BYTES: usize = 4 * 1024 * 1024;

/// Adds originals.
pub fn insert(conn: &mut Connection, rows: &[OriginalRow]) -> Result<(), StoreError> {
    let mut rest = rows;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(fitting(rest));
        insert_all!(one statement: conn, originals, now);
        rest = later;
    }
    Ok(())
}

/// How many of these rows go into one statement: at least one.
fn fitting(rows: &[OriginalRow]) -> usize {
    let mut bytes = 0;
    let fit = rows.iter().take(ROWS).take_while(|row| {
        bytes += row.sealed.len();
        bytes <= BYTES
    });
    fit.count().max(1)
}

/// Adds the wrapped keys of records.
pub fn insert_keys(conn: &mut Connection, rows: &[RecordKeyRow]) -> Result<(), StoreError> {
    insert_all!(conn, record_keys, rows)
}

/// The originals that an entry brought, ascending.
pub fn of(conn: &mut Connection, position: i64) -> Result<Vec<OriginalRow>, StoreError> {
    Ok(originals::table
        .filter(originals::position.eq(position))
        .order(originals::ordinal)
        .select(OriginalRow::as_select())
        .load(conn)?)
}

/// One original.
pub fn one(
    conn: &mut Connection,
    position: i64,
    ordinal: i32,
) -> Result<Option<OriginalRow>, StoreError> {
    let found = originals::table.find((position, ordinal)).select(OriginalRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// The wrapped keys of an entry's originals; fewer once one is shredded.
pub fn keys_of(conn: &mut Connection, position: i64) -> Result<Vec<RecordKeyRow>, StoreError> {
    Ok(record_keys::table
        .filter(record_keys::position.eq(position))
        .order(record_keys::purpose)
        .select(RecordKeyRow::as_select())
        .load(conn)?)
}
