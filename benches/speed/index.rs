//! The index at many persons: its memory, its start, its rate.

use crate::Run;
use crate::lookup::QUESTIONS;
use crate::support::table::{Goal, Reach};
use crate::support::wrk::Plan;
use crate::world::{World, median, questions};
use serde_json::json;

/// What the rate is compared with.
const FEW: u64 = 100_000;
/// Connections that ask at once.
const CONNECTIONS: usize = 64;

pub(crate) fn large(run: &mut Run, persons: u64) {
    let (empty, _) = World::prepared(&run.folder, "empty", 1);
    let empty = empty.serve().memory("VmRSS");
    let (place, filled) = World::prepared(&run.folder, "large", persons);
    let size = std::fs::metadata(place.folder.join("nejtack.sqlite")).map_or(0, |file| file.len());
    let mut took = Vec::new();
    for _ in 0..run.rounds.saturating_sub(1) {
        let mut serving = place.serve();
        took.push(serving.took.as_secs_f64());
        serving.stop();
    }
    let serving = place.serve();
    took.push(serving.took.as_secs_f64());
    let (idle, peak) = (serving.memory("VmRSS"), serving.memory("VmHWM"));
    let a_key = idle.saturating_sub(empty) as f64 / filled.keys as f64;
    run.row(Reach::alone("index: resident memory a key", a_key, "bytes", Goal::NoMore(24.0)));
    run.row(Reach::alone("index: ready after", median(&took), "s", Goal::NoMore(20.0)));
    let large = World { place, serving, filled };
    let few = World::of(&run.folder, "few", FEW);
    let plan = Plan { connections: CONNECTIONS, seconds: run.seconds };
    let (mut of_large, mut of_few) = (vec![], vec![]);
    for round in 0..run.rounds {
        for (world, rates) in [(&large, &mut of_large), (&few, &mut of_few)] {
            let token = world.place.token("crm");
            world.check(&token);
            let bodies = questions(&run.folder, world.filled.persons, QUESTIONS);
            let seen = plan.post(world.serving.address, "/v1/lookups", &bodies, &token);
            rates.push(seen.per_second());
        }
        run.tell(&format!(
            "look-ups, round {round}: {:.0} at {persons} persons, {:.0} at {FEW}",
            of_large[round], of_few[round]
        ));
    }
    let (ours, peer) = (median(&of_large), median(&of_few));
    let what = "index: look-up rate, against that at 100,000 persons";
    run.row(Reach::times(what, ours, peer, "/s", Goal::AtLeast(0.7)));
    run.seen(
        "index",
        json!({"persons": persons, "keys": filled.keys, "database_bytes": size,
        "keys_a_person": filled.keys as f64 / persons as f64, "ready_seconds": took,
        "resident_bytes": idle, "resident_bytes_empty": empty, "resident_bytes_at_most": peak,
        "rates": of_large, "rates_at_few": of_few}),
    );
}
