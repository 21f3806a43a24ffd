//! How far consumers of the change feed have come.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::acknowledgements;
use super::{AcknowledgementRow, Connection, StoreError};

/// Adds acknowledgements.
pub fn insert(conn: &mut Connection, rows: &[AcknowledgementRow]) -> Result<(), StoreError> {
    insert_all!(conn, acknowledgements, rows)
}

/// Those after a position, ascending.
pub fn since(conn: &mut Connection, after: i64) -> Result<Vec<AcknowledgementRow>, StoreError> {
    Ok(acknowledgements::table
        .filter(acknowledgements::position.gt(after))
        .order(acknowledgements::position)
        .select(AcknowledgementRow::as_select())
        .load(conn)?)
}

/// The furthest of a client's.
pub fn latest(
    conn: &mut Connection,
    client: &str,
) -> Result<Option<AcknowledgementRow>, StoreError> {
    Ok(acknowledgements::table
        .filter(acknowledgements::client.eq(client))
        .order(acknowledgements::acknowledged.desc())
        .select(AcknowledgementRow::as_select())
        .first(conn)
        .optional()?)
}

/// The first of a client's that covers a position.
pub fn covering(
    conn: &mut Connection,
    client: &str,
    position: i64,
) -> Result<Option<AcknowledgementRow>, StoreError> {
    Ok(acknowledgements::table
        .filter(acknowledgements::client.eq(client))
        .filter(acknowledgements::acknowledged.ge(position))
        // they only ever go further, so this is also the order in which they came
        .order(acknowledgements::acknowledged)
        .select(AcknowledgementRow::as_select())
        .first(conn)
        .optional()?)
}
