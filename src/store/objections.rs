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
    Ok(found.select(ObjectionRow::as_select()).get_result(conn).optional()?)
}

/// The objection whose entry is at a position.
pub fn by_position(
    conn: &mut Connection,
    position: i64,
) -> Result<Option<ObjectionRow>, StoreError> {
    let found = objections::table.find(position);
    Ok(found.select(ObjectionRow::as_select()).get_result(conn).optional()?)
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
    Ok(found.select(ObjectionRow::as_select()).get_result(conn).optional()?)
}

/// The objection that some import recorded under one of these references, the earliest
/// of several.
pub fn imported(
    conn: &mut Connection,
    reference_tags: &[[u8; 32]],
) -> Result<Option<ObjectionRow>, StoreError> {
    let tags = reference_tags.iter().map(|tag| Some(tag.to_vec())).collect::<Vec<_>>();
    let found = objections::table
        // In these words, and not as a parameter, the index knows its rows.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("source = 'import'"))
        .filter(objections::reference_tag.eq_any(tags))
        .order(objections::position);
    Ok(found.select(ObjectionRow::as_select()).first(conn).optional()?)
}

/// Objections after a position and up to another, ascending.
pub fn after(
    conn: &mut Connection,
    (after, until): (i64, i64),
    limit: i64,
) -> Result<Vec<ObjectionRow>, StoreError> {
    Ok(objections::table
        .filter(objections::position.gt(after))
        .filter(objections::position.le(until))
        .order(objections::position)
        .limit(limit)
        .select(ObjectionRow::as_select())
        .load(conn)?)
}

/// What decisions need of an objection: position, `ChannelSet::bits`, `Binding` as
/// JSON.
pub type TermsRow = (i64, i32, String);

/// Objections whose entries are in a range, ascending.
pub fn terms_within(
    conn: &mut Connection,
    (first, last): (i64, i64),
) -> Result<Vec<TermsRow>, StoreError> {
    Ok(objections::table
        .filter(objections::position.between(first, last))
        .order(objections::position)
        .select((objections::position, objections::channels, objections::binding))
        .load(conn)?)
}

/// What is told of an objection to those who may ask why.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = objections)]
pub struct ToldRow {
    /// The position of its entry.
    pub position: i64,
    /// Its id.
    pub id: Vec<u8>,
    /// "proxy", …
    pub source: String,
    /// `ChannelSet::bits`.
    pub channels: i32,
    /// When it was received.
    pub received_at: i64,
}

/// The objections at these positions, in any order.
pub fn told(conn: &mut Connection, positions: &[i64]) -> Result<Vec<ToldRow>, StoreError> {
    let mut all = Vec::with_capacity(positions.len());
    for some in positions.chunks(super::dialect::ROWS) {
        let at = objections::table.filter(objections::position.eq_any(some.to_vec()));
        all.extend(at.select(ToldRow::as_select()).load::<ToldRow>(conn)?);
    }
    Ok(all)
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
) -> Result<Vec<ObjectionEventRow>, StoreError> {
    Ok(objection_events::table
        .filter(objection_events::position.gt(after))
        .order(objection_events::position)
        .select(ObjectionEventRow::as_select())
        .load(conn)?)
}
