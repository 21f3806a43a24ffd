//! Crashes and faults: what was answered with 201 is there afterwards, whatever
//! happened to the process, the disk or a single call of the system.
//!
//! `cargo test` runs a part of each; `scripts/faults` runs them in full.

mod ask;
mod checks;
mod disk;
mod full_disk;
mod instance;
mod kill;
mod matrix;
mod order;
mod random;
mod register;
mod scenes;
mod strace;
mod trace;

use std::io::Write as _;

/// `full` runs everything; without it a part is run.
const SIZE: &str = "NEJTACK_FAULTS";
/// How many times the service is killed.
const ROUNDS: &str = "NEJTACK_FAULTS_ROUNDS";
/// The seed of a run that is to be repeated.
const SEED: &str = "NEJTACK_FAULTS_SEED";

/// Whether everything is to be run.
fn is_full() -> bool {
    match std::env::var(SIZE) {
        Err(_) => false,
        Ok(word) if word == "full" => true,
        Ok(word) => panic!("{SIZE} is {word}; it can be full, or not be set"),
    }
}

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text}, and not a number")))
}

/// Says a line on stdout, also when the test passes: what was found, or what
/// could not be tried and why.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    // print! would be kept back with the rest of what a test that passes says
    writeln!(out, "faults: {line}").and_then(|()| out.flush()).expect("stdout");
}
