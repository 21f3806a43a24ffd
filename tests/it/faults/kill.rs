//! kill -9 in the middle of everything, again and again in the same folder.

use super::ask::{Acknowledged, Caller};
use super::checks::{is_whole, missing, not_blocked, verify};
use super::instance::Instance;
use super::random::{Random, seed};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Rounds that `cargo test` runs.
const SOME: usize = 24;
/// Rounds that `scripts/faults` runs, unless it is told a number.
const MANY: usize = 1_000;
/// Rounds in a folder before the next: what is checked grows with each.
const IN_A_FOLDER: usize = 100;
/// The service is killed after fewer acknowledged objections than this, and then
/// within a moment: so a fast machine is tried as a slow one is.
const ENOUGH: usize = 100;
const MOMENT: Duration = Duration::from_millis(30);
/// A start is killed within this time.
const START: Duration = Duration::from_millis(150);

/// Nothing takes this long, unless the service is stuck.
const STUCK: Duration = Duration::from_secs(120);
/// Lines of the longest batch.
const LONGEST: usize = 24;

/// What became of a round's objections.
#[derive(Default)]
struct Round {
    acknowledged: Mutex<Vec<Acknowledged>>,
    unanswered: Mutex<Vec<String>>,
    wrong: Mutex<Vec<String>>,
}

impl Round {
    /// Waits until so many have been acknowledged.
    fn wait_for(&self, enough: usize) {
        let begun = Instant::now();
        while self.acknowledged.lock().expect("a lock").len() < enough {
            assert!(begun.elapsed() < STUCK, "{enough} are not acknowledged in {STUCK:?}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

#[derive(Default)]
struct Figures {
    acknowledged: usize,
    of_batches: AtomicUsize,
    sent_again: usize,
    starts_killed: usize,
}

#[test]
fn nothing_acknowledged_is_missing_after_a_kill() {
    let given = super::number(super::ROUNDS).map(|rounds| usize::try_from(rounds).unwrap());
    let rounds = given.unwrap_or(if super::is_full() { MANY } else { SOME });
    let (seed, begun) = (seed(), Instant::now());
    let mut random = Random::new(seed);
    let mut figures = Figures::default();
    super::tell(&format!("kill: {rounds} rounds begin, seed {seed}"));
    let mut done = 0;
    while done < rounds {
        let here = IN_A_FOLDER.min(rounds - done);
        let problems = in_a_folder(done, here, &mut random, &mut figures);
        assert!(
            problems.is_empty(),
            "seed {seed}, rounds {done} to {}: {problems:#?}",
            done + here
        );
        done += here;
    }
    assert!(figures.acknowledged > rounds, "hardly anything was ever acknowledged");
    super::tell(&format!(
        "kill: {rounds} rounds (seed {seed}), {} acknowledged ({} as lines of batches), 0 missing, \
         {} unanswered and sent again, {} killed while starting, {} s",
        figures.acknowledged,
        figures.of_batches.load(Ordering::Relaxed),
        figures.sent_again,
        figures.starts_killed,
        begun.elapsed().as_secs()
    ));
}

/// Some rounds, and what was found wrong.
fn in_a_folder(
    first: usize,
    rounds: usize,
    random: &mut Random,
    figures: &mut Figures,
) -> Vec<String> {
    let instance = Instance::prepared();
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    let mut before = Round::default();
    // One start more than kills: it is there to look at what the last one left.
    for number in 0..=rounds {
        if random.below(4) == 0 {
            let starting = instance.begin_to_serve();
            std::thread::sleep(random.moment(START));
            starting.kill();
            figures.starts_killed += 1;
        }
        let server = instance.serve();
        problems.append(&mut before.wrong.into_inner().expect("a lock"));
        let mut acknowledged = before.acknowledged.into_inner().expect("a lock");
        figures.acknowledged += acknowledged.len();
        problems.extend(missing(&server, &acknowledged));
        // What was not answered may be there or not; sent again it is there once.
        let unanswered = before.unanswered.into_inner().expect("a lock");
        let heard = server.service.object_all("", &unanswered);
        problems.extend(heard.wrong);
        if heard.acknowledged.len() != unanswered.len() {
            problems.push(format!(
                "of {unanswered:?}, sent again, only these are recorded: {:?}",
                heard.acknowledged
            ));
        }
        problems.extend(missing(&server, &heard.acknowledged));
        figures.sent_again += unanswered.len();
        acknowledged.extend(heard.acknowledged);
        all.append(&mut acknowledged);
        problems.extend(is_whole(&instance).err());
        if number == rounds || !problems.is_empty() {
            problems.extend(not_blocked(&server, &all));
            sees_what_is_missing(&server);
            server.kill();
            break;
        }
        before = Round::default();
        std::thread::scope(|scope| {
            for thread in 0..9 {
                let name = format!("k-{}-{thread}", first + number);
                let caller = server.service.another();
                let (round, figures, lines) = (&before, &*figures, 1 + random.below(LONGEST));
                scope.spawn(move || match thread {
                    0..6 => one_by_one(&caller, &name, round),
                    _ => in_batches(&caller, &name, round, figures, lines, thread != 6),
                });
            }
            before.wait_for(random.below(ENOUGH));
            std::thread::sleep(random.moment(MOMENT));
            server.kill();
        });
    }
    problems.extend(verify(&instance).err());
    problems
}

/// Posts until there is nobody.
fn one_by_one(caller: &Caller, name: &str, round: &Round) {
    for number in 0.. {
        let reference = format!("{name}-{number}");
        let heard = caller.object(&reference);
        round.wrong.lock().expect("a lock").extend(heard.wrong);
        if heard.acknowledged.is_empty() {
            round.unanswered.lock().expect("a lock").push(reference);
        }
        round.acknowledged.lock().expect("a lock").extend(heard.acknowledged);
        if heard.broke {
            return;
        }
    }
}

/// The same with batches: every line that was answered counts.
fn in_batches(
    caller: &Caller,
    name: &str,
    round: &Round,
    figures: &Figures,
    lines: usize,
    streamed: bool,
) {
    for number in 0.. {
        let references: Vec<_> = (0..lines).map(|line| format!("{name}-{number}-{line}")).collect();
        let heard = caller.object_all(if streamed { "?stream=true" } else { "" }, &references);
        round.wrong.lock().expect("a lock").extend(heard.wrong);
        figures.of_batches.fetch_add(heard.acknowledged.len(), Ordering::Relaxed);
        let answered = |r: &&String| heard.acknowledged.iter().any(|one| one.reference == **r);
        let unanswered = references.iter().filter(|r| !answered(r)).cloned();
        round.unanswered.lock().expect("a lock").extend(unanswered);
        round.acknowledged.lock().expect("a lock").extend(heard.acknowledged);
        if heard.broke {
            return;
        }
    }
}

/// The check itself: what was never posted is missing in every way.
fn sees_what_is_missing(server: &super::instance::Server) {
    let invented = Acknowledged {
        reference: "k-never-posted".into(),
        id: "01890000-0000-7000-8000-000000000000".into(),
    };
    assert_eq!(missing(server, &[invented]).len(), 2, "a missing objection goes unseen");
}
