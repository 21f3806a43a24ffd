//! Receivers that mean harm, or are far behind: others do not feel it.

use super::receiver::Reply;
use super::{Receiver, Sending, deliveries, objects, of, register, until};
use crate::support::persons;
use nejtack::store::Backend;
use serde_json::json;
use std::time::{Duration, Instant};

/// An HTTP client reads on and on where answers are 1xx.
#[test]
fn an_endless_stream_of_informational_answers_holds_up_nobody() {
    let sending = Sending::on(Backend::Sqlite);
    let world = &sending.world;
    let (service, admin, crm) = (world.service(), world.operator(), world.crm());
    let (hostile, good) = (Receiver::answering(|_| Reply::Endless), Receiver::new());
    let of_hostile = register(&admin, &hostile, &[]);
    register(&admin, &good, &[]);
    let count = 20;
    let begun = Instant::now();
    for number in 0..count {
        objects(&service, &format!("spt-{number}"), &[]);
    }
    std::thread::scope(|scope| {
        let tests: Vec<_> = (0..6)
            .map(|_| {
                let path = of(&of_hostile, "/tests");
                scope.spawn(move || world.operator().post(&path, &json!({})))
            })
            .collect();
        while good.received().len() < count {
            let asked = Instant::now();
            let person = json!({"emails": ["bo.ek@exempel.example"]});
            assert_eq!(crm.decision("tandgruppen-malmo", "email", &person), "clear");
            assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
            assert!(begun.elapsed() < Duration::from_secs(20), "{}", good.received().len());
            std::thread::sleep(Duration::from_millis(50));
        }
        let answers = tests.into_iter().map(|test| test.join().unwrap());
        let (tested, refused): (Vec<_>, Vec<_>) = answers.partition(|answer| answer.status == 200);
        assert_eq!((tested.len(), refused.len()), (4, 2), "few at a time");
        for answer in tested {
            assert_eq!(answer.body["failure"], "timed_out", "{answer}");
        }
        for answer in refused {
            answer.is_problem(503, "unavailable");
            assert_eq!(answer.header("retry-after"), "15");
        }
    });
    let late = |one: &serde_json::Value| one["attempts"] == 1;
    let late = until(|| deliveries(&admin, &of_hostile).into_iter().find(late));
    assert_eq!(late["last_failure"], "timed_out");
}

fn one_that_is_far_behind_holds_up_nobody(backend: Backend) {
    let sending = Sending::on(backend);
    let world = &sending.world;
    let (service, admin) = (world.service(), world.operator());
    let (behind, good) = (Receiver::new(), Receiver::new());
    let of_behind = register(&admin, &behind, &[]);
    admin.makes(&of(&of_behind, "/disablements"), &json!({}));
    let lines: Vec<_> = (0..1_000)
        .map(|number| {
            let person = persons::person(number);
            crate::support::objection(&format!("spt-{number}"), &[], &person).to_string()
        })
        .collect();
    let batch = service.request("POST", "/v1/objections/batch");
    let batch = batch.header("Content-Type", "application/x-ndjson").body(lines.join("\n"));
    assert_eq!(batch.send().expect("an answer").status(), 200);
    register(&admin, &good, &[]);
    admin.makes(&of(&of_behind, "/enablements"), &json!({}));
    behind.wait_for(1);
    let id = objects(&service, "spt-new", &[]);
    let begun = Instant::now();
    assert_eq!(good.wait_for(1)[0].objection(), id);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let by_then = behind.received().len();
    assert!(by_then < 1_000, "{by_then}");
}

#[test]
fn one_that_is_far_behind_holds_up_nobody_on_sqlite() {
    one_that_is_far_behind_holds_up_nobody(Backend::Sqlite);
}

#[test]
fn one_that_is_far_behind_holds_up_nobody_on_postgresql() {
    one_that_is_far_behind_holds_up_nobody(Backend::Postgresql);
}

#[test]
fn one_that_has_too_much_to_do_is_left_alone_for_as_long_as_it_asks() {
    let sending = Sending::on(Backend::Sqlite);
    let (service, admin) = (sending.world.service(), sending.world.operator());
    let receiver = Receiver::answering(|_| Reply::Later(429, 7_200));
    let webhook = register(&admin, &receiver, &[]);
    objects(&service, "spt-1", &[]);
    let tried = |one: &serde_json::Value| one["attempts"] == 1;
    let one = until(|| deliveries(&admin, &webhook).into_iter().find(tried));
    let time = |name: &str| {
        let text = one[name].as_str().expect("a time");
        chrono::DateTime::parse_from_rfc3339(text).expect("RFC 3339")
    };
    let wait = time("next_attempt_at") - time("last_attempt_at");
    assert_eq!((wait.num_seconds(), &one["last_status_code"]), (7_200, &429.into()), "{one}");
}
