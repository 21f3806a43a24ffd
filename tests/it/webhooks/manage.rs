//! Managing endpoints, over the API and by the command.

use super::{Receiver, Sending, deliveries, objects, of, register, until_status};
use crate::cli::Folder;
use crate::support::World;
use nejtack::store::Backend;
use serde_json::{Value, json};

#[test]
fn an_endpoint_is_registered_read_disabled_and_enabled() {
    let sending = Sending::on(Backend::Sqlite);
    let world = &sending.world;
    let (service, admin, receiver) = (world.service(), world.operator(), Receiver::new());
    let made = admin.post(
        "/v1/webhooks",
        &json!({"url": receiver.url(), "controllers": ["tandgruppen"],
        "events": ["objection.recorded"], "description": " Tandgruppens CRM "}),
    );
    assert_eq!(made.status, 201, "{made}");
    assert_eq!(made.header("location"), of(&made.body, ""));
    let mut shown = made.body.clone();
    assert!(shown["secret"].as_str().unwrap().starts_with("whsec_"));
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(admin.get(&of(&made.body, "")).body, shown);
    assert_eq!(admin.get("/v1/webhooks").body, json!({"webhooks": [shown], "next": null}));
    assert_eq!(
        (&shown["description"], &shown["controllers"], &shown["events"]),
        (&"Tandgruppens CRM".into(), &json!(["tandgruppen"]), &json!(["objection.recorded"]))
    );
    let disabled = admin.makes(&of(&made.body, "/disablements"), &json!({}));
    assert_eq!(disabled["disabled"], "requested");
    admin.post(&of(&made.body, "/disablements"), &json!({})).is_problem(409, "event-not-possible");
    objects(&service, "spt-1", &[]);
    assert_eq!(deliveries(&admin, &made.body), Vec::<Value>::new());
    // it can be tried all the same
    let tested = admin.post(&of(&made.body, "/tests"), &json!({}));
    assert_eq!(
        (tested.status, &tested.body["delivered"], &tested.body["status_code"]),
        (200, &true.into(), &204.into()),
        "{tested}"
    );
    let test = receiver.wait_for(1).remove(0);
    test.is_signed_for(&made.body);
    assert_eq!(
        (&test.json()["type"], &test.json()["data"]),
        (&"webhook.test".into(), &json!({"webhook": made.body["id"]}))
    );
    assert_eq!(test.header("webhook-id"), tested.body["message"]);
    let enabled = admin.makes(&of(&made.body, "/enablements"), &json!({}));
    assert_eq!(enabled["disabled"], Value::Null);
    admin.post(&of(&made.body, "/enablements"), &json!({})).is_problem(409, "event-not-possible");
    until_status(&admin, &made.body, "delivered");
    let entries = "SELECT kind AS cell FROM entries WHERE kind LIKE 'webhook.%' ORDER BY position";
    let kinds = crate::store::support::cells(&mut world.place.raw(), entries);
    assert_eq!(kinds, ["webhook.registered", "webhook.disabled", "webhook.enabled"]);
    let world = sending.quiet().restarted();
    assert_eq!(world.operator().get(&of(&made.body, "")).body, shown);
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    let world = World::on(Backend::Sqlite);
    let admin = world.client(&json!({"client_id": "admin", "role": "admin"}));
    let url = "https://crm.tandgruppen.example/hooks";
    let path = "/v1/webhooks";
    admin
        .post(path, &json!({"url": "x", "controllers": ["okand"], "description": "a".repeat(201)}))
        .is_problem(400, "malformed");
    let both = admin.post(path, &json!({"url": "x", "controllers": ["okand"]}));
    both.is_problem(422, "unprocessable")
        .at("/url", "url")
        .at("/controllers/0", "unknown_controller");
    admin
        .post(path, &json!({"url": url, "events": ["objection.deleted"]}))
        .is_problem(400, "malformed")
        .at("/events/0", "unknown_value");
    admin
        .post(path, &json!({"url": url, "description": "a\u{7}b"}))
        .is_problem(422, "unprocessable")
        .at("/description", "control_characters");
    for body in [
        json!({}),
        json!({"url": null}),
        json!({"url": ""}),
        json!({"url": url, "secret": "whsec_x"}),
        json!({"url": [url]}),
        json!({"url": url, "controllers": [null]}),
    ] {
        admin.post(path, &body).is_problem(400, "malformed");
    }
    let dry = admin.post("/v1/webhooks?dry_run=true", &json!({"url": url}));
    assert_eq!((dry.status, &dry.body["secret"]), (200, &Value::Null), "{dry}");
    assert_eq!(admin.get(path).body["webhooks"], json!([]));
    let none = "/v1/webhooks/0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b70";
    for what in [
        "rotations",
        "tests",
        "disablements",
        "enablements",
        "deliveries/0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b70/redeliveries",
    ] {
        admin.post(&format!("{none}/{what}"), &json!({})).is_problem(404, "not-found");
    }
    for what in ["", "/deliveries"] {
        admin.get(&format!("{none}{what}")).is_problem(404, "not-found");
    }
    let made = admin.makes(path, &json!({"url": url}));
    admin
        .post(
            &of(&made, "/deliveries/0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b70/redeliveries"),
            &json!({}),
        )
        .is_problem(404, "not-found");
    admin.post(&of(&made, "/deliveries/x/redeliveries"), &json!({})).is_problem(400, "malformed");
    admin.get(&of(&made, "/deliveries?status=lost")).is_problem(400, "malformed");
    admin.get(&of(&made, "/deliveries?after=x")).is_problem(400, "malformed");
    admin.get("/v1/webhooks?after=x").is_problem(400, "malformed");
    for other in [world.service(), world.crm(), world.staff()] {
        other.get(path).is_problem(403, "insufficient-scope");
    }
}

