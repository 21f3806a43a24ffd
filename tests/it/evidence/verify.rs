//! `nejtack verify`, by the real binary: what it says of a database, and to whom.

use super::tampering::lively::everything_happens;
use crate::cli::{Folder, nejtack};
use crate::support::{World, objection, person};
use diesel::Connection as _;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use nejtack::store::Backend;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

fn get(url: &str, path: &str) -> String {
    let client = crate::support::http().no_proxy().build().expect("a client");
    client.get(format!("{url}{path}")).send().expect("an answer").text().expect("text")
}

/// Runs SQL on a stopped instance's database as somebody who owns the file.
fn tamper(folder: &Folder, sql: &str) {
    let file = folder.data.join("nejtack.sqlite");
    let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    conn.batch_execute(sql).unwrap();
}

/// A file beside the data folder.
fn beside(folder: &Folder, name: &str, text: &str) -> PathBuf {
    let file = folder.data.parent().unwrap().join(name);
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn it_judges_beside_a_serving_process_and_without_one() {
    let folder = Folder::started();
    let serving = folder.serve();
    let key = get(serving.url(), "/log/key");
    let beside = folder.json(&["verify"]);
    assert_eq!((&beside["fits"], &beside["entries"]), (&Value::Bool(true), &1.into()), "{beside}");
    assert_eq!(beside["checked"]["checkpoints"], 2);
    assert_eq!(beside["log_key"], key.trim());
    folder.done(&["clients", "add", "revisor", "--role", "auditor"]);
    assert_eq!(folder.json(&["verify"])["entries"], 2);
    serving.kill();
    // what it had not folded back into its file yet is read, and left as it is
    let before = std::fs::read(folder.data.join("nejtack.sqlite")).unwrap();
    assert_eq!(folder.json(&["verify"])["entries"], 2);
    assert!(std::fs::read(folder.data.join("nejtack.sqlite")).unwrap() == before, "it was written");
    folder.done(&["groups", "list"]);
    let told = folder.done(&["verify"]);
    assert!(told.starts_with("Everything fits: 2 entries"), "{told}");
    assert!(told.contains("nejtack.invalid/") && told.contains("--since"), "{told}");
}

#[test]
fn a_row_that_was_changed_is_named() {
    let folder = Folder::started();
    folder.done(&["groups", "add", "optikerna", "--name", "Optikerna"]);
    tamper(
        &folder,
        "DROP TRIGGER party_names_update; UPDATE party_names SET name = 'Gymmen' WHERE position = 2",
    );
    let told = folder.refused(&["verify"]);
    assert!(told.contains("party_names, position 2: "), "{told}");
    assert!(told.contains("backup") && !told.contains("Gymmen"), "{told}");
    let serving = folder.serve();
    assert!(folder.refused(&["verify"]).contains("party_names, position 2: "));
    drop(serving);
    let output = nejtack().args(["verify", "--json", "--data"]).arg(&folder.data).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(1), 0));
    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&verdict["fits"], &verdict["position"]), (&Value::Bool(false), &2.into()));
    assert_eq!(
        (&verdict["tables"][0], &verdict["where"]),
        (&"party_names".into(), &"party_names, position 2".into())
    );
}

#[test]
fn it_judges_what_no_instance_opens() {
    let folder = Folder::started();
    folder.done(&["groups", "add", "optikerna", "--name", "Optikerna"]);
    tamper(&folder, "DROP TRIGGER checkpoints_delete; DELETE FROM checkpoints WHERE size = 2");
    assert!(folder.refused(&["groups", "list"]).contains("nejtack verify"));
    let told = folder.refused(&["verify"]);
    assert!(told.contains("checkpoints, size 2: it is missing"), "{told}");
    tamper(&folder, "DROP TRIGGER leaves_delete; DELETE FROM leaves WHERE position = 1");
    let told = folder.refused(&["verify"]);
    assert!(told.contains("leaves, position 1: it is missing"), "{told}");
}

