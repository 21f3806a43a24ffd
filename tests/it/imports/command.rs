//! `nejtack import` and `nejtack export`, by the real binary.

use crate::cli::{Folder, nejtack};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Output, Stdio};

fn instance() -> Folder {
    let folder = Folder::started();
    folder.done(&["controllers", "add", "tandgruppen-goteborg", "--name", "Tandgruppen Göteborg"]);
    folder
}

fn run(folder: &Folder, files: &Path, arguments: &[&str]) -> Output {
    let mut command = nejtack();
    command.args(arguments).arg("--data").arg(&folder.data).current_dir(files);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts").wait_with_output().expect("it ends")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const OWN: [&str; 2] = ["--controller", "tandgruppen-goteborg"];

#[test]
fn a_list_comes_in_and_all_that_is_held_goes_out_and_in_again() {
    let (folder, files) = (instance(), tempfile::tempdir().expect("a folder"));
    let list = "E-post;Datum\nanna.karin@exempel.example;2019-03-01\ninte-en-adress;\n";
    std::fs::write(files.path().join("lista.csv"), list).expect("written");
    let import = |more: &[&str]| {
        let arguments = [&["import", "lista.csv", "--format", "csv"][..], &OWN, more].concat();
        run(&folder, files.path(), &arguments)
    };
    let dry = import(&["--dry-run"]);
    assert_eq!(dry.status.code(), Some(1), "{}", told(&dry));
    assert!(
        told(&dry)
            .contains("2 rows: 1 would be recorded, 0 known before, 0 no objections, 1 refused"),
        "{}",
        told(&dry)
    );
    let first = import(&["--report", "rapport.ndjson"]);
    assert_eq!(first.status.code(), Some(1), "a row was refused: {}", told(&first));
    assert!(told(&first).contains("line 3: "), "{}", told(&first));
    assert!(!told(&first).contains("inte-en-adress"), "{}", told(&first));
    let report = std::fs::read_to_string(files.path().join("rapport.ndjson")).expect("a report");
    assert_eq!(report.lines().count(), 3, "{report}");
    let again = import(&["--json"]);
    let said: serde_json::Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!((&said["known"], &said["refused"]), (&1.into(), &1.into()), "{said}");

    let export =
        |file: &str| run(&folder, files.path(), &[&["export", "-o", file][..], &OWN].concat());
    let out = export("allt.ndjson");
    assert_eq!(out.status.code(), Some(0), "{}", told(&out));
    let file = files.path().join("allt.ndjson");
    let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(std::fs::read_to_string(&file).expect("text").contains("anna.karin@exempel.example"));
    // never over another file
    assert_eq!(export("lista.csv").status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(files.path().join("lista.csv")).expect("text"), list);
    let other = instance();
    let back = run(
        &other,
        files.path(),
        &[&["import", "allt.ndjson", "--format", "nejtack"][..], &OWN].concat(),
    );
    assert!(told(&back).contains("1 rows: 1 recorded"), "{}", told(&back));
}

#[test]
fn what_was_not_taken_whole_is_told_by_line_and_count() {
    let (folder, files) = (instance(), tempfile::tempdir().expect("a folder"));
    let list = "E-post;Personnummer;Datum\nanna.karin@exempel.example;19701104-2392;2019-03-01\nbo.lind@exempel.example;;03/04/2019\n";
    std::fs::write(files.path().join("lista.csv"), list).expect("written");
    let import = |folder: &Folder, arguments: &[&str]| {
        run(folder, files.path(), &[&["import"][..], arguments, &OWN].concat())
    };
    let first = import(&folder, &["lista.csv", "--format", "csv"]);
    assert_eq!(first.status.code(), Some(0), "{}", told(&first));
    assert!(
        told(&first).contains("line 3 (recorded): The date cannot be read"),
        "{}",
        told(&first)
    );
    assert!(told(&first).contains("1 rows with warnings"), "{}", told(&first));
    run(&folder, files.path(), &[&["export", "-o", "allt.ndjson"][..], &OWN].concat());
    let back = import(&instance(), &["allt.ndjson", "--format", "nejtack"]);
    assert_eq!(back.status.code(), Some(0), "{}", told(&back));
    // it never was sealed
    let lost = "line 1 (recorded): Its personnummer is in the line as a keyed tag alone";
    assert!(told(&back).contains(lost), "{}", told(&back));
    assert!(!told(&back).contains("no longer sealed"), "{}", told(&back));
    // a page of several
    let page = "{\"SuppressedDestinationSummaries\": [{\"EmailAddress\": \"x@exempel.example\", \"Reason\": \"COMPLAINT\"}], \"NextToken\": \"A\"}";
    std::fs::write(files.path().join("sida.json"), page).expect("written");
    let page = import(&folder, &["sida.json", "--format", "ses"]);
    assert_eq!(page.status.code(), Some(1), "{}", told(&page));
    assert!(told(&page).contains("one page of several"), "{}", told(&page));
    // who unsubscribed from a list of listmonk's
    let list = "uuid,email,name,attributes,status,created_at,updated_at\n1,lu@exempel.example,L,{},enabled,2024-05-31 06:12:44 +0000 UTC,2024-05-31 06:12:44 +0000 UTC\n";
    std::fs::write(files.path().join("listmonk.csv"), list).expect("written");
    let monk = import(&folder, &["listmonk.csv", "--format", "listmonk", "--include-enabled"]);
    assert!(told(&monk).contains("1 rows: 1 recorded"), "{}", told(&monk));
}

#[test]
fn a_broken_list_and_a_wrong_one_are_told_by_the_exit_code() {
    let (folder, files) = (instance(), tempfile::tempdir().expect("a folder"));
    std::fs::write(files.path().join("bruten.csv"), b"email\nx1@exempel.example\n\"x2")
        .expect("written");
    let broken = run(
        &folder,
        files.path(),
        &[&["import", "bruten.csv", "--format", "csv"][..], &OWN].concat(),
    );
    assert_eq!(broken.status.code(), Some(1));
    assert!(
        told(&broken).contains("broken in line 3: what came before stands"),
        "{}",
        told(&broken)
    );
    let wrong = run(
        &folder,
        files.path(),
        &[&["import", "bruten.csv", "--format", "mailchimp"][..], &OWN].concat(),
    );
    assert_eq!(wrong.status.code(), Some(1), "{}", told(&wrong));
    let none = run(
        &folder,
        files.path(),
        &["import", "bruten.csv", "--controller", "nej", "--format", "csv"],
    );
    assert_eq!(none.status.code(), Some(1), "{}", told(&none));
    assert_eq!(run(&folder, files.path(), &["import", "bruten.csv"]).status.code(), Some(2));
}
