//! Who may screen, and who may see what came of it.

use super::{EMAIL, THREE, certificate, counts, csv, one_objected};
use crate::support::World;
use nejtack::store::Backend;
use serde_json::json;

#[test]
fn a_certificate_is_for_its_own_client_and_for_auditors() {
    let world = World::on(Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    let id = csv(&crm, EMAIL, THREE).id().to_owned();
    let path = format!("/v1/screenings/{id}");
    let auditor = world.client(&json!({"client_id": "revisor", "role": "auditor"}));
    assert_eq!(counts(&certificate(&auditor, &id)), [3, 1, 1, 1, 3]);
    assert_eq!(counts(&certificate(&world.operator(), &id)), [3, 1, 1, 1, 3]);
    auditor.get(&format!("{path}/result")).is_problem(403, "insufficient-scope");
    let same_controllers =
        json!({"client_id": "annan", "role": "marketing-tool", "controllers": ["tandgruppen"]});
    for other in [world.optician(), world.client(&same_controllers), world.staff()] {
        other.get(&path).is_problem(404, "not-found");
        other.get(&format!("{path}/result")).is_problem(404, "not-found");
    }
    world.stranger().get(&path).is_problem(401, "unauthorized");
    let admin = world.client(&json!({"client_id": "admin", "role": "admin"}));
    admin.get(&path).is_problem(403, "insufficient-scope");
    crm.get("/v1/screenings/0193a1b2-0000-7000-8000-000000000000").is_problem(404, "not-found");
    // the rows went out at once, and were kept by nobody
    crm.get(&format!("{path}/result")).is_problem(410, "result-gone");
}

#[test]
fn only_for_controllers_of_ones_own() {
    let world = World::on(Backend::Sqlite);
    let crm = world.crm();
    let of = |controller: &str| EMAIL.replace("tandgruppen-goteborg", controller);
    for (controller, status, code) in [
        ("optiker-ek", 403, "controller-not-yours"),
        ("okand", 422, "unprocessable"),
        ("tandgruppen", 422, "unprocessable"),
        ("", 422, "unprocessable"),
    ] {
        let refused = csv(&crm, &of(controller), THREE);
        assert_eq!(
            (refused.status, &refused.problem()["code"]),
            (status, &code.into()),
            "{controller}"
        );
        assert_eq!(refused.id(), "", "no screening began");
    }
    let service = world.service();
    assert_eq!(csv(&service, EMAIL, THREE).status, 403);
    assert_eq!(csv(&world.stranger(), EMAIL, THREE).status, 401);
    assert_eq!(csv(&world.optician(), &of("optiker-ek"), THREE).status, 200);
}

#[test]
fn a_static_key_may_screen_and_see_its_own_certificate() {
    let world = World::on(Backend::Sqlite);
    let crm = world.crm();
    let made = world.operator().makes("/v1/clients/crm/static-keys", &json!({}));
    let key = world.stranger().with_token(made["static_key"].as_str().expect("a key"));
    assert_eq!(counts(&csv(&key, EMAIL, THREE).completed(&key)), [3, 2, 0, 1, 3]);
    drop(crm);
}

#[test]
fn the_acting_person_is_in_the_certificate() {
    let world = World::on(Backend::Sqlite);
    let staff = world.staff();
    let certificate = csv(&staff, EMAIL, THREE).completed(&staff);
    assert_eq!(
        (&certificate["client"], &certificate["actor"]),
        (&"reception".into(), &"elin.berg".into())
    );
}

#[test]
fn every_code_is_told_in_the_document() {
    let document: serde_json::Value =
        serde_json::from_str(nejtack::http::openapi::document()).expect("JSON");
    let told = document["paths"]["/v1/screenings"]["post"]["description"].as_str().expect("a text");
    let reasons = nejtack::app::screen::reason::every();
    let faults = nejtack::tabular::campaign::Fault::CODES.into_iter();
    for code in reasons.chain(faults) {
        assert!(told.contains(&format!("`{code}`")), "{code}");
    }
}
