//! Imports and exports.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::transfers;
use super::{Connection, StoreError, TransferRow};

/// Adds imports and exports.
pub fn insert(conn: &mut Connection, rows: &[TransferRow]) -> Result<(), StoreError> {
    insert_all!(conn, transfers, rows)
}

/// The import or export with an id.
pub fn by_id(conn: &mut Connection, id: &[u8]) -> Result<Option<TransferRow>, StoreError> {
    let found = transfers::table.filter(transfers::id.eq(id));
    Ok(found.select(TransferRow::as_select()).first(conn).optional()?)
}
