//! The newest entry's place and time: one row, which only ever moves forward.

use diesel::prelude::*;

use super::schema::head;
use super::{Connection, StoreError, dialect};

/// The newest entry's place and time; zeros before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = head)]
pub struct Head {
    /// Its position.
    pub position: i64,
    /// Its time.
    pub time: i64,
}

/// Reads the head and keeps others from it until the transaction ends.
pub fn lock(conn: &mut Connection) -> Result<Head, StoreError> {
    dialect::lock_head(conn)
}

/// Reads the head.
pub fn read(conn: &mut Connection) -> Result<Head, StoreError> {
    Ok(head::table.select(Head::as_select()).get_result(conn)?)
}

/// Moves the head; the database refuses to move it back.
pub fn advance(conn: &mut Connection, to: Head) -> Result<(), StoreError> {
    let moved = diesel::update(head::table)
        .set((head::position.eq(to.position), head::time.eq(to.time)))
        .execute(conn)?;
    if moved == 1 { Ok(()) } else { Err(StoreError::Other("the ledger has no head".into())) }
}

/// The database's clock, in microseconds.
pub fn database_time(conn: &mut Connection) -> Result<i64, StoreError> {
    dialect::time(conn)
}
