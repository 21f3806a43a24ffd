//! Single look-ups, and what intake beside them costs.

use crate::support::load::{Clients, Objections, Plan as Intake};
use crate::support::table::{Goal, Reach};
use crate::support::wrk::Plan;
use crate::world::{World, median, questions};
use crate::{Run, bare, redis::Redis};
use serde_json::json;

/// Connections that ask at once.
const CONNECTIONS: usize = 64;
/// Different questions that are asked in turn.
pub(crate) const QUESTIONS: u64 = 100_000;
/// Objections that come in a second, by so many clients.
const INTAKE: (f64, usize) = (500.0, 64);

/// Against the bare handler, Redis and PostgreSQL.
pub(crate) fn single(run: &mut Run, world: &World, redis: &Redis) {
    let token = world.place.token("crm");
    let bytes = world.check(&token);
    let (_bare, bare) = bare::start(bytes);
    let bodies = questions(&run.folder, world.filled.persons, QUESTIONS);
    let plan = Plan { connections: CONNECTIONS, seconds: run.seconds };
    let (mut ours, mut bares, mut members, mut selects) = (vec![], vec![], vec![], vec![]);
    for round in 0..run.rounds {
        let seen = run.profiled("lookup", world.serving.id(), || {
            plan.post(world.serving.address, "/v1/lookups", &bodies, &token)
        });
        ours.push(seen.per_second());
        bares.push(plan.post(bare, "/v1/lookups", &bodies, &token).per_second());
        members.push(redis.single(CONNECTIONS, run.seconds));
        selects.extend(run.postgresql.as_ref().map(|sql| sql.single(CONNECTIONS, run.seconds)));
        run.tell(&format!(
            "look-ups, round {round}: ours {:.0} (p50 {:.2} ms, p99 {:.2} ms), bare {:.0}, SISMEMBER {:.0}, select {:.0}",
            ours[round], seen.p50_ms, seen.p99_ms, bares[round], members[round],
            selects.get(round).copied().unwrap_or(f64::NAN),
        ));
    }
    world.check(&token);
    let times =
        |what, peer: &[f64], goal| Reach::times(what, median(&ours), median(peer), "/s", goal);
    run.row(times("look-up, against a bare actix-web handler", &bares, Goal::AtLeast(0.8)));
    run.row(times("look-up, against Redis SISMEMBER", &members, Goal::AtLeast(1.0)));
    if !selects.is_empty() {
        run.row(times("look-up, against PostgreSQL prepared select", &selects, Goal::Stated));
    }
    run.seen(
        "lookup",
        json!({"ours": ours, "bare": bares, "sismember": members, "select": selects,
        "answer_bytes": bytes, "connections": CONNECTIONS, "questions": QUESTIONS}),
    );
}

/// The p99 while objections come in, against that without.
pub(crate) fn beside_intake(run: &mut Run, world: &World) {
    let token = world.place.token("crm");
    let bodies = questions(&run.folder, world.filled.persons, QUESTIONS);
    let plan = Plan { connections: CONNECTIONS, seconds: run.seconds };
    let (mut quiet, mut busy, mut came) = (vec![], vec![], vec![]);
    let mut next = 1; // the first is in already
    for round in 0..run.rounds {
        quiet.push(plan.post(world.serving.address, "/v1/lookups", &bodies, &token).p99_ms);
        let objections = Objections { token: world.place.token("sparrtjanst") };
        let clients = Clients::of(world.serving.address, objections).from(next);
        let mut intake = Intake::full(INTAKE.1, run.seconds);
        intake.per_second = Some(INTAKE.0);
        std::thread::scope(|scope| {
            let coming = scope.spawn(|| clients.all(intake));
            std::thread::sleep(intake.warm_up);
            busy.push(plan.post(world.serving.address, "/v1/lookups", &bodies, &token).p99_ms);
            let load = coming.join().expect("they were posted");
            came.push(load.answered as f64 / run.seconds);
        });
        next = clients.next();
        run.tell(&format!(
            "p99, round {round}: {:.2} ms alone, {:.2} ms beside {:.0} objections/s",
            quiet[round], busy[round], came[round]
        ));
    }
    world.check(&token);
    let intake = median(&came);
    let what = format!("p99 of look-ups while {intake:.0} objections/s come in, against without");
    run.row(Reach::times(&what, median(&busy), median(&quiet), "ms", Goal::AtMost(2.0)));
    run.seen(
        "beside_intake",
        json!({"without": quiet, "with": busy, "objections_per_second": came,
        "connections": CONNECTIONS}),
    );
}
