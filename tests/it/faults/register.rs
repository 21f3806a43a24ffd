//! A register's file on a disk that has little room left: it is refused while there is
//! still room for objections.

use super::checks::verify;
use super::disk::Disk;
use super::instance::Instance;
use crate::cli::stderr;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;

/// The disk, in MiB.
const SIZE: usize = 160;
/// Pages that are left: less than is kept for objections, and so little more than that
/// a file fits in part.
const LEFT: [u64; 2] = [15_000, 17_400];
/// Rows that take more than that little.
const ROWS: usize = 150_000;

fn load(instance: &Instance, file: &Path) -> Output {
    let path = file.to_str().expect("UTF-8");
    let date = chrono::Utc::now().date_naive().pred_opt().expect("a day").to_string();
    let words = ["registers", "load", "nix-telefon", path, "--date", &date];
    instance.command(&words).output().expect("it runs")
}

#[test]
fn a_load_leaves_room_for_objections() {
    let disk = match Disk::new(SIZE) {
        Ok(disk) => disk,
        Err(why) => {
            super::tell(&format!("register: NOT RUN, since there is no disk to fill: {why}"));
            return;
        }
    };
    let mut rows = "Telefonnummer\n".to_owned();
    for number in 0..ROWS {
        writeln!(rows, "0980-319 {:03}", 200 + number % 100).expect("to a string");
    }
    let files = tempfile::tempdir().expect("a folder");
    let file = files.path().join("nix.csv");
    std::fs::write(&file, rows).expect("written");

    let instance = Instance::prepared().copy_to(disk);
    let server = instance.serve();
    let add = ["registers", "add", "nix-telefon", "--name", "NIX", "--preset", "nix-telefon"];
    let added = instance.command(&add).output().expect("it runs");
    assert_eq!(added.status.code(), Some(0), "{}", stderr(&added));
    for (number, leave) in LEFT.into_iter().enumerate() {
        instance.disk().fill(leave);
        let refused = load(&instance, &file);
        let told = stderr(&refused);
        assert_eq!(refused.status.code(), Some(1), "{told}");
        assert!(told.contains("too little room") && !told.contains("reference"), "{told}");
        let heard = server.service.object(&format!("l-{number}"));
        assert_eq!(heard.acknowledged.len(), 1, "{heard:?}");
        instance.disk().free();
    }
    let loaded = load(&instance, &file);
    assert_eq!(loaded.status.code(), Some(0), "{}", stderr(&loaded));
    server.kill();
    assert_eq!(verify(&instance), Ok(()));
}
