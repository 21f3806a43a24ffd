//! Batches of 10,000: ours over HTTP, Redis and PostgreSQL by the same number of
//! connections, each asking again as soon as it was answered.

use crate::Run;
use crate::redis::{Many, Redis};
use crate::support::load::{Asking, Clients, Plan, answered, post};
use crate::support::table::{Goal, Reach};
use crate::world::{Numbers, World, batch, median};
use serde_json::json;
use std::borrow::Cow;

/// Identifiers in a batch.
const COUNT: usize = 10_000;
/// Different batches that are asked in turn.
const BATCHES: usize = 20;
/// Connections that ask at once.
const CONNECTIONS: usize = 4;

/// Our batches.
struct Batches(Vec<Vec<u8>>);

impl Asking for Batches {
    fn request(&self, number: usize) -> Cow<'_, [u8]> {
        self.0[number % self.0.len()].as_slice().into()
    }

    fn complete(&self, came: &[u8]) -> bool {
        answered(came, 200)
    }
}

/// Against Redis and PostgreSQL.
pub(crate) fn against(run: &mut Run, world: &World, redis: &Redis) {
    let token = world.place.token("crm");
    let mut numbers = Numbers::new(world.filled.persons);
    let bodies: Vec<String> = (0..BATCHES).map(|_| batch(&mut numbers, COUNT)).collect();
    check(world, &token, &bodies[0]);
    let path = "/v1/lookups/batch";
    let requests = bodies.iter().map(|body| post(path, &token, body.as_bytes())).collect();
    let own = Clients::of(world.serving.address, Batches(requests));
    let many = Clients::of(redis.address, Many::of(redis, BATCHES, COUNT));
    let plan = Plan::full(CONNECTIONS, run.seconds);
    let rate = |answered: usize| (answered * COUNT) as f64 / run.seconds;
    let (mut ours, mut members, mut selects) = (vec![], vec![], vec![]);
    for round in 0..run.rounds {
        let seen = run.profiled("batch", world.serving.id(), || own.all(plan).answered);
        ours.push(rate(seen));
        members.push(rate(many.all(plan).answered));
        let selected = run.postgresql.as_ref().map(|sql| sql.many(CONNECTIONS, COUNT, run.seconds));
        selects.extend(selected);
        run.tell(&format!(
            "identifiers/s in batches, round {round}: ours {:.0}, SMISMEMBER {:.0}, = ANY {:.0}",
            ours[round],
            members[round],
            selects.get(round).copied().unwrap_or(f64::NAN)
        ));
    }
    check(world, &token, &bodies[1]);
    let times =
        |what, peer: &[f64], goal| Reach::times(what, median(&ours), median(peer), "/s", goal);
    run.row(times("batch of 10,000, against Redis SMISMEMBER", &members, Goal::AtLeast(2.0)));
    if !selects.is_empty() {
        run.row(times("batch of 10,000, against PostgreSQL = ANY", &selects, Goal::AtLeast(10.0)));
    }
    run.seen(
        "batch",
        json!({"ours": ours, "smismember": members, "any": selects,
        "connections": CONNECTIONS, "batches": BATCHES, "body_bytes": bodies[0].len()}),
    );
}

/// Every second of a batch is blocked, and every other one is not.
fn check(world: &World, token: &str, body: &str) {
    let answer = world.serving.post("/v1/lookups/batch", token, body.to_owned());
    let results = answer["results"].as_array().expect("results");
    assert_eq!(results.len(), COUNT);
    for (at, result) in results.iter().enumerate() {
        let expected = if at.is_multiple_of(2) { "blocked" } else { "clear" };
        assert_eq!(result["decisions"]["email"], expected, "{result}");
    }
}
