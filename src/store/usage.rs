//! How much each client asks.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::dialect::insert_all;
use super::schema::usage;
use super::{Connection, StoreError, UsageRow};

/// Adds counts.
pub fn insert(conn: &mut Connection, rows: &[UsageRow]) -> Result<(), StoreError> {
    insert_all!(conn, usage, rows)
}

/// Counts after an id, ascending by it; of one client if one is given.
pub fn list(
    conn: &mut Connection,
    after_id: Option<&[u8]>,
    limit: i64,
    client: Option<&str>,
) -> Result<Vec<UsageRow>, StoreError> {
    // every id is after the empty one
    let rows = usage::table
        .filter(usage::id.gt(after_id.unwrap_or_default()))
        .order(usage::id)
        .limit(limit)
        .select(UsageRow::as_select());
    Ok(match client {
        Some(client) => rows.filter(usage::client.eq(client)).load(conn)?,
        None => rows.load(conn)?,
    })
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = Text)]
    client: String,
    #[diesel(sql_type = BigInt)]
    identifiers: i64,
}

/// How many identifiers each client has asked about since an hour's beginning.
pub fn identifiers_since(
    conn: &mut Connection,
    hour: i64,
) -> Result<Vec<(String, i64)>, StoreError> {
    // PostgreSQL sums BIGINT to NUMERIC, which SQLite does not have: hence the cast.
    let sums: Vec<Sum> = diesel::sql_query(format!(
        "SELECT client, CAST(SUM(identifiers) AS BIGINT) AS identifiers FROM usage \
         WHERE hour >= {hour} GROUP BY client ORDER BY client"
    ))
    .load(conn)?;
    Ok(sums.into_iter().map(|sum| (sum.client, sum.identifiers)).collect())
}
