//! Asking: every spelling meets, nobody else does, and `at` answers for the past.

use crate::support::{objection, on_both, person};
use serde_json::{Value, json};

const CLINIC: &str = "tandgruppen-goteborg";

on_both! {
    fn every_spelling_of_an_identifier_meets(world) {
        world.service().makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let crm = world.crm();
        for same in [
            json!({"emails": [" <mailto:ANNA.KARIN+kampanj@EXEMPEL.example> "]}),
            json!({"phones": ["+46 (0)70-174 06 05"]}),
            json!({"phones": ["0046701740605"]}),
            json!({"phones": ["701740605"]}),
            json!({"personnummer": "701104-2392"}),
            json!({"personnummer": "19701104 2392"}),
            json!({"customer_ids": [{"issuer": "crm.tandgruppen.example", "value": " K-10023 "}]}),
            json!({"name": {"given": "Karin", "family": "Oest Åberg"}, "addresses": [{"street": "STORG. 1B, lgh 1102", "postal_code": "SE-41301", "city": "GBG"}]}),
        ] {
            assert_eq!(crm.decision(CLINIC, "post", &same), "blocked", "{same}");
        }
        for other in [
            json!({"emails": ["anna@exempel.example"]}),
            json!({"phones": ["070-174 06 06"]}),
            json!({"personnummer": "19701105-2391"}),
            json!({"customer_ids": [{"issuer": "crm.tandgruppen.example", "value": "k-10023"}]}),
        ] {
            assert_eq!(crm.decision(CLINIC, "post", &other), "clear", "{other}");
        }
    }

    fn hashed_identifiers_meet_the_same_block(world) {
        use base64::Engine;
        use sha2::{Digest, Sha256};
        world.service().makes("/v1/objections", &objection("spt-1", &[], &person()));
        let crm = world.crm();
        let hash = |text: &str| Sha256::digest(text.as_bytes());
        let hex = |text: &str| hash(text).iter().map(|byte| format!("{byte:02X}")).collect::<String>();
        let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(hash(text));
        for (of, value) in [
            ("email", hex("anna.karin@exempel.example")),
            ("email", base64("anna.karin@exempel.example")),
            ("phone", hex("+46701740605")),
            ("phone", hex("46701740605")),
        ] {
            let asked = json!({"hashes": [{"algorithm": "sha256", "of": of, "value": value}]});
            assert_eq!(crm.decision(CLINIC, "online", &asked), "blocked", "{asked}");
        }
        let other = json!({"hashes": [{"of": "email", "value": hex("annan@exempel.example")}]});
        assert_eq!(crm.decision(CLINIC, "online", &other), "clear");
    }

    fn what_cannot_be_read_is_never_clear_on_its_own_channel(world) {
        let crm = world.crm();
        let note = json!({"emails": ["nagon@exempel.example"], "phones": ["ring efter 17"]});
        assert_eq!(crm.decision(CLINIC, "sms", &note), "undecidable");
        assert_eq!(crm.decision(CLINIC, "phone", &note), "undecidable");
        // a note in the telephone column must not stop a newsletter
        assert_eq!(crm.decision(CLINIC, "email", &note), "clear");
        let nothing = json!({"phones": ["ring efter 17"]});
        assert_eq!(crm.decision(CLINIC, "email", &nothing), "undecidable");
        let body = json!({"controller": CLINIC, "person": {"emails": [null, ""]}});
        crm.post("/v1/lookups", &body).is_problem(422, "unprocessable").at("/person", "nothing_given");
    }

    fn a_possible_match_is_undecidable(world) {
        world.service().makes("/v1/objections", &objection("spt-1", &[], &person()));
        let crm = world.crm();
        // the same house, another flat
        let neighbour = json!({"name": {"given": "Anna-Karin", "family": "Åberg"},
            "addresses": [{"street": "Storgatan 1 B lgh 1201", "postal_code": "413 01"}]});
        assert_eq!(crm.decision(CLINIC, "post", &neighbour), "undecidable");
    }

    fn a_shared_telephone_closes_only_itself(world) {
        world.service().makes("/v1/objections", &objection("spt-1", &[], &person()));
        let crm = world.crm();
        let child = json!({"personnummer": "20120504-2391", "phones": ["070-174 06 05"], "emails": ["barn@exempel.example"]});
        let body = json!({"controller": CLINIC, "person": child});
        let answer = crm.post("/v1/lookups", &body);
        let decisions = &answer.body["decisions"];
        for (channel, decision) in [("sms", "blocked"), ("phone", "blocked"), ("automated_call", "blocked"), ("email", "clear"), ("post", "clear")] {
            assert_eq!(decisions[channel], decision, "{channel}: {answer}");
        }
        // without a personnummer of its own nobody knows it is another person
        let unknown = json!({"phones": ["070-174 06 05"]});
        assert_eq!(crm.decision(CLINIC, "email", &unknown), "blocked");
    }

    fn reasons_are_for_those_who_may_see_them(world) {
        let made = world.service().makes("/v1/objections", &objection("spt-1", &[], &person()));
        let asked = json!({"controller": CLINIC, "channels": ["email"], "person": {"emails": ["anna.karin+x@exempel.example"]}});
        let told = world.crm().post("/v1/lookups", &asked);
        let reason = &told.body["reasons"][0];
        assert_eq!(reason["objection"], made["id"], "{told}");
        assert_eq!((&reason["source"], &reason["matched"], &reason["grade"]), (&json!("proxy"), &json!("email"), &json!("equivalent")));
        assert_eq!((&reason["since"], &reason["channels"]), (&made["received_at"], &json!(["all"])));
        let silent = world.client(&json!({"client_id": "nyhetsbrev", "role": "marketing-tool", "controllers": [CLINIC]}));
        let answer = silent.post("/v1/lookups", &asked);
        assert_eq!(answer.body["decisions"], json!({"email": "blocked"}));
        assert!(answer.body.get("reasons").is_none(), "{answer}");
    }

    fn a_batch_answers_in_order_and_at_one_position(world) {
        world.service().makes("/v1/objections", &objection("spt-1", &[], &person()));
        let persons: Vec<Value> = (0..10_000)
            .map(|row| if row % 100 == 0 {
                json!({"key": format!("row-{row}"), "emails": ["anna.karin@exempel.example"]})
            } else {
                json!({"key": format!("row-{row}"), "emails": [format!("person{row}@exempel.example")], "phones": [""]})
            })
            .collect();
        let mut body = json!({"controller": CLINIC, "channels": ["email"], "persons": persons});
        let crm = world.client(&json!({"client_id": "nyhetsbrev", "role": "marketing-tool", "controllers": [CLINIC]}));
        let answer = crm.post("/v1/lookups/batch", &body);
        assert_eq!(answer.status, 200, "{}", answer.body["detail"]);
        let results = answer.body["results"].as_array().unwrap();
        assert_eq!(results.len(), 10_000);
        for (row, result) in results.iter().enumerate() {
            assert_eq!(result["key"], format!("row-{row}"));
            let expected = if row % 100 == 0 { "blocked" } else { "clear" };
            assert_eq!(result["decisions"]["email"], expected, "{row}");
        }
        assert_eq!(answer.body["as_of"]["position"], world.app.as_of().position);
        body["persons"].as_array_mut().unwrap().push(json!({"emails": ["en.till@exempel.example"]}));
        crm.post("/v1/lookups/batch", &body).is_problem(400, "malformed");
        // one empty row stops nobody
        let mixed = json!({"controller": CLINIC, "channels": ["email"], "persons": [{"key": "a"}, {"key": "b", "emails": ["b@exempel.example"]}]});
        let answer = crm.post("/v1/lookups/batch", &mixed);
        assert_eq!(answer.body["results"][0]["decisions"]["email"], "undecidable");
        assert_eq!(answer.body["results"][0]["warnings"][0]["pointer"], "/persons/0");
        assert_eq!(answer.body["results"][1]["decisions"]["email"], "clear");
    }

    fn the_past_is_answered_as_it_was(world) {
        let (service, crm, staff) = (world.service(), world.crm(), world.staff());
        let ask = |at: Value| {
            let body = json!({"controller": CLINIC, "channels": ["email"], "person": person(), "at": at});
            let answer = crm.post("/v1/lookups", &body);
            assert_eq!(answer.status, 200, "{answer}");
            (answer.body["decisions"]["email"].as_str().unwrap().to_owned(), answer.body["as_of"]["position"].as_i64().unwrap())
        };
        let before = world.app.as_of().position;
        let made = service.makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let recorded = world.app.as_of().position;
        let withdrawal = format!("/v1/objections/{}/withdrawals", made["id"].as_str().unwrap());
        staff.makes(&withdrawal, &json!({"channels": ["email"]}));
        assert_eq!(ask(json!(before)), ("clear".into(), before));
        assert_eq!(ask(json!(recorded)), ("blocked".into(), recorded));
        assert_eq!(ask(made["received_at"].clone()).0, "blocked");
        assert_eq!(ask(json!("2020-01-01T00:00:00Z")), ("clear".into(), 0));
        assert_eq!(ask(Value::Null).0, "clear");
        for out in [json!(recorded + 1_000), json!("2999-01-01T00:00:00Z")] {
            let body = json!({"controller": CLINIC, "person": person(), "at": out});
            crm.post("/v1/lookups", &body).is_problem(422, "unprocessable").at("/at", "out_of_range");
        }
    }

    fn those_whose_decision_has_changed_come_back_and_nobody_else(world) {
        let service = world.service();
        let crm = world.crm();
        let email = |name: &str| json!({"emails": [format!("{name}@exempel.example")]});
        let made = |name: &str| service.makes("/v1/objections", &objection(name, &["tandgruppen"], &email(name)));
        let all: Vec<Value> = ["anna", "bo", "clas", "note"]
            .map(|name| match name {
                "note" => json!({"key": name, "emails": ["ring efter 17"]}),
                name => json!({"key": name, "emails": email(name)["emails"]}),
            })
            .to_vec();
        let ask = |since: Value| {
            let body = json!({"controller": CLINIC, "channels": ["email"], "persons": all, "changed_since": since});
            let answer = crm.post("/v1/lookups/batch", &body);
            assert_eq!(answer.status, 200, "{answer}");
            let results = answer.body["results"].as_array().expect("a list").clone();
            let told = results.iter().map(|row| format!("{} {}", row["key"], row["decisions"]["email"]).replace('"', ""));
            (told.collect::<Vec<_>>(), answer.body["as_of"]["position"].clone())
        };
        let (told, before) = ask(json!(0));
        assert_eq!(told, ["note undecidable"], "from 0, all who are not clear");
        assert_eq!(ask(before.clone()).0, [""; 0], "unreadable then and now: nothing changed");
        made("anna");
        let bo = made("bo");
        let (told, after) = ask(before.clone());
        assert_eq!(told, ["anna blocked", "bo blocked"]);
        assert_eq!(ask(after.clone()).0, [""; 0]);
        let withdrawn = json!({"controllers": ["tandgruppen-goteborg"]});
        world.staff().makes(&format!("/v1/objections/{}/withdrawals", bo["id"].as_str().expect("an id")), &withdrawn);
        assert_eq!(ask(after).0, ["bo clear"]);
        assert_eq!(ask(before).0, ["anna blocked"], "what went and came back has not changed");
        let (told, newest) = ask(json!(null));
        assert_eq!(told.len(), 4, "not said: everyone");
        let wrong = |since: Value, persons: Value| {
            let body = json!({"controller": CLINIC, "changed_since": since, "persons": persons});
            let answer = crm.post("/v1/lookups/batch", &body);
            answer.is_problem(422, "unprocessable");
            answer
        };
        wrong(json!(newest.as_i64().expect("a position") + 1), json!([all[0]])).at("/changed_since", "out_of_range");
        wrong(json!(-1), json!([all[0]])).at("/changed_since", "out_of_range");
        wrong(json!(0), json!([all[0], email("bo")])).at("/persons/1", "key_missing");
    }

    fn no_channels_means_every_channel(world) {
        let body = json!({"controller": CLINIC, "person": {"emails": ["a@exempel.example"]}});
        let answer = world.crm().post("/v1/lookups", &body);
        assert_eq!(answer.body["decisions"].as_object().unwrap().len(), 9, "{answer}");
    }

    fn a_lookup_is_for_one_controller_of_the_callers_own(world) {
        let crm = world.crm();
        let ask = |controller: &str| crm.post("/v1/lookups", &json!({"controller": controller, "person": person()}));
        ask("okand").is_problem(422, "unprocessable").at("/controller", "unknown_controller");
        ask("tandgruppen").is_problem(422, "unprocessable").at("/controller", "unknown_controller");
        ask("optiker-ek").is_problem(403, "controller-not-yours");
    }
}

#[test]
fn rows_that_this_version_cannot_read_make_an_instance_not_ready_and_never_clear() {
    use diesel::connection::SimpleConnection;
    let world = crate::support::World::on(nejtack::store::Backend::Postgresql);
    let crm = world.crm();
    let at = world.app.as_of().position + 1;
    // what a newer version might write: a binding that this one has no word for
    let mut conn = world.place.raw();
    conn.batch_execute(&format!(
        "INSERT INTO entries (position, time, kind, client, body) SELECT {at}, time, 'objection.recorded', 'x', '{{}}' FROM head;
         INSERT INTO objections (position, id, client, source, right_used, channels, binding, objected_at, received_at, content_digest, warnings, details, purpose, legal_basis)
         SELECT {at}, decode('00112233445566778899aabbccddeeff', 'hex'), 'x', 'proxy', 'x', 65535, '\"heirs\"', 0, 0, decode('00', 'hex'), '[]', '{{}}', 'x', 'x';
         UPDATE head SET position = {at};"
    ))
    .expect("rows of a newer version");
    let body = json!({"controller": CLINIC, "person": person()});
    crm.post("/v1/lookups", &body).is_problem(503, "not-ready");
    crm.get("/health/ready").is_problem(503, "not-ready");
}
