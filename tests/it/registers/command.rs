//! `nejtack registers`, by the real binary, beside a serving process and without.

use super::{ON_IT, csv, days_ago};
use crate::cli::{Folder, nejtack, stderr};
use std::path::Path;
use std::process::Output;

fn registers(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = nejtack();
    command.arg("registers").args(arguments).arg("--data").arg(&folder.data);
    command.output().expect("it runs")
}

#[track_caller]
fn done(folder: &Folder, arguments: &[&str]) -> String {
    let output = registers(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn all_of_it(folder: &Folder, files: &Path) {
    done(folder, &["add", "nix-telefon", "--name", "NIX-Telefon", "--preset", "nix-telefon"]);
    assert!(done(folder, &["list"]).contains("no version: undecidable"));
    let bound = done(folder, &["bind", "nix-telefon", "--controller", "kliniken", "--json"]);
    let bound: serde_json::Value = serde_json::from_str(&bound).expect("JSON");
    let id = bound["id"].as_str().expect("an id");
    let file = files.join("nix.csv");
    std::fs::write(&file, csv(&[ON_IT, "08-465 004 10"])).expect("written");
    let file = file.to_str().expect("UTF-8");
    let date = days_ago(2);
    let load = ["load", "nix-telefon", file, "--date", &date];
    let dry = done(folder, &[&load[..], &["--dry-run"]].concat());
    assert_eq!(dry, "All 2 rows can be read. Nothing was loaded.\n");
    let said = done(folder, &load);
    assert!(said.contains("is in force: 2 rows, good until "), "{said}");
    assert!(done(folder, &["list"]).contains("good until"));
    std::fs::write(file, "Telefonnummer\nring efter 17\n").expect("written");
    let output = registers(folder, &load);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("/2: "), "{}", stderr(&output));
    assert!(done(folder, &["bindings", "nix-telefon"]).contains("kliniken"));
    done(folder, &["unbind", "nix-telefon", id]);
    assert!(done(folder, &["bindings", "nix-telefon"]).contains("ended"));
    let none = registers(folder, &["load", "finns-inte", file, "--date", &date]);
    assert_eq!(none.status.code(), Some(1), "{}", stderr(&none));
}

#[test]
fn registers_are_kept_from_the_command_line() {
    let folder = Folder::started();
    folder.done(&["controllers", "add", "kliniken", "--name", "Kliniken"]);
    let files = tempfile::tempdir().expect("a folder");
    let serving = folder.serve();
    all_of_it(&folder, files.path());
    assert_eq!(serving.terminate().0, Some(0));
    // And where nobody serves.
    done(
        &folder,
        &[
            "add",
            "medlemmar",
            "--name",
            "Medlemmar",
            "--holds",
            "emails",
            "--channel",
            "email",
            "--max-age-days",
            "30",
            "--lifted-by-customer",
            "10",
            "--similar-offer",
        ],
    );
    lifted_by_is_the_presets_but_for_what_is_said(&folder);
    a_version_is_replaced(&folder, files.path());
    rows_with_nothing_in_common_are_told(&folder, files.path());
    let listed = done(&folder, &["list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let of = |slug: &str| {
        let all = listed["registers"].as_array().expect("a list").iter();
        all.clone().find(|own| own["slug"] == slug).expect("it is there")
    };
    assert_eq!(of("medlemmar")["lifted_by"]["customer"]["days_after_end"], 10, "{listed}");
    assert_eq!(of("nix-telefon")["version"]["rows"], 1, "{listed}");
}

fn lifted_by_is_the_presets_but_for_what_is_said(folder: &Folder) {
    for (slug, preset, said, days, similar) in [
        ("nix-a", "nix-telefon", &["--lifted-by-customer", "30"][..], Some(30), true),
        ("nix-b", "nix-telefon", &["--lifted-by-consent"], Some(0), true),
        ("nix-c", "nix-adresserat", &["--lifted-by-consent"], Some(365), true),
        ("nix-d", "dk-robinson", &["--lifted-by-customer", "5"], Some(5), false),
        ("nix-e", "dk-robinson", &["--lifted-by-consent"], None, false),
    ] {
        let add = ["add", slug, "--name", slug, "--preset", preset, "--json"];
        let added = done(folder, &[&add, said].concat());
        let added: serde_json::Value = serde_json::from_str(&added).expect("JSON");
        let own = &added["lifted_by"];
        assert_eq!(own["consent"], true, "{slug}: {added}");
        let lasts = (preset == "nix-telefon").then_some(89);
        assert_eq!(own["consent_days"].as_u64(), lasts, "{slug}: {added}");
        assert_eq!(own["customer"]["days_after_end"].as_u64(), days, "{slug}: {added}");
        assert_eq!(own["customer"]["similar_offer"] == true, similar, "{slug}: {added}");
    }
}

fn rows_with_nothing_in_common_are_told(folder: &Folder, files: &Path) {
    done(
        folder,
        &[
            "add",
            "blandat",
            "--name",
            "Blandat",
            "--holds",
            "phones",
            "--holds",
            "emails",
            "--channel",
            "phone",
            "--max-age-days",
            "30",
        ],
    );
    let file = files.join("blandat.csv");
    let path = file.to_str().expect("UTF-8");
    let load = ["load", "blandat", path, "--date", &days_ago(1), "--dry-run"];
    for (rows, told) in
        [("070-174 06 05;\n;bo.ek@exempel.example", true), ("070-174 06 05;", false)]
    {
        std::fs::write(&file, format!("Mobil;E-post\n{rows}\n")).expect("written");
        let said = registers(folder, &load);
        assert_eq!(said.status.code(), Some(0), "{}", stderr(&said));
        assert_eq!(stderr(&said).contains("nothing in common"), told, "{}", stderr(&said));
    }
}

fn a_version_is_replaced(folder: &Folder, files: &Path) {
    let file = files.join("fler.csv");
    let rows: Vec<_> = (200..260).map(|number| format!("0980-319 {number}")).collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    std::fs::write(&file, csv(&rows)).expect("written");
    let (date, before) = (days_ago(1), days_ago(5));
    let path = file.to_str().expect("UTF-8");
    let load = ["load", "nix-telefon", path];
    let said = done(folder, &[&load[..], &["--date", &date]].concat());
    assert!(said.contains("60 rows (2 before)"), "{said}");
    let listed = done(folder, &["list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let all = listed["registers"].as_array().expect("a list").iter();
    let own = all.clone().find(|own| own["slug"] == "nix-telefon").expect("it is there");
    let id = own["version"]["id"].as_str().expect("an id");
    std::fs::write(&file, csv(&[ON_IT])).expect("written");
    let replaces = [&load[..], &["--date", &before, "--replaces", id]].concat();
    let cut = registers(folder, &replaces);
    assert_eq!(cut.status.code(), Some(1));
    assert!(stderr(&cut).contains("60 rows"), "{}", stderr(&cut));
    let said = done(folder, &[&replaces[..], &["--allow-shrink"]].concat());
    assert!(said.contains(&before) && said.contains("1 rows (60 before)"), "{said}");
}

#[test]
fn wrong_usage_is_told() {
    for arguments in [
        &["registers"][..],
        &["registers", "add", "nix", "--name", "N", "--preset", "nix"],
        &["registers", "add", "nix", "--name", "N", "--holds", "shoes"],
        &["registers", "add", "nix", "--name", "N", "--similar-offer"],
        &["registers", "load", "nix", "f.csv"],
        &["registers", "load", "nix", "f.csv", "--date", "2026-13-01"],
        &["registers", "load", "nix", "f.csv", "--date", "2026-11-02", "--replaces", "x"],
        &["registers", "unbind", "nix", "x"],
    ] {
        let output = nejtack().args(arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
    }
}
