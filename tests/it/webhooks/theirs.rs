//! Whose an endpoint is, and of what it hears.

use super::{Receiver, Sending, deliveries, objects, of, register, until};
use crate::support::{Setup, World};
use nejtack::app::Hearing;
use nejtack::store::Backend;
use serde_json::{Value, json};

/// A member objects to, and leaves, while nothing is sent.
#[test]
fn an_endpoint_of_a_group_hears_of_a_member_that_left_meanwhile() {
    let sending = Sending::on(Backend::Sqlite);
    let (service, admin) = (sending.world.service(), sending.world.operator());
    let receiver = Receiver::new();
    let webhook = register(&admin, &receiver, &["tandgruppen"]);
    admin.makes(&of(&webhook, "/disablements"), &json!({}));
    let id = objects(&service, "spt-1", &["tandgruppen-malmo"]);
    let leaving = json!({"controller": "tandgruppen-malmo"});
    admin.makes("/v1/groups/tandgruppen/departures", &leaving);
    admin.makes(&of(&webhook, "/enablements"), &json!({}));
    let all = receiver.wait_for(2);
    let mut kinds: Vec<_> = all.iter().map(|one| one.json()["type"].clone()).collect();
    kinds.sort_by_key(Value::to_string);
    assert_eq!(kinds, ["membership.ended", "objection.recorded"]);
    assert!(all.iter().any(|one| one.json()["data"]["objection"] == id.as_str()));
    assert!(
        all.iter().all(|one| one.json()["data"]["controllers"] == json!(["tandgruppen-malmo"]))
    );
}

#[test]
fn whoever_registered_an_endpoint_can_stop_it_and_it_tells_nothing_that_is_not_theirs() {
    let sending = Sending::on(Backend::Sqlite);
    let world = &sending.world;
    let (service, operator, receiver) = (world.service(), world.operator(), Receiver::new());
    let admin = world
        .client(&json!({"client_id": "gruppens", "role": "admin", "controllers": ["tandgruppen"]}));
    let other = world
        .client(&json!({"client_id": "optikerns", "role": "admin", "controllers": ["optiker-ek"]}));
    let webhook = register(&admin, &receiver, &["tandgruppen"]);
    objects(&service, "spt-1", &["tandgruppen-malmo"]);
    receiver.wait_for(1);
    let narrower = json!({"controllers": ["tandgruppen-goteborg"]});
    operator.makes("/v1/clients/gruppens/changes", &narrower);
    objects(&service, "spt-2", &["tandgruppen-malmo"]);
    let own = objects(&service, "spt-3", &["tandgruppen-goteborg"]);
    assert_eq!(receiver.wait_for(2)[1].objection(), own);
    let all = objects(&service, "spt-4", &[]);
    let told = receiver.wait_for(3).remove(2).json();
    assert_eq!(
        (&told["data"]["objection"], &told["data"]["controllers"]),
        (&all.into(), &json!(["tandgruppen-goteborg"]))
    );
    // they see it and stop it, and nobody else of theirs, nor do they go on with it
    assert_eq!(admin.get("/v1/webhooks").body["webhooks"][0]["id"], webhook["id"]);
    assert_eq!(admin.get(&of(&webhook, "")).status, 200);
    assert_eq!(deliveries(&admin, &webhook).len(), 3);
    for what in ["rotations", "tests", "enablements"] {
        admin.post(&of(&webhook, &format!("/{what}")), &json!({})).is_problem(404, "not-found");
    }
    assert_eq!(other.get("/v1/webhooks").body["webhooks"], json!([]));
    other.post(&of(&webhook, "/disablements"), &json!({})).is_problem(404, "not-found");
    admin.makes(&of(&webhook, "/disablements"), &json!({}));
    // it stays bound as its client was last
    operator.makes(&of(&webhook, "/enablements"), &json!({}));
    operator.makes("/v1/clients/gruppens/disablements", &json!({}));
    objects(&service, "spt-5", &["tandgruppen-malmo"]);
    let own = objects(&service, "spt-6", &["tandgruppen-goteborg"]);
    assert_eq!(receiver.wait_for(4)[3].objection(), own);
}

#[test]
fn nothing_is_sent_while_webhooks_are_held_and_all_of_it_afterwards() {
    let hearing = Hearing { allow_private: true, hold_webhooks: true, ..Hearing::default() };
    let world = World::with(Backend::Sqlite, Setup { hearing, ..Setup::default() });
    let receiver = Receiver::new();
    let webhook = register(&world.operator(), &receiver, &[]);
    let sending = Sending::of(world);
    let (service, admin) = (sending.world.service(), sending.world.operator());
    let id = objects(&service, "spt-1", &[]);
    admin.post(&of(&webhook, "/tests"), &json!({})).is_problem(409, "event-not-possible");
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert_eq!(receiver.received().len(), 0);
    drop((service, admin));
    let world = sending.quiet().restarted_with(|settings| settings.hearing.hold_webhooks = false);
    let sending = Sending::of(world);
    assert_eq!(receiver.wait_for(1)[0].objection(), id);
    let admin = sending.world.operator();
    until(|| (deliveries(&admin, &webhook)[0]["status"] == "delivered").then_some(()));
}
