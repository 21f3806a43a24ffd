//! Answers to requests with an idempotency key.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::idempotency_keys;
use super::{Connection, IdempotencyRow, StoreError};

/// The answer that a client got under a key.
pub fn get(
    conn: &mut Connection,
    client: &str,
    key_tag: &[u8],
) -> Result<Option<IdempotencyRow>, StoreError> {
    let found = idempotency_keys::table
        .filter(idempotency_keys::client.eq(client))
        .filter(idempotency_keys::key_tag.eq(key_tag));
    Ok(found.select(IdempotencyRow::as_select()).get_result(conn).optional()?)
}

/// Keeps answers.
pub fn insert(conn: &mut Connection, rows: &[IdempotencyRow]) -> Result<(), StoreError> {
    insert_all!(conn, idempotency_keys, rows)
}

/// Drops the answers from before a time, and says how many.
pub fn forget_before(conn: &mut Connection, time: i64) -> Result<usize, StoreError> {
    let old = idempotency_keys::table.filter(idempotency_keys::time.lt(time));
    Ok(diesel::delete(old).execute(conn)?)
}
