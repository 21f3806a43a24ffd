//! What a register does to a look-up, and what it does not.

use super::{NOT_ON_IT, ON_IT, asked, decision, nix, nix_of, phone, warned, with};
use crate::support::{World, objection, on_both};
use serde_json::{Value, json};

on_both! {
    fn a_number_on_nix_telefon_blocks_calls_and_not_email(world) {
        nix_of(&world, 3, &[ON_IT, "08-465 004 10"]);
        let crm = world.crm();
        let person = json!({"phones": ["+46701740621"], "emails": ["eva.ek@exempel.example"]});
        let answer = asked(&crm, &["phone", "automated_call", "email", "sms"], &person);
        assert_eq!(decision(&answer, "phone"), "blocked", "{answer}");
        assert_eq!(decision(&answer, "automated_call"), "blocked", "{answer}");
        assert_eq!(decision(&answer, "email"), "clear", "{answer}");
        assert_eq!(decision(&answer, "sms"), "clear", "NIX-Telefon is for calls: {answer}");
        let reason = &answer.body["reasons"][0];
        assert_eq!(
            (&reason["source"], &reason["register"], &reason["version_date"], &reason["matched"]),
            (&json!("register"), &json!("nix-telefon"), &json!(crate::registers::days_ago(3)), &json!("phone")),
            "{answer}"
        );
        assert_eq!(reason["objection"], Value::Null, "{answer}");
        assert_eq!(warned(&answer), Vec::<&str>::new(), "{answer}");
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(NOT_ON_IT)), "phone"), "clear");
    }

    fn it_binds_whom_it_is_bound_to_and_whoever_adds_it(world) {
        nix_of(&world, 3, &[ON_IT]);
        let optician = world.optician();
        assert_eq!(optician.decision("optiker-ek", "phone", &phone(ON_IT)), "clear");
        let body = json!({"controller": "optiker-ek", "channels": ["phone"], "person": phone(ON_IT), "registers": ["nix-telefon"]});
        assert_eq!(decision(&optician.post("/v1/lookups", &body), "phone"), "blocked");
        let unknown = json!({"controller": "optiker-ek", "person": phone(ON_IT), "registers": ["nix-telefon", "finns-inte"]});
        optician.post("/v1/lookups", &unknown).is_problem(422, "unprocessable").at("/registers/1", "unknown_register");
        // A question can add, and never take away.
        let none = with(&world.crm(), &["phone"], &phone(ON_IT), &json!({"registers": []}));
        assert_eq!(decision(&none, "phone"), "blocked");
    }

    fn one_that_is_too_old_is_undecidable_and_never_clear(world) {
        nix_of(&world, 60, &[ON_IT]);
        world.service().makes("/v1/objections", &objection("spt-1", &[], &phone("070-174 06 30")));
        let crm = world.crm();
        let answer = asked(&crm, &["phone", "email"], &phone(NOT_ON_IT));
        assert_eq!(decision(&answer, "phone"), "undecidable", "{answer}");
        assert_eq!(decision(&answer, "email"), "clear", "{answer}");
        assert_eq!(warned(&answer), ["register_stale"], "{answer}");
        assert_eq!(answer.body["warnings"][0]["pointer"], "/controller", "{answer}");
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(ON_IT)), "phone"), "blocked", "it was on it");
        assert_eq!(decision(&asked(&crm, &["phone"], &phone("070-174 06 30")), "phone"), "blocked");
        let listed = world.operator().get("/v1/registers").body["registers"][0]["version"].clone();
        assert_eq!((&listed["stale"], &listed["age_days"], &listed["rows"]), (&json!(true), &json!(60), &json!(1)), "{listed}");
    }

    fn the_last_day_that_it_may_have_counts(world) {
        nix_of(&world, 59, &[ON_IT]);
        assert_eq!(decision(&asked(&world.crm(), &["phone"], &phone(NOT_ON_IT)), "phone"), "clear");
    }

    fn one_without_a_version_is_undecidable(world) {
        nix(&world);
        let answer = asked(&world.crm(), &["phone", "sms"], &phone(NOT_ON_IT));
        assert_eq!((decision(&answer, "phone"), decision(&answer, "sms")), ("undecidable", "clear"), "{answer}");
        assert_eq!(warned(&answer), ["register_missing"], "{answer}");
    }

    fn one_that_cannot_be_asked_is_undecidable(world) {
        nix_of(&world, 3, &[ON_IT]);
        let crm = world.crm();
        let answer = asked(&crm, &["phone", "email"], &json!({"emails": ["eva.ek@exempel.example"]}));
        assert_eq!((decision(&answer, "phone"), decision(&answer, "email")), ("undecidable", "clear"), "{answer}");
        assert_eq!(warned(&answer), ["register_unchecked"], "{answer}");
        assert_eq!(answer.body["warnings"][0]["pointer"], "/person", "{answer}");
    }

    fn a_customer_lifts_its_block_and_never_an_objections(world) {
        nix_of(&world, 3, &[ON_IT, "070-174 06 31"]);
        world.service().makes("/v1/objections", &objection("spt-1", &[], &phone("070-174 06 31")));
        let crm = world.crm();
        let said = |number: &str, relationship: Value| {
            let answer = with(&crm, &["phone"], &phone(number), &json!({"relationship": relationship}));
            decision(&answer, "phone").to_owned()
        };
        let customer = json!({"kind": "customer", "similar_offer": true});
        assert_eq!(said(ON_IT, customer.clone()), "clear");
        assert_eq!(said(ON_IT, json!({"kind": "customer"})), "blocked", "another kind of offer");
        let yesterday = crate::registers::days_ago(1);
        assert_eq!(said(ON_IT, json!({"kind": "customer", "similar_offer": true, "ended_at": yesterday})), "blocked");
        let consent = |days: u64| json!({"kind": "consent", "given_at": crate::registers::days_ago(days)});
        assert_eq!(said(ON_IT, consent(89)), "clear");
        assert_eq!(said(ON_IT, consent(90)), "blocked", "it lasted three months");
        assert_eq!(said(ON_IT, json!({"kind": "consent"})), "blocked", "nobody says when it was given");
        assert_eq!(said(ON_IT, json!({"kind": "consent", "given_at": yesterday, "ended_at": format!("{yesterday}T10:00:00Z")})), "blocked");
        assert_eq!(said("070-174 06 31", customer), "blocked", "she objected");
    }

    fn what_is_lifted_needs_no_register(world) {
        nix(&world);
        let relationship = json!({"relationship": {"kind": "consent", "given_at": crate::registers::days_ago(0)}});
        let answer = with(&world.crm(), &["phone"], &phone(ON_IT), &relationship);
        assert_eq!((decision(&answer, "phone"), warned(&answer)), ("clear", vec![]), "{answer}");
    }

    fn a_batch_says_it_row_by_row(world) {
        nix_of(&world, 3, &[ON_IT]);
        let persons = json!([
            {"key": "a", "phones": [ON_IT]},
            {"key": "b", "phones": [NOT_ON_IT]},
            {"key": "c", "phones": [ON_IT], "relationship": {"kind": "consent", "given_at": crate::registers::days_ago(0)}},
            {"key": "d", "emails": ["eva.ek@exempel.example"]}]);
        let body = json!({"controller": "tandgruppen-malmo", "channels": ["phone"], "persons": persons});
        let answer = world.crm().post("/v1/lookups/batch", &body);
        let of = |at: usize| answer.body["results"][at]["decisions"]["phone"].as_str().expect("one");
        assert_eq!([of(0), of(1), of(2), of(3)], ["blocked", "clear", "clear", "undecidable"], "{answer}");
        assert_eq!(answer.body["results"][3]["warnings"][0]["pointer"], "/persons/3", "{answer}");
        assert_eq!(answer.body["results"][0]["reasons"][0]["source"], "register", "{answer}");
    }

    fn any_list_of_ids_can_be_one(world) {
        let admin = world.operator();
        admin.makes("/v1/registers", &json!({"slug": "medlemmar-nej", "name": "Medlemmar som tackat nej",
            "holds": ["customer_ids", "emails"], "channels": ["email", "post"], "max_age_days": 30,
            "columns": "customer_id@crm.tandgruppen.example:Kundnr"}));
        admin.makes("/v1/registers/medlemmar-nej/bindings", &json!({"channels": ["post"]}));
        let file = "Kundnr;E-post\nK-77;\n;bo.ek@exempel.example\n";
        crate::registers::loaded(&crate::registers::load(&world, "medlemmar-nej", 0, file));
        let crm = world.crm();
        let id = |value: &str| json!({"customer_ids": [{"issuer": "crm.tandgruppen.example", "value": value}]});
        let answer = asked(&crm, &["post", "email"], &id("K-77"));
        assert_eq!((decision(&answer, "post"), decision(&answer, "email")), ("blocked", "clear"), "bound for post alone: {answer}");
        let other = asked(&crm, &["post"], &id("k-77"));
        assert_eq!((decision(&other, "post"), warned(&other)), ("undecidable", vec!["register_unchecked"]), "ids are case-sensitive, and not every row has one: {other}");
        let mail = json!({"emails": ["Bo.Ek+nyhetsbrev@exempel.example"]});
        assert_eq!(decision(&asked(&crm, &["post"], &mail), "post"), "blocked");
    }
}

#[test]
fn a_world_without_registers_knows_none() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    assert_eq!(world.operator().get("/v1/registers").body, json!({"registers": [], "next": null}));
}
