//! Quotas: counted by identifiers, told in headers, and never a reason to stop
//! a batch halfway.

use super::{question, static_key, tool};
use crate::support::{Answer, Party, World, on_both};
use serde_json::{Value, json};

/// A tool of the group's clinics that may ask about so many identifiers a day.
fn bounded(world: &World, quota_per_day: u64) -> Party<'_> {
    world.client(
        &json!({"client_id": "crm", "role": "marketing-tool", "controllers": ["tandgruppen"],
        "quota_per_day": quota_per_day}),
    )
}

/// A batch about so many persons, with an address and a number each.
fn batch(persons: usize) -> Value {
    let person = |n| json!({"key": format!("row-{n}"), "emails": [format!("p{n}@exempel.example")], "phones": ["070-174 06 05"]});
    json!({"controller": "tandgruppen-malmo", "channels": ["email"], "persons": (0..persons).map(person).collect::<Vec<_>>()})
}

fn one(party: &Party<'_>) -> Answer {
    party.post("/v1/lookups", &question("tandgruppen-malmo"))
}

/// Limit and rest as the headers tell them (draft-ietf-httpapi-ratelimit-headers).
#[track_caller]
fn left(answer: &Answer) -> (u64, u64) {
    let field = |header: &str, name: &str| -> u64 {
        let header = answer.header(header);
        let mut parameters = header.split(';').filter_map(|part| part.split_once('='));
        let found =
            parameters.find(|(own, _)| *own == name).and_then(|(_, value)| value.parse().ok());
        found.unwrap_or_else(|| panic!("no {name} in {header:?}: {answer}"))
    };
    assert_eq!(answer.header("ratelimit-policy").split(';').next(), Some("\"day\""));
    assert_eq!(field("ratelimit-policy", "w"), 86_400);
    assert!((1..=86_400).contains(&field("ratelimit", "t")), "{answer}");
    (field("ratelimit-policy", "q"), field("ratelimit", "r"))
}

on_both! {
    fn identifiers_are_counted_and_not_requests(world) {
        let crm = bounded(&world, 100);
        assert_eq!(left(&one(&crm)), (100, 99));
        let two = json!({"controller": "tandgruppen-malmo", "person": {"emails": ["a@exempel.example"], "phones": ["070-174 06 05"]}});
        assert_eq!(left(&crm.post("/v1/lookups", &two)), (100, 97));
        assert_eq!(left(&crm.post("/v1/lookups/batch", &batch(10))), (100, 77));
        // a refused question costs nothing
        crm.post("/v1/lookups", &question("optiker-ek")).is_problem(403, "controller-not-yours");
        crm.post("/v1/lookups", &json!({"controller": "tandgruppen-malmo", "person": {}})).is_problem(422, "unprocessable");
        assert_eq!(left(&one(&crm)), (100, 76));
        // the same client by another way in
        let key = world.stranger().with_token(&static_key(&world, "crm"));
        assert_eq!(left(&one(&key)), (100, 75));
    }

    fn a_batch_that_began_is_answered_whole_and_the_next_is_refused(world) {
        let crm = bounded(&world, 5);
        let whole = crm.post("/v1/lookups/batch", &batch(200));
        assert_eq!(whole.status, 200, "{whole}");
        assert_eq!(whole.body["results"].as_array().map(Vec::len), Some(200));
        assert_eq!(left(&whole), (5, 0));
        for refused in [one(&crm), crm.post("/v1/lookups/batch", &batch(1))] {
            refused.is_problem(429, "quota-exceeded");
            let wait: u32 = refused.header("retry-after").parse().expect("seconds");
            assert!((1..=86_400).contains(&wait), "{wait}");
            assert!(refused.body["results"].is_null() && refused.body["decisions"].is_null());
        }
        // others go on, and what was used is used after a restart too
        assert_eq!(one(&world.client(&tool("annan"))).status, 200);
        let token = crm.token().to_owned();
        let world = world.restarted();
        one(&world.stranger().with_token(&token)).is_problem(429, "quota-exceeded");
    }

    fn what_was_used_in_part_is_remembered_over_a_restart(world) {
        let crm = bounded(&world, 100);
        assert_eq!(left(&crm.post("/v1/lookups/batch", &batch(20))), (100, 60));
        let token = crm.token().to_owned();
        let world = world.restarted();
        assert_eq!(left(&one(&world.stranger().with_token(&token))), (100, 59));
    }
}

#[test]
fn without_a_quota_nothing_is_told_of_one() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let answer = one(&world.crm());
    assert_eq!(
        (answer.status, answer.header("ratelimit"), answer.header("ratelimit-policy")),
        (200, "", "")
    );
    let other = World::on(nejtack::store::Backend::Sqlite);
    let none = one(&bounded(&other, 0));
    none.is_problem(429, "quota-exceeded");
}
