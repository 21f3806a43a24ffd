//! The rollback guard: a database that was put back to an older state is noticed,
//! by what is kept outside it, and is gone on with only on the record.

use super::{Folder, Serving, nejtack, stderr};
use crate::store::support::{Place, cells};
use nejtack::store::{Backend, DatabaseUrl, Store, entries};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

/// An instance whose newest checkpoint is kept on another disk, so to speak.
struct Guarded {
    folder: Folder,
    state: PathBuf,
}

impl Guarded {
    fn started() -> Self {
        let folder = Folder::new();
        let state = folder.outer.path().join("state");
        fs::create_dir(&state).expect("a folder");
        let guarded = Self { folder, state };
        guarded.add("tandgruppen");
        guarded
    }

    fn with_state<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--state", self.state.to_str().expect("UTF-8")]].concat()
    }

    fn done(&self, arguments: &[&str]) -> String {
        self.folder.done(&self.with_state(arguments))
    }

    fn refused(&self, arguments: &[&str]) -> String {
        self.folder.refused(&self.with_state(arguments))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        self.folder.json(&self.with_state(arguments))
    }

    /// One more entry.
    fn add(&self, slug: &str) {
        self.done(&["groups", "add", slug, "--name", slug]);
    }

    fn file(&self) -> PathBuf {
        self.state.join("log.checkpoint")
    }

    /// The size that is kept.
    fn kept(&self) -> i64 {
        size(&fs::read_to_string(self.file()).expect("the state file"))
    }

    /// Puts the data folder as it is aside, to be put back later.
    fn snapshot(&self) -> PathBuf {
        let aside = self.folder.outer.path().join("snapshot");
        fs::create_dir(&aside).expect("a folder");
        copy_all(&self.folder.data, &aside);
        aside
    }

    fn put_back(&self, snapshot: &Path) {
        fs::remove_dir_all(&self.folder.data).expect("it goes");
        fs::create_dir(&self.folder.data).expect("a folder");
        copy_all(snapshot, &self.folder.data);
    }

    fn serve(&self) -> Serving {
        let mut command = nejtack();
        command.arg("serve").arg("--data").arg(&self.folder.data).arg("--state").arg(&self.state);
        Serving::start(&mut command)
    }

    /// The newest entry.
    fn newest_entry(&self) -> Value {
        newest_entry(&DatabaseUrl::sqlite_file(&self.folder.file("nejtack.sqlite")))
    }
}

fn newest_entry(url: &DatabaseUrl) -> Value {
    let store = Store::open(url, false).expect("it opens");
    let all = store.read(|conn| entries::list(conn, 0, 10_000)).expect("entries");
    serde_json::from_str(&all.last().expect("an entry").body).expect("JSON")
}

fn size(checkpoint: &str) -> i64 {
    checkpoint.lines().nth(1).and_then(|line| line.parse().ok()).expect("a size")
}

