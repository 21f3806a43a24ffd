//! What must differ between the databases: `MultiConnection` compiles neither
//! batch inserts nor ON CONFLICT nor locks, and transactions begin differently.

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Text};

use super::head::Head;
use super::{Connection, StoreError, schema};

/// Rows in one INSERT of PostgreSQL's, which binds at most 65,535 values; diesel is
/// built for tables of at most 32 columns, and 32 × 1,000 fit.
pub(super) const ROWS: usize = 1_000;

/// Inserts a slice of rows. On PostgreSQL in as few statements as there can be, since
/// each is a way there and back. On SQLite one by one: that statement is compiled once
/// and kept, while one for many rows would be compiled anew each time, which costs
/// more than its rows.
macro_rules! insert_all {
    ($conn:expr, $table:ident, $rows:expr) => {{
        use diesel::RunQueryDsl as _;
        let table = $crate::store::schema::$table::table;
        match $conn {
            $crate::store::Connection::Sqlite(conn) => {
                for row in $rows {
                    diesel::insert_into(table).values(row).execute(conn)?;
                }
            }
            $crate::store::Connection::Postgresql(conn) => {
                for rows in $rows.chunks($crate::store::dialect::ROWS) {
                    diesel::insert_into(table).values(rows).execute(conn)?;
                }
            }
        }
        Ok(())
    }};
}
pub(super) use insert_all;

/// Begins to read one snapshot.
pub(super) fn begin_read(conn: &mut Connection) -> Result<(), StoreError> {
    Ok(match conn {
        Connection::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN"),
        Connection::Postgresql(conn) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
    }?)
}

/// Begins to write. IMMEDIATE: a deferred transaction that reads first and then
/// writes is "locked" as soon as anyone else has written, without any waiting.
pub(super) fn begin_write(conn: &mut Connection) -> Result<(), StoreError> {
    Ok(match conn {
        Connection::Sqlite(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        }
        Connection::Postgresql(conn) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        ),
    }?)
}

/// PostgreSQL answers the COMMIT of a transaction in which a statement failed
/// with a ROLLBACK and no error. Work that swallowed an error must not pass for
/// committed, so one more statement has to succeed first.
pub(super) fn still_committable(conn: &mut Connection) -> Result<(), StoreError> {
    if let Connection::Postgresql(conn) = conn {
        sql::<Integer>("SELECT 1").get_result::<i32>(conn)?;
    }
    Ok(())
}

/// Makes PostgreSQL's COMMIT wait for its standbys, where commits do, although
/// nothing was written. Without standbys there is nothing that could have taken
/// this server's place.
pub(super) fn fence(conn: &mut Connection) -> Result<(), StoreError> {
    if let Connection::Postgresql(conn) = conn {
        diesel::sql_query(
            "SELECT CASE WHEN current_setting('synchronous_standby_names') <> '' \
             THEN pg_logical_emit_message(true, 'nejtack', '') END",
        )
        .execute(conn)?;
    }
    Ok(())
}

pub(super) fn commit(conn: &mut Connection) -> Result<(), StoreError> {
    Ok(match conn {
        Connection::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
        Connection::Postgresql(conn) => AnsiTransactionManager::commit_transaction(conn),
    }?)
}

pub(super) fn rollback(conn: &mut Connection) -> Result<(), StoreError> {
    Ok(match conn {
        Connection::Sqlite(conn) => AnsiTransactionManager::rollback_transaction(conn),
        Connection::Postgresql(conn) => AnsiTransactionManager::rollback_transaction(conn),
    }?)
}

pub(super) fn version(conn: &mut Connection) -> Result<String, StoreError> {
    let query = match conn {
        Connection::Sqlite(_) => "SELECT sqlite_version()",
        Connection::Postgresql(_) => "SELECT current_setting('server_version')",
    };
    Ok(sql::<Text>(query).get_result(conn)?)
}

