//! The record of who asked how much: it adds up, it comes in pages, and it is
//! for auditors.

use super::{question, static_key, tool};
use crate::support::{Party, World, on_both};
use serde_json::{Value, json};

fn auditor(world: &World) -> Party<'_> {
    world.client(&json!({"client_id": "revisor", "role": "auditor"}))
}

/// All uses, page by page, each at most this long.
fn uses(auditor: &Party<'_>, filter: &str, limit: usize) -> Vec<Value> {
    let (mut uses, mut after) = (Vec::new(), String::new());
    loop {
        let page = auditor.get(&format!("/v1/audit?limit={limit}{filter}{after}"));
        assert_eq!(page.status, 200, "{page}");
        let found = page.body["uses"].as_array().expect("uses");
        assert!(found.len() <= limit, "{page}");
        uses.extend(found.iter().cloned());
        match page.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return uses,
        }
    }
}

/// Requests and identifiers of one client's operation.
fn sum(uses: &[Value], client: &str, operation: &str) -> (u64, u64) {
    let own = uses.iter().filter(|one| one["client"] == client && one["operation"] == operation);
    own.fold((0, 0), |(requests, identifiers), one| {
        let count = |field: &str| one[field].as_u64().expect("a count");
        (requests + count("requests"), identifiers + count("identifiers"))
    })
}

on_both! {
    fn uses_add_up_over_flushes_and_restarts(world) {
        let (crm, annan) = (world.crm(), world.client(&tool("annan")));
        let (token, other) = (crm.token().to_owned(), annan.token().to_owned());
        let key = static_key(&world, "crm");
        let auditor_token = auditor(&world).token().to_owned();
        let batch = json!({"controller": "tandgruppen-malmo", "persons": [
            {"emails": ["a@exempel.example"], "phones": ["070-174 06 05"]}, {"emails": ["b@exempel.example"]}]});
        let ask = |world: &World| {
            let party = |token: &str| world.stranger().with_token(token);
            for token in [&token, &token, &key, &other] {
                assert_eq!(party(token).post("/v1/lookups", &question("tandgruppen-malmo")).status, 200);
            }
            assert_eq!(party(&token).post("/v1/lookups/batch", &batch).status, 200);
            assert_eq!(party(&token).post("/v1/lookups", &json!({"controller": "tandgruppen-malmo", "person": {}})).status, 422);
        };
        let seen = |world: &World| uses(&world.stranger().with_token(&auditor_token), "", 1000);
        let mut world = world;
        for round in 1..=3 {
            ask(&world);
            let seen = seen(&world);
            assert_eq!(sum(&seen, "crm", "look_up"), (3 * round, 3 * round), "{seen:?}");
            assert_eq!(sum(&seen, "crm", "look_up_batch"), (round, 3 * round), "{seen:?}");
            assert_eq!(sum(&seen, "annan", "look_up"), (round, round), "{seen:?}");
            if round == 2 {
                world = world.restarted();
            }
        }
    }

    fn pages_are_gap_free_and_without_repeats_also_while_more_comes(world) {
        let (crm, auditor) = (world.crm(), auditor(&world));
        for _ in 0..7 {
            // each reading of the record keeps what was counted, in a row of its own
            crm.post("/v1/lookups", &question("tandgruppen-malmo"));
            auditor.get("/v1/audit");
        }
        let whole = uses(&auditor, "", 1000);
        assert_eq!(sum(&whole, "crm", "look_up"), (7, 7));
        for limit in [1, 2, 3, 7, 8] {
            assert_eq!(uses(&auditor, "", limit), whole, "{limit}");
        }
        let first = auditor.get("/v1/audit?limit=3");
        crm.post("/v1/lookups", &question("tandgruppen-malmo"));
        let rest = auditor.get(&format!("/v1/audit?after={}", first.body["next"].as_str().unwrap()));
        let rest = rest.body["uses"].as_array().unwrap();
        assert_eq!(rest[..whole.len() - 3], whole[3..], "what came later stands at the end");
        let ids: std::collections::BTreeSet<_> = whole.iter().map(|one| one["id"].to_string()).collect();
        assert_eq!(ids.len(), whole.len());
    }

    fn one_clients_use_can_be_asked_for(world) {
        let (crm, auditor) = (world.crm(), auditor(&world));
        let annan = world.client(&tool("annan"));
        for party in [&crm, &annan, &crm, &annan] {
            party.post("/v1/lookups", &question("tandgruppen-malmo"));
            auditor.get("/v1/audit");
        }
        for limit in [1, 100] {
            let seen = uses(&auditor, "&client=annan", limit);
            assert!(seen.iter().all(|one| one["client"] == "annan"), "{seen:?}");
            assert_eq!(sum(&seen, "annan", "look_up"), (2, 2));
        }
        assert_eq!(uses(&auditor, "&client=okand", 100), Vec::<Value>::new());
    }
}

#[test]
fn a_wrong_cursor_or_limit_is_told_and_the_record_names_nobody_who_was_asked_about() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let (crm, auditor) = (world.crm(), auditor(&world));
    crm.post("/v1/lookups", &question("tandgruppen-malmo"));
    for wrong in ["after=x", "limit=0", "limit=1001", "limit=x", "okand=1", "client=a&client=b"] {
        auditor.get(&format!("/v1/audit?{wrong}")).is_problem(400, "malformed");
    }
    let seen = auditor.get("/v1/audit");
    let fields: Vec<_> = seen.body["uses"][0].as_object().expect("a use").keys().cloned().collect();
    assert_eq!(fields, ["client", "hour", "id", "identifiers", "operation", "requests"]);
    assert!(!seen.text.contains("bo.ek"), "{seen}");
    for party in [&crm, &world.staff(), &world.service(), &world.operator()] {
        party.get("/v1/audit").is_problem(403, "insufficient-scope");
    }
    world.stranger().get("/v1/audit").is_problem(401, "unauthorized");
}
