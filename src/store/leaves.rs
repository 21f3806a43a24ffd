//! The log: leaves of its tree, signed heads, and the salts of what was submitted.

use diesel::prelude::*;

use super::dialect::{ROWS, insert_all};
use super::schema::{checkpoints, leaves, submission_salts};
use super::{CheckpointRow, Connection, LeafRow, StoreError, SubmissionSaltRow};

/// Appends leaves.
pub fn insert_leaves(conn: &mut Connection, rows: &[LeafRow]) -> Result<(), StoreError> {
    insert_all!(conn, leaves, rows)
}

/// Adds the salts of submissions.
pub fn insert_salts(conn: &mut Connection, rows: &[SubmissionSaltRow]) -> Result<(), StoreError> {
    insert_all!(conn, submission_salts, rows)
}

/// Adds a signed head.
pub fn insert_checkpoint(conn: &mut Connection, row: &CheckpointRow) -> Result<(), StoreError> {
    insert_all!(conn, checkpoints, std::slice::from_ref(row))
}

/// The leaves at these positions, ascending; fewer where one is missing.
pub fn leaves_at(conn: &mut Connection, positions: &[i64]) -> Result<Vec<LeafRow>, StoreError> {
    let mut found = Vec::with_capacity(positions.len());
    for positions in positions.chunks(ROWS) {
        let at = leaves::table.filter(leaves::position.eq_any(positions));
        found.extend(at.select(LeafRow::as_select()).load(conn)?);
    }
    found.sort_by_key(|row: &LeafRow| row.position);
    Ok(found)
}

/// Leaves after a position, ascending.
pub fn leaves_since(
    conn: &mut Connection,
    after: i64,
    limit: i64,
) -> Result<Vec<LeafRow>, StoreError> {
    let since = leaves::table.filter(leaves::position.gt(after)).order(leaves::position);
    Ok(since.limit(limit).select(LeafRow::as_select()).load(conn)?)
}

/// The salt of what an entry's client submitted; none once it is dropped.
pub fn submission_salt(
    conn: &mut Connection,
    position: i64,
) -> Result<Option<SubmissionSaltRow>, StoreError> {
    let found = submission_salts::table.find(position).select(SubmissionSaltRow::as_select());
    Ok(found.get_result(conn).optional()?)
}

/// The first entry from `from` on whose submission still has its salt.
pub fn first_salt(conn: &mut Connection, from: i64) -> Result<Option<i64>, StoreError> {
    let found = submission_salts::table
        .filter(submission_salts::position.ge(from))
        .order(submission_salts::position)
        .select(submission_salts::position);
    Ok(found.first(conn).optional()?)
}

/// Drops the salts of the submissions of a range of entries.
pub fn drop_salts(conn: &mut Connection, (first, last): (i64, i64)) -> Result<(), StoreError> {
    let range = submission_salts::table.filter(submission_salts::position.between(first, last));
    diesel::delete(range).execute(conn)?;
    Ok(())
}

/// The newest signed head.
pub fn newest_checkpoint(conn: &mut Connection) -> Result<Option<CheckpointRow>, StoreError> {
    let newest = checkpoints::table.order(checkpoints::size.desc());
    Ok(newest.select(CheckpointRow::as_select()).first(conn).optional()?)
}

/// The newest signed head that says nothing of entries after `position`.
pub fn checkpoint_within(
    conn: &mut Connection,
    position: i64,
) -> Result<Option<CheckpointRow>, StoreError> {
    let within = checkpoints::table.filter(checkpoints::size.le(position));
    let newest = within.order(checkpoints::size.desc()).select(CheckpointRow::as_select());
    Ok(newest.first(conn).optional()?)
}

/// The first signed head whose tree holds the entry at `position`: the one that
/// was signed when the entry was committed.
pub fn checkpoint_of(
    conn: &mut Connection,
    position: i64,
) -> Result<Option<CheckpointRow>, StoreError> {
    let holding = checkpoints::table.filter(checkpoints::size.ge(position));
    let first = holding.order(checkpoints::size).select(CheckpointRow::as_select());
    Ok(first.first(conn).optional()?)
}

/// Signed heads after a size, ascending.
pub fn checkpoints_since(
    conn: &mut Connection,
    after: i64,
    limit: i64,
) -> Result<Vec<CheckpointRow>, StoreError> {
    let since = checkpoints::table.filter(checkpoints::size.gt(after)).order(checkpoints::size);
    Ok(since.limit(limit).select(CheckpointRow::as_select()).load(conn)?)
}