#[test]
fn there_is_a_bound_on_how_many_are_sent_to() {
    let world = World::on(Backend::Sqlite);
    let admin = world.operator();
    let body = json!({"url": "https://crm.tandgruppen.example/hooks"});
    let all: Vec<_> = (0..100).map(|_| admin.makes("/v1/webhooks", &body)).collect();
    admin.post("/v1/webhooks", &body).is_problem(409, "event-not-possible");
    admin.makes(&of(&all[0], "/disablements"), &json!({}));
    admin.makes("/v1/webhooks", &body);
    admin.post(&of(&all[0], "/enablements"), &json!({})).is_problem(409, "event-not-possible");
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/v1/webhooks?limit=40{after}")).body;
        seen.extend(page["webhooks"].as_array().unwrap().iter().map(|one| one["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!((seen.len(), &seen[0], &seen[99]), (101, &all[0]["id"], &all[99]["id"]));
}

#[test]
fn deliveries_come_page_by_page() {
    let sending = Sending::on(Backend::Sqlite);
    let (service, admin, receiver) =
        (sending.world.service(), sending.world.operator(), Receiver::new());
    let webhook = register(&admin, &receiver, &[]);
    for number in 0..5 {
        objects(&service, &format!("spt-{number}"), &[]);
    }
    receiver.wait_for(5);
    let page = admin.get(&of(&webhook, "/deliveries?limit=3")).body;
    let next = page["next"].as_str().expect("there are more").to_owned();
    let rest = admin.get(&of(&webhook, &format!("/deliveries?limit=3&after={next}"))).body;
    assert_eq!(
        (
            page["deliveries"].as_array().unwrap().len(),
            rest["deliveries"].as_array().unwrap().len(),
            &rest["next"]
        ),
        (3, 2, &Value::Null)
    );
    let all: Vec<_> =
        deliveries(&admin, &webhook).iter().map(|one| one["position"].as_i64().unwrap()).collect();
    assert!(all.is_sorted(), "{all:?}");
}

#[test]
fn the_command_does_all_that_is_done_with_endpoints() {
    let folder = Folder::started();
    let receiver = Receiver::new();
    let refused = folder.refused(&["webhooks", "add", &receiver.url()]);
    assert!(refused.contains("--webhook-allow-private"), "{refused}");
    let allow = "--webhook-allow-private";
    let told =
        folder.done(&["webhooks", "add", &receiver.url(), "--event", "objection.recorded", allow]);
    assert!(told.contains("whsec_") && told.contains("whpk_"), "{told}");
    let listed = folder.json(&["webhooks", "list"]);
    let id = listed["webhooks"][0]["id"].as_str().unwrap();
    assert!(folder.done(&["webhooks", "list"]).contains(&receiver.url()));
    assert!(folder.done(&["webhooks", "test", id, allow]).contains("answered 204"));
    assert_eq!(receiver.received().len(), 1);
    let told = folder.refused(&["webhooks", "test", id]);
    assert!(told.contains("not_https"), "{told}");
    folder.done(&["webhooks", "disable", id]);
    assert_eq!(folder.json(&["webhooks", "list"])["webhooks"][0]["disabled"], "requested");
    folder.done(&["webhooks", "enable", id]);
    assert_eq!(folder.json(&["webhooks", "list"])["webhooks"][0]["disabled"], Value::Null);
    let told = folder.done(&["webhooks", "rotate", id, "--overlap-hours", "0"]);
    assert!(told.contains("whsec_") && told.contains("has new keys"), "{told}");
    assert!(folder.done(&["webhooks", "rotate", id]).contains("whsec_"));
    let none = "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b70";
    folder.refused(&["webhooks", "redeliver", id, none]);
    let serving = folder.serve_with(&[allow]);
    folder.done(&["groups", "add", "optikerna", "--name", "Optikerna"]);
    folder.done(&["controllers", "add", "ek", "--name", "Ek", "--group", "optikerna"]);
    let every = folder.json(&["webhooks", "add", &receiver.url()]);
    folder.done(&["controllers", "add", "eko", "--name", "Eko", "--group", "optikerna"]);
    let message = receiver.wait_for(2).remove(1);
    let delivery = super::lost::first_delivery(&folder.data.join("nejtack.sqlite"));
    assert!(message.header("webhook-id").ends_with(&delivery.replace('-', "")));
    let again = ["webhooks", "redeliver", every["id"].as_str().unwrap(), &delivery];
    assert!(folder.done(&again).contains("sent again"));
    assert_eq!(receiver.wait_for(3)[2].header("webhook-id"), message.header("webhook-id"));
    drop(serving);
    assert!(folder.done(&["verify"]).starts_with("Everything fits"));
}
