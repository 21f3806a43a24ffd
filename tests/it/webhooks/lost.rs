//! Nothing is lost, and nothing is sent by two at once.

use super::{Receiver, Sending, deliveries, objects, register, until};
use crate::cli::Folder;
use crate::support::{Setup, World, persons};
use nejtack::app::Hearing;
use nejtack::jobs::Webhooks;
use nejtack::store::Backend;
use std::collections::BTreeSet;

/// What was committed while nothing was sent is sent by whoever comes next.
fn what_was_committed_is_sent_by_whoever_comes_next(backend: Backend) {
    let hearing = Hearing { allow_private: true, ..Hearing::default() };
    let world = World::with(backend, Setup { hearing, ..Setup::default() });
    let receiver = Receiver::new();
    let webhook = register(&world.operator(), &receiver, &[]);
    let service = world.service();
    let ids: BTreeSet<_> = (0..300)
        .map(|number| {
            let body =
                crate::support::objection(&format!("spt-{number}"), &[], &persons::person(number));
            service.makes("/v1/objections", &body)["id"].as_str().unwrap().to_owned()
        })
        .collect();
    drop(service);
    let world = world.restarted();
    assert_eq!(receiver.received().len(), 0);
    let sending = Sending::of(world);
    let all = receiver.wait_for(ids.len());
    let told: BTreeSet<_> = all.iter().map(super::receiver::Received::objection).collect();
    assert_eq!((told, all.len()), (ids, 300));
    all.iter().for_each(|message| message.is_signed_for(&webhook));
    drop(sending);
}

#[test]
fn what_was_committed_is_sent_by_whoever_comes_next_on_sqlite() {
    what_was_committed_is_sent_by_whoever_comes_next(Backend::Sqlite);
}

#[test]
fn what_was_committed_is_sent_by_whoever_comes_next_on_postgresql() {
    what_was_committed_is_sent_by_whoever_comes_next(Backend::Postgresql);
}

#[test]
fn two_instances_send_each_message_once() {
    let sending = Sending::on(Backend::Postgresql);
    let world = &sending.world;
    let beside = world.beside();
    let _second = Webhooks::start(beside.app()).expect("it sends too");
    let (service, admin, receiver) = (world.service(), world.operator(), Receiver::new());
    let webhook = register(&admin, &receiver, &[]);
    beside.housekeeping();
    let ids: Vec<_> =
        (0..60).map(|number| objects(&service, &format!("spt-{number}"), &[])).collect();
    until(|| {
        (deliveries(&admin, &webhook).iter().filter(|one| one["status"] == "delivered").count()
            == 60)
            .then_some(())
    });
    let all = receiver.received();
    let messages: BTreeSet<_> = all.iter().map(|one| one.header("webhook-id").to_owned()).collect();
    let told: BTreeSet<_> = all.iter().map(super::receiver::Received::objection).collect();
    assert_eq!((all.len(), messages.len(), told), (60, 60, ids.into_iter().collect()));
}

/// By the real program, killed between the commit and the delivery.
#[test]
fn a_killed_process_has_lost_nothing() {
    let folder = Folder::started();
    let gate = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let open = gate.clone();
    let receiver = Receiver::answering(move |_| {
        if open.load(std::sync::atomic::Ordering::SeqCst) {
            super::receiver::Reply::Status(204)
        } else {
            super::receiver::Reply::Never
        }
    });
    let allowed = ["--webhook-allow-private"];
    let serving = folder.serve_with(&allowed);
    let made = folder.json(&["webhooks", "add", &receiver.url(), "--description", "CRM"]);
    folder.done(&["groups", "add", "optikerna", "--name", "Optikerna"]);
    folder.done(&["controllers", "add", "ek", "--name", "Ek", "--group", "optikerna"]);
    receiver.wait_for(1); // it is on its way, and is not answered
    serving.kill();
    gate.store(true, std::sync::atomic::Ordering::SeqCst);
    // its lease would keep it for a minute
    released(&folder);
    let serving = folder.serve_with(&allowed);
    let again = receiver.wait_for(2).remove(1);
    again.is_signed_for(&made);
    assert_eq!(again.json()["type"], "membership.began");
    assert_eq!(again.header("webhook-id"), receiver.received()[0].header("webhook-id"));
    drop(serving);
    let listed = folder.json(&["webhooks", "list"]);
    assert_eq!(listed["webhooks"][0]["id"], made["id"]);
}

/// The id of the first delivery in a database.
pub(super) fn first_delivery(file: &std::path::Path) -> String {
    use nejtack::store::{DatabaseUrl, Store, webhook_deliveries, webhooks};
    let store = Store::open_to_read(&DatabaseUrl::sqlite_file(file)).expect("it opens");
    let found = store.read(|conn| {
        let mut all = Vec::new();
        for version in webhooks::since(conn, 0)? {
            all.extend(webhook_deliveries::list(conn, &version.webhook, None, 0, 1)?);
        }
        Ok(all)
    });
    let first = found.expect("deliveries").remove(0);
    uuid::Uuid::from_slice(&first.id).expect("an id").to_string()
}

/// As if the minute were over for which the killed process had its deliveries.
fn released(folder: &Folder) {
    use diesel::Connection as _;
    use diesel::connection::SimpleConnection as _;
    let file = folder.data.join("nejtack.sqlite");
    let mut conn = diesel::SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    conn.batch_execute("UPDATE webhook_deliveries SET leased_until = 0").unwrap();
}
