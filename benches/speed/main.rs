//! How quick the service is, beside what one would use otherwise: one table of
//! ratios, each with what it should reach.
//!
//! Every peer runs in the same run, on the same cores, and takes turns with ours.
//! `scripts/bench` installs the peers and tells how to run it.
#![expect(clippy::print_stdout, reason = "a benchmark's figures are its output")]

mod bare;
mod batch;
mod index;
mod intake;
mod lookup;
mod postgresql;
mod redis;
mod screening;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "what only the other benchmarks use")]
mod support;
mod world;

use clap::Parser;
use nejtack::store::{DatabaseUrl, Store};
use postgresql::Postgresql;
use redis::Redis;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use support::machine;
use support::table::{Reach, Table};
use world::World;

/// The parts of the table.
const PARTS: [&str; 5] = ["lookup", "batch", "screening", "index", "intake"];

/// How quick the service is, beside its peers
#[derive(Parser)]
struct Options {
    /// Which parts, separated by commas [default: all of lookup, batch, screening, index, intake]
    #[arg(long, value_delimiter = ',', value_parser = PARTS)]
    only: Vec<String>,
    /// How many persons have objected
    #[arg(long, default_value_t = 1_000_000)]
    persons: u64,
    /// How many persons are in the large index
    #[arg(long, default_value_t = 10_000_000)]
    many: u64,
    /// How often each kind is measured, in turns
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long one measurement lasts, in seconds
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How many rows a campaign file has
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// How many rows the file has during which memory is watched
    #[arg(long, default_value_t = 10_000_000)]
    many_rows: u64,
    /// How many objections a batch has
    #[arg(long, default_value_t = 20_000)]
    objections: usize,
    /// Comparisons that another benchmark has written, to be in the table too
    #[arg(long)]
    with: Vec<PathBuf>,
    /// Where the figures go as JSON
    #[arg(long, default_value = "target/bench/speed.json")]
    json: PathBuf,
    /// Where the databases are made; a temporary folder, if left out
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Also records where the program spends its time, by perf (Debian: linux-perf), in
    /// target/bench/profile-*.txt; the figures are then not to be relied on
    #[arg(long)]
    profile: bool,
    /// Serves the bare handler, with answers of so many bytes
    #[arg(long, hide = true)]
    bare: Option<usize>,
    /// Cargo says so
    #[arg(long, hide = true)]
    bench: bool,
}

/// A run: what it is made of, and what it has found so far.
pub(crate) struct Run {
    pub(crate) folder: PathBuf,
    pub(crate) rounds: usize,
    pub(crate) seconds: f64,
    profile: bool,
    /// None where there is no server.
    pub(crate) postgresql: Option<Postgresql>,
    rows: Vec<Reach>,
    seen: serde_json::Map<String, Value>,
}

impl Run {
    pub(crate) fn tell(&self, what: &str) {
        say(what);
    }

    /// Does work that the process of this id is measured by; with a profile, if
    /// that is asked for.
    pub(crate) fn profiled<T>(&self, name: &str, process: u32, work: impl FnOnce() -> T) -> T {
        if !self.profile {
            return work();
        }
        let record = self.folder.join("perf.data");
        let mut perf = Command::new("perf");
        perf.args(["record", "-q", "-F", "499", "-p", &process.to_string(), "-o"]).arg(&record);
        let mut perf = perf.spawn().expect("perf (Debian: apt-get install linux-perf)");
        let done = work();
        let _ = Command::new("kill").args(["-INT", &perf.id().to_string()]).status();
        perf.wait().expect("it ends");
        let report = |fields: &str| {
            let mut report = Command::new("perf");
            report.args(["report", "--stdio", "-q", "-w", "12,100", "--percent-limit", "0.4"]);
            report.args(["--sort", fields, "-i"]).arg(&record).output().expect("a report").stdout
        };
        let report = [report("comm"), report("symbol")].concat();
        let to = format!("target/bench/profile-{name}.txt");
        std::fs::create_dir_all("target/bench").expect("a folder");
        std::fs::write(to, report).expect("it is written");
        done
    }

    /// A row of the table.
    pub(crate) fn row(&mut self, row: Reach) {
        say(&row.cells().join(" | "));
        self.rows.push(row);
    }

