//! Tags of identifiers. They are found in memory, which reads them all once at
//! the start: an index over random tags would cost more to write than the rest
//! of an objection together.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::tags;
use super::{Connection, StoreError, TagRow};

/// Adds tags.
pub fn insert(conn: &mut Connection, rows: &[TagRow]) -> Result<(), StoreError> {
    insert_all!(conn, tags, rows)
}

/// Tags after a place (position, ordinal), ascending.
pub fn since(
    conn: &mut Connection,
    after_position: i64,
    after_ordinal: i32,
    limit: i64,
) -> Result<Vec<TagRow>, StoreError> {
    Ok(tags::table
        // said so that the primary key can start at the position
        .filter(tags::position.ge(after_position))
        .filter(tags::position.gt(after_position).or(tags::ordinal.gt(after_ordinal)))
        .order((tags::position, tags::ordinal))
        .limit(limit)
        .select(TagRow::as_select())
        .load(conn)?)
}

/// The tags that an entry brought, ascending.
pub fn of_position(conn: &mut Connection, position: i64) -> Result<Vec<TagRow>, StoreError> {
    Ok(tags::table
        .filter(tags::position.eq(position))
        .order(tags::ordinal)
        .select(TagRow::as_select())
        .load(conn)?)
}
