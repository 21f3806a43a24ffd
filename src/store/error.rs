//! What can go wrong, in the words that callers act on. No error carries a
//! value: PostgreSQL puts whole rows into the DETAIL of a constraint error, so
//! only kind, table and constraint are taken from there.

use std::fmt;

use diesel::result::{ConnectionError, DatabaseErrorInformation, DatabaseErrorKind, Error};

/// An error of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// Every connection is in use, or the database is locked. Try again.
    Busy,
    /// The database is away. Try again.
    Unavailable(String),
    /// The disk is full.
    Full,
    /// A row with such a key is there already.
    Duplicate,
    /// A trigger holds the ledger append-only.
    Refused(String),
    /// No such database, and it was not to be created.
    Missing(String),
    /// The database was written by a newer version of this program.
    Newer,
    /// The database belongs to something else.
    Foreign(String),
    /// The commit failed, and whether it took place is not known.
    CommitUnknown,
    /// Anything else.
    Other(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("the database is busy"),
            Self::Unavailable(why) => write!(f, "the database cannot be reached: {why}"),
            Self::Full => f.write_str("the database's disk is full"),
            Self::Duplicate => f.write_str("a row with this key exists already"),
            Self::Refused(why) => write!(f, "the database refuses: {why}"),
            Self::Missing(what) => write!(f, "there is no database: {what}"),
            Self::Newer => f.write_str("the database was written by a newer version"),
            Self::Foreign(why) => write!(f, "the database is not a ledger: {why}"),
            Self::CommitUnknown => f.write_str("it is not known whether the commit took place"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseError(kind, info) => from_database(kind, info.as_ref()),
            // diesel wraps what happened while it was rolling back
            Error::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            Error::InvalidCString(_) => nul_byte(),
            Error::NotFound => Self::Other("a row that must exist does not".into()),
            Error::BrokenTransactionManager => {
                Self::Unavailable("the connection broke in a transaction".into())
            }
            // These two wrap errors of conversions, which may quote what they met.
            Error::SerializationError(_) => Self::Other("a value cannot be stored".into()),
            Error::DeserializationError(_) => Self::Other("a stored value cannot be read".into()),
            other => Self::Other(format!("the store was misused: {other}")),
        }
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        let text = match error {
            ConnectionError::BadConnection(text) => text,
            ConnectionError::CouldntSetupConfiguration(error) => return error.into(),
            ConnectionError::InvalidCString(_) => return nul_byte(),
            _ => return Self::Other("the database URL cannot be used".into()),
        };
        // libpq quotes a URI that it cannot parse, password and all
        if text.contains("URI") || text.contains("://") {
            return Self::Other("the database URL cannot be understood".into());
        }
        if text.contains("database \"") && text.contains("does not exist") {
            return Self::Missing(text.trim().to_owned());
        }
        Self::Unavailable(text.trim().to_owned())
    }
}

fn from_database(kind: DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> StoreError {
    let message = info.message();
    match kind {
        DatabaseErrorKind::UniqueViolation => StoreError::Duplicate,
        // 23001 is what our triggers raise on PostgreSQL
        DatabaseErrorKind::RestrictViolation => StoreError::Refused(plain(message)),
        DatabaseErrorKind::SerializationFailure => StoreError::Busy,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            StoreError::Unavailable("the connection was lost".into())
        }
        DatabaseErrorKind::ReadOnlyTransaction => read_only(),
        DatabaseErrorKind::ForeignKeyViolation => broken(info, "foreign key"),
        DatabaseErrorKind::NotNullViolation => broken(info, "NOT NULL"),
        DatabaseErrorKind::CheckViolation => broken(info, "CHECK"),
        DatabaseErrorKind::ExclusionViolation => broken(info, "exclusion"),
        _ => from_text(message),
    }
}

/// diesel hands out neither SQLite's code nor PostgreSQL's SQLSTATE for these.
/// A server with translated messages ends in `Other`, which is retried by nobody
/// and acknowledged by nobody.
fn from_text(message: &str) -> StoreError {
    let has = |part: &str| message.contains(part);
    if has("nejtack: duplicate") {
        StoreError::Duplicate
    } else if has("nejtack: refused") {
        StoreError::Refused(plain(message))
    } else if has("is locked") || has("deadlock detected") || has("canceling statement due to") {
        StoreError::Busy
    } else if has("disk is full") || has("No space left on device") {
        StoreError::Full
    } else if has("disk I/O error") || has("Input/output error") {
        // SQLite says so too where a sync finds the disk full
        StoreError::Unavailable("its disk fails".into())
    } else if has("file is not a database") {
        StoreError::Foreign("the file is not an SQLite database".into())
    } else if has("attempt to write a readonly database") {
        read_only()
    } else if has("unable to open database file") {
        StoreError::Unavailable("the database file cannot be opened".into())
    } else if has("invalid byte sequence") && has("0x00") {
        nul_byte()
    } else if has("server closed the connection") || has("no connection to the server") {
        StoreError::Unavailable("the connection was lost".into())
    } else {
        StoreError::Other(format!("the database says: {message}"))
    }
}

fn plain(message: &str) -> String {
    message.trim_start_matches("nejtack: refused: ").to_owned()
}

pub(super) fn read_only() -> StoreError {
    StoreError::Unavailable("it can only be read from here".into())
}

fn nul_byte() -> StoreError {
    StoreError::Other("a text holds a NUL byte, which cannot be stored".into())
}

/// A constraint other than a key: a bug of ours, named without its values.
fn broken(info: &dyn DatabaseErrorInformation, what: &str) -> StoreError {
    let table = info.table_name().unwrap_or("a table");
    // SQLite has no names apart from its message, which quotes no values
    let constraint = info.constraint_name().or(info.column_name()).unwrap_or(info.message());
    StoreError::Other(format!("a {what} constraint of {table} is broken: {constraint}"))
}

impl StoreError {
    /// Whether the same may well succeed in a while: nothing about the request
    /// itself was wrong.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_) | Self::Full | Self::CommitUnknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_fails_is_worth_another_try() {
        for text in [
            "disk I/O error",
            "database or disk is full",
            "unable to open database file",
            "could not fsync file \"base/5/1259\": Input/output error",
            "could not extend file \"base/5/1259\": No space left on device",
        ] {
            assert!(from_text(text).is_transient(), "{text}");
        }
        assert!(!from_text("database disk image is malformed").is_transient());
    }
}
