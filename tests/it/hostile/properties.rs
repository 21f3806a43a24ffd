//! Laws for bodies that nobody thought of: never a fault of ours, and what is
//! accepted is found.

use super::{Arena, is_decent, mutate};
use crate::support::{World, objection, person};
use nejtack::store::Backend;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

/// Any JSON, with the names of our own fields among the others.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9+ @.a-zåäö-]{0,24}".prop_map(Value::from),
        prop_oneof![
            Just("all"),
            Just("email"),
            Just("2026-11-20T09:12:00Z"),
            Just("tandgruppen"),
            Just("self")
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let names = prop_oneof![
            Just("person".to_owned()),
            Just("emails".to_owned()),
            Just("proxy".to_owned()),
            Just("channels".to_owned()),
            Just("controllers".to_owned()),
            Just("persons".to_owned()),
            Just("reference".to_owned()),
            any::<String>(),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A right objection with up to three of its values replaced.
fn near_objection() -> impl Strategy<Value = Value> {
    let right = objection("egenskap", &["tandgruppen"], &person());
    let places = mutate::places(&right);
    let change = (0..places.len(), any_json());
    prop::collection::vec(change, 0..=3).prop_map(move |changes| {
        changes.into_iter().fold(right.clone(), |body, (place, value)| {
            if body.pointer(&places[place]).is_some() {
                mutate::with(&body, &places[place], value)
            } else {
                body
            }
        })
    })
}

/// Runs a law so many times, the same way each time.
fn holds<S: Strategy>(
    cases: u32,
    strategy: S,
    law: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(Default::default()),
    )
    .run(&strategy, law)
    .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn no_json_is_a_fault_of_ours() {
    let world = World::on(Backend::Sqlite);
    let arena = Arena::of(&world);
    let operations = arena.operations.len();
    holds(400, (0..operations, any_json()), |(operation, body)| {
        let operation = &arena.operations[operation];
        is_decent(&arena.try_post(operation, &body), &operation.id);
        Ok(())
    });
}

#[test]
fn what_is_accepted_can_be_looked_up() {
    let world = World::on(Backend::Sqlite);
    let (service, crm) = (world.service(), world.crm());
    let mut accepted = std::cell::Cell::new(0);
    holds(300, near_objection(), |mut body| {
        body["reference"] = Value::Null;
        let answer = service.post("/v1/objections", &body);
        is_decent(&answer, "an objection");
        if answer.status != 201 {
            return Ok(());
        }
        accepted.set(accepted.get() + 1);
        // asked with all that was recorded, some kind of it must be met
        let asked = json!({"controller": "tandgruppen-malmo", "channels": ["email"], "person": body["person"]});
        let found = crm.post("/v1/lookups", &asked);
        prop_assert_eq!(found.status, 200, "{}", found);
        prop_assert_eq!(&found.body["decisions"]["email"], "blocked", "{}", found);
        let path = answer.body["id"].as_str().map(|id| format!("/v1/objections/{id}"));
        prop_assert_eq!(service.get(&path.expect("an id")).status, 200);
        Ok(())
    });
    assert!(*accepted.get_mut() > 20, "too few were accepted: {accepted:?}");
}

#[test]
fn no_bytes_are_a_fault_of_ours() {
    let world = World::on(Backend::Sqlite);
    let arena = Arena::of(&world);
    let right = arena.operations.iter().find(|o| o.id == "record_objection").expect("it is there");
    let text = right.text().into_bytes();
    let change = prop::collection::vec((0..text.len(), any::<u8>()), 1..4);
    holds(300, change, |changes| {
        let mut bytes = text.clone();
        changes.into_iter().for_each(|(place, byte)| bytes[place] = byte);
        is_decent(&arena.send(right, bytes), "changed bytes");
        Ok(())
    });
}
