//! Webhooks, by receivers on this machine that check every message.

mod addresses;
mod hostile;
mod lost;
mod manage;
pub(crate) mod receiver;
mod retries;
mod signatures;
mod theirs;

use crate::support::{Party, Setup, World, objection, person};
use nejtack::app::Hearing;
use nejtack::jobs::Webhooks;
use nejtack::store::Backend;
use receiver::Receiver;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A service that may send into this machine, and does.
struct Sending {
    // dropped first: it holds the instance
    job: Option<Webhooks>,
    world: World,
}

impl Sending {
    fn on(backend: Backend) -> Self {
        let hearing = Hearing { allow_private: true, ..Hearing::default() };
        Self::of(World::with(backend, Setup { hearing, ..Setup::default() }))
    }

    fn of(world: World) -> Self {
        let job = Webhooks::start(world.app.clone()).expect("it sends");
        Self { job: Some(job), world }
    }

    /// Sends nothing any more.
    fn quiet(mut self) -> World {
        drop(self.job.take());
        self.world
    }
}

/// Registers an endpoint for these controllers; what came back.
#[track_caller]
fn register(admin: &Party<'_>, receiver: &Receiver, controllers: &[&str]) -> Value {
    admin.makes("/v1/webhooks", &json!({"url": receiver.url(), "controllers": controllers}))
}

fn of(webhook: &Value, what: &str) -> String {
    format!("/v1/webhooks/{}{what}", webhook["id"].as_str().expect("an id"))
}

#[track_caller]
fn objects(service: &Party<'_>, reference: &str, controllers: &[&str]) -> String {
    let made = service.makes("/v1/objections", &objection(reference, controllers, &person()));
    made["id"].as_str().expect("an id").to_owned()
}

#[track_caller]
fn deliveries(admin: &Party<'_>, webhook: &Value) -> Vec<Value> {
    let answer = admin.get(&of(webhook, "/deliveries?limit=1000"));
    assert_eq!(answer.status, 200, "{answer}");
    answer.body["deliveries"].as_array().expect("a list").clone()
}

/// Waits until something is so.
#[track_caller]
fn until<T>(mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(40), "it did not come to be");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits until the first delivery of an endpoint has this status; that delivery.
#[track_caller]
fn until_status(admin: &Party<'_>, webhook: &Value, status: &str) -> Value {
    until(|| deliveries(admin, webhook).first().filter(|one| one["status"] == status).cloned())
}