fn root(checkpoint: &str) -> &str {
    checkpoint.lines().nth(2).expect("a root")
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

#[test]
fn an_older_folder_is_refused_and_accepted_on_the_record_alone() {
    let guarded = Guarded::started();
    let snapshot = guarded.snapshot();
    for slug in ["aa", "bb", "cc"] {
        guarded.add(slug);
    }
    let lost = fs::read_to_string(guarded.file()).expect("the state");
    guarded.put_back(&snapshot);

    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["groups", "list"]] {
        let told = guarded.refused(arguments);
        assert!(told.contains("holds 1 entries") && told.contains("has held 4"), "{told}");
        assert!(told.contains("restore --accept-older"), "{told}");
    }
    assert_eq!(fs::read_to_string(guarded.file()).expect("the state"), lost);

    let accepted = guarded.json(&["restore", "--accept-older"]);
    assert_eq!(accepted["accepted"]["abandoned_size"], 4);
    assert_eq!(accepted["accepted"]["kept_size"], 1);
    assert_eq!(accepted["read_changes_after"], 1);
    let entry = guarded.newest_entry();
    assert_eq!(entry["kind"], "log.rolled_back");
    assert_eq!(entry["position"], accepted["accepted"]["position"]);
    assert_eq!((&entry["client"], &entry["actor"]), (&json!("operator"), &json!("elin")));
    assert_eq!(entry["abandoned"], json!({"size": 4, "root": root(&lost)}));
    assert_eq!(entry["kept"]["size"], 1);
    assert_eq!(guarded.kept(), 2);
    let aside: Vec<_> = fs::read_dir(&guarded.state)
        .expect("the state folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| *path != guarded.file())
        .collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(fs::read_to_string(&aside[0]).expect("evidence"), lost);

    // It goes on, and past the old size it is still another log.
    for slug in ["aa", "bb", "cc", "dd"] {
        guarded.add(slug);
    }
    fs::write(guarded.file(), &lost).expect("written");
    let told = guarded.refused(&["groups", "list"]);
    assert!(told.contains("first 4 are not those"), "{told}");
    guarded.json(&["restore", "--accept-older"]);
    guarded.done(&["groups", "list"]);
    // Whole in itself, and proved another one by whoever kept a checkpoint.
    guarded.done(&["verify"]);
    let told = guarded.folder.run(&["verify", "--since", aside[0].to_str().expect("UTF-8")]);
    assert_eq!(told.status.code(), Some(1), "{}", stderr(&told));
    let told = guarded.refused(&["restore", "--accept-older"]);
    assert!(told.contains("nothing to accept"), "{told}");
}

#[test]
fn an_older_copy_is_restored_on_the_record_alone() {
    let guarded = Guarded::started();
    let copy = guarded.folder.outer.path().join("copy");
    let copy = copy.to_str().expect("UTF-8");
    guarded.done(&["backup", copy]);
    guarded.add("aa");
    guarded.add("bb");
    let before = guarded.folder.names();
    let told = guarded.refused(&["restore", copy, "--replace"]);
    assert!(told.contains("holds 1 entries") && told.contains("has held 3"), "{told}");
    assert!(told.contains("--accept-older"), "{told}");
    assert_eq!(guarded.folder.names(), before);
    assert_eq!(guarded.json(&["groups", "list"])["groups"].as_array().map(Vec::len), Some(3));

    let told = guarded.done(&["restore", copy, "--replace", "--accept-older"]);
    assert!(told.contains("send it again") && told.contains("Entry 2"), "{told}");
    assert!(told.contains("read anew") && told.contains("after=1"), "{told}");
    assert_eq!(guarded.newest_entry()["kind"], "log.rolled_back");
    assert_eq!(guarded.newest_entry()["abandoned"]["size"], 3);
    assert_eq!(guarded.json(&["groups", "list"])["groups"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_data_folder_itself_notices_a_database_that_was_put_back() {
    let folder = Folder::started();
    let copy = folder.outer.path().join("copy");
    folder.done(&["backup", copy.to_str().expect("UTF-8")]);
    folder.done(&["groups", "add", "aa", "--name", "AA"]);
    fs::copy(&copy, folder.file("nejtack.sqlite")).expect("copied");
    let told = folder.refused(&["groups", "list"]);
    assert!(told.contains("has held 2"), "{told}");
}

#[test]
fn what_the_state_folder_holds_is_told_apart() {
    let guarded = Guarded::started();
    let good = fs::read_to_string(guarded.file()).expect("the state");
    let stranger = Folder::started();
    let foreign = fs::read_to_string(stranger.file("log.checkpoint")).expect("another's");
    let origin = foreign.lines().next().expect("a name").to_owned();
    let altered = good.replacen("\n1\n", "\n7\n", 1);
    assert_ne!(altered, good);
    for (text, why) in [
        (foreign.as_str(), "of another log"),
        (&altered, "cannot be relied on"),
        ("", "cannot be relied on"),
        (&good[..good.len() / 2], "cannot be relied on"),
    ] {
        fs::write(guarded.file(), text).expect("written");
        let told = guarded.refused(&["groups", "list"]);
        assert!(told.contains(why), "{told}");
        assert_eq!(fs::read_to_string(guarded.file()).expect("the state"), text);
        guarded.refused(&["restore", "--accept-older"]);
    }
    fs::write(guarded.file(), &foreign).expect("written");
    assert!(guarded.refused(&["groups", "list"]).contains(&origin));
    // Moved away, as the message says.
    fs::remove_file(guarded.file()).expect("it goes");
    guarded.done(&["groups", "list"]);
    assert_eq!(fs::read_to_string(guarded.file()).expect("the state"), good);

    fs::rename(&guarded.state, guarded.folder.outer.path().join("away")).expect("moved");
    assert!(guarded.refused(&["groups", "list"]).contains("state folder"));
}

#[test]
fn no_new_blocklist_takes_the_place_of_one_that_is_known() {
    let guarded = Guarded::started();
    fs::remove_dir_all(&guarded.folder.data).expect("it goes");
    let told = guarded.refused(&["groups", "add", "aa", "--name", "AA"]);
    assert!(told.contains("moved or lost"), "{told}");
    let mut left = guarded.folder.names();
    left.retain(|name| name != "nejtack.lock");
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn the_state_follows_and_is_never_ahead_of_what_a_kill_leaves() {
    let guarded = Guarded::started();
    let number = ["--organisation-number", "559999-0008"];
    let service = ["clients", "add", "sparrtjanst", "--role", "objection-service"];
    guarded.done(&[&service[..], &number[..]].concat());
    for round in 0..4 {
        let serving = guarded.serve();
        let token = guarded.folder.json(&["token", "--client", "sparrtjanst"]);
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let url = format!("{}/v1/objections", serving.url());
        let before = guarded.kept();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let (token, url) = (&token, &url);
                scope.spawn(move || {
                    let client = crate::support::http().build().expect("a client");
                    for number in 0.. {
                        let who = format!("k-{round}-{thread}-{number}");
                        let person = json!({"emails": [format!("{who}@exempel.example")]});
                        let body = crate::support::objection(&who, &[], &person);
                        let sent = client.post(url).bearer_auth(token).json(&body).send();
                        if !sent.is_ok_and(|answer| answer.status() == 201) {
                            break;
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(900));
            serving.kill();
        });
        assert!(guarded.kept() > before, "the state did not follow");
    }
    // A file that were ahead would stop this, and every start above.
    let serving = guarded.serve();
    let newest = reqwest::blocking::get(format!("{}/log/checkpoint", serving.url()));
    let newest = newest.expect("an answer").text().expect("a text");
    assert_eq!(serving.terminate().0, Some(0));
    assert_eq!(fs::read_to_string(guarded.file()).expect("the state"), newest);
}

/// Commands on PostgreSQL, with a root key and a state folder.
struct Postgresql {
    place: Place,
    folder: tempfile::TempDir,
}

impl Postgresql {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = nejtack();
        command.args(arguments).env("NEJTACK_DATABASE_URL", self.place.url.redacted());
        command.env("NEJTACK_ROOT_KEY_FILE", self.folder.path().join("root.key"));
        command.env("NEJTACK_STATE", self.folder.path().join("state"));
        command.current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    fn done(&self, arguments: &[&str]) {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn on_postgresql_the_state_folder_notices_an_older_database_too() {
    let mut database =
        Postgresql { place: Place::new(Backend::Postgresql), folder: tempfile::tempdir().unwrap() };
    fs::create_dir(database.folder.path().join("state")).expect("a folder");
    database.done(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
    let older = Place::like(&database.place);
    database.done(&["groups", "add", "aa", "--name", "AA"]);
    database.done(&["groups", "list"]);
    database.place = older;
    let output = database.run(&["groups", "list"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("has held 2"), "{}", stderr(&output));
    database.done(&["restore", "--accept-older"]);
    database.done(&["groups", "list"]);
    assert_eq!(newest_entry(&database.place.url)["kind"], "log.rolled_back");
    let held =
        cells(&mut database.place.raw(), "SELECT kind AS cell FROM entries ORDER BY position");
    assert_eq!(held, ["group.registered", "log.rolled_back"]);
}

#[test]
fn on_postgresql_its_own_tools_make_the_copies() {
    let database =
        Postgresql { place: Place::new(Backend::Postgresql), folder: tempfile::tempdir().unwrap() };
    for (arguments, tool) in [(["backup", "copy"], "pg_dump"), (["restore", "copy"], "pg_restore")]
    {
        let output = database.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(tool), "{}", stderr(&output));
    }
    assert_eq!(fs::read_dir(database.folder.path()).expect("the folder").count(), 0);
}
