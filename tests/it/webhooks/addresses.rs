//! Where messages may go.

use super::{Receiver, Sending, deliveries, objects, of, until};
use crate::support::World;
use nejtack::jobs::Webhooks;
use nejtack::outbound::outcome::Failure;
use nejtack::outbound::sender::{Message, Sender};
use nejtack::store::Backend;
use serde_json::json;

#[test]
fn private_addresses_and_plain_http_are_refused_unless_allowed() {
    let world = World::on(Backend::Sqlite);
    let admin = world.operator();
    for (url, code) in [
        ("https://127.0.0.1/", "private_address"),
        ("https://[::1]:8443/", "private_address"),
        ("https://[::ffff:192.168.0.1]/", "private_address"),
        ("https://169.254.169.254/latest/meta-data", "private_address"),
        ("https://0x7f000001/", "private_address"),
        ("https://localhost/", "private_address"),
        ("http://crm.tandgruppen.example/", "not_https"),
        ("https://a:b@crm.tandgruppen.example/", "credentials_in_url"),
        ("https://crm.tandgruppen.example/#del", "fragment"),
        ("crm.tandgruppen.example", "url"),
    ] {
        let refused = admin.post("/v1/webhooks", &json!({"url": url}));
        refused.is_problem(422, "unprocessable").at("/url", code);
    }
    admin.makes("/v1/webhooks", &json!({"url": "https://crm.tandgruppen.example/hooks"}));
}

/// The option was taken back since the endpoint was registered.
#[test]
fn what_was_allowed_once_is_judged_again_each_time() {
    let sending = Sending::on(Backend::Sqlite);
    let receiver = Receiver::new();
    drop(sending.world.service());
    let webhook = super::register(&sending.world.operator(), &receiver, &[]);
    let world = sending.quiet().restarted_with(|settings| settings.hearing.allow_private = false);
    let job = Webhooks::start(world.app.clone()).expect("it sends");
    let (service, admin) = (world.client_again("sparrtjanst"), world.operator());
    objects(&service, "spt-1", &[]);
    let failed =
        until(|| deliveries(&admin, &webhook).first().filter(|one| one["attempts"] == 1).cloned());
    assert_eq!(failed["last_failure"], "not_https");
    let tested = admin.post(&of(&webhook, "/tests"), &json!({}));
    assert_eq!(
        (&tested.body["delivered"], &tested.body["failure"]),
        (&false.into(), &"not_https".into()),
        "{tested}"
    );
    assert_eq!(receiver.received().len(), 0);
    drop(job);
}

fn message() -> Message {
    let (id, signature, body) = ("msg_1".into(), "v1,x".into(), "{}".into());
    Message { id, timestamp: 0, signature, body }
}

/// A certificate that nobody vouches for, and a port that speaks no TLS.
#[test]
fn it_is_told_where_it_is_tls_that_fails() {
    let folder = crate::cli::Folder::started();
    let serving = crate::tls::serving(&folder);
    let plain = Receiver::answering(|_| super::receiver::Reply::Broken);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sender = Sender::new(true).expect("a sender");
    let closed = Receiver::closed().port();
    for (url, failure) in [
        (serving.url().replace("127.0.0.1", "localhost"), Failure::Tls),
        (format!("https://127.0.0.1:{closed}/"), Failure::NotConnected),
        (plain.url(), Failure::Broken),
    ] {
        let outcome = runtime.block_on(sender.send(&url.parse().unwrap(), message()));
        assert_eq!(outcome.failure, Some(failure), "{url}");
    }
}

/// A name that leads to this machine: what counts is what is connected to.
#[test]
fn names_are_judged_by_where_they_lead() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sender = Sender::new(false).expect("a sender");
    let hostname = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    for name in ["localhost", hostname.trim()].into_iter().filter(|name| !name.is_empty()) {
        let url = format!("https://{name}:9/").parse().unwrap();
        let outcome = runtime.block_on(sender.send(&url, message()));
        let own = [Some(Failure::PrivateAddress), Some(Failure::UnknownHost)];
        assert!(own.contains(&outcome.failure), "{name}: {outcome:?}");
        if name == "localhost" {
            assert_eq!(outcome.failure, Some(Failure::PrivateAddress));
        }
    }
}
