//! Every operation of the served document × everybody who could ask: what each
//! gets is in `who-may.txt`, so that a door that opens is a line that changes.

use super::{Operation, broken, operations, static_key};
use crate::support::{Answer, Party, World};
use nejtack::domain::client::Role;
use nejtack::store::Backend;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/access/who-may.txt");

const LEGEND: &str = "\
# Who may: what each caller gets from each operation of the API.
#
#   yes   let in, whatever the answer to the request is then
#   401   no token, or none that counts        403   not with this token
#
# none: no token · garbage: a forged one · key: a static key · tool: marketing-tool,
# tool+ and staff+: with every scope that can be granted besides · gateway: sms-gateway ·
# local: the data folder's socket, without a token
#
# Made by the test; after a change that is meant:
#   NEJTACK_BLESS=1 scripts/with-postgresql cargo test --test it access::golden
";

/// A service with a client of each role, and everybody's tokens.
struct Gate {
    world: World,
    callers: Vec<(&'static str, Caller)>,
}

enum Caller {
    Nobody,
    Local,
    Token(String),
}

impl Gate {
    fn new() -> Self {
        let world = World::on(Backend::Sqlite);
        let body = |id: &str, role: &str, scopes: Value| json!({"client_id": id, "role": role, "controllers": ["tandgruppen"], "scopes": scopes});
        let token = |body| Caller::Token(world.client(&body).token().to_owned());
        let granted = |role: Role| {
            let names = role.grantable_scopes().iter().map(|scope| scope.name());
            names.collect::<Value>()
        };
        let service = world.service().token().to_owned();
        let forged =
            service.rsplit_once('.').map(|(signed, _)| format!("{signed}.{}", "A".repeat(86)));
        let mut callers = vec![
            ("none", Caller::Nobody),
            ("garbage", Caller::Token(forged.expect("three parts"))),
            ("service", Caller::Token(service)),
            ("tool", token(body("tool", "marketing-tool", json!([])))),
            ("tool+", token(body("tool-plus", "marketing-tool", granted(Role::MarketingTool)))),
            ("staff", token(body("staff", "staff", json!([])))),
            ("staff+", token(body("staff-plus", "staff", granted(Role::Staff)))),
            ("auditor", token(json!({"client_id": "auditor", "role": "auditor"}))),
            ("admin", token(json!({"client_id": "admin", "role": "admin"}))),
            (
                "gateway",
                token(
                    json!({"client_id": "gateway", "role": "sms-gateway", "controllers": ["tandgruppen"], "sms": {"form": "json"}}),
                ),
            ),
            ("local", Caller::Local),
        ];
        callers.insert(2, ("key", Caller::Token(static_key(&world, "tool-plus"))));
        Self { world, callers }
    }

    /// The caller; each operation is asked from an address of its own, since many
    /// wrong tokens from one address are slowed down.
    fn party(&self, caller: &Caller, host: usize) -> Party<'_> {
        let from = || self.world.stranger_at(u8::try_from(host + 2).expect("few operations"));
        match caller {
            Caller::Nobody => from(),
            Caller::Local => self.world.operator().acting_as("elin.berg"),
            Caller::Token(token) => from().with_token(token).acting_as("elin.berg"),
        }
    }

