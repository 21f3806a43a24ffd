//! A connection to one database or the other. It stands alone because the
//! derive brings a whole module of its own with it, in which `Connection` is
//! diesel's trait.

use diesel::{MultiConnection, PgConnection, SqliteConnection};

/// A connection to either database; [`super::Store`] lends it inside a transaction.
#[derive(MultiConnection)]
pub enum EitherConnection {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgresql(PgConnection),
}
