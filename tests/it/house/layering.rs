//! Imports point one way. Whoever reads a module then knows all that it can
//! depend on, and the invariants in `src/lib.rs` follow from what a module cannot
//! even name.

use super::source::{Named, module_of, paths};
use super::{hold, tracked};

/// Each layer may name those below it, and within a layer nobody names another.
const LAYERS: [&[&str]; 10] = [
    &["main"],
    &["cli"],
    &["telemetry"],
    &["config"],
    &["http", "jobs"],
    &["app"],
    &["ledger", "tabular", "outbound"],
    &["blocklist", "evidence", "store"],
    &["crypto"],
    &["domain"],
];
/// What a module must not name though it is below, and why.
const NEVER: [(&str, &str, &str); 1] =
    [("http", "store", "what HTTP needs of the store is a use case of app")];
/// Crates that only these modules may name, and why.
const ONLY: [(&str, &[&str], &str); 5] = [
    ("diesel", &["store"], "SQL stays in store, so that both databases stay in step"),
    ("diesel_migrations", &["store"], "migrations are store's"),
    ("actix_web", &["http", "cli"], "HTTP stays in http; cli starts and ends its runtime"),
    ("utoipa", &["http"], "the API's description stays in http"),
    ("clap", &["config"], "options are read in config"),
];
/// What domain must not name: it is pure.
const IMPURE: [&str; 16] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
    "SystemTime",
    "Instant",
    "Utc::now",
    "chrono::Utc::now",
    "Uuid::now_v7",
    "Uuid::new_v4",
    "getrandom",
    "tokio",
];
const FRAMEWORKS: [&str; 9] = [
    "actix_web",
    "utoipa",
    "diesel",
    "clap",
    "reqwest",
    "tokio",
    "rustls",
    "prometheus",
    "jsonwebtoken",
];

#[test]
fn imports_point_one_way() {
    let files = tracked::rust("src/");
    let offences: Vec<_> = files.iter().flat_map(|file| offences(&file.path, &file.text)).collect();
    hold(
        "Imports point one way (main, cli, config, http and jobs, app, ledger, store …, crypto, \
         domain): move what is needed down, or pass it in.",
        &offences,
    );
}

#[test]
fn every_module_has_its_layer() {
    let known: Vec<_> = LAYERS.concat();
    let offences: Vec<_> = tracked::rust("src/")
        .iter()
        .filter(|file| !matches!(file.path.as_str(), "src/lib.rs" | "src/main.rs"))
        .filter(|file| !known.contains(&module_of(&file.path)[0].as_str()))
        .map(|file| file.path.clone())
        .collect();
    hold("These files are in no layer: give their module one in LAYERS.", &offences);
}

