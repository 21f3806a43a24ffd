//! When an instance is made, and when it must be there already.

use super::{Folder, mode, nejtack, stderr};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Whatever is refused must leave the folder as it was.
fn leaves_all_as_it_was(folder: &Folder, arguments: &[&str]) -> String {
    let before = folder.names();
    let told = folder.refused(arguments);
    let lock = |names: Vec<String>| -> Vec<String> {
        names.into_iter().filter(|name| name != "nejtack.lock").collect()
    };
    assert_eq!(lock(folder.names()), lock(before), "{told}");
    told
}

#[test]
fn the_first_start_makes_database_and_key_for_the_owner_alone_and_the_second_finds_them() {
    let folder = Folder::new();
    let serving = folder.serve();
    assert!(serving.told().contains("made a new root key"), "{}", serving.told());
    assert!(serving.told().contains("nejtack keys export"), "{}", serving.told());
    assert_eq!(mode(&folder.data), 0o700);
    for file in ["nejtack.sqlite", "root.key", "nejtack.sock", "nejtack.lock"] {
        assert_eq!(mode(&folder.file(file)), 0o600, "{file}");
    }
    let (code, told) = serving.terminate();
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(folder.names(), ["log.checkpoint", "nejtack.lock", "nejtack.sqlite", "root.key"]);
    let key = fs::read(folder.file("root.key")).expect("the key");

    let again = folder.serve();
    assert!(!again.told().contains("made a new"), "{}", again.told());
    assert_eq!(fs::read(folder.file("root.key")).expect("the key"), key);
}

#[test]
fn the_first_writing_command_makes_an_instance_and_a_reading_one_never() {
    let folder = Folder::new();
    for arguments in [
        &["groups", "list"][..],
        &["keys", "status"],
        &["keys", "export"],
        &["token", "--client", "crm"],
    ] {
        folder.refused(arguments);
        assert!(!folder.data.exists(), "{arguments:?}");
    }
    folder.done(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
    assert_eq!(mode(&folder.data), 0o700);
    assert_eq!(mode(&folder.file("nejtack.sqlite")), 0o600);
    assert_eq!(folder.json(&["groups", "list"])["groups"][0]["slug"], "tandgruppen");
}

#[test]
fn a_reading_command_leaves_no_trace_in_a_folder_that_is_none_of_ours() {
    let folder = Folder::new();
    fs::create_dir(&folder.data).expect("a folder");
    folder.refused(&["groups", "list"]);
    assert!(folder.names().is_empty());
}

#[test]
fn a_first_start_needs_an_empty_folder() {
    let folder = Folder::new();
    fs::create_dir(&folder.data).expect("a folder");
    fs::write(folder.file("nejtack.sqlite-wal"), "what is left").expect("a file");
    let told = leaves_all_as_it_was(&folder, &["groups", "add", "g2", "--name", "G"]);
    assert!(told.contains("not empty"), "{told}");
}

#[test]
fn a_database_without_its_root_key_is_refused_and_no_new_key_is_made() {
    let folder = Folder::started();
    fs::remove_file(folder.file("root.key")).expect("the key");
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["groups", "list"]] {
        let told = leaves_all_as_it_was(&folder, arguments);
        assert!(told.contains("there is no root key at"), "{told}");
    }
}

#[test]
fn a_root_key_without_its_database_is_refused_and_no_new_database_is_made() {
    let folder = Folder::started();
    fs::remove_file(folder.file("nejtack.sqlite")).expect("the database");
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["groups", "list"]] {
        let told = leaves_all_as_it_was(&folder, arguments);
        assert!(told.contains("moved or lost"), "{told}");
    }
}

