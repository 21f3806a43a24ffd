//! Controllers that join and leave a group, and what those hear who are bound to it.

use super::{acknowledge, changes, feed, kinds, objects};
use crate::support::{Answer, Party, World, on_both};
use nejtack::app::Hearing;
use nejtack::store::Backend;
use serde_json::{Value, json};

const MALMO: &str = "tandgruppen-malmo";
const OPTICIAN: &str = "optiker-ek";
const NONE: Vec<String> = Vec::new();

fn joins(world: &World, controller: &str) {
    world.operator().makes("/v1/groups/tandgruppen/members", &json!({"controller": controller}));
}

fn leaves(world: &World, controller: &str) {
    world.operator().makes("/v1/groups/tandgruppen/departures", &json!({"controller": controller}));
}

/// Each change with the controllers that it was told of.
fn told(feed: &Value) -> Vec<(String, Value)> {
    let told = |change: &Value| {
        (change["kind"].as_str().unwrap().to_owned(), change["controllers"].clone())
    };
    changes(feed).iter().map(told).collect()
}

fn next(party: &Party<'_>) -> i64 {
    feed(party, 0)["as_of"]["position"].as_i64().expect("a position")
}

/// The keys of those who come back, of one who objected, one who did not, and one of
/// whom nothing can be read: as a batch, and as a file.
#[track_caller]
fn changed(party: &Party<'_>, controller: &str, since: i64) -> [Vec<String>; 2] {
    let persons = json!([
        {"key": "anna", "emails": ["anna.karin@exempel.example"]},
        {"key": "bo", "emails": ["bo.ek@exempel.example"]},
        {"key": "cia", "emails": ["cia"]},
    ]);
    let body = json!({"controller": controller, "channels": ["email"], "persons": persons, "changed_since": since});
    let answer = party.post("/v1/lookups/batch", &body);
    assert_eq!(answer.status, 200, "{answer}");
    let keys = answer.body["results"].as_array().unwrap().iter();
    let keys = keys.map(|row| row["key"].as_str().unwrap().to_owned()).collect();
    let path =
        format!("/v1/screenings?controller={controller}&channel=email&changed_since={since}");
    let file = "key,email\nanna,anna.karin@exempel.example\nbo,bo.ek@exempel.example\ncia,cia\n";
    let file = party.request("POST", &path).header("Content-Type", "text/csv").body(file);
    let answer = Answer::of(file);
    assert_eq!(answer.status, 200, "{answer}");
    let rows = answer.text.lines().skip(1).map(|row| row.split(',').next().unwrap().to_owned());
    [keys, rows.collect()]
}

