//! `nejtack screen`, by the real binary, beside a serving process and without.

use super::{THREE, sha256};
use crate::cli::{Folder, nejtack};
use serde_json::Value;
use std::io::Write;
use std::process::{Output, Stdio};

/// An instance with a controller that has an objection.
fn instance() -> Folder {
    let folder = Folder::started();
    folder.done(&["controllers", "add", "tandgruppen-goteborg", "--name", "Tandgruppen Göteborg"]);
    let added = [
        "clients",
        "add",
        "sparrtjanst",
        "--role",
        "objection-service",
        "--organisation-number",
        "559999-0008",
    ];
    folder.done(&added);
    let serving = folder.serve();
    let token = folder.done(&["token", "--client", "sparrtjanst"]);
    let body = crate::support::objection("spt-1", &[], &crate::support::person());
    let request = crate::support::http()
        .build()
        .expect("a client")
        .post(format!("{}/v1/objections", serving.url()));
    let answer = request.bearer_auth(token.trim()).json(&body).send().expect("an answer");
    assert_eq!(answer.status(), 201);
    assert_eq!(serving.terminate().0, Some(0));
    folder
}

const HOW: [&str; 4] = ["--controller", "tandgruppen-goteborg", "--channel", "email"];

/// Runs the command in a folder of files, with this on its standard input.
fn screen(
    folder: &Folder,
    files: &std::path::Path,
    arguments: &[&str],
    input: Option<&str>,
) -> Output {
    let mut command = nejtack();
    command.arg("screen").args(arguments).arg("--data").arg(&folder.data).current_dir(files);
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().expect("it starts");
    if let (Some(input), Some(mut stdin)) = (input, process.stdin.take()) {
        stdin.write_all(input.as_bytes()).expect("it reads");
    }
    process.wait_with_output().expect("it ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The rows that must come back; an e-mail address without a domain is unreadable.
fn back() -> String {
    super::THREE_BACK.to_owned()
}

#[test]
fn a_file_is_screened_beside_a_serving_process_and_without_one() {
    let folder = instance();
    let files = tempfile::tempdir().expect("a folder");
    std::fs::write(files.path().join("kampanj.csv"), THREE).expect("written");
    let serving = folder.serve();
    let beside = screen(&folder, files.path(), &[&["kampanj.csv"], &HOW[..]].concat(), None);
    assert_eq!(
        (beside.status.code(), text(&beside.stdout)),
        (Some(0), back()),
        "{}",
        text(&beside.stderr)
    );
    let told = text(&beside.stderr);
    assert!(told.contains("3 rows: 1 clear, 1 blocked, 1 undecidable"), "{told}");
    assert!(told.contains("certificate 0"), "{told}");
    assert_eq!(serving.terminate().0, Some(0));

    let alone = screen(&folder, files.path(), &[&["-"], &HOW[..]].concat(), Some(THREE));
    assert_eq!(
        (alone.status.code(), text(&alone.stdout)),
        (Some(0), back()),
        "{}",
        text(&alone.stderr)
    );

    let into = [&["kampanj.csv", "-o", "svar.csv", "--json", "--keep", "clear"], &HOW[..]].concat();
    let with_file = screen(&folder, files.path(), &into, None);
    assert_eq!(with_file.status.code(), Some(0), "{}", text(&with_file.stderr));
    let certificate: Value = serde_json::from_slice(&with_file.stdout).expect("JSON");
    let rows = std::fs::read(files.path().join("svar.csv")).expect("it is there");
    assert_eq!(certificate["sent"]["sha256"], sha256(&rows));
    assert_eq!(certificate["received"]["sha256"], sha256(THREE.as_bytes()));
    assert_eq!(
        (&certificate["client"], &certificate["actor"]),
        (&"operator".into(), &"elin".into())
    );
    assert_eq!((certificate["rows"].as_i64(), certificate["kept"].as_i64()), (Some(3), Some(1)));
    assert_eq!(text(&rows).lines().count(), 2);
    // what the ledger has of all this is proven
    folder.done(&["verify"]);
    let names: Vec<_> = std::fs::read_dir(files.path())
        .expect("files")
        .flatten()
        .map(|file| file.file_name())
        .collect();
    assert_eq!(names.len(), 2, "nothing is left beside: {names:?}");
}

#[test]
fn what_cannot_be_screened_leaves_no_file_and_says_why() {
    let folder = instance();
    let files = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &[u8]| {
        std::fs::write(files.path().join(name), content).expect("written");
    };
    write("trasig.csv", b"email,text\na@exempel.example,ja\nb@exempel.example,\"nej\n");
    write("kampanj.csv", THREE.as_bytes());
    write("bok.xlsx", b"PK\x03\x04");
    write("bok", b"PK\x03\x04\x14");
    write("finns.csv", b"kvar");
    let refused = |arguments: &[&str], told: &str| {
        let output = screen(&folder, files.path(), &[arguments, &HOW[..]].concat(), None);
        let said = text(&output.stderr);
        assert_eq!(
            (output.status.code(), text(&output.stdout)),
            (Some(1), String::new()),
            "{said}"
        );
        assert!(said.starts_with("nejtack: ") && said.contains(told), "{said}");
    };
    refused(&["trasig.csv", "-o", "svar.csv"], "Line 3: ");
    refused(&["bok.xlsx", "-o", "svar.csv"], "as CSV");
    refused(&["bok", "-o", "svar.csv"], "as CSV");
    refused(&["ingen.csv"], "ingen.csv cannot be read");
    refused(&["kampanj.csv", "-o", "kampanj.csv"], "the file to be screened");
    refused(&["kampanj.csv", "-o", "./kampanj.csv"], "the file to be screened");
    refused(&["kampanj.csv", "-o", "finns.csv"], "is there already");
    refused(&["kampanj.csv", "--columns", "skonummer:E-post"], "columns");
    refused(&["kampanj.csv", "--changed-since", "4711"], "position");
    assert_eq!(std::fs::read(files.path().join("kampanj.csv")).expect("it"), THREE.as_bytes());
    assert_eq!(std::fs::read(files.path().join("finns.csv")).expect("it"), b"kvar");
    assert!(!files.path().join("svar.csv").exists());
    assert!(!files.path().join("svar.csv.partial").exists());
    // an instance that is not there is not made: nobody would have objected
    let nowhere = files.path().join("nowhere");
    let mut command = nejtack();
    command.args(["screen", "kampanj.csv"]).args(HOW).arg("--data").arg(&nowhere);
    let output = command.current_dir(files.path()).output().expect("it runs");
    assert_eq!(
        (output.status.code(), nowhere.exists()),
        (Some(1), false),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_long_file_that_is_refused_at_once_is_told_as_such() {
    let folder = instance();
    let files = tempfile::tempdir().expect("a folder");
    let rows: String = (0..200_000).map(|n| format!("p{n:07}@exempel.example\n")).collect();
    std::fs::write(files.path().join("kampanj.csv"), format!("email\n{rows}")).expect("written");
    let serving = folder.serve();
    for _ in 0..3 {
        let how = ["kampanj.csv", "--controller", "okand", "--channel", "email"];
        let output = screen(&folder, files.path(), &how, None);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("No controller has this slug or id"), "{said}");
    }
    drop(serving);
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for arguments in [
        &["screen", "a.csv"][..],
        &["screen", "a.csv", "--controller", "tandgruppen"],
        &["screen", "a.csv", "--channel", "email"],
        &["screen", "a.csv", "--controller", "tandgruppen", "--channel", "all"],
        &["screen", "a.csv", "--controller", "tandgruppen", "--channel", "email", "--keep", "some"],
        &["screen", "a.csv", "--controller", "tandgruppen", "--channel", "email", "--json"],
    ] {
        let output = nejtack().args(arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}
