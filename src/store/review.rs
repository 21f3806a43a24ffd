//! Values that could not be read, and what staff made of them.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::{message_clearances, messages, review_clearances, review_items};
use super::{Connection, ReviewClearanceRow, ReviewItemRow, StoreError};

/// Adds items.
pub fn insert_items(conn: &mut Connection, rows: &[ReviewItemRow]) -> Result<(), StoreError> {
    insert_all!(conn, review_items, rows)
}

/// Adds the clearance of an item; a second one is a duplicate.
pub fn insert_clearance(conn: &mut Connection, row: &ReviewClearanceRow) -> Result<(), StoreError> {
    insert_all!(conn, review_clearances, std::slice::from_ref(row))
}

/// Items without a clearance after a place (position, ordinal), ascending. One
/// original can hold several; they are never parted, so a page can be somewhat
/// longer than `limit`, and the last item's place is where the next one begins.
pub fn open(
    conn: &mut Connection,
    after: (i64, i32),
    limit: i64,
) -> Result<Vec<ReviewItemRow>, StoreError> {
    let uncleared = || {
        review_items::table
            .filter(not(exists(
                review_clearances::table.filter(review_clearances::item.eq(review_items::id)),
            )))
            .select(ReviewItemRow::as_select())
    };
    let mut items: Vec<ReviewItemRow> = uncleared()
        .filter(review_items::position.ge(after.0))
        .filter(review_items::position.gt(after.0).or(review_items::ordinal.gt(after.1)))
        .order((review_items::position, review_items::ordinal, review_items::id))
        .limit(limit)
        .load(conn)?;
    if let Some((position, ordinal)) = items.last().map(|last| (last.position, last.ordinal)) {
        let whole = uncleared()
            .filter(review_items::position.eq(position))
            .filter(review_items::ordinal.eq(ordinal))
            .order(review_items::id)
            .load(conn)?;
        items.retain(|item| (item.position, item.ordinal) != (position, ordinal));
        items.extend(whole);
    }
    Ok(items)
}

/// How many items came after a position and up to another, less those cleared there.
pub fn opened_less_cleared(
    conn: &mut Connection,
    (after, until): (i64, i64),
) -> Result<i64, StoreError> {
    let place = review_items::position;
    let came = review_items::table.filter(place.gt(after).and(place.le(until)));
    let came = came.count().get_result::<i64>(conn)?;
    let place = review_clearances::position;
    let cleared = review_clearances::table.filter(place.gt(after).and(place.le(until)));
    Ok(came - cleared.count().get_result::<i64>(conn)?)
}

/// Where, within a range of entries, something waits that nobody has settled: messages,
/// and values that came after `values_after`. Ascending, each once.
pub fn waiting(
    conn: &mut Connection,
    (first, last): (i64, i64),
    values_after: i64,
) -> Result<Vec<i64>, StoreError> {
    let cleared = review_clearances::table.filter(review_clearances::item.eq(review_items::id));
    let mut all: Vec<i64> = review_items::table
        .filter(not(exists(cleared)))
        .filter(review_items::position.between(first, last))
        .filter(review_items::position.gt(values_after))
        .select(review_items::position)
        .load(conn)?;
    let cleared = message_clearances::table.filter(message_clearances::message.eq(messages::id));
    let open = messages::table
        .filter(not(exists(cleared)))
        .filter(messages::position.between(first, last))
        .select(messages::position);
    all.extend(open.load::<i64>(conn)?);
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// The item with an id.
pub fn item(conn: &mut Connection, id: &[u8]) -> Result<Option<ReviewItemRow>, StoreError> {
    let found = review_items::table.filter(review_items::id.eq(id));
    Ok(found.select(ReviewItemRow::as_select()).first(conn).optional()?)
}

/// The clearance of an item, by the item's id.
pub fn clearance(
    conn: &mut Connection,
    id: &[u8],
) -> Result<Option<ReviewClearanceRow>, StoreError> {
    let found = review_clearances::table.filter(review_clearances::item.eq(id));
    Ok(found.select(ReviewClearanceRow::as_select()).first(conn).optional()?)
}
