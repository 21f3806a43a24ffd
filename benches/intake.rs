//! What group commit is worth: acknowledged objections a second with 64 clients,
//! in groups as the service commits them and one commit a request, on this disk as
//! it is and with 5 ms more for every fsync and fdatasync.
//!
//! Each measurement is a process of its own, with a new database: it posts over
//! HTTP to the real server. The kinds take turns, so that a machine that is
//! otherwise busy for a while hurts them alike.
#![expect(clippy::print_stdout, reason = "a benchmark's figures are its output")]

#[expect(dead_code, reason = "what only the other benchmarks use")]
mod support;

use clap::Parser;
use nejtack::app::LARGEST_GROUP;
use nejtack::ledger::times::CommitTimes;
use nejtack::store::{DatabaseUrl, Store};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use support::load::{Clients, Objections, Plan};
use support::service::Service;
use support::table::{Figure, Goal, Reach, Table};
use support::{machine, persons};

const CLIENTS: usize = 64;
/// Posted one by one before the load: the quickest tells what a commit costs.
const ALONE: usize = 100;
/// What the slow disk adds to each fsync (`slow_fsync.c`).
const SLOWER_MS: f64 = 5.0;

/// What group commit is worth
#[derive(Parser)]
struct Options {
    /// The library that slows down fsync and fdatasync (scripts/bench makes it)
    #[arg(long)]
    slow_fsync: Option<PathBuf>,
    /// Where the figures go as JSON
    #[arg(long, default_value = "target/bench/intake.json")]
    json: PathBuf,
    /// Where the databases are made; a temporary folder, if left out
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How long one measurement lasts, in seconds
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// How often each kind is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Measures one kind, with groups of so many, and says what was seen
    #[arg(long, hide = true)]
    measure: Option<usize>,
    /// Cargo says so
    #[arg(long, hide = true)]
    bench: bool,
}

/// A kind of service.
struct Kind {
    name: &'static str,
    largest_group: usize,
    slow: bool,
    seen: Vec<Value>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let folder = match &options.folder {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    let folder = folder.expect("a folder");
    let outcome = match options.measure {
        Some(largest_group) => {
            println!("{}", measured(folder.path(), largest_group, options.seconds));
            Ok(())
        }
        None => compared(&options, folder.path()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!("intake: {why}");
            ExitCode::FAILURE
        }
    }
}

/// One measurement, in this process.
fn measured(folder: &Path, largest_group: usize, seconds: f64) -> Value {
    let service = Service::within(folder, largest_group);
    let clients = Clients::of(service.address, Objections { token: service.token() });
    let begun = service.app.commit_times();
    let alone = clients.alone(ALONE);
    let (before, ran_before) = (service.app.as_of().position, machine::threads());
    let by_then = service.app.commit_times();
    let plan = Plan::full(CLIENTS, seconds);
    let load = clients.all(plan);
    let ran: serde_json::Map<String, Value> = machine::threads()
        .into_iter()
        .map(|(name, ran)| {
            let ran = ran - ran_before.get(&name).copied().unwrap_or(0.0);
            (name, json!(ran / (plan.warm_up + plan.window).as_secs_f64()))
        })
        .collect();
    let recorded = service.app.as_of().position - before;
    let at_last = service.app.commit_times();
    let spent = |from: CommitTimes, to: CommitTimes| {
        let groups = (to.groups - from.groups) as f64;
        let (all, log) = (to.all - from.all, to.log - from.log);
        (groups, all.as_secs_f64() * 1e3, log.as_secs_f64() * 1e3)
    };
    let (groups_alone, _, log_alone) = spent(begun, by_then);
    let (groups, all, log) = spent(by_then, at_last);
    service.stop();
    assert_eq!(usize::try_from(recorded), Ok(load.in_all), "what was acknowledged is recorded");
    json!({
        "per_second": load.answered as f64 / seconds,
        "p50_ms": load.within(0.5),
        "p99_ms": load.within(0.99),
        "alone_quickest_ms": alone[0],
        "alone_median_ms": alone[ALONE / 2],
        "group": (at_last.entries - by_then.entries) as f64 / groups,
        "log_part_alone": log_alone / groups_alone / alone[ALONE / 2],
        "log_part_of_commits": log / all,
        "recorded": recorded,
        "cores_used": ran,
    })
}

/// Every kind, in turns; the table and the JSON.
fn compared(options: &Options, folder: &Path) -> Result<(), String> {
    let kind = |name, largest_group, slow| Kind { name, largest_group, slow, seen: Vec::new() };
    let mut kinds = vec![
        kind("groups", LARGEST_GROUP, false),
        kind("one commit a request", 1, false),
        kind("groups, fsync + 5 ms", LARGEST_GROUP, true),
        kind("one commit a request, fsync + 5 ms", 1, true),
    ];
    if options.slow_fsync.is_none() {
        kinds.retain(|kind| !kind.slow);
    }
    for _ in 0..options.rounds.max(1) {
        for kind in &mut kinds {
            let seen = in_a_process(options, kind, folder)?;
            kind.seen.push(seen);
        }
    }
    let sqlite = DatabaseUrl::sqlite_file(&folder.join("version.sqlite"));
    let sqlite = Store::open(&sqlite, true).and_then(|store| store.version());
    let (machine, versions) =
        (machine::facts(folder), machine::versions(&sqlite.map_err(|error| error.to_string())?));
    println!(
        "intake: {CLIENTS} clients over HTTP, {} x {} s each",
        options.rounds, options.seconds
    );
    println!("on {machine}\nwith {versions}\n");
    print(&kinds);
    let reaches = reaches(&kinds);
    let mut table = Table::headed(&Reach::HEADS);
    reaches.iter().for_each(|reach| table.row(reach.cells()));
    println!("{table}");
    let report = json!({
        "benchmark": "intake",
        "machine": machine,
        "versions": versions,
        "sizes": {
            "clients": CLIENTS, "rounds": options.rounds, "seconds": options.seconds,
            "largest_group": LARGEST_GROUP, "person_bytes": persons::person(0).to_string().len(),
            "slower_ms": SLOWER_MS,
        },
        "kinds": kinds.iter().map(|kind| json!({"kind": kind.name, "largest_group": kind.largest_group,
            "slow": kind.slow, "seen": kind.seen})).collect::<Vec<_>>(),
        "compared": reaches.iter().map(Reach::json).collect::<Vec<_>>(),
    });
    let written = options.json.parent().map_or(Ok(()), std::fs::create_dir_all);
    let text = format!("{report:#}\n");
    let written = written.and_then(|()| std::fs::write(&options.json, text));
    written.map_err(|error| format!("{} cannot be written: {error}", options.json.display()))?;
    println!("written to {}", options.json.display());
    Ok(())
}

/// One measurement in a process of its own, with the slow disk where it is asked for.
fn in_a_process(options: &Options, kind: &Kind, folder: &Path) -> Result<Value, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(["--measure", &kind.largest_group.to_string()]);
    command.args(["--seconds", &options.seconds.to_string()]).arg("--folder").arg(folder);
    if let Some(library) = options.slow_fsync.as_ref().filter(|_| kind.slow) {
        let library = library.canonicalize();
        command.env("LD_PRELOAD", library.map_err(|error| format!("--slow-fsync: {error}"))?);
    }
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(format!("\"{}\" broke: {told}", kind.name));
    }
    let seen: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    // Nobody is answered before a sync, so nobody can be quicker than that.
    if kind.slow && figure(&seen, "alone_quickest_ms") < SLOWER_MS {
        return Err(format!(
            "the slow fsync had no effect: an objection was acknowledged after {seen}; is the \
             library made for this system?"
        ));
    }
    Ok(seen)
}

