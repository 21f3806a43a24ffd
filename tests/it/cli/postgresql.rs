//! Commands and servers on PostgreSQL, where nobody owns a folder.

use super::{Serving, mode, nejtack, stderr};
use crate::store::support::Place;
use nejtack::store::Backend;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

/// An empty database, and where its root key is to be.
struct Database {
    /// Keeps the database until the end.
    place: Place,
    folder: tempfile::TempDir,
}

impl Database {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { place: Place::new(Backend::Postgresql), folder }
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("secret.key")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = nejtack();
        // The test server has no password, so nothing is missing from this URL.
        command.args(arguments).env("NEJTACK_DATABASE_URL", self.place.url.redacted());
        command.current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        command.env("NEJTACK_ROOT_KEY_FILE", self.key()).output().expect("it runs")
    }

    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn serve(&self) -> Serving {
        Serving::start(self.command(&["serve"]).env("NEJTACK_ROOT_KEY_FILE", self.key()))
    }
}

#[test]
fn database_and_root_key_are_born_together_and_only_in_an_empty_database() {
    let database = Database::new();
    let reading = database.run(&["groups", "list"]);
    assert_eq!(reading.status.code(), Some(1), "{}", stderr(&reading));
    assert!(!database.key().exists());

    let first = database.run(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    assert!(stderr(&first).contains("made a new root key"), "{}", stderr(&first));
    assert_eq!(mode(&database.key()), 0o600);
    assert!(database.done(&["groups", "list"]).contains("tandgruppen"));

    let away = database.folder.path().join("away");
    std::fs::rename(database.key(), &away).expect("moved");
    for arguments in [&["groups", "add", "other", "--name", "Other"][..], &["serve"]] {
        let output = database.run(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("no root key at"), "{}", stderr(&output));
        assert!(!database.key().exists());
    }
}

#[test]
fn the_root_key_may_lie_in_a_data_folder_that_is_named() {
    let database = Database::new();
    let group = ["groups", "add", "tandgruppen", "--name", "Tandgruppen", "--data", "keys"];
    let output = database.command(&group).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let folder = database.folder.path().join("keys");
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("root.key")), 0o600);
    assert!(!folder.join("nejtack.sqlite").exists());
}

#[test]
fn any_number_serve_and_commands_run_beside_them() {
    let database = Database::new();
    let servers = [database.serve(), database.serve()];
    database.done(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
    database.done(&[
        "controllers",
        "add",
        "tandgruppen-malmo",
        "--name",
        "Malmö",
        "--group",
        "tandgruppen",
    ]);
    let list: Value =
        serde_json::from_str(&database.done(&["controllers", "list", "--json"])).expect("JSON");
    assert_eq!(list["controllers"][0]["groups"][0], "tandgruppen");
    for server in servers {
        let (code, told) = server.terminate();
        assert_eq!(code, Some(0), "{told}");
    }
}

#[test]
fn a_foreign_database_is_refused_and_gets_no_key() {
    let database = Database::new();
    let mut raw = database.place.raw();
    diesel::connection::SimpleConnection::batch_execute(&mut raw, "CREATE TABLE mine (a int)")
        .expect("a table");
    let output = database.run(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("something else"), "{}", stderr(&output));
    assert!(!database.key().exists());
}
