//! A batch of objections over HTTP, against plain multi-row inserts of the very rows
//! that it made into the same tables, indexes and triggers of another database: on
//! SQLite, and on PostgreSQL, where the write-ahead log is weighed too.

use crate::Run;
use crate::postgresql::Postgresql;
use crate::support::load::Objections;
use crate::support::process::{Place, Serving};
use crate::support::table::{Goal, Reach};
use crate::world::median;
use nejtack::ledger::LARGEST_GROUP;
use nejtack::store::audit::{self, Range};
use nejtack::store::head::{self, Head};
use nejtack::store::{
    Connection, DatabaseUrl, Store, StoreError, entries, leaves, objections, originals, tags,
};
use serde_json::{Value, json};
use std::fs::read_to_string;
use std::path::Path;
use std::time::Instant;

/// Objections a second on one database.
#[derive(Default)]
struct Seen {
    ours: Vec<f64>,
    plain: Vec<f64>,
    /// Bytes an objection: of the write-ahead log on PostgreSQL, written in all on SQLite.
    bytes: Vec<f64>,
    plain_bytes: Vec<f64>,
}

pub(crate) fn batches(run: &mut Run, count: usize) {
    let mut bodies = String::new();
    for number in 1..=count {
        bodies.push_str(&Objections::body(number));
        bodies.push('\n');
    }
    let (mut sqlite, mut postgresql) = (Seen::default(), Seen::default());
    for round in 0..run.rounds {
        on_sqlite(run, round, count, &bodies, &mut sqlite);
        if run.postgresql.is_some() {
            on_postgresql(run, round, count, &bodies, &mut postgresql);
        }
        let last = |seen: &[f64]| seen.last().copied().unwrap_or(f64::NAN);
        run.tell(&format!(
            "objections/s in a batch, round {round}: on SQLite {:.0}, plain {:.0}; on PostgreSQL {:.0}, plain {:.0}",
            last(&sqlite.ours), last(&sqlite.plain), last(&postgresql.ours), last(&postgresql.plain)
        ));
    }
    run.row(row("NDJSON batch, against plain inserts into SQLite", &sqlite));
    let what = "an objection in a batch: bytes written to disk (SQLite)";
    run.row(Reach::times(
        what,
        median(&sqlite.bytes),
        median(&sqlite.plain_bytes),
        "B",
        Goal::Stated,
    ));
    if run.postgresql.is_some() {
        run.row(row("NDJSON batch, against plain inserts into PostgreSQL", &postgresql));
        let what = "an objection in a batch: bytes of WAL (PostgreSQL)";
        let (ours, plain) = (median(&postgresql.bytes), median(&postgresql.plain_bytes));
        run.row(Reach::times(what, ours, plain, "B", Goal::Stated));
    }
    let told = |seen: &Seen| {
        json!({"ours": seen.ours, "plain": seen.plain, "bytes": seen.bytes,
            "plain_bytes": seen.plain_bytes})
    };
    run.seen(
        "intake",
        json!({"objections": count, "body_bytes": bodies.len() / count,
        "rows_in_a_transaction": LARGEST_GROUP, "sqlite": told(&sqlite),
        "postgresql": told(&postgresql)}),
    );
}

fn row(what: &str, seen: &Seen) -> Reach {
    Reach::times(what, median(&seen.ours), median(&seen.plain), "/s", Goal::AtLeast(0.5))
}

fn on_sqlite(run: &Run, round: usize, count: usize, bodies: &str, seen: &mut Seen) {
    let place = Place::embedded(&run.folder, &format!("intake-{round}"));
    place.register();
    let mut serving = place.serve();
    let before = written(&serving.id().to_string());
    let rate = run.profiled("batch-intake", serving.id(), || post(&place, &serving, count, bodies));
    seen.ours.push(rate);
    seen.bytes.push((written(&serving.id().to_string()) - before) / count as f64);
    serving.stop();
    let rows = rows_of(&DatabaseUrl::sqlite_file(&place.folder.join("nejtack.sqlite")));
    let file = run.folder.join(format!("plain-{round}.sqlite"));
    let before = written("self");
    seen.plain.push(insert(&DatabaseUrl::sqlite_file(&file), &rows, count));
    seen.plain_bytes.push((written("self") - before) / count as f64);
    remove(&place.folder);
}