    /// For every operation, what every caller gets.
    fn table(&self, ask: impl Fn(&Party<'_>, &Operation) -> u16) -> Vec<(Operation, Vec<u16>)> {
        let rows = operations(&self.world).into_iter().enumerate().map(|(host, operation)| {
            let row =
                self.callers.iter().map(|(_, caller)| ask(&self.party(caller, host), &operation));
            let row = row.collect();
            (operation, row)
        });
        rows.collect()
    }

    fn render(&self, table: &[(Operation, Vec<u16>)]) -> String {
        let mut text = format!("{LEGEND}\n{:<27}", "operation");
        for (name, _) in &self.callers {
            let _ = write!(text, "{name:<9}");
        }
        let mut notes = Vec::new();
        for (operation, row) in table {
            let _ = write!(text, "\n{:<27}", operation.id);
            for status in row {
                let told = if is_let_in(*status) { "yes".to_owned() } else { status.to_string() };
                let _ = write!(text, "{told:<9}");
            }
            if is_let_in(row[0]) {
                notes.push(format!("ANYBODY without a token: {}", operation.id));
            }
            if !row.iter().any(|status| is_let_in(*status)) {
                notes.push(format!(
                    "NO TOKEN, a gateway's own secret or signature: {}",
                    operation.id
                ));
            } else if !row[..row.len() - 1].iter().any(|status| is_let_in(*status)) {
                notes.push(format!("NO ROLE, the operator's socket alone: {}", operation.id));
            }
        }
        let text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        format!("{text}\n\n{}\n", notes.join("\n"))
    }
}

/// Whether who asks was no reason to refuse.
fn is_let_in(status: u16) -> bool {
    !matches!(status, 401 | 403)
}

#[test]
fn who_may_do_what_is_as_it_was_agreed() {
    let gate = Gate::new();
    let is = gate.render(&gate.table(|party, operation| broken(party, operation).status));
    if std::env::var_os("NEJTACK_BLESS").is_some() {
        std::fs::write(FILE, &is).expect("written");
        return;
    }
    let agreed = std::fs::read_to_string(FILE).unwrap_or_default();
    let changed: Vec<_> = is
        .lines()
        .filter(|line| !agreed.lines().any(|old| old == *line))
        .chain(agreed.lines().filter(|line| !is.lines().any(|new| new == *line)))
        .collect();
    assert!(
        is == agreed,
        "who-may.txt is no longer what the service does. If that is meant, make it again:\n    \
         NEJTACK_BLESS=1 scripts/with-postgresql cargo test --test it access::golden\n\
         Lines that differ:\n{}\n\nIs now:\n{is}",
        changed.join("\n")
    );
}

#[test]
fn who_asks_is_judged_before_what_is_asked() {
    let gate = Gate::new();
    let expected = gate.table(|party, operation| broken(party, operation).status);
    type Ask = fn(&Party<'_>, &Operation) -> u16;
    let ways: [(&str, Ask); 2] = [
        ("another media type, an unknown parameter, an id that is none", |party, operation| {
            let path = operation.path.replace("0193a1b2-0000-7000-8000-000000000000", "ett");
            let request = party.request(&operation.method, &format!("{path}?stavfel=1"));
            let request = request.header("Idempotency-Key", "ö".repeat(300));
            Answer::of(request.header("Content-Type", "text/plain").body("hej")).status
        }),
        ("a body that is too large", too_large),
    ];
    for (how, ask) in ways {
        for ((operation, before), (_, row)) in expected.iter().zip(gate.table(ask)) {
            for (((caller, _), before), status) in gate.callers.iter().zip(before).zip(row) {
                let same = is_let_in(*before) && is_let_in(status) || *before == status;
                assert!(same, "{} by {caller}, {how}: {before}, then {status}", operation.id);
            }
        }
    }
}

/// A connection from an address that the operation has to itself.
fn connected_from_elsewhere(operation: &Operation, port: u16) -> std::net::TcpStream {
    let host = operation.id.bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    let connect = async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind(([127, 0, 2, host], 0).into())?;
        socket.connect(([127, 0, 0, 1], port).into()).await?.into_std()
    };
    let connection = actix_web::rt::System::new().block_on(connect).expect("it connects");
    connection.set_nonblocking(false).expect("it waits");
    connection
}

/// Announces a body of a terabyte, and sends none of it. Over the socket the
/// question does not arise: whoever is there is let in.
fn too_large(party: &Party<'_>, operation: &Operation) -> u16 {
    let request = party.request(&operation.method, &operation.path).build().expect("a request");
    let url = request.url();
    let Some(port) = url.port() else { return broken(party, operation).status };
    let mut connection = connected_from_elsewhere(operation, port);
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: nej.example\r\nConnection: close\r\nContent-Type: application/json\r\n",
        operation.method,
        url.path()
    );
    if operation.method == "POST" {
        head += "Content-Length: 1000000000000\r\n";
    }
    for (name, value) in request.headers() {
        let _ = write!(head, "{name}: {}\r\n", value.to_str().expect("text"));
    }
    connection.write_all(format!("{head}\r\n").as_bytes()).expect("sent");
    connection.shutdown(std::net::Shutdown::Write).expect("the end");
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer);
    let line = String::from_utf8_lossy(&answer);
    line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

