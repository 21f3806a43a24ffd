//! `nejtack verify`: judges a database against its log.
//!
//! Not a client of the HTTP API, as the other commands are: what it is for is also
//! to judge a database that no instance opens, since its ledger and its log no
//! longer fit, and an auditor need not trust what an instance says of itself. So it
//! reads the database, beside a serving process or without one, in one read-only
//! transaction: it takes no lock, runs no migration and writes nothing.
//!
//! It covers all tables of the ledger, tags, keys and checkpoints. It does not
//! cover `usage`, `idempotency_keys`, `used_assertions` and the record of
//! migrations, which the log knows nothing of.

use super::failure::{Failure, Outcome};
use super::first_start::{self, Need};
use super::out;
use crate::app::verify::{Asked, Counts, Finding, Report, Verdict, verify_database};
use crate::config::Verify;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::path::Path;

/// Judges the database, and says how it went.
pub(super) fn run(options: &Verify) -> Outcome {
    let place = &options.place;
    let prepared = match place.database_url() {
        Some(url) => first_start::postgresql(place, url, Need::Read)?,
        None => {
            first_start::folder(place, Need::Read)?;
            first_start::embedded(place, Need::Read)?
        }
    };
    let asked = Asked {
        key: options.key.as_deref().map(key).transpose()?,
        since: options.since.as_deref().map(text_of).transpose()?,
    };
    let bar = out::progress("entries");
    let told = |done: i64, of: i64| {
        bar.set_length(of.unsigned_abs());
        bar.set_position(done.unsigned_abs());
    };
    let verdict = verify_database(&prepared.database, &prepared.root_key, &asked, told);
    bar.finish_and_clear();
    match verdict.map_err(|error| Failure::refused(error.to_string()))? {
        Verdict::Sound(report) if options.json => out::json(&sound(&report)),
        Verdict::Sound(report) => tell(&report),
        Verdict::Wrong(finding) if options.json => {
            out::json(&wrong(&finding))?;
            Err(Failure::Quiet)
        }
        Verdict::Wrong(finding) => Err(Failure::refused(format!(
            "the database is not what was logged. The first row that does not fit is in {finding}. \
             Keep the database as it is, for whoever looks into it, and restore a backup elsewhere; \
             `nejtack verify` says whether that one fits"
        ))),
    }
}

/// The key itself, or the file that it is in.
fn key(given: &str) -> Outcome<String> {
    // A verifier key has two plus signs, and nobody names a file so.
    if given.matches('+').count() >= 2 { Ok(given.to_owned()) } else { text_of(Path::new(given)) }
}

fn text_of(file: &Path) -> Outcome<String> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::refused(format!("{} cannot be read: {error}", file.display())))
}

fn tell(report: &Report) -> Outcome {
    let Counts { checkpoints, rows, tags, record_keys, listed } = report.counts;
    out::line(format!("Everything fits: {} entries, as they were signed.\n", report.entries))?;
    let rows = [
        ["rows that entries commit to".to_owned(), rows.to_string()],
        ["tags of identifiers".to_owned(), tags.to_string()],
        ["keys of originals".to_owned(), record_keys.to_string()],
        ["tags of registers in force".to_owned(), listed.to_string()],
        ["signed checkpoints".to_owned(), checkpoints.to_string()],
    ];
    out::table(["CHECKED", "NUMBER"], &rows)?;
    let root = STANDARD.encode(report.root);
    out::line(format!("\nlog   {}\nroot  {root}, of {} entries", report.origin, report.entries))?;
    match report.since {
        Some(size) => {
            out::line(format!("All {size} entries of the checkpoint kept outside are unchanged."))
        }
        None => out::line(
            "What a holder of the root key rewrote shows only against a checkpoint kept outside: \
             keep one (GET /log/checkpoint), and give it with --since.",
        ),
    }
}

fn sound(report: &Report) -> Value {
    let Counts { checkpoints, rows, tags, record_keys, listed } = report.counts;
    json!({
        "fits": true,
        "entries": report.entries,
        "root": STANDARD.encode(report.root),
        "log": report.origin,
        "log_key": report.key,
        "checked": {
            "rows": rows, "tags": tags, "record_keys": record_keys, "checkpoints": checkpoints,
            "register_tags": listed,
        },
        "since": report.since,
    })
}

fn wrong(finding: &Finding) -> Value {
    json!({
        "fits": false,
        "tables": finding.tables,
        "position": finding.position(),
        "where": finding.to_string().split(": ").next(),
        "what": finding.what,
    })
}
