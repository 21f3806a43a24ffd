//! The peer of single look-ups: a bare actix-web handler that parses the same JSON
//! and answers a constant, as many bytes as ours, with as many workers.

use crate::support::process::Peer;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde::Deserialize;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

/// The fields of a look-up, as plain serde reads them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is parsed, and that is all")]
struct LookUp {
    controller: String,
    #[serde(default)]
    channels: Vec<String>,
    person: Person,
    at: Option<String>,
    changed_since: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is parsed, and that is all")]
struct Person {
    name: Option<Name>,
    personnummer: Option<String>,
    #[serde(default)]
    emails: Vec<String>,
    #[serde(default)]
    phones: Vec<String>,
    #[serde(default)]
    addresses: Vec<Address>,
    #[serde(default)]
    customer_ids: Vec<IssuedId>,
    #[serde(default)]
    cookie_ids: Vec<IssuedId>,
    #[serde(default)]
    advertising_ids: Vec<String>,
    #[serde(default)]
    hashes: Vec<Hash>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is parsed, and that is all")]
struct Name {
    given: Option<String>,
    family: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is parsed, and that is all")]
struct Address {
    street: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is parsed, and that is all")]
struct IssuedId {
    issuer: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is parsed, and that is all")]
struct Hash {
    algorithm: Option<String>,
    of: String,
    value: String,
}

/// Serves answers of so many bytes until it is killed; prints where.
pub(crate) fn serve(bytes: usize) {
    let answer: &'static str = Box::leak("x".repeat(bytes).into_boxed_str());
    let answering = async move {
        let handler = move |_: web::Json<LookUp>| async move {
            HttpResponse::Ok().content_type("application/json").body(answer)
        };
        let server =
            HttpServer::new(move || App::new().route("/v1/lookups", web::post().to(handler)));
        let server = server.workers(workers()).bind(("127.0.0.1", 0)).expect("a port");
        println!("{}", server.addrs()[0]);
        server.run().await.expect("it ran");
    };
    actix_web::rt::System::new().block_on(answering);
}

/// What the program has, too: one for each core.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// Starts it as a process of its own.
pub(crate) fn start(bytes: usize) -> (Peer, SocketAddr) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--bare", &bytes.to_string()]).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut told = String::new();
    let output = child.stdout.take().expect("its output");
    BufReader::new(output).read_line(&mut told).expect("its address");
    (Peer(child), told.trim().parse().expect("an address"))
}
