//! The guided tour.

use super::{Folder, mode, nejtack, stderr};
use std::process::Command;

#[test]
fn the_tour_ends_well_twice_and_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().expect("a folder");
    let start = || {
        let mut demo = nejtack();
        demo.args(["demo", "--once", "--listen", "127.0.0.1:0"])
            .env("TMPDIR", temporary.path())
            .current_dir(temporary.path());
        demo.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        demo.spawn().expect("it runs")
    };
    // At the same time, as on a shared machine.
    for demo in [start(), start()] {
        let output = demo.wait_with_output().expect("it ends");
        let tour = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{tour}\n{}", stderr(&output));
        assert!(tour.contains("All answers were right."), "{tour}");
        assert_eq!(tour.matches("-> blocked").count(), 8, "{tour}");
        assert_eq!(tour.matches("-> clear").count(), 4, "{tour}");
        assert_eq!(tour.matches("-> undecidable").count(), 1, "{tour}");
        assert!(tour.contains("-> 403") && tour.contains("-> 401"), "{tour}");
        assert!(!tour.contains('\x1b'), "colours in a file");
        assert_eq!(stderr(&output), "");
    }
    assert_eq!(std::fs::read_dir(temporary.path()).expect("the folder").count(), 0);
}

#[test]
fn a_demo_serves_on_and_its_curl_works_by_copy_and_paste() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path().join("kept");
    let (tour, writer) = std::io::pipe().expect("a pipe");
    let mut demo = nejtack();
    demo.args(["demo", "--listen", "127.0.0.1:0", "--keep"]).arg(&folder);
    let mut process = demo.stdout(writer).spawn().expect("it starts");
    drop(demo);
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(tour));
    let mut shown = Vec::new();
    for line in lines.by_ref() {
        shown.push(line.expect("a line"));
        if shown.last().is_some_and(|line| line.contains("Ctrl-C")) {
            break;
        }
    }
    let begin = shown.iter().position(|line| line.starts_with("TOKEN=")).expect("the example");
    let script: Vec<_> =
        shown[begin..].iter().take_while(|line| !line.is_empty()).cloned().collect();
    let output = Command::new("sh").args(["-ec", &script.join("\n")]).output().expect("sh runs");
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(answer.contains(r#""email":"blocked""#), "{answer}\n{}", stderr(&output));

    let check = shown.iter().find(|line| line.starts_with("nejtack receipt check ")).expect("it");
    let checked = nejtack().args(check.split(' ').skip(1)).output().expect("it runs");
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));

    let list =
        nejtack().args(["clients", "list", "--data"]).arg(&folder).output().expect("it runs");
    assert!(String::from_utf8_lossy(&list.stdout).contains("tandgruppen-crm"));
    assert_eq!(mode(&folder), 0o700);

    let again = nejtack().args(["demo", "--keep"]).arg(&folder).output().expect("it runs");
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("not empty"), "{}", stderr(&again));

    process.kill().expect("it can be killed");
    process.wait().expect("it ends");
}

#[test]
fn a_demo_never_touches_the_real_folder() {
    let folder = Folder::started();
    let before = folder.json(&["groups", "list"]);
    let output = nejtack()
        .args(["demo", "--once", "--listen", "127.0.0.1:0"])
        .env("NEJTACK_DATA", &folder.data)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(folder.json(&["groups", "list"]), before);
}
