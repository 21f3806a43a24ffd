//! Generations of tags: which one is in use, and what each was made of.

use diesel::prelude::*;

use super::dialect::{self, insert_all};
use super::schema::{tag_digests, tag_generations, tags};
use super::{Connection, StoreError, TagDigestRow, TagGenerationRow};

/// The generation in use: the newest that an entry made so, or the first.
pub fn current(conn: &mut Connection) -> Result<i32, StoreError> {
    let newest = tag_generations::table.order(tag_generations::version.desc());
    Ok(newest.select(tag_generations::version).first(conn).optional()?.unwrap_or(1))
}

/// How a generation came into use; none for the first, and for one that is not.
pub fn get(conn: &mut Connection, version: i32) -> Result<Option<TagGenerationRow>, StoreError> {
    let found = tag_generations::table.find(version).select(TagGenerationRow::as_select());
    Ok(found.get_result(conn).optional()?)
}

/// All generations that came into use, ascending.
pub fn all(conn: &mut Connection) -> Result<Vec<TagGenerationRow>, StoreError> {
    let all = tag_generations::table.order(tag_generations::version);
    Ok(all.select(TagGenerationRow::as_select()).load(conn)?)
}

/// Puts generations into use.
pub fn insert(conn: &mut Connection, rows: &[TagGenerationRow]) -> Result<(), StoreError> {
    insert_all!(conn, tag_generations, rows)
}

/// Keeps one instance at a time at writing the generation of this tag key, until the
/// transaction ends.
pub fn lock(conn: &mut Connection, version: i32) -> Result<(), StoreError> {
    dialect::lock_tag_key(conn, version)
}

/// Adds digests of wrapped tags.
pub fn insert_digests(conn: &mut Connection, rows: &[TagDigestRow]) -> Result<(), StoreError> {
    insert_all!(conn, tag_digests, rows)
}

/// The digests of a generation's wrapped tags, of a range of entries, ascending.
pub fn digests(
    conn: &mut Connection,
    version: i32,
    (first, last): (i64, i64),
) -> Result<Vec<TagDigestRow>, StoreError> {
    Ok(tag_digests::table
        .filter(tag_digests::version.eq(version))
        .filter(tag_digests::position.between(first, last))
        .order(tag_digests::position)
        .select(TagDigestRow::as_select())
        .load(conn)?)
}

/// The place of the first tag or digest of a generation before this one: those are
/// to go.
pub fn oldest_before(
    conn: &mut Connection,
    version: i32,
) -> Result<Option<(i32, i64)>, StoreError> {
    let tag = tags::table
        .filter(tags::key_version.lt(version))
        .order((tags::key_version, tags::position))
        .select((tags::key_version, tags::position));
    let digest = tag_digests::table
        .filter(tag_digests::version.lt(version))
        .order((tag_digests::version, tag_digests::position))
        .select((tag_digests::version, tag_digests::position));
    let tag = tag.first::<(i32, i64)>(conn).optional()?;
    Ok(tag.into_iter().chain(digest.first::<(i32, i64)>(conn).optional()?).min())
}

/// Drops the tags and digests of a generation that has been replaced, of a range of
/// entries.
pub fn forget(
    conn: &mut Connection,
    version: i32,
    (first, last): (i64, i64),
) -> Result<(), StoreError> {
    let tags = tags::table
        .filter(tags::key_version.eq(version))
        .filter(tags::position.between(first, last));
    diesel::delete(tags).execute(conn)?;
    let digests = tag_digests::table
        .filter(tag_digests::version.eq(version))
        .filter(tag_digests::position.between(first, last));
    diesel::delete(digests).execute(conn)?;
    Ok(())
}
