//! What is sent to endpoints of webhooks.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::dialect::{insert_all, lock_due};
use super::schema::webhook_deliveries as d;
use super::{Connection, StoreError, WebhookDeliveryRow};

/// Written out, as the partial indexes have it: neither planner would use them for a
/// value that is bound.
pub(super) const PENDING: &str = "status = 'pending'";
const GIVEN_UP: &str = "status = 'given_up'";

/// Adds deliveries.
pub fn insert(conn: &mut Connection, rows: &[WebhookDeliveryRow]) -> Result<(), StoreError> {
    insert_all!(conn, webhook_deliveries, rows)
}

/// Whether an endpoint has a delivery that is due and that nobody is at.
pub fn any_due(conn: &mut Connection, webhook: &[u8], now: i64) -> Result<bool, StoreError> {
    let due = d::table
        .filter(d::webhook.eq(webhook))
        .filter(sql::<Bool>(PENDING))
        .filter(d::due_at.le(now))
        .filter(d::leased_until.le(now))
        .order((d::due_at, d::position))
        .select(d::position);
    Ok(due.first::<i64>(conn).optional()?.is_some())
}

/// Takes deliveries of an endpoint that are due, and keeps other instances from them
/// until `until`: whoever has not said by then what became of one may have died.
pub fn claim(
    conn: &mut Connection,
    webhook: &[u8],
    (now, until): (i64, i64),
    most: i64,
) -> Result<Vec<WebhookDeliveryRow>, StoreError> {
    let ids = lock_due(conn, webhook, now, most)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let own = || d::table.filter(d::id.eq_any(&ids));
    diesel::update(own()).set(d::leased_until.eq(until)).execute(conn)?;
    let own = own().order((d::due_at, d::position));
    Ok(own.select(WebhookDeliveryRow::as_select()).load(conn)?)
}

/// Says what became of a delivery that was claimed until `lease`. Does nothing where
/// somebody else has claimed it since, or it was asked for anew.
pub fn settle(
    conn: &mut Connection,
    row: &WebhookDeliveryRow,
    lease: i64,
) -> Result<bool, StoreError> {
    let own = d::table.filter(d::id.eq(&row.id)).filter(d::leased_until.eq(lease));
    let settled = diesel::update(own)
        .set((
            d::status.eq(&row.status),
            d::attempts.eq(row.attempts),
            d::tries.eq(row.tries),
            d::due_at.eq(row.due_at),
            d::leased_until.eq(0_i64),
            d::attempted_at.eq(row.attempted_at),
            d::answered.eq(row.answered),
            d::failure.eq(&row.failure),
            d::ended_at.eq(row.ended_at),
        ))
        .execute(conn)?;
    Ok(settled == 1)
}

/// Has a delivery sent anew, from the first try on. False: there is none.
pub fn renew(
    conn: &mut Connection,
    webhook: &[u8],
    id: &[u8],
    now: i64,
) -> Result<bool, StoreError> {
    let own = d::table.filter(d::id.eq(id)).filter(d::webhook.eq(webhook));
    let ended: Option<i64> = None;
    let renewed = diesel::update(own)
        .set((
            d::status.eq("pending"),
            d::tries.eq(0),
            d::due_at.eq(now),
            d::leased_until.eq(0_i64),
            d::ended_at.eq(ended),
        ))
        .execute(conn)?;
    Ok(renewed == 1)
}

/// A delivery of an endpoint.
pub fn get(
    conn: &mut Connection,
    webhook: &[u8],
    id: &[u8],
) -> Result<Option<WebhookDeliveryRow>, StoreError> {
    let found = d::table.filter(d::id.eq(id)).filter(d::webhook.eq(webhook));
    Ok(found.select(WebhookDeliveryRow::as_select()).first(conn).optional()?)
}

/// Deliveries of an endpoint of what came after a position, ascending.
pub fn list(
    conn: &mut Connection,
    webhook: &[u8],
    status: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<WebhookDeliveryRow>, StoreError> {
    let of = d::table.filter(d::webhook.eq(webhook)).filter(d::position.gt(after));
    let mut all = of.into_boxed();
    if let Some(status) = status {
        all = all.filter(d::status.eq(status));
    }
    let page = all.order(d::position).limit(limit).select(WebhookDeliveryRow::as_select());
    Ok(page.load(conn)?)
}

/// How many are pending, and how many were given up.
pub fn counts(conn: &mut Connection) -> Result<(i64, i64), StoreError> {
    let of = |status| d::table.filter(sql::<Bool>(status)).count();
    Ok((of(PENDING).get_result(conn)?, of(GIVEN_UP).get_result(conn)?))
}

/// Drops what was delivered before one time, and given up before another; how many.
pub fn forget_before(
    conn: &mut Connection,
    delivered: i64,
    given_up: i64,
) -> Result<usize, StoreError> {
    let old =
        |status, time: i64| d::table.filter(d::status.eq(status)).filter(d::ended_at.lt(time));
    let gone = diesel::delete(old("delivered", delivered)).execute(conn)?;
    Ok(gone + diesel::delete(old("given_up", given_up)).execute(conn)?)
}
