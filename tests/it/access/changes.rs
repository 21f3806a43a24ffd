//! Another reach for a client that is registered.

use super::{question, static_key};
use crate::support::{World, on_both};
use nejtack::store::Backend;
use serde_json::{Value, json};

const PATH: &str = "/v1/clients/crm/changes";

#[track_caller]
fn change(world: &World, body: &Value) -> Value {
    world.operator().makes(PATH, body)
}

on_both! {
    fn what_is_taken_away_counts_at_once_and_what_is_added_with_the_next_token(world) {
        let old = world.crm();
        let links = json!({"controller": "tandgruppen-malmo", "channel": "email", "recipients": [{"email": "bo.ek@exempel.example"}]});
        let without = json!({"scopes": ["lookups:decide"]});
        assert_eq!(change(&world, &without)["scopes"], without["scopes"]);
        old.post("/v1/unsubscribe-links", &links).is_problem(403, "insufficient-scope");
        assert_eq!(old.post("/v1/lookups", &question("tandgruppen-malmo")).status, 200);
        change(&world, &json!({"scopes": ["lookups:decide", "identifiers:read"]}));
        let narrow = world.client_again("crm");
        narrow.post("/v1/unsubscribe-links", &links).is_problem(403, "insufficient-scope");
        change(&world, &json!({"scopes": ["links:create"]}));
        narrow.post("/v1/unsubscribe-links", &links).is_problem(403, "insufficient-scope");
        let world = world.restarted();
        let new = world.client_again("crm");
        assert_eq!(new.post("/v1/unsubscribe-links", &links).status, 200);
        new.post("/v1/lookups", &question("tandgruppen-malmo")).is_problem(403, "insufficient-scope");
    }

    fn a_client_acts_for_other_controllers_with_the_token_it_has(world) {
        let crm = world.crm();
        assert_eq!(crm.post("/v1/lookups", &question("tandgruppen-malmo")).status, 200);
        let moved = change(&world, &json!({"controllers": ["optiker-ek"]}));
        assert_eq!((&moved["controllers"], &moved["role"]), (&json!(["optiker-ek"]), &json!("marketing-tool")));
        crm.post("/v1/lookups", &question("tandgruppen-malmo")).is_problem(403, "controller-not-yours");
        assert_eq!(crm.post("/v1/lookups", &question("optiker-ek")).status, 200);
    }

    fn a_quota_comes_and_goes(world) {
        let crm = world.crm();
        assert_eq!(change(&world, &json!({"quota_per_day": 1}))["quota_per_day"], 1);
        assert_eq!(crm.post("/v1/lookups", &question("tandgruppen-malmo")).status, 200);
        crm.post("/v1/lookups", &question("tandgruppen-malmo")).is_problem(429, "quota-exceeded");
        assert_eq!(change(&world, &json!({"no_quota": true}))["quota_per_day"], Value::Null);
        assert_eq!(crm.post("/v1/lookups", &question("tandgruppen-malmo")).status, 200);
    }

    fn what_a_client_has_besides_stays(world) {
        world.crm();
        let key = world.stranger().with_token(&static_key(&world, "crm"));
        let before = world.operator().get("/v1/clients").body["clients"][0].clone();
        let mut expected = before.clone();
        expected["quota_per_day"] = json!(7);
        assert_eq!(change(&world, &json!({"quota_per_day": 7})), expected);
        assert_eq!(key.post("/v1/lookups", &question("tandgruppen-malmo")).status, 200);
    }
}

#[test]
fn a_change_that_cannot_be_is_refused_with_all_that_is_wrong() {
    let world = World::on(Backend::Sqlite);
    world.crm();
    for nothing in [json!({}), json!({"scopes": [], "controllers": null, "no_quota": false})] {
        let refused = world.operator().post(PATH, &nothing);
        refused.is_problem(422, "unprocessable").at("", "nothing_given");
    }
    let wrong = json!({
        "scopes": ["lookups:decide", "clients:admin"], "controllers": ["okand"],
        "quota_per_day": 1, "no_quota": true
    });
    let refused = world.operator().post(PATH, &wrong);
    refused
        .is_problem(422, "unprocessable")
        .at("/scopes/1", "scope")
        .at("/controllers/0", "unknown_controller")
        .at("/no_quota", "contradiction");
    world
        .operator()
        .post("/v1/clients/okand/changes", &json!({"no_quota": true}))
        .is_problem(404, "not-found");
    world.operator().makes("/v1/clients/crm/disablements", &json!({}));
    world.operator().post(PATH, &json!({"no_quota": true})).is_problem(409, "event-not-possible");
}
