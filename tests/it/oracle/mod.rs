//! No oracle: nothing that an objection service receives tells whether the person
//! was known before, neither the answer nor the time that it takes.
//!
//! Persons are drawn, a half of them is recorded, and then all are posted in random
//! order on one connection: `welch` says when two heaps of times differ, and
//! `planted` is a service that must be found out by the very same means. `scripts/oracle`
//! runs it at its full size.

mod planted;
mod sample;
mod shape;
mod welch;

use crate::support::{Setup, World};
use nejtack::store::Backend;
use planted::{Plant, Planted};
use sample::{Measured, Sample, Services, Shapes};
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use welch::{LIMIT, Look, looks, worst};

/// How many are posted: 100,000 in the full form.
const INTAKES: &str = "NEJTACK_ORACLE_INTAKES";

/// One measurement at a time: two would be each other's noise.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn intakes(usual: usize) -> usize {
    match std::env::var(INTAKES) {
        Ok(number) => number.parse().unwrap_or_else(|_| panic!("{INTAKES} is no number")),
        Err(_) if cfg!(debug_assertions) => usual / 12,
        Err(_) => usual,
    }
}

/// Posts a fresh sample of persons who come after `first` to the service at `url`.
fn measured(services: &Services<'_>, url: &str, first: usize, count: usize) -> Measured {
    say(&format!("{count} persons from number {first}"));
    Sample::drawn(services, first..first + count).posted(services, url)
}

/// What the times tell: of the person, and of the one before.
fn told(what: &str, measured: &Measured) -> Vec<Look> {
    let mut all = looks(&measured.times);
    for mut look in looks(&measured.by_the_one_before()) {
        look.what += ", by who came before";
        all.push(look);
    }
    for look in &all {
        let (known, others) = look.means;
        say(&format!(
            "{what}: |t| {:8.2}   known {known:9.1}   others {others:9.1}   {}",
            look.t.abs(),
            look.what
        ));
    }
    all
}

/// The one line that a measurement comes to, also where it passes.
fn sum_up(what: &str, count: usize, found: &[Look]) {
    let mut out = std::io::stdout().lock();
    // print! would be kept back with the rest of what a test that passes says
    let line = format!("oracle: {what}, {count} intakes: |t| {:.2} at most", worst(found));
    writeln!(out, "{line}").and_then(|()| out.flush()).expect("stdout");
}

#[expect(clippy::print_stdout, reason = "the figures of a measurement, shown by --nocapture")]
fn say(what: &str) {
    println!("   {what}");
}

/// Nothing is found in the service at `url`. A false alarm is measured once more,
/// with other persons: a true one comes again.
fn tells_nothing(what: &str, services: &Services<'_>, url: &str, first: usize, count: usize) {
    for (round, first) in [first, first + count].into_iter().enumerate() {
        let measured = measured(services, url, first, count);
        are_alike(&measured.shapes, count);
        assert!(measured.shapes.keys().all(|shape| shape.starts_with("http/1.1 201 ")));
        let found = told(what, &measured);
        sum_up(what, count, &found);
        if worst(&found) < LIMIT {
            return;
        }
        assert_eq!(round, 0, "{what}: times tell who was known, twice: {found:#?}");
        say("over the limit: measured once more");
    }
}

/// One form of answer came, to all.
fn are_alike(shapes: &Shapes, count: usize) {
    let seen: Vec<_> = shapes.values().collect();
    assert_eq!(seen, [&(count / 2, count - count / 2)], "answers differ: {shapes:#?}");
}

#[test]
fn a_dry_run_a_batch_and_what_is_added_later_do_not_tell_either() {
    let world = World::on(Backend::Sqlite);
    let services = Services::of(&world);
    let sample = Sample::drawn(&services, 0..40);
    for shapes in sample.posted_otherwise(&services) {
        are_alike(&shapes, 40);
    }
}

/// Half of a service's time is its disk's, and a disk has moods in which small
/// differences drown: so in memory first.
#[test]
fn in_memory_the_answer_does_not_tell_who_was_known() {
    let _alone = alone();
    let world = World::with(Backend::Sqlite, Setup { in_memory: true, ..Setup::default() });
    let services = Services::of(&world);
    tells_nothing("in memory", &services, &world.url, 0, intakes(6_000));
}

#[test]
fn on_a_disk_the_answer_does_not_tell_who_was_known() {
    let _alone = alone();
    let world = World::on(Backend::Sqlite);
    let services = Services::of(&world);
    tells_nothing("on a disk", &services, &world.url, 0, intakes(3_000));
}

/// That the same means find what there is to find.
#[test]
fn a_service_that_tells_is_found_out() {
    let _alone = alone();
    let world = World::with(Backend::Sqlite, Setup { in_memory: true, ..Setup::default() });
    let services = Services::of(&world);
    let count = intakes(4_000).min(20_000);
    let nothing = Planted::on(&world, Plant::Nothing);
    tells_nothing("nothing planted", &services, &nothing.url, 0, count);
    for (round, plant) in [(2, Plant::EarlyReturn), (3, Plant::OneReadMore)] {
        let planted = Planted::on(&world, plant);
        let measured = measured(&services, &planted.url, round * count, count);
        assert_eq!(measured.shapes.len(), 1, "{plant:?} is to be found by its times");
        let found = told(&format!("{plant:?}"), &measured);
        sum_up(&format!("planted {plant:?}"), count, &found);
        assert!(worst(&found) > LIMIT, "{plant:?} was not seen: {found:#?}");
    }
}
