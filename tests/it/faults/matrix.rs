//! Each call of the system by which an intake writes, failing in each way.
//!
//! After Tessera's fault tests: the calls of one intake are counted; then the
//! same is done once per call and fault, with exactly that call failing. A 201
//! must then stand in a durable record, anything else must be a refusal as
//! documented or the end of the process, and the same sent again be recorded once.

use super::checks::{is_whole, missing, verify};
use super::instance::{Instance, Server};
use super::random::{Random, seed};
use super::scenes::{SCENES, Scene};
use super::strace::Strace;
use super::trace::{Call, calls};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// By which a program can change a disk.
const CALLS: &str = "write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync_file_range,\
                     rename,renameat,renameat2,ftruncate,truncate,fallocate,openat,unlink,unlinkat";
/// Cells that `cargo test` runs.
const SOME: usize = 30;
/// How often a cell is tried whose call never came: what is random in a record
/// makes it a page more or less.
const TRIES: usize = 3;
/// How long the service may take to recover.
const RECOVERY: Duration = Duration::from_secs(60);

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// The disk is broken, once.
    Eio,
    /// The disk is full, once.
    Enospc,
    /// The process dies.
    Kill,
    /// The disk is broken from here on.
    EioFromNowOn,
}

const FAULTS: [Fault; 4] = [Fault::Eio, Fault::Enospc, Fault::Kill, Fault::EioFromNowOn];

impl Fault {
    fn injection(self, call: &str, number: usize) -> String {
        let (how, from) = match self {
            Self::Eio => ("error=EIO", ""),
            Self::Enospc => ("error=ENOSPC", ""),
            Self::Kill => ("signal=SIGKILL", ""),
            Self::EioFromNowOn => ("error=EIO", "+"),
        };
        format!("inject={call}:{how}:when={number}{from}")
    }
}

/// One thing to try.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    scene: usize,
    call: String,
    number: usize,
    fault: Fault,
}

/// What became of a cell whose call was not made this time.
const NEVER: &str = "not reached";

/// What an intake does: how often it makes each call, and on which files. Of the
/// thread that writes; others open the database to read when they come to it.
struct Counted {
    calls: BTreeMap<String, usize>,
    paths: BTreeSet<String>,
}

#[test]
fn no_call_that_fails_makes_a_false_201() {
    let (seed, begun) = (seed(), Instant::now());
    let template = Instance::prepared();
    let counted: Vec<_> = SCENES.iter().map(|scene| count(&template, scene)).collect();
    let all: Vec<_> =
        counted.iter().enumerate().flat_map(|(scene, counted)| cells(scene, counted)).collect();
    let chosen = if super::is_full() { all.clone() } else { choose(&all, &mut Random::new(seed)) };

    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<String, usize>::new()));
    let problems = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(cell) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match try_cell(&template, cell, &counted[cell.scene].paths) {
                        Ok(outcome) => {
                            *outcomes.lock().unwrap().entry(outcome).or_default() += 1;
                        }
                        Err(problem) => {
                            let scene = SCENES[cell.scene].name;
                            let problem = format!("{scene}: {cell:?}: {problem}");
                            // at once: a run in full takes minutes
                            super::tell(&format!("matrix: WRONG: {problem}"));
                            problems.lock().unwrap().push(problem);
                        }
                    }
                }
            });
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "seed {seed}: {} problems: {problems:#?}", problems.len());
    for (scene, counted) in SCENES.iter().zip(&counted) {
        let calls: Vec<_> = counted.calls.iter().map(|(call, n)| format!("{n} {call}")).collect();
        super::tell(&format!("matrix: {}: {}", scene.name, calls.join(", ")));
    }
    let outcomes = outcomes.into_inner().unwrap();
    let never = outcomes.get(NEVER).copied().unwrap_or(0);
    assert!(never * 4 < chosen.len(), "{never} of {} calls never came", chosen.len());
    let outcomes: Vec<_> = outcomes.iter().map(|(outcome, n)| format!("{n} {outcome}")).collect();
    super::tell(&format!(
        "matrix: {} of {} cells (seed {seed}): {}; {} s",
        chosen.len(),
        all.len(),
        outcomes.join(", "),
        begun.elapsed().as_secs()
    ));
}

/// The calls that change the database's files. (The newest checkpoint is kept beside
/// it by a thread that goes at its own pace, and that no 201 waits for.)
fn of_database(calls: Vec<Call>, instance: &Instance) -> impl Iterator<Item = Call> {
    let database = instance.database().to_str().expect("UTF-8").to_owned();
    calls.into_iter().filter(move |call| call.path.starts_with(&database))
}

fn count(template: &Instance, scene: &Scene) -> Counted {
    let (instance, folder) = (template.copy(), tempfile::tempdir().expect("a folder"));
    let server = instance.serve();
    scene.prepare(&instance, &server);
    let strace =
        Strace::attach(&server, folder.path(), &["-e".to_owned(), format!("trace={CALLS}")]);
    let heard = scene.post(&server);
    assert_eq!(heard.acknowledged.len(), scene.references().len(), "{heard:?}");
    let trace = strace.finish();
    server.kill();
    let mut counted = Counted { calls: BTreeMap::new(), paths: BTreeSet::new() };
    let all: Vec<_> = of_database(calls(&trace), &instance).collect();
    let syncs = |call: &&Call| matches!(&*call.name, "fsync" | "fdatasync");
    let writer = all.iter().find(syncs).map(|call| call.thread.clone());
    let writer = writer.unwrap_or_else(|| panic!("{} never syncs: {trace}", scene.name));
    // strace counts by thread too
    assert!(all.iter().filter(syncs).all(|call| call.thread == writer), "two write: {trace}");
    for call in all.into_iter().filter(|call| call.thread == writer) {
        *counted.calls.entry(call.name).or_default() += 1;
        // by their names in the folder: each cell has a folder of its own
        let folder = instance.data();
        let within = call.path.strip_prefix(folder.to_str().expect("UTF-8")).expect("it is within");
        counted.paths.insert(within.to_owned());
    }
    counted
}

