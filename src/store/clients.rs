//! Clients, version by version.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::client_versions;
use super::{ClientVersionRow, Connection, StoreError};

/// Adds a version, which counts from its position on.
pub fn insert(conn: &mut Connection, row: &ClientVersionRow) -> Result<(), StoreError> {
    insert_all!(conn, client_versions, std::slice::from_ref(row))
}

/// Versions of all clients after a position, ascending.
pub fn since(conn: &mut Connection, after: i64) -> Result<Vec<ClientVersionRow>, StoreError> {
    Ok(client_versions::table
        .filter(client_versions::position.gt(after))
        .order((client_versions::position, client_versions::client))
        .select(ClientVersionRow::as_select())
        .load(conn)?)
}

/// The versions of a client that counted from one position to another, ascending: of
/// those before the first position the last. Of a client that came later, all since.
pub fn within(
    conn: &mut Connection,
    client: &str,
    (from, until): (i64, i64),
) -> Result<Vec<ClientVersionRow>, StoreError> {
    let own = client_versions::table.filter(client_versions::client.eq(client));
    let first: Option<i64> = own
        .filter(client_versions::position.le(from))
        .select(diesel::dsl::max(client_versions::position))
        .get_result(conn)?;
    Ok(own
        .filter(client_versions::position.ge(first.unwrap_or(from)))
        .filter(client_versions::position.le(until))
        .order(client_versions::position)
        .select(ClientVersionRow::as_select())
        .load(conn)?)
}

/// The version of a client that counts.
pub fn latest(conn: &mut Connection, client: &str) -> Result<Option<ClientVersionRow>, StoreError> {
    Ok(client_versions::table
        .filter(client_versions::client.eq(client))
        .order(client_versions::position.desc())
        .select(ClientVersionRow::as_select())
        .first(conn)
        .optional()?)
}
