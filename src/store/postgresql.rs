//! Connecting to PostgreSQL: its version, its settings.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::StoreError;
use super::connection::Role;

/// 12 is out of support.
const OLDEST: i32 = 130_000;

/// What a URL gets unless it says so itself. Times in seconds but for
/// `tcp_user_timeout`, in milliseconds: a server that went silent is given up
/// before a proxy in front of us gives up.
const PARAMETERS: [(&str, &str); 4] = [
    ("application_name", "nejtack"),
    ("connect_timeout", "5"),
    ("tcp_user_timeout", "10000"),
    ("keepalives_idle", "30"),
];

pub(super) fn connect(url: &str, role: Role) -> Result<PgConnection, StoreError> {
    let mut conn = PgConnection::establish(&with_parameters(url))?;
    let version: i32 = sql::<Integer>("SELECT current_setting('server_version_num')::integer")
        .get_result(&mut conn)?;
    refuse_old(version)?;
    conn.batch_execute(settings(role))?;
    check(&mut conn)?;
    Ok(conn)
}

fn settings(role: Role) -> &'static str {
    match role {
        // A schema change may take as long as it takes, and waits for others to finish theirs.
        Role::Inspect | Role::Copy | Role::Migrate => "SET statement_timeout = 0",
        // A frozen instance would hold the head's lock, and stop all the others.
        Role::Write => {
            "SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
             SET idle_in_transaction_session_timeout = '10s'"
        }
        // Of a database in whatever state, a statement may take long.
        Role::Audit => "SET statement_timeout = 0; SET default_transaction_read_only = on",
        Role::Read => {
            "SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '5min'"
        }
    }
}

/// Settings of the server, the database or the role that would break a promise.
fn check(conn: &mut PgConnection) -> Result<(), StoreError> {
    // No 201 before the commit is durable.
    if text(conn, "SHOW synchronous_commit")? == "off" {
        conn.batch_execute("SET synchronous_commit = on")?;
    }
    // In any other encoding an error's text quotes the bytes that do not fit.
    let encoding = text(conn, "SHOW server_encoding")?;
    if encoding != "UTF8" {
        return Err(StoreError::Foreign(format!("its encoding is {encoding}, not UTF8")));
    }
    Ok(())
}

fn text(conn: &mut PgConnection, query: &str) -> Result<String, StoreError> {
    Ok(sql::<Text>(query).get_result(conn)?)
}

fn with_parameters(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in PARAMETERS {
        if url.contains(&format!("?{name}=")) || url.contains(&format!("&{name}=")) {
            continue;
        }
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&format!("{name}={value}"));
    }
    url
}

fn refuse_old(version: i32) -> Result<(), StoreError> {
    if version >= OLDEST {
        return Ok(());
    }
    Err(StoreError::Other(format!(
        "PostgreSQL {} is too old; 13 or newer is needed",
        version / 10_000
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_are_refused() {
        assert_eq!(refuse_old(130_000), Ok(()));
        assert!(refuse_old(120_022).is_err());
    }

    #[test]
    fn the_url_has_the_last_word() {
        let url = with_parameters("postgres://h/d?connect_timeout=1");
        assert!(url.starts_with("postgres://h/d?connect_timeout=1&application_name=nejtack&"));
        assert_eq!(url.matches("connect_timeout").count(), 1);
        assert!(with_parameters("postgres://h/d").starts_with("postgres://h/d?application_name="));
    }
}
