//! `nejtack receipt check`: what whoever was given a receipt does with it.

use super::{nejtack, stderr};
use crate::shutdown::Instance;
use crate::support::{Answer, objection, person};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Output;

/// A folder with `receipt`, `key` and `posted` in it, as a service would keep them.
fn kept() -> (tempfile::TempDir, Instance) {
    let instance = Instance::started();
    let served = instance.serve();
    let folder = tempfile::tempdir().unwrap();
    let body = objection("spt-1", &[], &person());
    let http = crate::support::http().build().expect("a client");
    let token = instance.token("sparrtjanst");
    let post = http.post(format!("{}/v1/objections", served.url())).bearer_auth(token).json(&body);
    let made = Answer::of(post);
    assert_eq!(made.status, 201, "{made}");
    let key = Answer::of(http.get(format!("{}/log/key", served.url()))).text;
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("receipt", made.body["receipt"].as_str().unwrap());
    write("key", &key);
    write("posted", &serde_json::to_string_pretty(&body).unwrap());
    let mut other = body;
    other["person"]["emails"] = json!(["bo.lind@exempel.example"]);
    write("other", &other.to_string());
    (folder, instance)
}

fn check(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = nejtack();
    command.current_dir(folder).args(["receipt", "check"]).args(arguments);
    command.output().expect("it runs")
}

fn is_refused(output: &Output, with: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", stderr(output));
    assert!(stderr(output).contains(with), "{}", stderr(output));
    assert!(output.stdout.is_empty(), "what is refused tells nothing");
}

#[test]
fn a_receipt_is_checked_with_nothing_but_the_key() {
    let (folder, _instance) = kept();
    let good = check(folder.path(), &["receipt", "--key", "key", "--posted", "posted"]);
    let told = String::from_utf8_lossy(&good.stdout);
    assert_eq!(good.status.code(), Some(0), "{}", stderr(&good));
    assert!(told.contains("objection.recorded") && told.contains("sparrtjanst"), "{told}");
    let key = std::fs::read_to_string(folder.path().join("key")).unwrap();
    let good = check(folder.path(), &["receipt", "--key", key.trim(), "--json"]);
    let told: Value = serde_json::from_slice(&good.stdout).expect("JSON");
    assert_eq!(told["entry"]["kind"], "objection.recorded", "{told}");
    let other = check(folder.path(), &["receipt", "--key", "key", "--posted", "other"]);
    is_refused(&other, "not what was posted");
}

#[test]
fn what_is_wrong_with_a_receipt_is_told() {
    let (folder, _instance) = kept();
    let path = folder.path().join("receipt");
    let good = std::fs::read_to_string(&path).unwrap();
    is_refused(&check(folder.path(), &["posted", "--key", "key"]), "no receipt");
    is_refused(&check(folder.path(), &["nowhere", "--key", "key"]), "cannot be read");
    is_refused(&check(folder.path(), &["receipt", "--key", "receipt"]), "no verifier key");
    let root = good.lines().rev().nth(2).unwrap();
    std::fs::write(&path, good.replace(root, &root.to_uppercase())).unwrap();
    let altered = check(folder.path(), &["receipt", "--key", "key"]);
    is_refused(&altered, "checkpoint does not count");
    // the key of a log that another instance keeps
    let (elsewhere, _other) = kept();
    std::fs::write(&path, &good).unwrap();
    let other = elsewhere.path().join("key");
    is_refused(
        &check(folder.path(), &["receipt", "--key", other.to_str().unwrap()]),
        "another log",
    );
}
