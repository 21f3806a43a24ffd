//! Entries of the ledger.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::entries;
use super::{Connection, EntryRow, StoreError};

/// Appends entries: consecutive positions from the newest on, and no time
/// before it, or the database refuses.
pub fn insert(conn: &mut Connection, rows: &[EntryRow]) -> Result<(), StoreError> {
    insert_all!(conn, entries, rows)
}

/// The greatest position whose time is not after `time`; 0 before the first.
pub fn position_at(conn: &mut Connection, time: i64) -> Result<i64, StoreError> {
    let found = entries::table
        .filter(entries::time.le(time))
        // times never fall, so this is also the order of positions, and has an index
        .order((entries::time.desc(), entries::position.desc()))
        .select(entries::position)
        .first(conn)
        .optional()?;
    Ok(found.unwrap_or(0))
}

/// Whether an entry of a range is of another kind than this.
pub fn any_but(
    conn: &mut Connection,
    kind: &str,
    (first, last): (i64, i64),
) -> Result<bool, StoreError> {
    let other = entries::table
        .filter(entries::position.between(first, last))
        .filter(entries::kind.ne(kind))
        .order(entries::position)
        .select(entries::position);
    Ok(other.first::<i64>(conn).optional()?.is_some())
}

/// The entry at a position.
pub fn get(conn: &mut Connection, position: i64) -> Result<Option<EntryRow>, StoreError> {
    let found = entries::table.find(position).select(EntryRow::as_select());
    Ok(found.get_result(conn).optional()?)
}

/// Entries after a position, ascending.
pub fn list(conn: &mut Connection, after: i64, limit: i64) -> Result<Vec<EntryRow>, StoreError> {
    Ok(entries::table
        .filter(entries::position.gt(after))
        .order(entries::position)
        .limit(limit)
        .select(EntryRow::as_select())
        .load(conn)?)
}

/// Entries of a kind after a position, ascending.
pub fn of_kind(
    conn: &mut Connection,
    kind: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<EntryRow>, StoreError> {
    Ok(entries::table
        .filter(entries::kind.eq(kind))
        .filter(entries::position.gt(after))
        .order(entries::position)
        .limit(limit)
        .select(EntryRow::as_select())
        .load(conn)?)
}
