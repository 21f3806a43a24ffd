//! Opening SQLite: its file, its version, its settings.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::StoreError;
use super::connection::Role;

/// Below this, several connections can lose committed WAL writes.
const OLDEST: [u32; 3] = [3, 51, 3];

/// In this order: without the timeout the others may fail as locked, and
/// `synchronous` means something else outside WAL.
const SETTINGS: [(&str, &str, &str); 8] = [
    ("busy_timeout", "5000", "5000"),
    ("journal_mode", "WAL", "wal"),
    // FULL: in WAL mode, NORMAL loses the last commits when the power goes
    ("synchronous", "FULL", "2"),
    ("foreign_keys", "ON", "1"),
    // a dropped record key must not stay readable in a free page
    ("secure_delete", "ON", "1"),
    // pages and bytes: the WAL is folded back at 4 MiB and cut back to 64 MiB
    ("wal_autocheckpoint", "1000", "1000"),
    ("journal_size_limit", "67108864", "67108864"),
    ("trusted_schema", "OFF", "0"),
];

/// Makes certain of the file: there, or created (0600) when that is asked for.
pub(super) fn require_file(path: &Path, create: bool) -> Result<(), StoreError> {
    match path.metadata() {
        Ok(found) if found.is_dir() => {
            Err(StoreError::Other(format!("{} is a directory", path.display())))
        }
        // left behind by a start that was cut off before it wrote anything
        Ok(found) if found.len() == 0 && !create => {
            Err(StoreError::Missing(format!("{} is empty", path.display())))
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound && create => {
            create_file(path).map_err(|error| at(path, &error))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(StoreError::Missing(format!("{} does not exist", path.display())))
        }
        Err(error) => Err(at(path, &error)),
    }
}

/// How many bytes can still be written to the disk that this folder is on.
pub(super) fn free_space(folder: &Path) -> Result<u64, StoreError> {
    let told = rustix::fs::statvfs(folder).map_err(|error| at(folder, &error.into()))?;
    Ok(told.f_bavail.saturating_mul(told.f_frsize))
}

/// The WAL and its index get their mode from this file.
fn create_file(path: &Path) -> std::io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.sync_all()?;
    // the name is in the folder, and only that makes it durable
    match path.parent() {
        Some(folder) if folder != Path::new("") => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn at(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull => StoreError::Full,
        kind => StoreError::Other(format!("{}: {kind}", path.display())),
    }
}

pub(super) fn connect(path: &Path, role: Role) -> Result<SqliteConnection, StoreError> {
    let mode = if role == Role::Audit { "ro" } else { "rw" };
    let mut conn = SqliteConnection::establish(&uri(path, mode))?;
    refuse_old(&text(&mut conn, "SELECT sqlite_version()")?)?;
    if matches!(role, Role::Inspect | Role::Audit) {
        set(&mut conn, "busy_timeout", "5000", "5000")?;
        set(&mut conn, "query_only", "ON", "1")?;
        return Ok(conn);
    }
    if role == Role::Copy {
        set(&mut conn, "busy_timeout", "5000", "5000")?;
        set(&mut conn, "trusted_schema", "OFF", "0")?;
        return Ok(conn);
    }
    for (name, value, told) in SETTINGS {
        set(&mut conn, name, value, told)?;
    }
    if role == Role::Read {
        set(&mut conn, "query_only", "ON", "1")?;
    }
    Ok(conn)
}

/// Writes the database as it is now into an empty file.
pub(super) fn vacuum_into(conn: &mut SqliteConnection, to: &Path) -> Result<(), StoreError> {
    let copy = diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(uri(to, "rw"));
    Ok(copy.execute(conn).map(drop)?)
}

/// What SQLite's own check says of the file.
pub(super) fn integrity(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let found = text(conn, "PRAGMA integrity_check(1)")?;
    if found == "ok" {
        return Ok(());
    }
    Err(StoreError::Other(format!("the file is damaged: {found}")))
}

/// `mode=rw`: SQLite itself would create a missing file. `ro`: not even the WAL
/// that another process left is folded back. Percent-encoded, so that a `?` or `#`
/// in a path stays in the path.
fn uri(path: &Path, mode: &str) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?mode=");
    uri + mode
}

/// One PRAGMA a call, and read back: SQLite ignores what it does not know.
fn set(conn: &mut SqliteConnection, name: &str, value: &str, told: &str) -> Result<(), StoreError> {
    conn.batch_execute(&format!("PRAGMA {name} = {value}"))?;
    let found = match name {
        "journal_mode" => text(conn, "PRAGMA journal_mode")?,
        _ => sql::<BigInt>(&format!("PRAGMA {name}")).get_result::<i64>(conn)?.to_string(),
    };
    if found == told {
        return Ok(());
    }
    Err(StoreError::Other(format!("SQLite set {name} to {found}, not to {told}")))
}

/// The first column of what a checkpoint tells: 1 when somebody was in the way.
#[derive(QueryableByName)]
struct Checkpointed {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}

/// Empties the write-ahead log. Waits for readers a fifth of a second, not the usual
/// five: everybody who writes waits with it.
pub(super) fn fold_back(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    set(conn, "busy_timeout", "200", "200")?;
    let told =
        diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpointed>(conn);
    set(conn, "busy_timeout", "5000", "5000")?;
    Ok(told?.busy == 0)
}

fn text(conn: &mut SqliteConnection, query: &str) -> Result<String, StoreError> {
    Ok(sql::<Text>(query).get_result(conn)?)
}

fn refuse_old(version: &str) -> Result<(), StoreError> {
    let parts: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    if parts.as_slice() >= OLDEST.as_slice() {
        return Ok(());
    }
    Err(StoreError::Other(format!(
        "SQLite {version} can lose committed writes; 3.51.3 or newer is needed"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_are_refused() {
        for good in ["3.51.3", "3.53.2", "3.60", "4.0.0"] {
            assert_eq!(refuse_old(good), Ok(()), "{good}");
        }
        for bad in ["3.51.2", "3.51", "3.7.0", "2.8.17", "", "new"] {
            assert!(refuse_old(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_path_stays_a_path() {
        assert_eq!(uri(Path::new("/a b/n?.db#1"), "rw"), "file:/a%20b/n%3F.db%231?mode=rw");
    }
}