#[test]
fn a_first_start_that_was_cut_off_is_finished_by_the_next() {
    let folder = Folder::started();
    fs::remove_file(folder.file("nejtack.sqlite")).expect("the database");
    fs::remove_file(folder.file("log.checkpoint")).expect("the state file");
    fs::write(folder.file("first-start.unfinished"), "").expect("the mark");
    let key = fs::read(folder.file("root.key")).expect("the key");
    folder.done(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
    assert_eq!(fs::read(folder.file("root.key")).expect("the key"), key);
    assert!(!folder.file("first-start.unfinished").exists());
}

#[test]
fn a_root_key_that_is_foreign_cut_or_locked_away_is_told_apart() {
    let (folder, other) = (Folder::started(), Folder::started());
    let key = fs::read_to_string(folder.file("root.key")).expect("the key");

    fs::copy(other.file("root.key"), folder.file("root.key")).expect("a copy");
    let told = folder.refused(&["groups", "list"]);
    assert!(told.contains("needs the root key with the id"), "{told}");

    fs::write(folder.file("root.key"), &key[..40]).expect("written");
    let told = folder.refused(&["groups", "list"]);
    assert!(told.contains("no usable root key"), "{told}");
    assert!(!told.contains(&key[19..40]), "the message tells the key: {told}");

    fs::remove_file(folder.file("root.key")).expect("removed");
    fs::create_dir(folder.file("root.key")).expect("a folder in its place");
    let told = folder.refused(&["groups", "list"]);
    assert!(told.contains("cannot be read"), "{told}");
    fs::remove_dir(folder.file("root.key")).expect("removed");

    fs::write(folder.file("root.key"), &key).expect("written");
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(folder.file("root.key"), open).expect("its mode");
    let output = folder.run(&["groups", "list"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("others than its owner"), "{}", stderr(&output));
}

#[test]
fn the_root_key_may_lie_elsewhere() {
    let folder = Folder::new();
    let elsewhere = folder.outer.path().join("secret.key");
    let elsewhere = elsewhere.to_str().expect("UTF-8");
    let key = ["--root-key-file", elsewhere];
    folder.done(&[&["groups", "add", "tandgruppen", "--name", "T"], &key[..]].concat());
    assert!(!folder.file("root.key").exists());
    assert_eq!(mode(elsewhere.as_ref()), 0o600);
    folder.done(&[&["groups", "list"], &key[..]].concat());
    assert!(folder.refused(&["groups", "list"]).contains("there is no root key at"));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_kept() {
    let folder = Folder::started();
    let text = "Dear diary, ".repeat(1000);
    fs::write(folder.file("nejtack.sqlite"), &text).expect("written");
    leaves_all_as_it_was(&folder, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(fs::read_to_string(folder.file("nejtack.sqlite")).expect("the file"), text);
}

#[test]
fn an_empty_file_is_no_database_either() {
    let folder = Folder::started();
    fs::write(folder.file("nejtack.sqlite"), "").expect("written");
    let told = folder.refused(&["groups", "add", "other", "--name", "Other"]);
    assert!(told.contains("empty") || told.contains("no tables"), "{told}");
}

#[test]
fn a_wrong_database_url_is_told_without_its_password() {
    let folder = Folder::started();
    let key = folder.file("root.key");
    for url in ["mysql://nejtack:hemligt@db.example/nejtack", "hemligt", "sqlite:hemligt"] {
        let output = nejtack()
            .args(["groups", "list", "--database-url", url, "--root-key-file"])
            .arg(&key)
            .output()
            .expect("it runs");
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("postgres"), "{told}");
        assert!(!told.contains("hemligt"), "{told}");
    }
}

#[test]
fn a_postgresql_that_is_not_there_is_told_without_its_password() {
    let folder = Folder::started();
    let output = nejtack()
        .args(["groups", "list", "--root-key-file"])
        .arg(folder.file("root.key"))
        .env("NEJTACK_DATABASE_URL", "postgres://nejtack:hemligt@127.0.0.1:1/nejtack")
        .output()
        .expect("it runs");
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(!told.contains("hemligt"), "{told}");
}

#[test]
fn on_postgresql_somebody_must_say_where_the_root_key_is() {
    let output = nejtack()
        .args(["groups", "list", "--database-url", "postgres://localhost/nejtack"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("--root-key-file"), "{}", stderr(&output));
}