fn figure(seen: &Value, name: &str) -> f64 {
    seen[name].as_f64().unwrap_or(f64::NAN)
}

/// The median of what all rounds saw, and the least and the most.
fn of_all(kind: &Kind, name: &str) -> (f64, f64, f64) {
    let mut all: Vec<f64> = kind.seen.iter().map(|seen| figure(seen, name)).collect();
    all.sort_by(f64::total_cmp);
    (all[all.len() / 2], all[0], all[all.len() - 1])
}

fn print(kinds: &[Kind]) {
    let mut table = Table::headed(&[
        "",
        "objections/s",
        "least",
        "most",
        "p50 ms",
        "p99 ms",
        "alone ms",
        "in a group",
        "cores: sequencer",
        "client",
        "all",
    ]);
    for kind in kinds {
        let (rate, least, most) = of_all(kind, "per_second");
        let cores = |of: &dyn Fn(&str) -> bool| -> f64 {
            let last = kind.seen.last().and_then(|seen| seen["cores_used"].as_object());
            let ran = last.into_iter().flatten().filter(|(name, _)| of(name));
            ran.filter_map(|(_, ran)| ran.as_f64()).sum()
        };
        let two = |figure: f64| format!("{figure:.2}");
        table.row(vec![
            kind.name.to_owned(),
            format!("{rate:.0}"),
            format!("{least:.0}"),
            format!("{most:.0}"),
            two(of_all(kind, "p50_ms").0),
            two(of_all(kind, "p99_ms").0),
            two(of_all(kind, "alone_median_ms").0),
            format!("{:.1}", of_all(kind, "group").0),
            two(cores(&|name| name == "sequencer")),
            two(cores(&|name| name == "intake" || name.starts_with("intake-"))),
            two(cores(&|_| true)),
        ]);
    }
    println!("{table}");
}

fn reaches(kinds: &[Kind]) -> Vec<Reach> {
    let of = |slow: bool, grouped: bool| {
        kinds.iter().find(|kind| kind.slow == slow && (kind.largest_group > 1) == grouped)
    };
    let rates = |what, slow, goal| match (of(slow, true), of(slow, false)) {
        (Some(groups), Some(one)) => {
            let rate = |kind| of_all(kind, "per_second").0;
            Reach::times(what, rate(groups), rate(one), "/s", goal)
        }
        _ => Reach::missing(what, "not measured: it needs --slow-fsync", goal),
    };
    let part = |what: &str, name| match of(false, true) {
        Some(kind) => {
            let found = of_all(kind, name).0;
            let ours = Figure::of(found * 100.0, "%");
            Reach {
                what: what.to_owned(),
                ours,
                peer: None,
                found: Ok(found),
                goal: Goal::Below(0.05),
            }
        }
        None => Reach::missing(what, "not measured", Goal::Below(0.05)),
    };
    vec![
        rates("intake, 64 clients: groups against one commit a request", false, Goal::AtLeast(2.0)),
        rates("the same where each fsync takes 5 ms more", true, Goal::AtLeast(10.0)),
        part("the log's part of the median intake, one client", "log_part_alone"),
        part("the log's part of commits, 64 clients", "log_part_of_commits"),
    ]
}