/// Reads the head and keeps it from everybody else until the transaction ends.
/// On SQLite, BEGIN IMMEDIATE has done so already.
pub(super) fn lock_head(conn: &mut Connection) -> Result<Head, StoreError> {
    let head = schema::head::table;
    Ok(match conn {
        Connection::Sqlite(conn) => head.select(Head::as_select()).get_result(conn),
        Connection::Postgresql(conn) => {
            head.for_update().select(Head::as_select()).get_result(conn)
        }
    }?)
}

/// Keeps a row of the tag key's from others who ask for it too, until the transaction
/// ends. On SQLite, BEGIN IMMEDIATE has done so already.
pub(super) fn lock_tag_key(conn: &mut Connection, version: i32) -> Result<(), StoreError> {
    use schema::keys::dsl as k;
    let row = k::keys.find(("tag", version)).select(k::version);
    if let Connection::Postgresql(conn) = conn {
        row.for_update().first::<i32>(conn)?;
    }
    Ok(())
}

/// The database's clock: microseconds since 1970. SQLite runs in this process
/// and tells no microseconds, so its clock is the system's.
pub(super) fn time(conn: &mut Connection) -> Result<i64, StoreError> {
    match conn {
        Connection::Sqlite(_) => std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .ok()
            .and_then(|time| i64::try_from(time.as_micros()).ok())
            .ok_or_else(|| StoreError::Other("the clock stands before 1970".into())),
        // clock_timestamp: now() would be the time of BEGIN, before the lock was had
        Connection::Postgresql(conn) => Ok(sql::<BigInt>(
            "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        )
        .get_result(conn)?),
    }
}

/// Inserts one row unless its key is there, and says whether it did. On
/// PostgreSQL a duplicate key would end the whole transaction.
pub(super) fn insert_assertion(
    conn: &mut Connection,
    row: (&str, &[u8], i64),
) -> Result<bool, StoreError> {
    use schema::used_assertions::dsl as a;
    let insert = diesel::insert_into(a::used_assertions).values((
        a::client.eq(row.0),
        a::jti_tag.eq(row.1),
        a::expires_at.eq(row.2),
    ));
    let done = match conn {
        Connection::Sqlite(conn) => insert.execute(conn),
        Connection::Postgresql(conn) => insert.on_conflict_do_nothing().execute(conn),
    };
    match done.map_err(StoreError::from) {
        Ok(rows) => Ok(rows == 1),
        Err(StoreError::Duplicate) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Inserts an endpoint's first cursor unless it has one, and says whether it did.
pub(super) fn insert_cursor(
    conn: &mut Connection,
    webhook: &[u8],
    position: i64,
) -> Result<bool, StoreError> {
    use schema::webhook_cursors::dsl as c;
    let row = (c::webhook.eq(webhook), c::position.eq(position));
    let insert = diesel::insert_into(c::webhook_cursors).values(row);
    let done = match conn {
        Connection::Sqlite(conn) => insert.execute(conn),
        Connection::Postgresql(conn) => insert.on_conflict_do_nothing().execute(conn),
    };
    match done.map_err(StoreError::from) {
        Ok(rows) => Ok(rows == 1),
        Err(StoreError::Duplicate) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The ids of an endpoint's deliveries that are due and that nobody is at, the oldest
/// first, kept from others until the transaction ends. On SQLite, BEGIN IMMEDIATE has
/// done so already.
pub(super) fn lock_due(
    conn: &mut Connection,
    webhook: &[u8],
    now: i64,
    most: i64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    use schema::webhook_deliveries::dsl as d;
    let due = d::webhook_deliveries
        .filter(d::webhook.eq(webhook))
        .filter(sql::<Bool>(super::webhook_deliveries::PENDING))
        .filter(d::due_at.le(now))
        .filter(d::leased_until.le(now))
        .order((d::due_at, d::position))
        .limit(most)
        .select(d::id);
    Ok(match conn {
        Connection::Sqlite(conn) => due.load(conn),
        // Another instance's are passed over, not waited for.
        Connection::Postgresql(conn) => due.for_update().skip_locked().load(conn),
    }?)
}
