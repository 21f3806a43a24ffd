//! Messages that somebody must look at, and what staff made of them.

use diesel::dsl::{exists, max, not};
use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::{message_clearances, messages, record_keys};
use super::{Connection, MessageClearanceRow, MessageRow, StoreError};

/// Adds messages.
pub fn insert(conn: &mut Connection, rows: &[MessageRow]) -> Result<(), StoreError> {
    insert_all!(conn, messages, rows)
}

/// Adds the clearances of messages; a second one of a message is a duplicate.
pub fn insert_clearances(
    conn: &mut Connection,
    rows: &[MessageClearanceRow],
) -> Result<(), StoreError> {
    insert_all!(conn, message_clearances, rows)
}

/// Messages without a clearance after a position, ascending.
pub fn open(conn: &mut Connection, after: i64, limit: i64) -> Result<Vec<MessageRow>, StoreError> {
    let cleared = message_clearances::table.filter(message_clearances::message.eq(messages::id));
    Ok(messages::table
        .filter(not(exists(cleared)))
        .filter(messages::position.gt(after))
        .order(messages::position)
        .limit(limit)
        .select(MessageRow::as_select())
        .load(conn)?)
}

/// How many messages came after a position and up to another, less those cleared there.
pub fn opened_less_cleared(
    conn: &mut Connection,
    (after, until): (i64, i64),
) -> Result<i64, StoreError> {
    let place = messages::position;
    let came = messages::table.filter(place.gt(after).and(place.le(until)));
    let came = came.count().get_result::<i64>(conn)?;
    let place = message_clearances::position;
    let cleared = message_clearances::table.filter(place.gt(after).and(place.le(until)));
    Ok(came - cleared.count().get_result::<i64>(conn)?)
}

/// Where the messages are, up to a position, that were settled without an objection and
/// can still be read; ascending.
pub fn settled(conn: &mut Connection, until: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
    let settled = message_clearances::table
        .filter(message_clearances::message.eq(messages::id))
        .filter(message_clearances::objection.is_null());
    let readable = record_keys::table
        .filter(record_keys::position.eq(messages::position))
        .filter(record_keys::purpose.eq(0_i16));
    Ok(messages::table
        .filter(exists(settled))
        .filter(exists(readable))
        .filter(messages::position.le(until))
        .order(messages::position)
        .limit(limit)
        .select(messages::position)
        .load(conn)?)
}

/// Which messages were settled by entries after a position.
pub fn settled_since(conn: &mut Connection, after: i64) -> Result<Vec<Vec<u8>>, StoreError> {
    Ok(message_clearances::table
        .filter(message_clearances::position.gt(after))
        .select(message_clearances::message)
        .load(conn)?)
}

/// The newest entry that brought a message or settled one; 0: none did.
pub fn newest(conn: &mut Connection) -> Result<i64, StoreError> {
    let came = messages::table.select(max(messages::position)).first::<Option<i64>>(conn)?;
    let settled = message_clearances::table.select(max(message_clearances::position));
    let settled = settled.first::<Option<i64>>(conn)?;
    Ok(came.max(settled).unwrap_or(0))
}

/// The message with an id.
pub fn by_id(conn: &mut Connection, id: &[u8]) -> Result<Option<MessageRow>, StoreError> {
    let found = messages::table.filter(messages::id.eq(id));
    Ok(found.select(MessageRow::as_select()).first(conn).optional()?)
}

/// The message with a reference's tag.
pub fn by_reference(conn: &mut Connection, tag: &[u8]) -> Result<Option<MessageRow>, StoreError> {
    let found = messages::table.filter(messages::reference_tag.eq(tag));
    Ok(found.select(MessageRow::as_select()).first(conn).optional()?)
}

/// The clearance of a message, by the message's id.
pub fn clearance(
    conn: &mut Connection,
    id: &[u8],
) -> Result<Option<MessageClearanceRow>, StoreError> {
    let found = message_clearances::table.filter(message_clearances::message.eq(id));
    Ok(found.select(MessageClearanceRow::as_select()).first(conn).optional()?)
}
