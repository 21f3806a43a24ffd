//! The instance's wrapped keys.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::keys;
use super::{Connection, KeyRow, StoreError};

/// Adds keys.
pub fn insert(conn: &mut Connection, rows: &[KeyRow]) -> Result<(), StoreError> {
    insert_all!(conn, keys, rows)
}

/// All keys, by purpose and version.
pub fn all(conn: &mut Connection) -> Result<Vec<KeyRow>, StoreError> {
    Ok(keys::table.order((keys::purpose, keys::version)).select(KeyRow::as_select()).load(conn)?)
}

/// The newest version of a purpose's key.
pub fn newest(conn: &mut Connection, purpose: &str) -> Result<Option<i32>, StoreError> {
    let of_purpose = keys::table.filter(keys::purpose.eq(purpose)).order(keys::version.desc());
    Ok(of_purpose.select(keys::version).first(conn).optional()?)
}
