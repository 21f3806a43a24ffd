//! Receivers as they are: broken, slow, silent, gone.

use super::receiver::Reply;
use super::{Receiver, Sending, deliveries, objects, of, register, until, until_status};
use nejtack::store::Backend;
use serde_json::json;
use std::time::{Duration, Instant};

fn what_fails_is_sent_again_and_is_the_same(backend: Backend) {
    let sending = Sending::on(backend);
    let world = &sending.world;
    let (service, admin) = (world.service(), world.operator());
    let receiver =
        Receiver::answering(|n| if n == 0 { Reply::Status(500) } else { Reply::Status(200) });
    let webhook = register(&admin, &receiver, &[]);
    objects(&service, "spt-1", &[]);
    let failed =
        until(|| deliveries(&admin, &webhook).first().filter(|one| one["attempts"] == 1).cloned());
    assert_eq!(
        (&failed["status"], &failed["last_status_code"], &failed["last_failure"]),
        (&"pending".into(), &500.into(), &"refused".into())
    );
    assert!(failed["next_attempt_at"].as_str() > failed["last_attempt_at"].as_str(), "{failed}");
    let done = until_status(&admin, &webhook, "delivered");
    assert_eq!(
        (
            &done["attempts"],
            &done["last_status_code"],
            &done["last_failure"],
            &done["next_attempt_at"]
        ),
        (&2.into(), &200.into(), &json!(null), &json!(null))
    );
    let [first, second] = receiver.wait_for(2).try_into().unwrap();
    assert_eq!(
        (first.header("webhook-id"), &first.body),
        (second.header("webhook-id"), &second.body)
    );
    assert_eq!(first.header("webhook-id"), done["message"]);
    assert!(second.header("webhook-timestamp") >= first.header("webhook-timestamp"));
    second.is_signed_for(&webhook);
    assert_eq!(receiver.received().len(), 2);
}

#[test]
fn what_fails_is_sent_again_and_is_the_same_on_sqlite() {
    what_fails_is_sent_again_and_is_the_same(Backend::Sqlite);
}

#[test]
fn what_fails_is_sent_again_and_is_the_same_on_postgresql() {
    what_fails_is_sent_again_and_is_the_same(Backend::Postgresql);
}

#[test]
fn a_redirect_is_not_followed() {
    let sending = Sending::on(Backend::Sqlite);
    let (service, admin) = (sending.world.service(), sending.world.operator());
    let elsewhere = Receiver::new();
    let port = elsewhere.port();
    let receiver = Receiver::answering(move |_| Reply::Redirect(port));
    let webhook = register(&admin, &receiver, &[]);
    objects(&service, "spt-1", &[]);
    let failed =
        until(|| deliveries(&admin, &webhook).first().filter(|one| one["attempts"] == 1).cloned());
    assert_eq!(
        (&failed["last_status_code"], &failed["last_failure"]),
        (&307.into(), &"redirected".into())
    );
    assert_eq!(elsewhere.received().len(), 0);
}

