//! Controllers that are one's own: who may ask, read and record for which.

use super::{question, tool};
use crate::support::{Answer, Party, World, objection, on_both, person};
use serde_json::{Value, json};

/// The slugs of what a list names.
fn slugs(answer: &Answer, field: &str) -> Vec<String> {
    let items = answer.body[field].as_array().unwrap_or_else(|| panic!("{answer}"));
    items.iter().map(|item| item["slug"].as_str().expect("a slug").to_owned()).collect()
}

/// Staff of these controllers.
fn staff<'a>(world: &'a World, client_id: &str, controllers: &[&str]) -> Party<'a> {
    let body = json!({"client_id": client_id, "role": "staff", "controllers": controllers});
    world.client(&body).acting_as("maja.lund")
}

#[track_caller]
fn may_ask(party: &Party<'_>, controller: &str) {
    let answer = party.post("/v1/lookups", &question(controller));
    assert_eq!(answer.status, 200, "{answer}");
}

#[track_caller]
fn may_not_ask(party: &Party<'_>, controller: &str) {
    party.post("/v1/lookups", &question(controller)).is_problem(403, "controller-not-yours");
    let batch =
        json!({"controller": controller, "persons": [{"emails": ["bo.ek@exempel.example"]}]});
    party.post("/v1/lookups/batch", &batch).is_problem(403, "controller-not-yours");
}

on_both! {
    fn a_tool_asks_for_its_own_controllers_alone(world) {
        let crm = world.crm();
        may_ask(&crm, "tandgruppen-goteborg");
        may_ask(&crm, "tandgruppen-malmo");
        may_not_ask(&crm, "optiker-ek");
        let one = world.client(&json!({"client_id": "malmo", "role": "marketing-tool", "controllers": ["tandgruppen-malmo"]}));
        may_ask(&one, "tandgruppen-malmo");
        may_not_ask(&one, "tandgruppen-goteborg");
        // a name of nothing is told as such, also to those who may ask little
        one.post("/v1/lookups", &question("finns-inte")).is_problem(422, "unprocessable").at("/controller", "unknown_controller");
    }

    fn who_joins_a_group_becomes_askable_and_who_leaves_no_longer_is(world) {
        let crm = world.crm();
        world.operator().makes("/v1/controllers", &json!({"slug": "tandgruppen-lund", "name": "Tandgruppen Lund"}));
        may_not_ask(&crm, "tandgruppen-lund");
        world.operator().makes("/v1/groups/tandgruppen/members", &json!({"controller": "tandgruppen-lund"}));
        may_ask(&crm, "tandgruppen-lund");
        world.operator().makes("/v1/groups/tandgruppen/departures", &json!({"controller": "tandgruppen-lund"}));
        may_not_ask(&crm, "tandgruppen-lund");
    }

    fn staff_record_for_their_own_and_other_staff_find_nothing(world) {
        let own = staff(&world, "malmo", &["tandgruppen-malmo"]);
        let body = objection("brev-1", &["tandgruppen-malmo"], &person());
        let made = own.makes("/v1/objections", &body);
        own.post("/v1/objections", &objection("brev-2", &["tandgruppen-goteborg"], &person())).is_problem(403, "controller-not-yours");
        own.post("/v1/objections", &objection("brev-3", &["tandgruppen"], &person())).is_problem(403, "controller-not-yours");
        let path = format!("/v1/objections/{}", made["id"].as_str().unwrap());
        assert_eq!(own.get(&path).status, 200);
        let other = staff(&world, "optik", &["optiker-ek"]);
        let none = "/v1/objections/0193a1b2-0000-7000-8000-000000000000";
        for (event, body) in [
            ("withdrawals", json!({})),
            ("annulments", json!({"reason": "wrong_person"})),
            ("identifiers", json!({"person": {"emails": ["bo.ek@exempel.example"]}})),
        ] {
            let foreign = other.post(&format!("{path}/{event}"), &body);
            foreign.is_problem(404, "not-found");
            let absent = other.post(&format!("{none}/{event}"), &body);
            assert_eq!(without_instance(&foreign), without_instance(&absent), "{event}");
        }
        let (foreign, absent) = (other.get(&path), other.get(none));
        foreign.is_problem(404, "not-found");
        assert_eq!(without_instance(&foreign), without_instance(&absent));
        assert_eq!(other.get("/v1/objections?reference=brev-1").body["objections"], json!([]));
        // of a group's objection, staff of one clinic take back their own clinic's part
        let group = world.service().makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let path = format!("/v1/objections/{}/withdrawals", group["id"].as_str().unwrap());
        own.post(&path, &json!({"controllers": ["tandgruppen-goteborg"]})).is_problem(403, "controller-not-yours");
        own.makes(&path, &json!({}));
        assert_eq!(world.crm().decision("tandgruppen-goteborg", "email", &person()), "blocked");
    }

    fn what_could_not_be_read_is_shown_to_its_own_staff(world) {
        let mut body = objection("spt-1", &["tandgruppen-malmo"], &person());
        body["person"]["phones"] = json!(["ring mamma"]);
        world.service().makes("/v1/objections", &body);
        let (own, other) = (staff(&world, "malmo", &["tandgruppen-malmo"]), staff(&world, "optik", &["optiker-ek"]));
        let items = own.get("/v1/review").body["items"].clone();
        assert_eq!(items[0]["value"], "ring mamma", "{items}");
        assert_eq!(other.get("/v1/review").body["items"], json!([]));
        let path = format!("/v1/review/{}/clearances", items[0]["id"].as_str().unwrap());
        other.post(&path, &json!({"outcome": "unusable"})).is_problem(404, "not-found");
        own.makes(&path, &json!({"outcome": "unusable"}));
        assert_eq!(own.get("/v1/review").body["items"], json!([]));
    }

    fn lists_name_what_one_may_know_of(world) {
        let every = ["optiker-ek", "tandgruppen-goteborg", "tandgruppen-malmo"];
        let (service, admin) = (world.service(), world.client(&json!({"client_id": "admin", "role": "admin"})));
        for party in [&service, &admin, &world.operator()] {
            assert_eq!(slugs(&party.get("/v1/controllers"), "controllers"), every);
            assert_eq!(slugs(&party.get("/v1/groups"), "groups"), ["tandgruppen"]);
        }
        for party in [world.crm(), world.staff()] {
            assert_eq!(slugs(&party.get("/v1/controllers"), "controllers"), every[1..]);
            assert_eq!(slugs(&party.get("/v1/groups"), "groups"), ["tandgruppen"]);
        }
        assert_eq!(slugs(&world.optician().get("/v1/controllers"), "controllers"), ["optiker-ek"]);
        assert_eq!(slugs(&staff(&world, "optik", &["optiker-ek"]).get("/v1/groups"), "groups"), [""; 0]);
        let first = service.get("/v1/controllers?limit=2");
        assert_eq!(slugs(&first, "controllers"), every[..2]);
        let next = first.body["next"].as_str().expect("a next page");
        let last = service.get(&format!("/v1/controllers?limit=2&after={next}"));
        assert_eq!((slugs(&last, "controllers"), &last.body["next"]), (vec![every[2].to_owned()], &Value::Null));
    }

    fn a_client_is_registered_as_its_role_can_be(world) {
        let add = |body: Value| world.operator().post("/v1/clients", &body);
        add(json!({"client_id": "crm", "role": "marketing-tool"})).is_problem(422, "unprocessable").at("/controllers", "required");
        add(json!({"client_id": "crm", "role": "staff", "controllers": []})).is_problem(422, "unprocessable").at("/controllers", "required");
        add(json!({"client_id": "spt", "role": "objection-service"})).is_problem(422, "unprocessable").at("/organisation_number", "organisation_number");
        add(json!({"client_id": "crm", "role": "marketing-tool", "controllers": ["tandgruppen", "okand"]}))
            .is_problem(422, "unprocessable").at("/controllers/1", "unknown_controller");
        for (role, scope) in [
            ("marketing-tool", "objections:write"), ("marketing-tool", "clients:admin"), ("staff", "clients:admin"),
            ("staff", "audit:read"), ("auditor", "identifiers:read"), ("auditor", "objections:read"),
            ("admin", "identifiers:read"), ("admin", "lookups:decide"),
        ] {
            let body = json!({"client_id": "x1", "role": role, "controllers": ["tandgruppen"], "scopes": [scope]});
            add(body).is_problem(422, "unprocessable").at("/scopes/0", "scope");
        }
        for id in ["operator", "A", "å", "-x", "x", &"x".repeat(70), "två ord"] {
            let mut body = tool("x");
            body["client_id"] = json!(id);
            let refused = add(body);
            assert!(matches!(refused.status, 400 | 422), "{id}: {refused}");
        }
    }
}

