//! Objections and their later events.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::{objection_events, objections};
use super::{Connection, ObjectionEventRow, ObjectionRow, StoreError};

/// Adds objections.
pub fn insert(conn: &mut Connection, rows: &[ObjectionRow]) -> Result<(), StoreError> {
    insert_all!(conn, objections, rows)
}

/// The objection with an id.
pub fn by_id(conn: &mut Connection, id: &[u8]) -> Result<Option<ObjectionRow>, StoreError> {
    let found = objections::table.filter(objections::id.eq(id));
    Ok(found.select(ObjectionRow::as_select()).first(conn).optional()?)
}

/// The objection whose entry is at a position.
pub fn by_position(
    conn: &mut Connection,
    position: i64,
) -> Result<Option<ObjectionRow>, StoreError> {
    let found = objections::table.find(position);
    Ok(found.select(ObjectionRow::as_select()).first(conn).optional()?)
}

/// The objection that a client recorded under a reference.
pub fn by_reference(
    conn: &mut Connection,
    client: &str,
    reference_tag: &[u8],
) -> Result<Option<ObjectionRow>, StoreError> {
    let found = objections::table
        .filter(objections::client.eq(client))
        .filter(objections::reference_tag.eq(reference_tag));
    Ok(found.select(ObjectionRow::as_select()).first(conn).optional()?)
}

/// Objections after a position, ascending.
pub fn since(
    conn: &mut Connection,
    after: i64,
    limit: i64,
) -> Result<Vec<ObjectionRow>, StoreError> {
    Ok(objections::table
        .filter(objections::position.gt(after))
        .order(objections::position)
        .limit(limit)
        .select(ObjectionRow::as_select())
        .load(conn)?)
}

/// Adds events of objections.
pub fn insert_events(conn: &mut Connection, rows: &[ObjectionEventRow]) -> Result<(), StoreError> {
    insert_all!(conn, objection_events, rows)
}

/// The events of an objection, ascending.
pub fn events_of(
    conn: &mut Connection,
    objection: i64,
) -> Result<Vec<ObjectionEventRow>, StoreError> {
    Ok(objection_events::table
        .filter(objection_events::objection.eq(objection))
        .order(objection_events::position)
        .select(ObjectionEventRow::as_select())
        .load(conn)?)
}

/// The event with an id.
pub fn event_by_id(
    conn: &mut Connection,
    id: &[u8],
) -> Result<Option<ObjectionEventRow>, StoreError> {
    let found = objection_events::table.filter(objection_events::id.eq(id));
    Ok(found.select(ObjectionEventRow::as_select()).first(conn).optional()?)
}

/// Events after a position, ascending.
pub fn events_since(
    conn: &mut Connection,
    after: i64,
    limit: i64,
) -> Result<Vec<ObjectionEventRow>, StoreError> {
    Ok(objection_events::table
        .filter(objection_events::position.gt(after))
        .order(objection_events::position)
        .limit(limit)
        .select(ObjectionEventRow::as_select())
        .load(conn)?)
}
