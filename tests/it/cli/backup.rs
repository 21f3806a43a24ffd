//! Copies: made while the database is in use, judged before they are taken back.

use super::{Folder, Serving, mode, nejtack};
use crate::support::{Answer, objection};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A folder with a clinic, an objection service and a CRM.
fn clinic() -> Folder {
    let folder = Folder::started();
    folder.done(&["controllers", "add", "tandgruppen-malmo", "--name", "Tandgruppen Malmö"]);
    let service = ["clients", "add", "sparrtjanst", "--role", "objection-service"];
    folder.done(&[&service[..], &["--organisation-number", "559999-0008"]].concat());
    let crm = ["clients", "add", "crm", "--role", "marketing-tool"];
    folder.done(&[&crm[..], &["--controller", "tandgruppen-malmo"]].concat());
    folder
}

fn token(folder: &Folder, client: &str) -> String {
    let token = folder.json(&["token", "--client", client]);
    token["access_token"].as_str().expect("a token").to_owned()
}

fn email(who: &str) -> Value {
    json!({"emails": [format!("{who}@exempel.example")]})
}

/// Records many objections, many at once.
fn fill(folder: &Folder, serving: &Serving, name: &str, count: usize) {
    let all: Vec<_> = (0..count)
        .map(|number| format!("{name}-{number}"))
        .map(|who| objection(&who, &[], &email(&who)))
        .collect();
    let client = crate::support::http().timeout(Duration::from_secs(120)).build();
    let request = client.expect("a client").post(format!("{}/v1/objections/batch", serving.url()));
    let answer = Answer::of(request.bearer_auth(token(folder, "sparrtjanst")).json(&all));
    assert_eq!(answer.status, 200, "{answer}");
}

/// Those of these who are not blocked.
fn not_blocked(folder: &Folder, serving: &Serving, who: &[String]) -> Vec<String> {
    let (client, token) = (crate::support::http().build().expect("a client"), token(folder, "crm"));
    let mut missing = Vec::new();
    for some in who.chunks(5_000) {
        let persons: Vec<_> = some.iter().map(|who| email(who)).collect();
        let body =
            json!({"controller": "tandgruppen-malmo", "channels": ["sms"], "persons": persons});
        let request = client.post(format!("{}/v1/lookups/batch", serving.url()));
        let found = Answer::of(request.bearer_auth(&token).json(&body));
        let results = found.body["results"].as_array().expect("results").clone();
        assert_eq!(results.len(), some.len());
        let open = results.iter().zip(some).filter(|(one, _)| one["decisions"]["sms"] != "blocked");
        missing.extend(open.map(|(_, who)| who.clone()));
    }
    missing
}

/// A path as an argument.
fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A new folder with the root key of another, into which nothing was restored.
fn with_key_of(folder: &Folder) -> Folder {
    let other = Folder::new();
    fs::create_dir(&other.data).expect("a folder");
    fs::copy(folder.file("root.key"), other.file("root.key")).expect("the key");
    other
}