/// A refusal without what differs from request to request.
fn without_instance(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    body["instance"] = Value::Null;
    body
}

#[test]
fn staff_name_the_acting_person_by_an_account() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let body = json!({"client_id": "reception", "role": "staff", "controllers": ["tandgruppen"]});
    let unnamed = world.client(&body);
    let read = |actor: Option<&str>| {
        let request = unnamed.request("GET", "/v1/review");
        Answer::of(match actor {
            Some(actor) => request.header("X-Actor", actor),
            None => request,
        })
    };
    for good in ["elin.berg", "a", "AB12-3", "u12345", " elin.berg "] {
        assert_eq!(read(Some(good)).status, 200, "{good}");
    }
    // never an address or a personnummer, since it is kept for ever
    let bad =
        ["", " ", "elin@exempel.example", "19701104-2392", "701104-2392", "Elin Berg", "elin/berg"];
    for bad in bad.into_iter().chain([&*"x".repeat(65)]) {
        let refused = read(Some(bad));
        refused.is_problem(400, "actor-required");
        assert!(bad.trim().is_empty() || !refused.text.contains(bad), "{refused}");
    }
    read(None).is_problem(400, "actor-required");
    let twice = unnamed.request("GET", "/v1/review").header("X-Actor", "a").header("X-Actor", "b");
    Answer::of(twice).is_problem(400, "actor-required");
    // others may name one, and it must be one
    let crm = world.crm();
    let named = crm.request("POST", "/v1/lookups").json(&question("tandgruppen-malmo"));
    assert_eq!(Answer::of(named.header("X-Actor", "elin.berg")).status, 200);
    let wrong = crm.request("POST", "/v1/lookups").json(&question("tandgruppen-malmo"));
    Answer::of(wrong.header("X-Actor", "elin@exempel.example")).is_problem(400, "actor-required");
}

#[test]
fn who_acted_is_in_the_record() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let staff = staff(&world, "reception", &["tandgruppen"]);
    let made = staff.makes("/v1/objections", &objection("brev-1", &[], &person()));
    let seen = staff.get(&format!("/v1/objections/{}", made["id"].as_str().unwrap()));
    assert_eq!(
        (&seen.body["record"]["client"], &seen.body["record"]["actor"]),
        (&json!("reception"), &json!("maja.lund")),
        "{seen}"
    );
}