on_both! {
    fn what_came_before_a_controller_left_is_told_and_that_it_left(world) {
        let (service, crm, own) = (world.service(), world.crm(), world.client(&json!({
            "client_id": "malmo", "role": "marketing-tool", "controllers": [MALMO]})));
        let from = next(&crm);
        acknowledge(&crm, from);
        let (_, at) = objects(&service, "spt-1", &[MALMO]);
        let before = told(&feed(&crm, from));
        leaves(&world, MALMO);
        objects(&service, "spt-2", &[MALMO]);
        let seen = told(&feed(&crm, from));
        assert_eq!(seen, [("objection.recorded".to_owned(), json!([MALMO])), ("membership.ended".to_owned(), json!([MALMO]))]);
        assert_eq!(before, seen[..1], "it does not depend on when it is asked for");
        assert_eq!(kinds(&feed(&own, at - 1)), ["objection.recorded", "membership.ended", "objection.recorded"]);
        // as many are missing as the feed tells of
        let consumers = world.operator().get("/v1/changes/consumers").body;
        assert_eq!(consumers["consumers"][0]["lag_entries"], 2, "{consumers}");
    }

    fn nobody_reads_what_happened_at_a_controller_before_it_joined(world) {
        let (service, crm) = (world.service(), world.crm());
        let from = next(&crm);
        objects(&service, "spt-1", &[OPTICIAN]);
        joins(&world, OPTICIAN);
        objects(&service, "spt-2", &[OPTICIAN]);
        assert_eq!(kinds(&feed(&crm, from)), ["membership.began", "objection.recorded"]);
        leaves(&world, OPTICIAN);
        objects(&service, "spt-3", &[OPTICIAN]);
        assert_eq!(kinds(&feed(&crm, from)), ["membership.began", "objection.recorded", "membership.ended"]);
    }

    fn everyone_who_is_not_clear_comes_back_for_a_controller_that_is_new_to_the_caller(world) {
        let (service, crm, operator) = (world.service(), world.crm(), world.operator());
        objects(&service, "spt-1", &[OPTICIAN]);
        let before = next(&crm);
        joins(&world, OPTICIAN);
        let after = next(&crm);
        let all = ["anna", "cia"].map(str::to_owned).to_vec();
        assert_eq!(changed(&crm, OPTICIAN, before), [all.clone(), all.clone()]);
        assert_eq!(changed(&crm, OPTICIAN, after), [NONE, NONE]);
        // its own of before are as they were
        assert_eq!(changed(&crm, MALMO, before), [NONE, NONE]);
        // the same where it is the client that is bound to more
        let own = world.client(&json!({"client_id": "malmo", "role": "marketing-tool", "controllers": [MALMO]}));
        let before = next(&own);
        operator.makes("/v1/clients/malmo/changes", &json!({"controllers": [MALMO, OPTICIAN]}));
        let after = next(&own);
        operator.makes("/v1/clients/malmo/changes", &json!({"quota_per_day": 1_000}));
        assert_eq!(changed(&own, OPTICIAN, before), [all.clone(), all]);
        assert_eq!(changed(&own, OPTICIAN, after), [NONE, NONE]);
        assert_eq!(changed(&own, MALMO, before), [NONE, NONE]);
    }

    fn only_who_was_told_of_an_objection_has_applied_it(world) {
        let (service, crm, optician, operator) = (world.service(), world.crm(), world.optician(), world.operator());
        let other = world.client(&json!({"client_id": "annan-crm", "role": "marketing-tool", "controllers": [MALMO]}));
        let staff = world.client(&json!({"client_id": "reception", "role": "staff", "controllers": ["tandgruppen", OPTICIAN]}));
        let staff = staff.acting_as("elin.berg");
        let (id, _) = objects(&service, "spt-1", &[OPTICIAN]);
        joins(&world, OPTICIAN);
        operator.makes("/v1/clients/annan-crm/changes", &json!({"controllers": [MALMO, OPTICIAN]}));
        for party in [&crm, &optician, &other] {
            acknowledge(party, next(party));
        }
        let applied = |id: &str| {
            let seen = staff.get(&format!("/v1/objections/{id}")).body;
            let all = seen["record"]["applied"].as_array().expect("a list").clone();
            all.iter().map(|one| one["client_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(applied(&id), ["optiker-crm"]);
        // what came since all of them were told
        let (id, at) = objects(&service, "spt-2", &[OPTICIAN]);
        leaves(&world, OPTICIAN);
        for party in [&crm, &optician, &other] {
            acknowledge(party, at);
        }
        assert_eq!(applied(&id), ["annan-crm", "crm", "optiker-crm"]);
    }
}

/// One that was counted before a controller left.
#[test]
fn nobody_lags_with_nothing_to_read() {
    let hearing = Hearing { consumer_lag_bound: std::time::Duration::ZERO, ..Hearing::default() };
    let setup = crate::support::Setup { hearing, ..crate::support::Setup::default() };
    let world = World::with(Backend::Sqlite, setup);
    let (service, own) = (
        world.service(),
        world.client(
            &json!({"client_id": "malmo", "role": "marketing-tool", "controllers": [MALMO]}),
        ),
    );
    let at = next(&own);
    acknowledge(&own, at);
    objects(&service, "spt-1", &[MALMO]);
    let lag = || world.operator().get("/v1/changes/consumers").body["consumers"][0].clone();
    assert_eq!(lag()["lag_entries"], 1);
    let other = json!({"controllers": [OPTICIAN]});
    world.operator().makes("/v1/clients/malmo/changes", &other);
    assert_eq!(kinds(&feed(&own, at)), Vec::<String>::new());
    let lag = lag();
    assert_eq!((&lag["lag_entries"], &lag["lagging"]), (&0.into(), &false.into()), "{lag}");
}
