//! Tags of identifiers. They are found in memory, which reads them all once at
//! the start: an index over random tags would cost more to write than the rest
//! of an objection together.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer};

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

/// All tags that one entry brought.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct PackedRow {
    /// The entry.
    #[diesel(sql_type = BigInt)]
    pub position: i64,
    /// The objection that they belong to.
    #[diesel(sql_type = BigInt)]
    pub objection: i64,
    /// A byte for each tag: four times its kind, and its grade.
    #[diesel(sql_type = Binary)]
    pub kinds: Vec<u8>,
    /// The tags in the same order, 32 bytes each.
    #[diesel(sql_type = Binary)]
    pub tags: Vec<u8>,
}

/// The same as [`hits_within`], a row an entry: the database puts them together in
/// less time than it takes to hand them over one by one.
pub fn packed_within(
    conn: &mut Connection,
    generation: i32,
    (first, last): (i64, i64),
) -> Result<Vec<PackedRow>, StoreError> {
    Ok(match conn {
        // group_concat takes a blob's bytes as they are
        Connection::Sqlite(conn) => diesel::sql_query(
            "SELECT position, MIN(objection) AS objection, \
             CAST(group_concat(char(kind * 4 + grade), '') AS BLOB) AS kinds, \
             CAST(group_concat(tag, '') AS BLOB) AS tags \
             FROM tags WHERE key_version = ? AND position BETWEEN ? AND ? \
             GROUP BY position ORDER BY position",
        )
        .bind::<Integer, _>(generation)
        .bind::<BigInt, _>(first)
        .bind::<BigInt, _>(last)
        .load(conn)?,
        Connection::Postgresql(conn) => diesel::sql_query(
            "SELECT position, MIN(objection) AS objection, \
             string_agg(set_byte('\\x00'::bytea, 0, kind * 4 + grade), ''::bytea ORDER BY ordinal) AS kinds, \
             string_agg(tag, ''::bytea ORDER BY ordinal) AS tags \
             FROM tags WHERE key_version = $1 AND position BETWEEN $2 AND $3 \
             GROUP BY position ORDER BY position",
        )
        .bind::<Integer, _>(generation)
        .bind::<BigInt, _>(first)
        .bind::<BigInt, _>(last)
        .load(conn)?,
    })
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
