//! `at` in the past, and `changed_since`: what is not known any more is never `clear`,
//! and never silently unchanged.

use super::{
    NOT_ON_IT, ON_IT, csv, days_ago, decision, load, loaded, nix, nix_of, phone, warned, with,
};
use crate::support::{Party, World, on_both};
use serde_json::json;

fn changed(crm: &Party<'_>, since: i64) -> Vec<String> {
    let persons = json!([{"key": "on", "phones": [ON_IT]}, {"key": "off", "phones": [NOT_ON_IT]},
        {"key": "friend", "phones": [ON_IT], "relationship": {"kind": "consent", "given_at": days_ago(0)}}]);
    let body = json!({"controller": "tandgruppen-goteborg", "channels": ["phone"], "persons": persons, "changed_since": since});
    let answer = crm.post("/v1/lookups/batch", &body);
    let results = answer.body["results"].as_array().unwrap_or_else(|| panic!("{answer}"));
    results.iter().map(|row| row["key"].as_str().expect("a key").to_owned()).collect()
}

fn someone_is_added(world: &World) {
    world.operator().makes("/v1/groups", &json!({"slug": "ny-grupp", "name": "Ny grupp"}));
}

on_both! {
    fn at_answers_from_the_version_and_the_bindings_of_then(world) {
        let before = world.app_position();
        nix(&world);
        let without = world.app_position();
        loaded(&load(&world, "nix-telefon", 9, &csv(&[ON_IT])));
        let first = world.app_position();
        let crm = world.crm();
        let at = |position: i64, number: &str| with(&crm, &["phone"], &phone(number), &json!({"at": position}));
        assert_eq!(decision(&at(before, ON_IT), "phone"), "clear", "it bound nobody");
        assert_eq!(warned(&at(without, ON_IT)), ["register_missing"]);
        assert_eq!(decision(&at(first, ON_IT), "phone"), "blocked");
        loaded(&load(&world, "nix-telefon", 1, &csv(&[NOT_ON_IT])));
        let answer = at(first, ON_IT);
        assert_eq!((decision(&answer, "phone"), warned(&answer)), ("undecidable", vec!["register_version_gone"]), "{answer}");
        assert_eq!(decision(&at(world.app_position(), ON_IT), "phone"), "clear");
    }

    fn a_binding_that_ended_counts_for_the_time_before(world) {
        nix_of(&world, 9, &[ON_IT]);
        let (admin, crm, bound) = (world.operator(), world.crm(), world.app_position());
        let bindings = admin.get("/v1/registers/nix-telefon/bindings").body;
        let id = bindings["bindings"][0]["id"].as_str().expect("an id").to_owned();
        let end = format!("/v1/registers/nix-telefon/bindings/{id}/endings");
        assert_eq!(admin.makes(&end, &json!({}))["ended"], true);
        admin.post(&end, &json!({})).is_problem(409, "event-not-possible");
        assert_eq!(crm.decision("tandgruppen-goteborg", "phone", &phone(ON_IT)), "clear");
        let then = with(&crm, &["phone"], &phone(ON_IT), &json!({"at": bound}));
        assert_eq!(decision(&then, "phone"), "blocked", "{then}");
        assert_eq!(changed(&crm, bound), ["on"]);
        let listed = admin.get("/v1/registers/nix-telefon/bindings").body;
        assert_eq!(listed["bindings"][0]["ended"], true, "{listed}");
        let strange = format!("/v1/registers/nix-telefon/bindings/{}/endings", uuid_of_nobody());
        admin.post(&strange, &json!({})).is_problem(404, "not-found");
    }

    fn nobody_has_changed_where_the_version_is_the_same(world) {
        nix_of(&world, 9, &[ON_IT]);
        let since = world.app_position();
        someone_is_added(&world);
        assert_eq!(changed(&world.crm(), since), Vec::<String>::new());
    }

    fn whoever_a_new_version_may_have_changed_comes_back(world) {
        let start = world.app_position();
        nix_of(&world, 9, &[ON_IT]);
        let since = world.app_position();
        let crm = world.crm();
        assert_eq!(changed(&crm, start), ["on"], "before it bound anybody");
        loaded(&load(&world, "nix-telefon", 1, &csv(&[ON_IT, "08-465 004 10"])));
        assert_eq!(changed(&crm, since), ["on", "off"], "who is lifted was never on it");
    }

    fn whoever_a_register_grown_old_may_have_changed_comes_back(world) {
        nix_of(&world, 70, &[ON_IT]);
        let since = world.app_position();
        someone_is_added(&world);
        assert_eq!(changed(&world.crm(), since), ["on", "off"]);
    }
}

fn uuid_of_nobody() -> &'static str {
    "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b99"
}
