//! Which instance this database belongs to: one row, written once.

use diesel::prelude::*;

use super::dialect::insert_all;
use super::schema::instance;
use super::{Connection, StoreError};

/// The instance.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = instance, treat_none_as_default_value = false)]
pub struct InstanceRow {
    /// Its id.
    pub id: Vec<u8>,
    /// Which root key its keys are wrapped under.
    pub root_key_id: String,
    /// The log's origin (its name in checkpoints).
    pub origin: String,
    /// When it was made.
    pub created_at: i64,
}

/// The instance; none before its first start is through.
pub fn get(conn: &mut Connection) -> Result<Option<InstanceRow>, StoreError> {
    Ok(instance::table.select(InstanceRow::as_select()).get_result(conn).optional()?)
}

/// Every row of the table, of which there is to be one.
pub fn all(conn: &mut Connection) -> Result<Vec<InstanceRow>, StoreError> {
    Ok(instance::table.select(InstanceRow::as_select()).load(conn)?)
}

/// Writes the instance; a second one is a duplicate.
pub fn insert(conn: &mut Connection, row: &InstanceRow) -> Result<(), StoreError> {
    insert_all!(conn, instance, std::slice::from_ref(row))
}