#[test]
fn the_document_names_exactly_the_scopes_that_let_in() {
    let gate = Gate::new();
    for (operation, row) in gate.table(|party, operation| broken(party, operation).status) {
        if operation.path.starts_with("/v1/inbound-sms/") {
            // what shows who calls a webhook is no token
            assert!(row.iter().all(|status| !is_let_in(*status)), "{}: {row:?}", operation.id);
            continue;
        }
        let ways = operation.described["security"].as_array().cloned().unwrap_or_default();
        let opens = |role: Role, granted: bool| {
            let more = if granted { role.grantable_scopes() } else { &[] };
            ways.iter().filter_map(|way| way["oauth2"].as_array()).any(|asked| {
                asked.iter().all(|asked| {
                    role.usual_scopes().iter().chain(more).any(|held| asked == held.name())
                })
            })
        };
        let local_alone =
            ["issue_client_token", "shred_originals", "rotate_keys"].contains(&&*operation.id);
        for ((caller, _), status) in gate.callers.iter().zip(&row) {
            let should = ways.is_empty()
                || match *caller {
                    "service" => opens(Role::ObjectionService, false),
                    "tool" => opens(Role::MarketingTool, false),
                    "tool+" => opens(Role::MarketingTool, true),
                    "staff" => opens(Role::Staff, false),
                    "staff+" => opens(Role::Staff, true),
                    "auditor" => opens(Role::Auditor, false),
                    "admin" => opens(Role::Admin, false) && !local_alone,
                    "gateway" => opens(Role::SmsGateway, false),
                    // `nejtack screen` is the operator's.
                    "local" => {
                        let screens = |way: &Value| way["oauth2"] == json!(["screenings:run"]);
                        opens(Role::Admin, false) || ways.iter().any(screens)
                    }
                    "key" => ways.iter().any(|way| way.get("static_key").is_some()),
                    _ => false,
                };
            assert_eq!(is_let_in(*status), should, "{} by {caller}: {status}", operation.id);
        }
    }
}

#[test]
fn a_wrong_token_over_the_socket_is_wrong_and_not_the_operator() {
    let gate = Gate::new();
    let wrong = gate.world.operator().with_token("garbage");
    wrong.get("/v1/clients").is_problem(401, "unauthorized");
    let service = gate.world.operator().with_token(gate.world.optician().token());
    service.get("/v1/clients").is_problem(403, "insufficient-scope");
}

#[test]
fn refusals_say_how_to_authenticate() {
    let gate = Gate::new();
    let nobody = gate.world.stranger().get("/v1/objections");
    nobody.is_problem(401, "unauthorized");
    assert_eq!(nobody.header("www-authenticate"), "Bearer realm=\"nejtack\"");
    for token in ["", "a", "a.b.c", "njt_", &format!("njs_{}", "a".repeat(43)), "\u{e5}\u{e4}"] {
        let wrong = gate.world.stranger().with_token(token).get("/v1/objections");
        wrong.is_problem(401, "unauthorized");
        assert!(wrong.header("www-authenticate").contains("invalid_token"), "{token}: {wrong}");
    }
    let lacks = gate.world.optician().get("/v1/clients");
    lacks.is_problem(403, "insufficient-scope");
    assert!(lacks.header("www-authenticate").contains("insufficient_scope"), "{lacks}");
    assert!(lacks.body["detail"].as_str().is_some_and(|told| told.contains("clients:admin")));
}

#[test]
fn another_scheme_and_two_tokens_are_refused() {
    let gate = Gate::new();
    let token = gate.world.optician().token().to_owned();
    for value in [format!("Basic {token}"), format!("DPoP {token}"), token.clone(), "Bearer".into()]
    {
        let request = gate.world.stranger().request("GET", "/v1/controllers");
        Answer::of(request.header("Authorization", value)).is_problem(401, "unauthorized");
    }
    let request = gate.world.stranger().with_token(&token).request("GET", "/v1/controllers");
    Answer::of(request.header("Authorization", "Bearer x")).is_problem(401, "unauthorized");
    // RFC 6750 §2.2 and §2.3 are not offered: a token in a URL ends up in logs.
    let path = format!("/v1/controllers?access_token={token}");
    gate.world.stranger().get(&path).is_problem(401, "unauthorized");
    let request = gate.world.stranger().request("GET", "/v1/controllers");
    let lower = request.header("authorization", format!("bearer {token}"));
    assert_eq!(Answer::of(lower).status, 200);
}
