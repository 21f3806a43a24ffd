//! What the figures were seen on.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{File, read_dir, read_to_string};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// The machine, and the disk that this folder is on.
pub(crate) fn facts(folder: &Path) -> Value {
    let read = |path: &str| read_to_string(path).unwrap_or_default();
    let after = |text: &str, name: &str| -> Option<String> {
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    json!({
        "processor": after(&read("/proc/cpuinfo"), "model name"),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": after(&read("/proc/meminfo"), "MemTotal"),
        "system": read("/proc/version").split(" (").next(),
        "file_system": file_system(folder),
        "fdatasync_ms": fdatasync(folder),
    })
}

/// What was built, with what, from what.
pub(crate) fn versions(sqlite: &str) -> Value {
    json!({
        "nejtack": env!("CARGO_PKG_VERSION"),
        "commit": said_by(&["git", "describe", "--always", "--dirty"]),
        "rust": said_by(&["rustc", "--version"]),
        "sqlite": sqlite,
        "profile": if cfg!(debug_assertions) { "debug" } else { "release" },
    })
}

fn said_by(command: &[&str]) -> Option<String> {
    let output = Command::new(command[0]).args(&command[1..]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// The file system's kind: of the mount that is deepest above the folder.
fn file_system(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = read_to_string("/proc/mounts").ok()?;
    let mut best = (0, None);
    for line in mounts.lines() {
        let mut words = line.split(' ').skip(1);
        let (Some(at), Some(kind)) = (words.next(), words.next()) else { continue };
        if folder.starts_with(at) && at.len() >= best.0 {
            best = (at.len(), Some(kind.to_owned()));
        }
    }
    best.1
}

/// The median time to make 4 KiB more of a file durable there, in milliseconds.
fn fdatasync(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("probe")).expect("a file");
    let mut took: Vec<f64> = (0..200)
        .map(|_| {
            file.write_all(&[1; 4096]).expect("it is written");
            let begun = Instant::now();
            file.sync_data().expect("it is durable");
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    took.sort_by(f64::total_cmp);
    took[took.len() / 2]
}

/// How long this process' threads have run so far, in seconds, by their names.
pub(crate) fn threads() -> BTreeMap<String, f64> {
    let mut times = BTreeMap::new();
    for task in read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let read = |name: &str| read_to_string(task.path().join(name)).unwrap_or_default();
        let ran = read("schedstat");
        let ran = ran.split(' ').next().and_then(|ran| ran.parse::<f64>().ok()).unwrap_or(0.0);
        *times.entry(read("comm").trim().to_owned()).or_default() += ran / 1e9;
    }
    times
}
