//! Nejtack is given away as MIT OR Apache-2.0, so every dependency must allow
//! that. Read from `cargo metadata` for the machine that builds: what is not
//! compiled is not distributed.

use super::hold;
use serde_json::Value;
use spdx::{Expression, LicenseItem, LicenseReq, ParseMode};
use std::ffi::OsString;
use std::process::Command;

/// Licences that ask for no more than their text and names to be kept, and so can
/// be part of a program that is MIT OR Apache-2.0.
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "PostgreSQL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
/// Exceptions (`… WITH …`) that only take conditions away.
const ALLOWED_WITH: [&str; 1] = ["LLVM-exception"];

#[test]
fn every_dependency_may_be_given_away_as_mit_or_apache_2() {
    let packages = packages();
    let offences: Vec<_> = packages
        .iter()
        .filter_map(|package| {
            let why = fault(package["license"].as_str())?;
            Some(format!("{} {}: {why}", package["name"], package["version"]))
        })
        .collect();
    assert!(packages.len() > 100, "cargo metadata told of hardly any dependency");
    hold(
        "These dependencies cannot be part of an MIT OR Apache-2.0 program: use another crate \
         (`cargo tree --invert NAME` tells who brings it), or, where the licence only asks to \
         keep its text, add it to ALLOWED in this file.",
        &offences,
    );
}

#[test]
fn the_checker_refuses_copyleft_and_reads_expressions() {
    for refused in [
        "GPL-3.0",
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "MIT AND GPL-3.0-only",
        "(MIT OR Apache-2.0) AND LGPL-2.1-only",
        "MPL-2.0 OR GPL-3.0-only",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "LicenseRef-Ours",
        "no expression at all",
        "",
    ] {
        assert!(fault(Some(refused)).is_some(), "{refused} passed");
    }
    for allowed in [
        "MIT",
        "MIT/Apache-2.0",
        "Apache-2.0 / MIT",
        "GPL-3.0-only OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
        "ISC AND (Apache-2.0 OR ISC) AND BSD-3-Clause",
    ] {
        assert_eq!(fault(Some(allowed)), None, "{allowed}");
    }
    assert!(fault(None).is_some(), "a crate without a licence passed");
}

/// Why a crate with this licence cannot be used, if it cannot.
fn fault(licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else {
        return Some("names no licence (a file alone must be read by a person)".to_owned());
    };
    // Lax: older crates write MIT/Apache-2.0.
    match Expression::parse_mode(licence, ParseMode::LAX) {
        Ok(expression) if expression.evaluate(is_allowed) => None,
        Ok(_) => Some(format!("is {licence}")),
        Err(error) => Some(format!("is {licence:?}, no licence expression: {}", error.reason)),
    }
}

fn is_allowed(requirement: &LicenseReq) -> bool {
    let LicenseItem::Spdx { id, .. } = &requirement.license else { return false };
    let addition = requirement.addition.as_ref().map(ToString::to_string);
    ALLOWED.contains(&id.name)
        && addition.is_none_or(|addition| ALLOWED_WITH.contains(&addition.as_str()))
}

/// Every package that is locked, for this machine, and without asking the network:
/// all of it was needed to build this test.
fn packages() -> Vec<Value> {
    let told = output("RUSTC", "rustc", &["-vV"]);
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let arguments =
        ["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", host];
    let told = output("CARGO", "cargo", &[&arguments[..], &["--manifest-path", manifest]].concat());
    let mut told: Value = serde_json::from_str(&told).expect("JSON");
    match told["packages"].take() {
        Value::Array(packages) => packages,
        other => panic!("cargo metadata told of no packages, but {other}"),
    }
}

/// What a program of the toolchain prints.
fn output(variable: &str, usual: &str, arguments: &[&str]) -> String {
    let program = std::env::var_os(variable).unwrap_or_else(|| OsString::from(usual));
    let done = Command::new(program).args(arguments).output().expect("a program that runs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{usual} {}: {said}", arguments.join(" "));
    String::from_utf8(done.stdout).expect("UTF-8")
}