/// Every call of the intake with every fault; of one that a large intake makes
/// very often, a part, the first and the last among them.
fn cells(scene: usize, counted: &Counted) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (call, &times) in &counted.calls {
        let tried = times.min(SCENES[scene].most);
        let numbers = (0..tried).map(|n| 1 + n * (times - 1) / (tried - 1).max(1));
        for number in numbers.collect::<BTreeSet<_>>() {
            let cell = |fault| Cell { scene, call: call.clone(), number, fault };
            cells.extend(FAULTS.map(cell));
        }
    }
    cells
}

/// Some of them, and of each call of each scene at least one.
fn choose(all: &[Cell], random: &mut Random) -> Vec<Cell> {
    let mut shuffled = all.to_vec();
    random.shuffle(&mut shuffled);
    let mut seen = BTreeSet::new();
    let (mut chosen, rest): (Vec<_>, Vec<_>) =
        shuffled.into_iter().partition(|cell| seen.insert((cell.scene, cell.call.clone())));
    let more = SOME.saturating_sub(chosen.len());
    chosen.extend(rest.into_iter().take(more));
    chosen
}

/// Tries a cell until its call came: how many calls a large intake makes depends on
/// how it falls into groups.
fn try_cell(template: &Instance, cell: &Cell, paths: &BTreeSet<String>) -> Result<String, String> {
    for _ in 0..TRIES {
        if let Some(outcome) = try_once(template, cell, paths)? {
            return Ok(outcome);
        }
    }
    match SCENES[cell.scene].objections {
        1 => Err(format!("the call never came in {TRIES} tries")),
        _ => Ok(NEVER.to_owned()),
    }
}

/// Tries a cell; `None` where its call never came.
fn try_once(
    template: &Instance,
    cell: &Cell,
    paths: &BTreeSet<String>,
) -> Result<Option<String>, String> {
    let scene = &SCENES[cell.scene];
    let (instance, folder) = (template.copy(), tempfile::tempdir().expect("a folder"));
    let server = instance.serve();
    scene.prepare(&instance, &server);
    let mut arguments = vec!["-e".to_owned(), format!("trace={}", cell.call)];
    arguments.extend(["-e".to_owned(), cell.fault.injection(&cell.call, cell.number)]);
    for path in paths {
        arguments.extend(["-P".to_owned(), format!("{}{path}", instance.data().display())]);
    }
    let strace = Strace::attach(&server, folder.path(), &arguments);
    let first = scene.post(&server);
    let again = (cell.fault == Fault::EioFromNowOn).then(|| scene.post(&server));
    let trace = if first.broke { strace.finish_with_the_server() } else { strace.finish() };

    let wrong = first.wrong.iter().chain(again.iter().flat_map(|again| &again.wrong)).next();
    if let Some(wrong) = wrong {
        return Err(format!("this must not be answered: {wrong}"));
    }
    let killed = cell.fault == Fault::Kill;
    if !trace.contains(if killed { "+++ killed by SIGKILL +++" } else { "(INJECTED)" }) {
        return Ok(None);
    }
    if first.broke != killed {
        return Err(format!("it broke off, or did not, against expectation: {first:?}"));
    }
    let mut acknowledged = first.acknowledged;
    acknowledged.extend(again.into_iter().flat_map(|again| again.acknowledged));
    let outcome = match (acknowledged.len(), first.refused) {
        (0, 0) => "ended without an answer",
        (0, _) => "answered 503",
        (_, 0) if !killed => "answered 201",
        _ => "partly recorded",
    };
    if killed {
        drop(server);
    } else {
        acknowledged.extend(recovered(&server, scene)?);
        server.kill();
    }
    let server = instance.serve();
    let told = missing(&server, &acknowledged);
    if !told.is_empty() {
        return Err(format!("after a restart: {told:?}"));
    }
    let last = scene.post(&server);
    if last.acknowledged.len() != scene.references().len() {
        return Err(format!("sent again, it is not recorded: {last:?}"));
    }
    let told = missing(&server, &last.acknowledged);
    if !told.is_empty() {
        return Err(format!("sent again: {told:?}"));
    }
    // `missing` has seen that each reference is there once; so one id for each
    is_whole(&instance)?;
    server.kill();
    verify(&instance)?;
    Ok(Some(outcome.to_owned()))
}

/// The fault is over: the same process must take the same intake.
fn recovered(server: &Server, scene: &Scene) -> Result<Vec<super::ask::Acknowledged>, String> {
    let begun = Instant::now();
    loop {
        let heard = scene.post(server);
        if heard.acknowledged.len() == scene.references().len() {
            return Ok(heard.acknowledged);
        }
        if heard.broke || heard.wrong.is_some() || begun.elapsed() > RECOVERY {
            return Err(format!("it does not recover: {heard:?}"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