#[test]
fn ten_megabytes_hurt_nobody() {
    let sending = Sending::on(Backend::Sqlite);
    let (service, admin) = (sending.world.service(), sending.world.operator());
    let receiver = Receiver::answering(|_| Reply::Large);
    let webhook = register(&admin, &receiver, &[]);
    let begun = Instant::now();
    for number in 0..6 {
        objects(&service, &format!("spt-{number}"), &[]);
    }
    until(|| {
        (deliveries(&admin, &webhook).iter().filter(|one| one["status"] == "delivered").count()
            == 6)
            .then_some(())
    });
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn one_that_is_gone_is_disabled_and_goes_on_where_it_stopped() {
    let sending = Sending::on(Backend::Sqlite);
    let world = &sending.world;
    let (service, admin) = (world.service(), world.operator());
    let receiver =
        Receiver::answering(|n| if n == 0 { Reply::Status(410) } else { Reply::Status(204) });
    let webhook = register(&admin, &receiver, &[]);
    let first = objects(&service, "spt-1", &[]);
    until(|| (admin.get(&of(&webhook, "")).body["disabled"] == "gone").then_some(()));
    let entry = "SELECT client AS cell FROM entries WHERE kind = 'webhook.disabled'";
    assert_eq!(crate::store::support::cells(&mut world.place.raw(), entry), ["nejtack"]);
    let second = objects(&service, "spt-2", &[]);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(receiver.received().len(), 1, "nothing is sent to it");
    let delivery =
        until(|| deliveries(&admin, &webhook).pop().filter(|one| one["last_failure"] == "gone"));
    let again =
        of(&webhook, &format!("/deliveries/{}/redeliveries", delivery["id"].as_str().unwrap()));
    admin.post(&again, &json!({})).is_problem(409, "event-not-possible");
    admin.makes(&of(&webhook, "/enablements"), &json!({}));
    let told: Vec<_> =
        receiver.wait_for(3)[1..].iter().map(super::receiver::Received::objection).collect();
    assert!(told.contains(&first) && told.contains(&second), "{told:?}");
}

#[test]
fn what_is_given_up_shows_and_can_be_sent_again() {
    let sending = Sending::on(Backend::Sqlite);
    let world = &sending.world;
    let (service, admin) = (world.service(), world.operator());
    let receiver = Receiver::answering(|n| if n < 2 { Reply::Broken } else { Reply::Status(200) });
    let webhook = register(&admin, &receiver, &[]);
    objects(&service, "spt-1", &[]);
    until(|| deliveries(&admin, &webhook).first().filter(|one| one["attempts"] == 1).cloned());
    // three days pass
    let last = "UPDATE webhook_deliveries SET tries = 9, attempts = 9, due_at = 0";
    crate::store::support::run(&mut world.place.raw(), last).expect("it may");
    let given_up = until_status(&admin, &webhook, "given_up");
    assert_eq!(
        (&given_up["attempts"], &given_up["last_failure"], &given_up["next_attempt_at"]),
        (&10.into(), &"broken".into(), &json!(null))
    );
    world.app.housekeeping();
    assert!(
        world
            .stranger()
            .get("/metrics")
            .text
            .contains("nejtack_webhook_deliveries{status=\"given_up\"} 1")
    );
    assert_eq!(
        admin.get(&of(&webhook, "/deliveries?status=given_up")).body["deliveries"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        admin.get(&of(&webhook, "/deliveries?status=pending")).body["deliveries"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    let again =
        of(&webhook, &format!("/deliveries/{}/redeliveries", given_up["id"].as_str().unwrap()));
    let renewed = admin.post(&again, &json!({}));
    assert_eq!(
        (renewed.status, &renewed.body["status"], &renewed.body["message"]),
        (202, &"pending".into(), &given_up["message"]),
        "{renewed}"
    );
    assert_eq!(until_status(&admin, &webhook, "delivered")["attempts"], 11);
    // also what was delivered
    assert_eq!(admin.post(&again, &json!({})).status, 202);
    assert_eq!(receiver.wait_for(4)[3].header("webhook-id"), given_up["message"]);
}

#[test]
fn one_that_never_answers_holds_up_nobody() {
    let sending = Sending::on(Backend::Sqlite);
    let world = &sending.world;
    let (service, admin) = (world.service(), world.operator());
    let silent = Receiver::answering(|_| Reply::Never);
    let slow = Receiver::answering(|_| Reply::Slow(200, Duration::from_secs(3)));
    let (quick, closed) = (Receiver::new(), register(&admin, &Receiver::closed(), &[]));
    let (of_silent, of_slow) = (register(&admin, &silent, &[]), register(&admin, &slow, &[]));
    let of_quick = register(&admin, &quick, &[]);
    let begun = Instant::now();
    for number in 0..12 {
        objects(&service, &format!("spt-{number}"), &[]);
    }
    quick.wait_for(12);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    // nor does a worker of the server wait, who tries it: there is one
    std::thread::scope(|scope| {
        let tested = scope.spawn(|| admin.post(&of(&of_silent, "/tests"), &json!({})));
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        assert_eq!(world.operator().get(&of(&of_quick, "")).status, 200);
        assert!(begun.elapsed() < Duration::from_secs(2));
        let told = tested.join().unwrap();
        assert_eq!(
            (&told.body["delivered"], &told.body["failure"]),
            (&false.into(), &"timed_out".into()),
            "{told}"
        );
    });
    let late = until(|| {
        deliveries(&admin, &of_silent).first().filter(|one| one["attempts"] == 1).cloned()
    });
    assert_eq!(
        (&late["last_status_code"], &late["last_failure"]),
        (&json!(null), &"timed_out".into())
    );
    let refused =
        until(|| deliveries(&admin, &closed).first().filter(|one| one["attempts"] != 0).cloned());
    assert_eq!(refused["last_failure"], "not_connected");
    let slow_ones = || deliveries(&admin, &of_slow);
    until(|| slow_ones().iter().all(|one| one["attempts"] == 1).then_some(()));
    for one in slow_ones() {
        assert_eq!(one["status"], "delivered", "{one}");
    }
}
