//! The end of a process in good order: what was accepted is finished. Those that
//! nobody ordered are in `faults`.

use crate::cli::{Folder, Serving};
use crate::hostile::raw::Raw;
use crate::support::{Answer, objection, person};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A data folder with a clinic and a client in it.
pub(crate) struct Instance(Folder);

/// A process that serves it.
pub(crate) struct Server(Serving);

impl Instance {
    pub(crate) fn started() -> Self {
        let folder = Folder::started();
        folder.done(&["controllers", "add", "tandgruppen-malmo", "--name", "Tandgruppen Malmö"]);
        let number = ["--organisation-number", "559999-0008"];
        folder.done(
            &[&["clients", "add", "sparrtjanst", "--role", "objection-service"], &number[..]]
                .concat(),
        );
        Self(folder)
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.0
    }

    pub(crate) fn serve(&self) -> Server {
        Server(self.0.serve())
    }

    /// A token for a client, while it is served.
    pub(crate) fn token(&self, client: &str) -> String {
        let token = self.0.json(&["token", "--client", client]);
        token["access_token"].as_str().expect("a token").to_owned()
    }
}

impl Server {
    pub(crate) fn url(&self) -> &str {
        self.0.url()
    }

    pub(crate) fn kill(self) {
        self.0.kill();
    }

    pub(crate) fn process(&self) -> u32 {
        self.0.process.id()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.process().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits until it has ended by itself.
    fn ends_within(&mut self, wait: Duration) -> Option<i32> {
        let begun = Instant::now();
        loop {
            match self.0.process.try_wait().expect("a status") {
                Some(status) => return status.code(),
                None => assert!(begun.elapsed() < wait, "it still runs after {wait:?}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Some time for what the system does in between.
fn a_while() {
    std::thread::sleep(Duration::from_millis(300));
}

fn head(path: &str, token: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[test]
fn what_was_accepted_is_finished_and_answered() {
    let instance = Instance::started();
    let mut server = instance.serve();
    let token = instance.token("sparrtjanst");
    let body = |number: usize| objection(&format!("sista-{number}"), &[], &person()).to_string();
    let mut slow: Vec<(Raw, String)> = (0..8)
        .map(|number| {
            let (mut raw, body) = (Raw::to(server.url()), body(number));
            raw.send(head("/v1/objections", &token, body.len()));
            raw.send(&body[..20]);
            (raw, body)
        })
        .collect();
    let mut batch = Raw::to(server.url());
    let all: Vec<Value> =
        (100..200).map(|n| objection(&format!("sista-{n}"), &[], &person())).collect();
    let all = json!(all).to_string();
    batch.send(head("/v1/objections/batch", &token, all.len()));
    batch.send(&all[..all.len() / 2]);
    // one that has been answered, and stays open
    let mut idle = Raw::to(server.url());
    idle.send("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(idle.answer().status, 200);
    a_while();
    server.signal("-TERM");
    a_while();
    for (raw, body) in &mut slow {
        raw.send(&body[20..]);
    }
    server.signal("-TERM");
    batch.send(&all[all.len() / 2..]);
    for (number, (raw, _)) in slow.iter_mut().enumerate() {
        let heard = raw.answer();
        assert_eq!(heard.status, 201, "{number}: {heard:?}");
    }
    let heard = batch.answer();
    assert_eq!((heard.status, heard.body.matches("\"recorded\"").count()), (200, 100), "{heard:?}");
    let begun = Instant::now();
    assert_eq!(server.ends_within(Duration::from_secs(60)), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(20), "an idle connection kept it");

    let server = instance.serve();
    let client = crate::support::http().build().expect("a client");
    let token = instance.token("sparrtjanst");
    for number in (0..8).chain(100..200) {
        let url = format!("{}/v1/objections?reference=sista-{number}", server.url());
        let found = Answer::of(client.get(url).bearer_auth(&token));
        assert_eq!(found.body["objections"].as_array().map(Vec::len), Some(1), "{number}: {found}");
    }
}

/// A database that hangs up on everybody, again and again.
#[test]
fn a_database_that_hangs_up_is_a_503_and_never_a_wrong_clear() {
    const HANG_UP: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                           WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let world = crate::support::World::on(nejtack::store::Backend::Postgresql);
    let (service, crm) = (world.service(), world.crm());
    let known = json!({"emails": ["kand@exempel.example"]});
    service.makes("/v1/objections", &objection("kand", &[], &known));
    let over = AtomicBool::new(false);
    let (answered, refused) = (Mutex::new(0), Mutex::new(0));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (service, crm, over, known) = (&service, &crm, &over, &known);
            let (answered, refused) = (&answered, &refused);
            scope.spawn(move || {
                for number in 0.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    let own = json!({"emails": [format!("{thread}-{number}@exempel.example")]});
                    let made = service.post("/v1/objections", &objection(&format!("{thread}-{number}"), &[], &own));
                    let asked = if made.status == 201 { &own } else { known };
                    let asked = json!({"controller": "tandgruppen-malmo", "channels": ["email"], "person": asked});
                    let found = crm.post("/v1/lookups", &asked);
                    for answer in [&made, &found] {
                        match answer.status {
                            200 | 201 => *answered.lock().unwrap() += 1,
                            503 => {
                                assert!(!answer.header("retry-after").is_empty(), "{answer}");
                                *refused.lock().unwrap() += 1;
                            }
                            _ => panic!("{answer}"),
                        }
                    }
                    assert!(found.status == 503 || found.body["decisions"]["email"] == "blocked", "{found}");
                }
            });
        }
        let mut raw = world.place.raw();
        for _ in 0..30 {
            std::thread::sleep(Duration::from_millis(60));
            crate::store::support::run(&mut raw, HANG_UP).expect("it hangs up");
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(
        answered.into_inner().unwrap() > 0,
        "nothing was answered, {} were refused",
        refused.into_inner().unwrap()
    );
    let begun = Instant::now();
    while world.stranger().get("/health/ready").status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not come back");
        a_while();
    }
    service.makes("/v1/objections", &objection("efter", &[], &known));
    assert_eq!(crm.decision("tandgruppen-malmo", "email", &known), "blocked");
}