#[test]
fn a_checkpoint_kept_outside_shows_what_the_database_alone_cannot() {
    let folder = Folder::started();
    let database = folder.data.join("nejtack.sqlite");
    let kept_state = folder.data.parent().unwrap().join("kept.sqlite");
    folder.done(&["backup", kept_state.to_str().unwrap()]); // with what is in the WAL
    let serving = folder.serve();
    let first = beside(&folder, "first", &get(serving.url(), "/log/checkpoint"));
    folder.done(&["groups", "add", "optikerna", "--name", "Optikerna"]);
    let second = beside(&folder, "second", &get(serving.url(), "/log/checkpoint"));
    assert_eq!(serving.terminate().0, Some(0));
    let since = |file: &PathBuf| ["verify", "--since", file.to_str().unwrap()].map(str::to_owned);
    let since = |file: &PathBuf| since(file).to_vec();
    let run = |file: &PathBuf| {
        let arguments = since(file);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        folder.done(&arguments)
    };
    assert!(
        run(&first).contains("All 1 entries of the checkpoint kept outside"),
        "{}",
        run(&first)
    );
    assert!(run(&second).contains("All 2 entries"));
    let refused = |file: &PathBuf| {
        let arguments = since(file);
        folder.refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let other = Folder::started();
    let serving = other.serve();
    let foreign = beside(&folder, "foreign", &get(serving.url(), "/log/checkpoint"));
    assert!(refused(&foreign).contains("of another log"), "{}", refused(&foreign));
    let altered = beside(
        &folder,
        "altered",
        &std::fs::read_to_string(&first).unwrap().replacen("\n1\n", "\n2\n", 1),
    );
    assert!(refused(&altered).contains("it was altered"), "{}", refused(&altered));
    assert!(refused(&beside(&folder, "none", "hej")).contains("no checkpoint"));
    assert!(refused(&folder.data.join("nowhere")).contains("nowhere cannot be read"));
    // put back to an older state: a good ledger, but not all of it
    for rest in ["nejtack.sqlite-wal", "nejtack.sqlite-shm"] {
        let _ = std::fs::remove_file(folder.data.join(rest));
    }
    std::fs::copy(&kept_state, &database).unwrap();
    folder.done(&["verify"]);
    assert!(run(&first).contains("All 1 entries"));
    let told = refused(&second);
    assert!(
        told.contains("older state") && told.contains("of 2 entries, and here are 1"),
        "{told}"
    );
    // and then another history, which takes saying so
    let told = folder.refused(&["groups", "add", "gymmen", "--name", "Gymmen"]);
    assert!(told.contains("--accept-older"), "{told}");
    folder.done(&["restore", "--accept-older"]);
    folder.done(&["verify"]);
    let told = refused(&second);
    assert!(told.contains("the log was rewritten: its first 2 entries"), "{told}");
}

#[test]
fn the_auditors_own_copy_of_the_key_counts() {
    let folder = Folder::started();
    let (serving, other) = (folder.serve(), Folder::started());
    let key = get(serving.url(), "/log/key");
    folder.done(&["verify", "--key", key.trim()]);
    let file = beside(&folder, "log.key", &key);
    folder.done(&["verify", "--key", file.to_str().unwrap()]);
    let foreign = get(other.serve().url(), "/log/key");
    let told = folder.refused(&["verify", "--key", foreign.trim()]);
    assert!(told.contains("checkpoints, size 0: ") && told.contains("another log"), "{told}");
    assert!(folder.refused(&["verify", "--key", "a+b+c"]).contains("verifier key"));
}

#[test]
fn it_needs_the_root_key_and_a_ledger() {
    let (folder, other) = (Folder::started(), Folder::started());
    let (own, foreign) = (folder.data.join("root.key"), other.data.join("root.key"));
    let told = folder.refused(&["verify", "--root-key-file", foreign.to_str().unwrap()]);
    let ids =
        [&folder, &other].map(|folder| folder.json(&["keys", "export"])["root_key_id"].clone());
    assert!(ids.iter().all(|id| told.contains(id.as_str().unwrap())), "{told}");
    assert!(told.contains("--root-key-file"), "{told}");
    std::fs::rename(&own, own.with_extension("away")).unwrap();
    assert!(folder.refused(&["verify"]).contains("no root key"));
    std::fs::rename(own.with_extension("away"), &own).unwrap();
    tamper(
        &folder,
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
    );
    let told = folder.refused(&["verify"]);
    assert!(told.contains("older version") && told.contains("nejtack serve"), "{told}");
    let nothing = folder.data.parent().unwrap().join("nothing");
    let output = nejtack().args(["verify", "--data"]).arg(&nothing).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!nothing.exists());
}

fn on_postgresql(world: &World) -> Command {
    let mut command = nejtack();
    command
        .args(["verify", "--json"])
        .env("NEJTACK_DATABASE_URL", world.place.url.redacted())
        .env("NEJTACK_ROOT_KEY_FILE", world.folder.path().join("root.key"));
    command
}

fn verdict(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn it_judges_postgresql() {
    let world = World::on(Backend::Postgresql);
    let empty = verdict(&on_postgresql(&world).output().unwrap());
    assert_eq!(empty["fits"], true, "{empty}");
    everything_happens(&world);
    let made = world
        .client(&serde_json::json!({"client_id": "annan-tjanst",
        "role": "objection-service", "organisation_number": "559999-0008"}))
        .makes("/v1/objections", &objection("ny", &[], &person()));
    let receipt = world.folder.path().join("receipt");
    std::fs::write(&receipt, made["receipt"].as_str().unwrap()).unwrap();
    let all = verdict(&on_postgresql(&world).arg("--since").arg(&receipt).output().unwrap());
    assert_eq!((&all["fits"], &all["since"]), (&true.into(), &all["entries"]), "{all}");
    let checked = &all["checked"];
    assert!(
        checked["tags"].as_u64() > Some(50) && checked["record_keys"].as_u64() > Some(20),
        "{all}"
    );
    let sql = "ALTER TABLE tags DISABLE TRIGGER ALL; UPDATE tags SET grade = grade + 1 WHERE \
        position = (SELECT max(position) FROM tags)";
    world.place.raw().batch_execute(sql).unwrap();
    let output = on_postgresql(&world).output().unwrap();
    let found = verdict(&output);
    assert_eq!(output.status.code(), Some(1), "{found}");
    assert_eq!(
        (&found["tables"][0], &found["position"]),
        (&"tags".into(), &all["entries"]),
        "{found}"
    );
}
