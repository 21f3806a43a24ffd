//! What is sent, and that it is from us.

use super::{Receiver, Sending, objects, of, register, until};
use crate::support::World;
use nejtack::store::Backend;
use serde_json::{Value, json};

fn everything_is_told_and_signed(backend: Backend) {
    let sending = Sending::on(backend);
    let world = &sending.world;
    let (service, staff, admin) = (world.service(), world.staff(), world.operator());
    objects(&service, "spt-0", &[]); // before it was registered
    let (receiver, other) = (Receiver::new(), Receiver::new());
    let webhook = register(&admin, &receiver, &["tandgruppen"]);
    let optician = register(&admin, &other, &["optiker-ek"]);
    let every = objects(&service, "spt-1", &[]);
    let own = objects(&service, "spt-2", &["tandgruppen-goteborg"]);
    let foreign = objects(&service, "spt-3", &["optiker-ek"]);
    staff.makes(&format!("/v1/objections/{own}/annulments"), &json!({"reason": "forged"}));
    let all = receiver.wait_for(3);
    for message in &all {
        message.is_signed_for(&webhook);
        assert!(!message.verifies(optician["secret"].as_str().unwrap()), "another's secret");
        assert!(message.header("user-agent").starts_with("nejtack/"), "{message:?}");
        for text in ["Anna", "exempel", "070-174", "19701104", "spt-", "sparrtjanst", "elin"] {
            assert!(!message.body.contains(text), "{text}: {message:?}");
        }
    }
    let of_kind = |kind: &str| {
        let mut found = all
            .iter()
            .filter(|message| message.json()["type"] == kind)
            .map(super::receiver::Received::objection)
            .collect::<Vec<_>>();
        found.sort();
        found
    };
    let mut recorded = vec![every.clone(), own.clone()];
    recorded.sort();
    assert_eq!(of_kind("objection.recorded"), recorded);
    assert_eq!(of_kind("objection.annulled"), std::slice::from_ref(&own));
    let one = all.iter().find(|message| message.objection() == every).unwrap().json();
    assert_eq!(one["data"]["controllers"], json!(["tandgruppen-goteborg", "tandgruppen-malmo"]));
    assert_eq!(
        (&one["data"]["source"], &one["data"]["channels"]),
        (&"proxy".into(), &json!(["all"]))
    );
    let place = world.crm().get("/v1/changes?after=0&limit=1000").body;
    let told = place["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|change| change["objection"] == every.as_str())
        .unwrap()
        .clone();
    assert_eq!((&one["data"]["position"], &one["timestamp"]), (&told["position"], &told["time"]));
    let mut others: Vec<_> =
        other.wait_for(2).iter().map(super::receiver::Received::objection).collect();
    others.sort();
    let mut expected = vec![every, foreign];
    expected.sort();
    assert_eq!(others, expected);
    let metrics = until(|| {
        world.app.housekeeping();
        Some(world.stranger().get("/metrics").text)
            .filter(|text| text.contains("nejtack_webhook_deliveries{status=\"pending\"} 0"))
    });
    assert!(metrics.contains("nejtack_webhooks{state=\"active\"} 2"), "{metrics}");
}

#[test]
fn everything_is_told_and_signed_on_sqlite() {
    everything_is_told_and_signed(Backend::Sqlite);
}

#[test]
fn everything_is_told_and_signed_on_postgresql() {
    everything_is_told_and_signed(Backend::Postgresql);
}

#[test]
fn messages_are_signed_with_both_keys_while_they_change() {
    let sending = Sending::on(Backend::Sqlite);
    let world = &sending.world;
    let (service, admin, receiver) = (world.service(), world.operator(), Receiver::new());
    let first = register(&admin, &receiver, &[]);
    let second = admin.makes(&of(&first, "/rotations"), &json!({}));
    let secret = |webhook: &Value| webhook["secret"].as_str().unwrap().to_owned();
    assert_ne!(secret(&first), secret(&second));
    assert_eq!(second["keys"].as_array().unwrap().len(), 2, "{second}");
    assert_eq!(second["keys"][1]["public_key"], first["keys"][0]["public_key"]);
    assert!(
        second["keys"][1]["retires_at"].is_string() && second["keys"][0]["retires_at"].is_null()
    );
    objects(&service, "spt-1", &[]);
    let one = receiver.wait_for(1).remove(0);
    one.is_signed_for(&first);
    one.is_signed_for(&second);
    assert_eq!(one.header("webhook-signature").split(' ').count(), 4);
    // a secret in wrong hands goes at once
    let third = admin.makes(&of(&first, "/rotations"), &json!({"overlap_hours": 0}));
    objects(&service, "spt-2", &[]);
    let two = receiver.wait_for(2).remove(1);
    two.is_signed_for(&third);
    assert!(!two.verifies(&secret(&first)) && !two.verifies(&secret(&second)));
    assert_eq!(two.header("webhook-signature").split(' ').count(), 2);
    assert_eq!(admin.get(&of(&first, "")).body["keys"].as_array().unwrap().len(), 1);
    // and no more than three at once
    for _ in 0..5 {
        admin.makes(&of(&first, "/rotations"), &json!({}));
    }
    assert_eq!(admin.get(&of(&first, "")).body["keys"].as_array().unwrap().len(), 3);
    objects(&service, "spt-3", &[]);
    let three = receiver.wait_for(3).remove(2);
    assert_eq!(three.header("webhook-signature").split(' ').count(), 6);
    for hours in [json!(721), json!(-1), json!("24")] {
        admin
            .post(&of(&first, "/rotations"), &json!({"overlap_hours": hours}))
            .is_problem(400, "malformed");
    }
}

#[test]
fn an_endpoint_hears_of_the_kinds_that_it_asked_for() {
    let sending = Sending::on(Backend::Sqlite);
    let world = &sending.world;
    let (service, staff, admin, receiver) =
        (world.service(), world.staff(), world.operator(), Receiver::new());
    let body = json!({"url": receiver.url(), "events": ["objection.annulled", "membership.ended"]});
    admin.makes("/v1/webhooks", &body);
    let id = objects(&service, "spt-1", &[]);
    let one = objects(&service, "spt-2", &["tandgruppen"]);
    staff.makes(&format!("/v1/objections/{one}/annulments"), &json!({"reason": "wrong_person"}));
    admin.makes("/v1/groups/tandgruppen/departures", &json!({"controller": "tandgruppen-malmo"}));
    let all = receiver.wait_for(2);
    let mut kinds: Vec<_> = all.iter().map(|message| message.json()["type"].clone()).collect();
    kinds.sort_by_key(Value::to_string);
    assert_eq!(kinds, ["membership.ended", "objection.annulled"]);
    let left = all
        .iter()
        .map(super::receiver::Received::json)
        .find(|body| body["type"] == "membership.ended")
        .unwrap();
    assert_eq!(
        (&left["data"]["group"], &left["data"]["controllers"]),
        (&"tandgruppen".into(), &json!(["tandgruppen-malmo"]))
    );
    assert!(all.iter().all(|message| !message.body.contains(&id)));
}

#[test]
fn secrets_are_nowhere_but_in_the_answer_that_showed_them() {
    let world = World::on(Backend::Sqlite);
    let admin = world.operator();
    let url = "https://crm.tandgruppen.example/hooks?code=hemligt-nog";
    let body = json!({"url": url, "description": "Tandgruppens CRM"});
    let made = admin.post_once("/v1/webhooks", "nyckel", &body);
    assert_eq!(made.status, 201, "{made}");
    let again = admin.post_once("/v1/webhooks", "nyckel", &body);
    assert_eq!((again.status, &again.body), (201, &made.body), "a retry gets the first answer");
    let secret = made.body["secret"].as_str().unwrap();
    for answer in [admin.get("/v1/webhooks"), admin.get(&of(&made.body, ""))] {
        assert!(!answer.text.contains(secret) && answer.text.contains(url), "{answer}");
    }
    for table in ["webhook_versions", "entries"] {
        let column = if table == "entries" { "body" } else { "state" };
        let rows = format!("SELECT {column} AS cell FROM {table}");
        for row in crate::store::support::cells(&mut world.place.raw(), &rows) {
            for text in
                [secret, secret.trim_start_matches("whsec_"), "hemligt-nog", "Tandgruppens CRM"]
            {
                assert!(!row.contains(text), "{text}: {row}");
            }
        }
    }
}
