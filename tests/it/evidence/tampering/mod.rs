//! Whatever is done to a row, `nejtack verify` finds it and names the row: 1,000
//! random ways, each on a fresh copy of a ledger in which everything has happened.
//!
//! `NEJTACK_TEST_TAMPERINGS` says how many (a debug build tries fewer), and
//! `NEJTACK_TEST_SEED` has the same ones again.

pub(crate) mod lively;
mod rows;
mod values;
mod ways;

use lively::Lively;
use nejtack::app::verify::{Finding, Verdict};
use rows::Chance;
use std::collections::{BTreeMap, BTreeSet};
use ways::{Done, WAYS};

const HOW_MANY: u64 = if cfg!(debug_assertions) { 150 } else { 1_000 };

/// A number from the environment of the tests.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn chance() -> (u64, Chance) {
    let seed = number("NEJTACK_TEST_SEED").unwrap_or_else(|| {
        std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos() as u64 % 1_000_000_000
    });
    (seed, Chance(seed))
}

#[test]
fn a_thousand_random_ways_to_tamper_are_all_found() {
    let (seed, mut chance) = chance();
    let goal = number("NEJTACK_TEST_TAMPERINGS").unwrap_or(HOW_MANY);
    let lively = Lively::new();
    let untouched = lively.copy().judged(Some(&lively.checkpoint));
    assert!(matches!(untouched, Verdict::Sound(_)), "{untouched:?}");
    let tables = rows::tables(&mut lively.conn());
    let mut missed = Vec::new();
    let mut tried: BTreeMap<&str, u64> = BTreeMap::new();
    while tried.values().sum::<u64>() < goal {
        let (name, way) = chance.one_of(&WAYS);
        let Some(done) = way(&tables, &mut chance) else { continue };
        let copy = lively.copy();
        if !copy.run(&done.sql) {
            continue; // a key or a type forbids it
        }
        *tried.entry(name).or_default() += 1;
        let alone = copy.judged(None);
        let since = done.only_since.then(|| copy.judged(Some(&lively.checkpoint)));
        if let Some(why) = wrong(&done, &alone, since.as_ref()) {
            missed.push(format!("{name}, {} {}: {why}", done.tables.join(", "), done.what));
        }
    }
    let all: BTreeSet<_> = WAYS.iter().map(|(name, _)| *name).collect();
    assert_eq!(tried.keys().copied().collect::<BTreeSet<_>>(), all, "each way was tried");
    assert!(
        missed.is_empty(),
        "seed {seed}: {} of {goal} were not told as they are:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

#[test]
fn no_column_of_any_table_can_be_altered() {
    let (seed, mut chance) = chance();
    let lively = Lively::new();
    let tables = rows::tables(&mut lively.conn());
    let mut missed = Vec::new();
    for table in &tables {
        assert!(!table.rows.is_empty(), "nothing is in {}", table.name);
        for column in 0..table.columns.len() {
            let altered = (0..100).find_map(|_| {
                let done = ways::alter_in(table, column, &mut chance)?;
                let copy = lively.copy();
                copy.run(&done.sql).then(|| (copy.judged(None), done))
            });
            let (alone, done) = altered.expect("some other value is let in");
            if let Some(why) = wrong(&done, &alone, None) {
                missed.push(format!("{} {}: {why}", table.name, done.what));
            }
        }
    }
    assert!(missed.is_empty(), "seed {seed}:\n{}", missed.join("\n"));
}

/// Why what was said of it is not what it is.
fn wrong(done: &Done, alone: &Verdict, since: Option<&Verdict>) -> Option<String> {
    let told = match (alone, since) {
        (Verdict::Wrong(found), None) => found,
        (Verdict::Sound(_), Some(Verdict::Wrong(found))) => {
            let older = found.what.contains("an older state");
            return (!older).then(|| format!("found as {found}"));
        }
        (Verdict::Sound(_), _) => return Some("not found".to_owned()),
        (Verdict::Wrong(found), Some(_)) => return Some(format!("found as {found}")),
    };
    (!names(done, told)).then(|| format!("found as {told}"))
}

/// Whether the finding is of the right table, and of the first row that is wrong.
fn names(done: &Done, found: &Finding) -> bool {
    let table = found.tables.iter().any(|table| done.tables.iter().any(|right| right == table));
    let place = done.positions.is_empty()
        || found.position().is_some_and(|at| done.positions.contains(&at));
    table && place
}