#[test]
fn the_checker_sees_what_is_planted() {
    let planted = [
        ("src/http/api/a.rs", "use crate::store::Store;"),
        ("src/http/api/a.rs", "use crate::{app::App, store};"),
        ("src/http/api/a.rs", "fn f() { let s = crate::store::Store::open(); }"),
        ("src/http/api/a.rs", "use super::super::super::store::rows;"),
        ("src/http/a.rs", "mod tests { use super::super::super::store::rows; }"),
        ("src/domain/a.rs", "use crate::crypto::tag::Tag;"),
        ("src/domain/a.rs", "use actix_web::HttpResponse;"),
        ("src/domain/a.rs", "fn f() { chrono::Utc::now(); }"),
        ("src/domain/a.rs", "use chrono::Utc; fn f() { Utc::now(); }"),
        ("src/domain/a.rs", "use std::{fmt, env};"),
        ("src/crypto/a.rs", "use crate::blocklist::Blocklist;"),
        ("src/store/a.rs", "use crate::blocklist::Blocklist;"),
        ("src/store/a.rs", "fn f(b: &crate::blocklist::Blocklist) {}"),
        ("src/blocklist/a.rs", "use crate::store;"),
        ("src/app/a.rs", "use crate::http::problem::Problem;"),
        ("src/app/a.rs", "use diesel::prelude::*;"),
        ("src/ledger/a.rs", "use ::diesel::prelude::*;"),
        ("src/app/a.rs", "use crate::*;"),
        ("src/jobs/a.rs", "use crate::http;"),
        ("src/app/a.rs", "fn f() { std::env::var(\"A\"); }"),
        ("src/app/a.rs", "use std::{io, env as e};"),
        ("src/app/a.rs", "const A: &str = env!(\"HOME\");"),
        ("src/app/a.rs", "const A: Option<&str> = option_env!(\"HOME\");"),
        ("src/main.rs", "fn main() { nejtack::store::open(); diesel::select(); }"),
    ];
    for (path, text) in planted {
        assert!(!offences(path, text).is_empty(), "{path}: {text} passed");
    }
    let clean = [
        ("src/http/api/a.rs", "use crate::app::App; // use crate::store::Store"),
        ("src/http/api/a.rs", "/* crate::store */ const A: &str = \"crate::store\";"),
        ("src/http/api/a.rs", "const A: &str = r#\"use \"crate::store\"\"#; use super::b::c;"),
        ("src/app/a.rs", "use crate::{domain::Time, store::{Store, rows}};"),
        ("src/store/a.rs", "use super::rows; use diesel::prelude::*; fn f<'a>(a: &'a str) {}"),
        ("src/domain/a.rs", "fn f() { let store = 1; let c = '\\''; let d = '\"'; }"),
        ("src/domain/a.rs", "mod tests { use super::super::b; }"),
        ("src/http/a.rs", "const A: &str = env!(\"CARGO_PKG_VERSION\");"),
        ("src/config.rs", "fn f() { std::env::var(\"A\"); }"),
        ("src/main.rs", "fn main() { nejtack::cli::run(); }"),
    ];
    for (path, text) in clean {
        assert_eq!(offences(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}

/// What this file names and must not.
fn offences(path: &str, text: &str) -> Vec<String> {
    let module = module_of(path);
    let top = match path {
        "src/main.rs" => "main",
        "src/lib.rs" => return Vec::new(),
        _ => module[0].as_str(),
    };
    let mut offences = Vec::new();
    for Named { path: named, line } in paths(text, &module) {
        let mut offend = |why: &str| {
            offences.push(format!("{path}:{line}: {} names {}: {why}", top, named.join("::")));
        };
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        if let ["crate", other, ..] = named[..] {
            if *other != *top {
                match (layer(top), layer(other)) {
                    _ if other == "*" => offend("name what you need of the crate"),
                    (Some(here), Some(there)) if there <= here => offend("that is not below it"),
                    _ => {}
                }
            }
            for (_, _, why) in NEVER.iter().filter(|(who, what, _)| *who == top && *what == other) {
                offend(why);
            }
        }
        for (_, _, why) in
            ONLY.iter().filter(|(krate, who, _)| *krate == named[0] && !who.contains(&top))
        {
            offend(why);
        }
        if top != "config" && reads_environment(&named, text, line) {
            offend("only config reads the environment: make it an option, or pass it in");
        }
        let joined = named.join("::");
        let starts = |what: &&str| joined == **what || joined.starts_with(&format!("{what}::"));
        if top == "domain"
            && (IMPURE.iter().any(|what| starts(what)) || FRAMEWORKS.contains(&named[0]))
        {
            offend("domain is pure: pass it in");
        }
    }
    offences
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// `env!("CARGO_…")` is about the crate and not about the environment.
fn reads_environment(named: &[&str], text: &str, line: usize) -> bool {
    let of_cargo = || text.lines().nth(line - 1).is_some_and(|line| line.contains("env!(\"CARGO_"));
    match named {
        ["std", "env", ..] => true,
        [.., "env!" | "option_env!"] => !of_cargo(),
        _ => false,
    }
}
