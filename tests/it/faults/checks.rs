//! What must hold after every crash and fault.

use super::ask::{Acknowledged, person};
use super::instance::{Instance, Server};
use crate::store::support::{cells, run};
use diesel::{Connection as _, SqliteConnection};
use nejtack::store::Connection;
use std::path::Path;

/// What is wrong about these: each must be found by its reference, once and with
/// the id that was answered, and must block.
pub(super) fn missing(server: &Server, acknowledged: &[Acknowledged]) -> Vec<String> {
    let mut missing = not_blocked(server, acknowledged);
    for one in acknowledged {
        let found = server.service.get(&format!("/v1/objections?reference={}", one.reference));
        let ids: Vec<_> = found.body["objections"]
            .as_array()
            .map(|all| all.iter().map(|one| one["id"].as_str().unwrap_or("none")).collect())
            .unwrap_or_default();
        if found.status != 200 || ids != [one.id.as_str()] {
            missing.push(format!("{one:?} is there as {ids:?}: {found}"));
        }
    }
    missing
}

/// Those that do not block.
pub(super) fn not_blocked(server: &Server, acknowledged: &[Acknowledged]) -> Vec<String> {
    let persons: Vec<_> = acknowledged.iter().map(|one| person(&one.reference)).collect();
    let decisions = server.crm.decisions(&persons).into_iter().zip(acknowledged);
    decisions
        .filter(|(decision, _)| decision != "blocked")
        .map(|(decision, one)| format!("{one:?} is answered {decision}"))
        .collect()
}

/// The database, opened past the service.
pub(super) fn database(path: &Path) -> Connection {
    let path = path.to_str().expect("a path in UTF-8");
    let mut conn = Connection::Sqlite(SqliteConnection::establish(path).expect("it opens"));
    run(&mut conn, "PRAGMA busy_timeout = 60000").expect("it is set");
    conn
}

/// SQLite's own check. For a folder that is being served: the last one to close
/// a database writes to it.
pub(super) fn is_whole(instance: &Instance) -> Result<(), String> {
    let mut conn = database(&instance.database());
    let told = cells(&mut conn, "SELECT integrity_check AS cell FROM pragma_integrity_check");
    if told == ["ok"] { Ok(()) } else { Err(format!("integrity_check: {told:?}")) }
}

/// `nejtack verify`. For a folder that nobody serves.
pub(super) fn verify(instance: &Instance) -> Result<(), String> {
    let output = instance.command(&["verify"]).output().expect("the binary runs");
    match output.status.code() {
        Some(0) => Ok(()),
        code => Err(format!("verify: {code:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}