fn on_postgresql(run: &Run, round: usize, count: usize, bodies: &str, seen: &mut Seen) {
    let database = |name: &str| Postgresql::database(&run.folder, name).expect("the server");
    let own = database(&format!("intake_{round}"));
    let folder = run.folder.join(format!("intake-postgresql-{round}"));
    let place = Place { folder, url: Some(own.url().to_owned()) };
    place.register();
    let mut serving = place.serve();
    let before = own.logged();
    seen.ours.push(post(&place, &serving, count, bodies));
    seen.bytes.push((own.logged() - before) as f64 / count as f64);
    serving.stop();
    let url = |database: &Postgresql| DatabaseUrl::parse(database.url()).expect("a URL");
    let rows = rows_of(&url(&own));
    let plain = database(&format!("plain_{round}"));
    drop(Store::open(&url(&plain), true).expect("its tables"));
    let before = plain.logged();
    seen.plain.push(insert(&url(&plain), &rows, count));
    seen.plain_bytes.push((plain.logged() - before) as f64 / count as f64);
    remove(&place.folder);
}

/// Posts the batch; objections a second, each of them recorded.
fn post(place: &Place, serving: &Serving, count: usize, bodies: &str) -> f64 {
    let token = place.token("sparrtjanst");
    let body = bodies.to_owned();
    let begun = Instant::now();
    let answer = serving.posted("/v1/objections/batch", &token, "application/x-ndjson", body);
    let took = begun.elapsed().as_secs_f64();
    let recorded = |line: &&str| {
        let line: Value = serde_json::from_str(line).expect("a line");
        line["status"] == "recorded" && line["receipt"].is_string()
    };
    assert_eq!(answer.lines().filter(recorded).count(), count, "each is recorded");
    count as f64 / took
}

/// All that was written.
fn rows_of(url: &DatabaseUrl) -> Range {
    let store = Store::open_to_read(url).expect("it opens");
    let all = |conn: &mut Connection| {
        let last = head::read(conn)?.position;
        audit::range(conn, 1, last)
    };
    store.read(all).expect("its rows")
}

/// Inserts the rows, as many objections in a transaction as a group has at most, and
/// with as few statements as there can be; objections a second.
fn insert(url: &DatabaseUrl, rows: &Range, count: usize) -> f64 {
    let store = Store::open(url, true).expect("it opens");
    let begun = Instant::now();
    let last = rows.entries.last().expect("entries").position;
    for first in (1..=last).step_by(LARGEST_GROUP) {
        let group = (first, last.min(first + LARGEST_GROUP as i64 - 1));
        store.write(|conn| insert_group(conn, rows, group)).expect("they are written");
    }
    count as f64 / begun.elapsed().as_secs_f64()
}

fn insert_group(
    conn: &mut Connection,
    rows: &Range,
    (first, last): (i64, i64),
) -> Result<(), StoreError> {
    macro_rules! of_group {
        ($table:ident, $place:ident) => {{
            let from = rows.$table.partition_point(|row| row.$place < first);
            let to = rows.$table.partition_point(|row| row.$place <= last);
            &rows.$table[from..to]
        }};
    }
    let group = of_group!(entries, position);
    entries::insert(conn, group)?;
    leaves::insert_leaves(conn, of_group!(leaves, position))?;
    leaves::insert_salts(conn, of_group!(salts, position))?;
    objections::insert(conn, of_group!(objections, position))?;
    tags::insert(conn, of_group!(tags, position))?;
    originals::insert(conn, of_group!(originals, position))?;
    originals::insert_keys(conn, of_group!(record_keys, position))?;
    for checkpoint in of_group!(checkpoints, size) {
        leaves::insert_checkpoint(conn, checkpoint)?;
    }
    let head = group.last().map(|entry| Head { position: entry.position, time: entry.time });
    head.map_or(Ok(()), |head| head::advance(conn, head))
}

/// Bytes that a process has had written to disk so far.
fn written(process: &str) -> f64 {
    let told = read_to_string(format!("/proc/{process}/io")).unwrap_or_default();
    let bytes = told.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    bytes.and_then(|bytes| bytes.parse().ok()).unwrap_or(f64::NAN)
}

fn remove(folder: &Path) {
    std::fs::remove_dir_all(folder).expect("it goes");
}
