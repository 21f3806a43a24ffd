//! Endpoints of webhooks, version by version, and how far deliveries have been made.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::{webhook_cursors, webhook_versions};
use super::{Connection, StoreError, WebhookVersionRow};

/// Adds versions, which count from their position on.
pub fn insert(conn: &mut Connection, rows: &[WebhookVersionRow]) -> Result<(), StoreError> {
    insert_all!(conn, webhook_versions, rows)
}

/// Versions of all endpoints after a position, ascending.
pub fn since(conn: &mut Connection, after: i64) -> Result<Vec<WebhookVersionRow>, StoreError> {
    Ok(webhook_versions::table
        .filter(webhook_versions::position.gt(after))
        .order(webhook_versions::position)
        .select(WebhookVersionRow::as_select())
        .load(conn)?)
}

/// The version of an endpoint that counts.
pub fn latest(
    conn: &mut Connection,
    webhook: &[u8],
) -> Result<Option<WebhookVersionRow>, StoreError> {
    Ok(webhook_versions::table
        .filter(webhook_versions::webhook.eq(webhook))
        .order(webhook_versions::position.desc())
        .select(WebhookVersionRow::as_select())
        .first(conn)
        .optional()?)
}

/// The entry up to which deliveries have been made for an endpoint.
pub fn cursor(conn: &mut Connection, webhook: &[u8]) -> Result<Option<i64>, StoreError> {
    let found = webhook_cursors::table.find(webhook).select(webhook_cursors::position);
    Ok(found.first(conn).optional()?)
}

/// Moves an endpoint's cursor from where it was read (`None`: it had none yet) to
/// `to`. False: somebody else has moved it meanwhile, and has made the deliveries.
pub fn advance(
    conn: &mut Connection,
    webhook: &[u8],
    from: Option<i64>,
    to: i64,
) -> Result<bool, StoreError> {
    let Some(from) = from else {
        return super::dialect::insert_cursor(conn, webhook, to);
    };
    let moved = diesel::update(
        webhook_cursors::table
            .filter(webhook_cursors::webhook.eq(webhook))
            .filter(webhook_cursors::position.eq(from)),
    );
    Ok(moved.set(webhook_cursors::position.eq(to)).execute(conn)? == 1)
}