    /// What else a part has seen.
    pub(crate) fn seen(&mut self, part: &str, what: Value) {
        self.seen.insert(part.to_owned(), what);
    }
}

/// Says what is being done.
pub(crate) fn say(what: &str) {
    println!("{} {what}", chrono::Local::now().format("%H:%M:%S"));
}

fn main() -> ExitCode {
    let options = Options::parse();
    if let Some(bytes) = options.bare {
        bare::serve(bytes);
        return ExitCode::SUCCESS;
    }
    let folder = match &options.folder {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    let folder = folder.expect("a folder");
    let mut run = Run {
        folder: folder.path().to_owned(),
        rounds: options.rounds.max(1),
        seconds: options.seconds,
        profile: options.profile,
        postgresql: Postgresql::database(folder.path(), "speed"),
        rows: Vec::new(),
        seen: serde_json::Map::new(),
    };
    let machine = machine::facts(folder.path());
    let versions = versions(folder.path());
    println!("on {machine:#}\nwith {versions:#}");
    measure(&options, &mut run);
    for other in &options.with {
        let text = std::fs::read_to_string(other).expect("what another benchmark wrote");
        let other: Value = serde_json::from_str(&text).expect("it is JSON");
        run.rows.extend(Reach::all(&other["compared"]));
    }
    let report = json!({
        "benchmark": "speed",
        "command": std::env::args().collect::<Vec<_>>(),
        "machine": machine,
        "versions": versions,
        "sizes": {"persons": options.persons, "many": options.many, "rounds": run.rounds,
            "seconds": run.seconds, "rows": options.rows, "many_rows": options.many_rows,
            "objections": options.objections, "mix": support::fill::MIX},
        "seen": run.seen,
        "compared": run.rows.iter().map(Reach::json).collect::<Vec<_>>(),
    });
    let mut table = Table::headed(&Reach::HEADS);
    run.rows.iter().for_each(|row| table.row(row.cells()));
    println!("\n{table}");
    written(&options.json, &report)
}

/// The parts that were asked for.
fn measure(options: &Options, run: &mut Run) {
    let wanted = |part: &str| options.only.is_empty() || options.only.iter().any(|it| it == part);
    if ["lookup", "batch", "screening"].into_iter().any(wanted) {
        let mut world = World::of(&run.folder, "million", options.persons);
        if ["lookup", "batch"].into_iter().any(wanted) {
            let keys = world.filled.keys;
            say(&format!("giving Redis and PostgreSQL {keys} keys too"));
            let redis = Redis::filled(&run.folder, keys);
            if let Some(postgresql) = &mut run.postgresql {
                postgresql.fill(keys);
            }
            if wanted("lookup") {
                lookup::single(run, &world, &redis);
            }
            if wanted("batch") {
                batch::against(run, &world, &redis);
            }
        }
        if wanted("screening") {
            screening::against(run, &world, options.rows);
            screening::memory(run, &mut world, options.many_rows);
        }
        if wanted("lookup") {
            lookup::beside_intake(run, &world);
        }
    }
    if wanted("intake") {
        intake::batches(run, options.objections);
    }
    if wanted("index") {
        index::large(run, options.many);
    }
}

/// What takes part.
fn versions(folder: &Path) -> Value {
    let sqlite = DatabaseUrl::sqlite_file(&folder.join("version.sqlite"));
    let sqlite = Store::open(&sqlite, true).and_then(|store| store.version());
    let mut versions = machine::versions(&sqlite.unwrap_or_default());
    for (name, command) in [
        ("redis", ["redis-server", "--version"]),
        ("postgresql", ["psql", "--version"]),
        ("wrk", ["wrk", "--version"]),
    ] {
        let output = Command::new(command[0]).arg(command[1]).output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        versions[name] = json!(text.ok().and_then(|text| Some(text.lines().next()?.to_owned())));
    }
    versions
}

fn written(to: &Path, report: &Value) -> ExitCode {
    let written = to.parent().map_or(Ok(()), std::fs::create_dir_all);
    match written.and_then(|()| std::fs::write(to, format!("{report:#}\n"))) {
        Ok(()) => {
            println!("written to {}", to.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("speed: {} cannot be written: {error}", to.display());
            ExitCode::FAILURE
        }
    }
}
