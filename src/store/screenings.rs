//! Certificates of screened files.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::screenings;
use super::{Connection, ScreeningRow, StoreError};

/// Adds certificates.
pub fn insert(conn: &mut Connection, rows: &[ScreeningRow]) -> Result<(), StoreError> {
    insert_all!(conn, screenings, rows)
}

/// The certificate with an id.
pub fn by_id(conn: &mut Connection, id: &[u8]) -> Result<Option<ScreeningRow>, StoreError> {
    let found = screenings::table.filter(screenings::id.eq(id));
    Ok(found.select(ScreeningRow::as_select()).first(conn).optional()?)
}
