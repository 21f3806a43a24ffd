//! A PostgreSQL server that may have been cut off from its standby answers no look-up,
//! though it would answer every read.

use crate::store::support::{Place, run};
use crate::support::{Setup, World, objection, person};
use nejtack::store::head;
use serde_json::json;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A server of its own, since the setting is the whole server's.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new("scripts/with-postgresql")
            .args(["sh", "-c", "echo \"$NEJTACK_TEST_POSTGRESQL\"; cat >/dev/null"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_remove("NEJTACK_TEST_POSTGRESQL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/with-postgresql runs");
        let mut url = String::new();
        let mut out = BufReader::new(process.stdout.take().expect("a pipe"));
        out.read_line(&mut url).expect("a line");
        Self { process, url: url.trim().to_owned() }
    }
}

impl Drop for Server {
    /// Its end of input is the script's sign to stop the server.
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

#[test]
fn a_look_up_waits_for_the_standby_that_commits_wait_for() {
    let server = Server::start();
    let world = World::at(Place::on(server.url.clone()), Setup::default());
    world.service().makes("/v1/objections", &objection("spt-1", &[], &person()));
    let crm = world.crm();
    let ask = || crm.post("/v1/lookups", &json!({"controller": "optiker-ek", "person": person()}));
    let clinic =
        json!({"controller": "tandgruppen-malmo", "channels": ["email"], "person": person()});
    let blocked = || {
        let answer = crm.post("/v1/lookups", &clinic);
        assert_eq!(answer.body["decisions"]["email"], "blocked", "{answer}");
    };
    blocked();

    let mut raw = world.place.raw();
    run(&mut raw, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'").expect("obeys");
    run(&mut raw, "SELECT pg_reload_conf()").expect("obeys");
    // Each connection hears of it in its own time.
    while ask().status != 503 {}
    crm.post("/v1/lookups", &clinic).is_problem(503, "unavailable");
    let store = world.place.open();
    assert!(store.read(head::read).is_ok_and(|head| head.position > 0), "a read is answered");

    run(&mut raw, "ALTER SYSTEM RESET synchronous_standby_names").expect("obeys");
    run(&mut raw, "SELECT pg_reload_conf()").expect("obeys");
    while crm.post("/v1/lookups", &clinic).status == 503 {}
    blocked();
}
