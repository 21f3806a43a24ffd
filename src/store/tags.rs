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

/// Tags of a generation after a place (position, ordinal), ascending.
pub fn since(
    conn: &mut Connection,
    generation: i32,
    (after_position, after_ordinal): (i64, i32),
    limit: i64,
) -> Result<Vec<TagRow>, StoreError> {
    Ok(tags::table
        .filter(tags::key_version.eq(generation))
        // said so that the primary key can start at the position
        .filter(tags::position.ge(after_position))
        .filter(tags::position.gt(after_position).or(tags::ordinal.gt(after_ordinal)))
        .order((tags::position, tags::ordinal))
        .limit(limit)
        .select(TagRow::as_select())
        .load(conn)?)
}

/// What decisions need of a tag: position, the objection's position, kind, grade, and
/// the tag itself.
pub type HitRow = (i64, i64, i16, i16, Vec<u8>);

/// The same as [`within`], with no more than decisions need.
pub fn hits_within(
    conn: &mut Connection,
    generation: i32,
    (first, last): (i64, i64),
) -> Result<Vec<HitRow>, StoreError> {
    Ok(tags::table
        .filter(tags::key_version.eq(generation))
        .filter(tags::position.between(first, last))
        .order((tags::position, tags::ordinal))
        .select((tags::position, tags::objection, tags::kind, tags::grade, tags::tag))
        .load(conn)?)
}

/// The tags of a generation that the entries of a range brought, ascending.
pub fn within(
    conn: &mut Connection,
    generation: i32,
    (first, last): (i64, i64),
) -> Result<Vec<TagRow>, StoreError> {
    Ok(tags::table
        .filter(tags::key_version.eq(generation))
        .filter(tags::position.between(first, last))
        .order((tags::position, tags::ordinal))
        .select(TagRow::as_select())
        .load(conn)?)
}

/// The newest entry that has tags in a generation.
pub fn newest(conn: &mut Connection, generation: i32) -> Result<Option<i64>, StoreError> {
    let newest = tags::table
        .filter(tags::key_version.eq(generation))
        .order((tags::position.desc(), tags::ordinal.desc()))
        .select(tags::position);
    Ok(newest.first(conn).optional()?)
}