/// Says what was not tried, past the harness, which keeps to itself what a test
/// that passes says.
fn aloud(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// `nejtack verify` of a folder and a checkpoint that was kept, which must be good.
fn verified(folder: &Folder, since: &Path) {
    folder.done(&["verify", "--since", text(since)]);
}

/// What lies beside a copy that is not it.
fn beside(folder: &Folder) -> Vec<String> {
    let names = fs::read_dir(folder.outer.path()).expect("the folder");
    let mut names: Vec<_> = names
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .filter(|name| name != "data")
        .collect();
    names.sort();
    names
}

#[test]
fn a_copy_made_under_load_holds_all_that_was_acknowledged_before_it() {
    let folder = clinic();
    let serving = folder.serve();
    let early = folder.outer.path().join("early.checkpoint");
    let checkpoint = reqwest::blocking::get(format!("{}/log/checkpoint", serving.url()));
    fs::write(&early, checkpoint.expect("an answer").bytes().expect("a body")).expect("written");

    let (acknowledged, over) = (Mutex::new(Vec::<String>::new()), AtomicBool::new(false));
    let (token, url) = (token(&folder, "sparrtjanst"), serving.url().to_owned());
    let (to, later) = (folder.outer.path().join("copy"), folder.outer.path().join("later"));
    let mut before = Vec::new();
    let mut told = Value::Null;
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (token, url, over, acknowledged) = (&token, &url, &over, &acknowledged);
            scope.spawn(move || {
                let client = crate::support::http().build().expect("a client");
                for number in 0.. {
                    let who = format!("k-{thread}-{number}");
                    let request = client.post(format!("{url}/v1/objections"));
                    let body = objection(&who, &[], &email(&who));
                    let answer = Answer::of(request.bearer_auth(token).json(&body));
                    assert_eq!(answer.status, 201, "{answer}");
                    acknowledged.lock().expect("a lock").push(who);
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        let begun = Instant::now();
        while acknowledged.lock().expect("a lock").len() < 200 {
            assert!(begun.elapsed() < Duration::from_secs(60), "nothing is recorded");
            std::thread::sleep(Duration::from_millis(10));
        }
        before = acknowledged.lock().expect("a lock").clone();
        told = folder.json(&["backup", text(&to)]);
        folder.done(&["backup", text(&later)]);
        over.store(true, Ordering::Relaxed);
    });
    let all = acknowledged.into_inner().expect("a lock");
    assert!(all.len() > before.len(), "nobody wrote while the copy was made");
    assert!(told["size"].as_u64() >= Some(before.len() as u64), "{told}");
    assert_eq!(told["root_key_id"], folder.json(&["keys", "status"])["root_key"]);
    for file in [&to, &folder.outer.path().join("copy.checkpoint")] {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    let kept = fs::read_to_string(folder.outer.path().join("copy.checkpoint")).expect("kept");
    assert_eq!(told["checkpoint"], kept);
    assert_eq!(kept.lines().nth(1), Some(told["size"].to_string().as_str()));
    let names = ["copy", "copy.checkpoint", "early.checkpoint", "later", "later.checkpoint"];
    assert_eq!(beside(&folder), names);
    assert_eq!(serving.terminate().0, Some(0));

    // With the checkpoint from before as what is known of the log.
    let other = with_key_of(&folder);
    let state = other.outer.path().join("state");
    fs::create_dir(&state).expect("a folder");
    fs::copy(&early, state.join("log.checkpoint")).expect("copied");
    let restored = other.json(&["restore", text(&to), "--state", text(&state)]);
    assert_eq!(restored["size"], told["size"]);
    assert_eq!(restored["rolled_back"], Value::Null);
    let known = fs::read_to_string(state.join("log.checkpoint")).expect("the state");
    assert_eq!(known, kept, "the state moved on to what was restored");
    verified(&other, &early);
    verified(&other, &folder.outer.path().join("copy.checkpoint"));
    assert_eq!(mode(&other.file("nejtack.sqlite")), 0o600);
    let serving = other.serve();
    assert_eq!(not_blocked(&other, &serving, &before), Vec::<String>::new());
    // It goes on, and what is sent again is taken.
    fill(&other, &serving, "ny", 3);
}

#[test]
fn a_copy_is_made_where_nobody_serves_and_after_a_kill() {
    let folder = clinic();
    let serving = folder.serve();
    fill(&folder, &serving, "k", 20);
    serving.kill();
    let to = folder.outer.path().join("copy");
    let told = folder.done(&["backup", text(&to)]);
    assert!(told.contains("24 entries"), "{told}");
    for part in ["root key", "sealed", "copy.checkpoint", "nejtack.invalid/"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let serving = folder.serve();
    assert_eq!(not_blocked(&folder, &serving, &["k-19".to_owned()]), Vec::<String>::new());
}

#[test]
fn nothing_is_copied_over_and_nothing_half_is_left() {
    let folder = Folder::started();
    let at = |name: &str| folder.outer.path().join(name);
    fs::write(at("taken"), "mine").expect("written");
    fs::write(at("other.checkpoint"), "mine").expect("written");
    fs::create_dir(at("folder")).expect("a folder");
    let before = beside(&folder);
    for (to, why) in [
        ("taken", "there already"),
        ("other", "other.checkpoint is there already"),
        ("folder", "is a folder"),
        ("nowhere/copy", "its folder is not there"),
        ("taken/copy", "cannot be"),
    ] {
        let told = folder.refused(&["backup", text(&at(to))]);
        assert!(told.contains(why), "{told}");
        assert_eq!(beside(&folder), before, "{to}");
    }
    assert_eq!(fs::read_to_string(at("taken")).expect("it"), "mine");
    let nowhere = Folder::new();
    nowhere.refused(&["backup", text(&at("copy"))]);
    assert!(!nowhere.data.exists());
    // A link is somebody's too.
    std::os::unix::fs::symlink(at("nothing"), at("link")).expect("a link");
    let told = folder.refused(&["backup", text(&at("link"))]);
    assert!(told.contains("there already"), "{told}");
}

#[test]
fn a_copy_that_is_killed_never_has_the_name_and_the_next_one_clears_up() {
    let folder = clinic();
    let serving = folder.serve();
    fill(&folder, &serving, "k", 3_000);
    let to = folder.outer.path().join("copy");
    let partial = folder.outer.path().join("copy.partial");
    let mut cut_off = 0;
    for wait in 0..40_u64 {
        let mut command = nejtack();
        command.arg("backup").arg(&to).arg("--data").arg(&folder.data);
        let mut process =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        while !partial.exists() && process.try_wait().expect("a status").is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_millis(wait * 2));
        process.kill().expect("it can be killed");
        process.wait().expect("it ends");
        if to.exists() {
            // It was done before the signal came: then it is whole.
            let other = with_key_of(&folder);
            other.done(&["restore", text(&to)]);
            break;
        }
        cut_off += usize::from(partial.exists());
    }
    assert!(cut_off > 0, "no copy was cut off");
    let again = folder.outer.path().join("again");
    folder.done(&["backup", text(&again)]);
    for name in ["copy", "copy.checkpoint"] {
        let _ = fs::remove_file(folder.outer.path().join(name));
    }
    folder.done(&["backup", text(&to)]);
    assert_eq!(beside(&folder), ["again", "again.checkpoint", "copy", "copy.checkpoint"]);
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let folder = clinic();
    let serving = folder.serve();
    fill(&folder, &serving, "k", 500);
    let small = folder.outer.path().join("small");
    fs::create_dir(&small).expect("a folder");
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=128k", "tmpfs"])
        .arg(&small)
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        aloud("NOT TRIED: a full disk takes the right to mount a small one");
        return;
    }
    let told = folder.refused(&["backup", text(&small.join("copy"))]);
    let left = fs::read_dir(&small).expect("the folder").count();
    let unmounted = Command::new("umount").arg(&small).status().expect("umount runs");
    assert!(unmounted.success());
    assert!(told.contains("disk is full"), "{told}");
    assert_eq!(left, 0);
}

#[test]
fn a_copy_needs_its_own_root_key() {
    let folder = Folder::started();
    let to = folder.outer.path().join("copy");
    let needed = folder.json(&["backup", text(&to)])["root_key_id"].clone();
    let needed = needed.as_str().expect("an id").to_owned();

    let bare = Folder::new();
    let told = bare.refused(&["restore", text(&to)]);
    assert!(told.contains(&needed) && told.contains("--root-key-file"), "{told}");
    assert!(!bare.data.exists());

    let stranger = Folder::started();
    let key = stranger.file("root.key");
    let given = stranger.json(&["keys", "status"])["root_key"].clone();
    let told = bare.refused(&["restore", text(&to), "--root-key-file", text(&key)]);
    assert!(told.contains(&needed) && told.contains(given.as_str().expect("an id")), "{told}");
    assert!(!bare.data.exists());

    let key = folder.file("root.key");
    bare.done(&["restore", text(&to), "--root-key-file", text(&key)]);
    let list = bare.json(&["groups", "list", "--root-key-file", text(&key)]);
    assert_eq!(list["groups"][0]["slug"], "tandgruppen");
}

#[test]
fn a_database_in_the_way_is_moved_aside_whole_and_only_when_asked() {
    let folder = Folder::started();
    let to = folder.outer.path().join("copy");
    folder.done(&["backup", text(&to)]);
    // Of the same instance, and so in need of the same key: its copy, gone on.
    let other = with_key_of(&folder);
    other.done(&["restore", text(&to)]);
    other.done(&["groups", "add", "annan", "--name", "Annan"]);
    let newer = other.outer.path().join("newer");
    other.done(&["backup", text(&newer)]);

    let (names, bytes) = (folder.names(), fs::read(folder.file("nejtack.sqlite")).expect("it"));
    let told = folder.refused(&["restore", text(&newer)]);
    assert!(told.contains("--replace"), "{told}");
    assert_eq!(folder.names(), names);

    let serving = folder.serve();
    let told = folder.refused(&["restore", text(&newer), "--replace"]);
    assert!(told.contains("stop it first"), "{told}");
    assert!(told.contains(&serving.process.id().to_string()), "{told}");
    assert_eq!(serving.terminate().0, Some(0));
    let told = folder.refused(&["restore", text(&folder.file("nejtack.sqlite")), "--replace"]);
    assert!(told.contains("the database itself"), "{told}");

    let restored = folder.json(&["restore", text(&newer), "--replace"]);
    let aside = PathBuf::from(restored["replaced"].as_str().expect("a folder"));
    assert_eq!(mode(&aside), 0o700);
    assert_eq!(fs::read(aside.join("nejtack.sqlite")).expect("it"), bytes);
    assert_eq!(folder.json(&["groups", "list"])["groups"][0]["slug"], "annan");
}

#[test]
fn what_is_no_sound_copy_is_refused_and_changes_nothing() {
    let folder = clinic();
    let serving = folder.serve();
    fill(&folder, &serving, "k", 200);
    assert_eq!(serving.terminate().0, Some(0));
    let at = |name: &str| folder.outer.path().join(name);
    folder.done(&["backup", text(&at("copy"))]);
    let good = fs::read(at("copy")).expect("the copy");

    let mut holed = good.clone();
    let middle = holed.len() / 4096 / 2 * 4096;
    holed[middle..middle + 4096].fill(0x5a);
    fs::write(at("holed"), &holed).expect("written");
    fs::write(at("cut"), &good[..good.len() / 2]).expect("written");
    fs::write(at("diary"), "Dear diary, ".repeat(1_000)).expect("written");
    fs::write(at("empty"), "").expect("written");
    fs::write(at("live"), &good).expect("written");
    fs::write(at("live-wal"), "frames").expect("written");
    // Whole as a file, but its last entries are not what its log signed.
    fs::write(at("forged"), &good).expect("written");
    let forge = "DROP TRIGGER checkpoints_delete; DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)";
    edit(&at("forged"), forge);
    fs::write(at("resigned"), &good).expect("written");
    let resign = "DROP TRIGGER leaves_update; UPDATE leaves SET hashes = zeroblob(length(hashes)) WHERE position = (SELECT max(position) FROM leaves)";
    edit(&at("resigned"), resign);

    let other = with_key_of(&folder);
    for name in ["holed", "cut", "diary", "empty", "live", "forged", "resigned", "nothing"] {
        let told = other.refused(&["restore", text(&at(name))]);
        assert!(told.contains(name), "{told}");
        let mut left = other.names();
        left.retain(|file| file != "nejtack.lock");
        assert_eq!(left, ["root.key"], "{name}: {told}");
    }
    other.done(&["restore", text(&at("copy"))]);
}

/// Changes a database past the program.
fn edit(file: &Path, statements: &str) {
    use diesel::Connection as _;
    use diesel::connection::SimpleConnection as _;
    let mut conn = diesel::SqliteConnection::establish(text(file)).expect("it opens");
    conn.batch_execute(statements).expect("it is done");
}
