//! Every operation's own example, with one thing wrong in it.

use super::arena::attack;
use super::{Arena, Operation, PLANTED, is_decent, mutate};
use crate::support::Answer;
use nejtack::store::Backend;
use serde_json::{Value, json};

/// It must be a 400 that points there.
#[track_caller]
fn points_at(answer: &Answer, pointer: &str, what: &str) {
    is_decent(answer, what);
    assert_eq!(answer.status, 400, "{what}: {answer}");
    let errors = answer.body["errors"].as_array();
    let there = errors.is_some_and(|errors| {
        errors.iter().any(|e| e["pointer"].as_str().is_some_and(|at| at.starts_with(pointer)))
    });
    assert!(there, "{what}: nothing points at {pointer}: {answer}");
}

#[test]
fn the_examples_are_right() {
    attack(Backend::Sqlite, |arena, operation| {
        let answer = arena.try_post(operation, &operation.example);
        assert!(answer.status < 300, "{}: {answer}", operation.id);
    });
}

#[test]
fn a_value_of_another_type_is_pointed_at() {
    attack(Backend::Sqlite, |arena, operation| {
        for at in mutate::places(&operation.example) {
            let right = operation.example.pointer(&at).expect("a value");
            let number = json!(77_317_731);
            let others =
                [number, json!(true), json!({"a": PLANTED}), json!([PLANTED]), json!(PLANTED)];
            for wrong in others {
                let same = std::mem::discriminant(&wrong) == std::mem::discriminant(right);
                if same || right.is_null() {
                    continue;
                }
                let what = format!("{} {at} = {wrong}", operation.id);
                let answer = arena.post(operation, &mutate::with(&operation.example, &at, wrong));
                points_at(&answer, &at, &what);
                assert!(!answer.text.contains("77317731"), "{what}: {answer}");
            }
        }
    });
}

#[test]
fn an_unknown_field_is_refused_wherever_it_is() {
    attack(Backend::Sqlite, |arena, operation| {
        for at in mutate::objects(&operation.example) {
            let mut body = operation.example.clone();
            body.pointer_mut(&at).expect("an object")["okant_falt"] = json!(PLANTED);
            let answer = arena.post(operation, &body);
            is_decent(&answer, &operation.id);
            answer.is_problem(400, "malformed").at(&format!("{at}/okant_falt"), "unknown_field");
            // somebody's data in the place of a name is not repeated
            let mut body = operation.example.clone();
            body.pointer_mut(&at).expect("an object")[format!("{PLANTED}@exempel.example")] =
                json!(1);
            let answer = arena.post(operation, &body);
            is_decent(&answer, &operation.id);
            answer.is_problem(400, "malformed").at(&at, "unknown_field");
        }
    });
}

#[test]
fn null_blank_and_empty_are_the_same_as_absent() {
    attack(Backend::Sqlite, |arena, operation| {
        for at in mutate::places(&operation.example) {
            let Some(absent) = mutate::without(&operation.example, &at) else { continue };
            let expected = outcome(&arena.try_post(operation, &absent));
            for nothing in [json!(null), json!(""), json!(" \t\u{a0}"), json!([])] {
                let what = format!("{} {at} = {nothing}", operation.id);
                let body = mutate::with(&operation.example, &at, nothing);
                assert_eq!(outcome(&arena.try_post(operation, &body)), expected, "{what}");
            }
        }
    });
}

/// What an answer says, but for times, ids and wording.
fn outcome(answer: &Answer) -> (u16, Value, Vec<Value>) {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    let places = errors.iter().map(|e| json!([e["pointer"], e["code"]])).collect();
    (answer.status, answer.body["code"].clone(), places)
}

/// What no text should be, and what some are.
fn nasty_texts() -> Vec<Value> {
    vec![
        json!(format!("{PLANTED}\u{0}")),
        json!(format!("\u{0}{PLANTED}")),
        json!(format!("{PLANTED}\u{7}\u{1b}[2J\r\nSet-Cookie: a=b")),
        json!(format!("{PLANTED}\u{202e}\u{feff}\u{ffff}\u{10ffff}")),
        json!(format!("'; DROP TABLE entries; --{PLANTED}")),
        json!(format!("{{{{{PLANTED}}}}} ${{jndi:ldap://{PLANTED}}} %s%n%00")),
        json!(PLANTED.repeat(1_000)),
        json!(format!("٠٧٠{PLANTED}Ǆ🤷🏽‍♀️")),
    ]
}

fn nasty_texts_everywhere(arena: &Arena<'_>, operation: &Operation, trial: bool) {
    for at in mutate::texts(&operation.example) {
        for text in nasty_texts() {
            let what = format!("{} {at} = {text:.60}", operation.id);
            let body = mutate::with(&operation.example, &at, text);
            let answer =
                if trial { arena.try_post(operation, &body) } else { arena.post(operation, &body) };
            is_decent(&answer, &what);
        }
    }
}

#[test]
fn nasty_texts_are_read_or_refused_and_never_repeated() {
    attack(Backend::Sqlite, |arena, operation| nasty_texts_everywhere(arena, operation, true));
}

#[test]
fn times_from_nowhere_are_refused_where_they_stand() {
    attack(Backend::Sqlite, |arena, operation| {
        for at in mutate::texts(&operation.example) {
            let time = operation.example.pointer(&at).and_then(Value::as_str).unwrap_or_default();
            if !(time.len() == 20 && time.ends_with('Z')) {
                continue;
            }
            for wrong in [
                "0000-01-01T00:00:00Z",
                "0000-01-01T00:00:00+23:59",
                "9999-12-31T23:59:59Z",
                "9999-12-31T23:59:60-23:59",
                "2026-02-30T09:12:00Z",
                "2026-11-20",
                "2026-11-20 09:12:00Z",
                "20261120T091200Z",
                "2026-11-20T09:12:00",
                "2026-W47-5T09:12:00Z",
                "1795166400",
                "+12026-11-20T09:12:00Z",
                "-0001-11-20T09:12:00Z",
                "2026-11-20T25:12:00Z",
                "2026-11-20T09:12:00+99:99",
                "i morgon",
            ] {
                // A gateway whose clock is wrong loses nobody's STOP by it.
                let of_a_clock = wrong.starts_with("0000") || wrong.starts_with("9999");
                if operation.id == "receive_sms" && of_a_clock {
                    continue;
                }
                let what = format!("{} {at} = {wrong}", operation.id);
                let body = mutate::with(&operation.example, &at, json!(wrong));
                let answer = arena.post(operation, &body);
                is_decent(&answer, &what);
                assert!(matches!(answer.status, 400 | 422), "{what}: {answer}");
                let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
                assert!(errors.iter().any(|e| e["pointer"] == at), "{what}: {answer}");
            }
        }
    });
}

/// The same, recorded: what is accepted must also be storable, on both databases.
mod recorded {
    use super::*;
    use crate::support::World;

    fn all_of_an_objection(backend: Backend) {
        let world = World::on(backend);
        let arena = Arena::of(&world);
        let recording =
            ["record_objection", "add_identifiers", "withdraw_objection", "withdraw_person"];
        for operation in arena.operations.iter().filter(|o| recording.contains(&o.id.as_str())) {
            nasty_texts_everywhere(&arena, operation, false);
        }
        assert_eq!(world.stranger().get("/health/ready").status, 200);
    }

    #[test]
    fn on_sqlite() {
        all_of_an_objection(Backend::Sqlite);
    }

    #[test]
    fn on_postgresql() {
        all_of_an_objection(Backend::Postgresql);
    }
}
