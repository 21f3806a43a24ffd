//! Sealed originals, and the wrapped keys that open them.

use diesel::prelude::*;

use super::dialect::{ROWS, insert_all};
use super::schema::{originals, record_keys, shreddings};
use super::{Connection, OriginalRow, RecordKeyRow, ShreddingRow, StoreError, leaves};

/// How much of sealed originals goes into one statement: among them are
/// scanned documents, and PostgreSQL takes a message of at most 1 GiB.
const BYTES: usize = 4 * 1024 * 1024;

/// Adds originals.
pub fn insert(conn: &mut Connection, rows: &[OriginalRow]) -> Result<(), StoreError> {
    let mut rest = rows;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(fitting(rest));
        insert_some(conn, now)?;
        rest = later;
    }
    Ok(())
}

fn insert_some(conn: &mut Connection, rows: &[OriginalRow]) -> Result<(), StoreError> {
    insert_all!(conn, originals, rows)
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

/// The first entry from `from` on that has a key of this purpose.
pub fn first_key(
    conn: &mut Connection,
    purpose: i16,
    from: i64,
) -> Result<Option<i64>, StoreError> {
    let found = record_keys::table
        .filter(record_keys::position.ge(from))
        .filter(record_keys::purpose.eq(purpose))
        .order(record_keys::position)
        .select(record_keys::position);
    Ok(found.first(conn).optional()?)
}

/// How many keys of a purpose the entries of a range have.
pub fn count_keys(
    conn: &mut Connection,
    purpose: i16,
    (first, last): (i64, i64),
) -> Result<i64, StoreError> {
    let found = record_keys::table
        .filter(record_keys::position.between(first, last))
        .filter(record_keys::purpose.eq(purpose));
    Ok(found.count().get_result(conn)?)
}

/// Destroys the keys that `rows` name, and with purpose 0 the salts of what was
/// submitted, and keeps the rows.
pub fn shred(conn: &mut Connection, rows: &[ShreddingRow]) -> Result<(), StoreError> {
    for row in rows {
        let range = (row.first_position, row.last_position);
        let gone = record_keys::table
            .filter(record_keys::position.between(range.0, range.1))
            .filter(record_keys::purpose.eq(row.purpose));
        diesel::delete(gone).execute(conn)?;
        if row.purpose == 0 {
            leaves::drop_salts(conn, range)?;
        }
    }
    insert_all!(conn, shreddings, rows)
}

/// What was shredded by entries after a position, ascending.
pub fn shreddings_since(
    conn: &mut Connection,
    after: i64,
    limit: i64,
) -> Result<Vec<ShreddingRow>, StoreError> {
    Ok(shreddings::table
        .filter(shreddings::position.gt(after))
        .order((shreddings::position, shreddings::purpose, shreddings::first_position))
        .limit(limit)
        .select(ShreddingRow::as_select())
        .load(conn)?)
}
