//! Sizes, speeds and shapes of requests: just below each limit and above it.

use super::raw::{Heard, Raw};
use super::{PLANTED, is_decent};
use crate::support::{Answer, World, objection, person};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nejtack::store::Backend;
use serde_json::{Value, json};
use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// JSON with so many spaces that it has exactly this length.
fn padded(body: &Value, length: usize) -> Vec<u8> {
    let mut bytes = body.to_string().into_bytes();
    assert!(bytes.len() <= length, "the body is {} long", bytes.len());
    bytes.resize(length, b' ');
    bytes
}

fn post(world: &World, party: &crate::support::Party<'_>, path: &str, bytes: Vec<u8>) -> Answer {
    assert!(!world.url.is_empty());
    Answer::of(party.request("POST", path).header("Content-Type", "application/json").body(bytes))
}

#[test]
fn bodies_fit_up_to_the_stated_limit_and_not_beyond() {
    let world = World::on(Backend::Sqlite);
    let (service, crm, operator) = (world.service(), world.crm(), world.operator());
    let objection = objection("stor", &["tandgruppen"], &person());
    let look_up =
        json!({"controller": "tandgruppen-malmo", "person": {"emails": ["a@exempel.example"]}});
    let batch =
        json!({"controller": "tandgruppen-malmo", "persons": [{"emails": ["a@exempel.example"]}]});
    let group = json!({"slug": "stor-grupp", "name": "Stor grupp"});
    for (party, path, body, limit, fits) in [
        (&service, "/v1/objections", &objection, 8 * MIB, 201),
        (&crm, "/v1/lookups", &look_up, 64 * KIB, 200),
        (&crm, "/v1/lookups/batch", &batch, 16 * MIB, 200),
        (&operator, "/v1/groups", &group, 64 * KIB, 201),
    ] {
        let answer = post(&world, party, path, padded(body, limit));
        assert_eq!(answer.status, fits, "{path}: {answer}");
        let before = world.app.as_of().position;
        for length in [limit + 1, limit + 2 * MIB] {
            let answer = post(&world, party, path, padded(body, length));
            is_decent(&answer, path);
            answer.is_problem(413, "payload-too-large");
            let unknown = reqwest::blocking::Body::new(std::io::Cursor::new(padded(body, length)));
            let request = party.request("POST", path).header("Content-Type", "application/json");
            Answer::of(request.body(unknown)).is_problem(413, "payload-too-large");
        }
        assert_eq!(world.app.as_of().position, before, "{path}");
    }
}

#[test]
fn an_objection_of_10_mb_is_refused_and_a_document_of_5_mb_is_not() {
    let world = World::on(Backend::Sqlite);
    let service = world.service();
    let with = |bytes: usize| {
        let mut body = objection("dokument", &[], &person());
        let content = STANDARD.encode(vec![b'%'; bytes]);
        body["proxy"]["document"] = json!({"media_type": "application/pdf", "content": content});
        body
    };
    let before = world.app.as_of().position;
    service.post("/v1/objections", &with(10_000_000)).is_problem(413, "payload-too-large");
    let refused = service.post("/v1/objections", &with(5 * MIB + 1));
    refused.is_problem(422, "unprocessable").at("/proxy/document/content", "too_long");
    let mut wrong = with(10);
    wrong["proxy"]["document"]["content"] = json!(format!("{PLANTED}åä"));
    let refused = service.post("/v1/objections", &wrong);
    is_decent(&refused, "no base64");
    refused.is_problem(400, "malformed").at("/proxy/document/content", "base64");
    assert_eq!(world.app.as_of().position, before);
    assert_eq!(service.post("/v1/objections", &with(5 * MIB)).status, 201);
}

#[test]
fn lists_and_texts_have_their_limits() {
    let world = World::on(Backend::Sqlite);
    let (service, crm) = (world.service(), world.crm());
    let before = world.app.as_of().position;
    for (field, item) in [
        ("emails", json!("a@exempel.example")),
        ("phones", json!("070-174 06 05")),
        ("addresses", json!({"street": "Storgatan 1"})),
        ("advertising_ids", json!("x")),
    ] {
        let body = objection("lista", &[], &json!({field: vec![item; 101]}));
        let refused = service.post("/v1/objections", &body);
        refused.is_problem(400, "malformed").at(&format!("/person/{field}"), "too_many");
    }
    let mut body = objection("lista", &["tandgruppen"; 1001], &person());
    service
        .post("/v1/objections", &body)
        .is_problem(400, "malformed")
        .at("/controllers", "too_many");
    body = objection(&"r".repeat(201), &[], &person());
    let refused = service.post("/v1/objections", &body);
    is_decent(&refused, "a long reference");
    assert!(matches!(refused.status, 400 | 422), "{refused}");
    refused.at("/reference", "too_long");
    let many = |count: usize| {
        json!({"controller": "tandgruppen-malmo", "channels": ["email"],
        "persons": vec![json!({"emails": ["a@exempel.example"]}); count]})
    };
    assert_eq!(crm.post("/v1/lookups/batch", &many(10_000)).status, 200);
    crm.post("/v1/lookups/batch", &many(10_001))
        .is_problem(400, "malformed")
        .at("/persons", "too_many");
    assert_eq!(world.app.as_of().position, before);
}

#[test]
fn what_no_route_takes_is_404_or_405_with_allow() {
    let world = World::on(Backend::Sqlite);
    let service = world.service();
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v2/objections",
        "/v1/objection",
        "/v1/objections/",
        "//v1/objections",
        "/V1/objections",
        "/v1/objections/x/y/z",
        "/.env",
        "/admin",
        "/v1/%6fbjectionz",
        "/Qplanterat7731",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = Answer::of(service.request(method, path));
            is_decent(&answer, path);
            assert!(matches!(answer.status, 400 | 404 | 405), "{method} {path}: {answer}");
        }
    }
    let id = "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42";
    for (path, allow) in [
        ("/v1/lookups".to_owned(), "POST"),
        ("/v1/objections".to_owned(), "GET, POST, HEAD"),
        (format!("/v1/objections/{id}"), "GET, HEAD"),
        ("/health/live".to_owned(), "GET, HEAD"),
        ("/oauth2/token".to_owned(), "POST"),
        ("/openapi.json".to_owned(), "GET, HEAD"),
    ] {
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY", "PROPFIND"] {
            let answer = Answer::of(service.request(method, &path));
            is_decent(&answer, &path);
            answer.is_problem(405, "method-not-allowed");
            assert_eq!(answer.header("allow"), allow, "{method} {path}");
        }
    }
    let head = Answer::of(service.request("HEAD", "/v1/objections?reference=x"));
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

fn served<T>(work: impl FnOnce(&World) -> T) -> T {
    let world = World::on(Backend::Sqlite);
    let value = work(&world);
    assert_eq!(world.stranger().get("/health/live").status, 200, "it lives on");
    value
}

fn asks(world: &World, bytes: impl AsRef<[u8]>) -> Heard {
    let mut raw = Raw::to(&world.url);
    raw.send(bytes);
    raw.answer()
}

#[test]
fn garbage_on_the_socket_ends_the_connection_and_nothing_else() {
    served(|world| {
        for garbage in [
            &b"\0\0\0\0\r\n\r\n"[..],
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", // a TLS greeting
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET /Qplanterat7731 SPDY/1\r\n\r\n",
            b"GET / HTTP/1.1\r\nQplanterat7731\r\n\r\n",
            b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            b"GET \xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: cow\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"\r\n\r\n\r\n\r\n",
        ] {
            let mut raw = Raw::to(&world.url);
            raw.send(garbage);
            raw.done();
            let heard = raw.rest().unwrap_or_else(|| panic!("{garbage:?}: the connection stays"));
            assert!(
                !heard.contains("HTTP/1.1 5") && !heard.contains(PLANTED),
                "{garbage:?}: {heard}"
            );
        }
    });
}

#[test]
fn smuggled_requests_are_refused_or_read_as_one() {
    served(|world| {
        let hidden = "GET /problems/internal HTTP/1.1\r\nHost: a\r\n\r\n";
        let length = hidden.len();
        let both = format!(
            "POST /v1/objections HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
        );
        let chunk = format!(
            "POST /v1/objections HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n{hidden}"
        );
        let sizes = "POST /v1/objections HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n";
        for bytes in [both.as_str(), chunk.as_str(), sizes] {
            let heard = asks(world, bytes);
            assert!(matches!(heard.status, 0 | 400 | 401), "{bytes}: {heard:?}");
            assert!(!heard.body.contains("/problems/internal"), "{heard:?}");
        }
    });
}

#[test]
fn large_and_many_headers_are_refused_within_bounds() {
    served(|world| {
        let large = format!(
            "GET /health/live HTTP/1.1\r\nHost: a\r\nX-A: {}\r\n\r\n",
            PLANTED.repeat(20_000)
        );
        let many: String = (0..200).map(|i| format!("X-{i}: Qplanterat7731\r\n")).collect();
        let many = format!("GET /health/live HTTP/1.1\r\nHost: a\r\n{many}\r\n");
        let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", PLANTED.repeat(20_000));
        for bytes in [large, many, long] {
            let heard = asks(world, &bytes);
            assert!(matches!(heard.status, 400 | 404 | 413 | 414 | 431), "{heard:?}");
            assert!(!heard.body.contains(PLANTED), "{heard:?}");
        }
        // a usual token and a few cookies are no trouble
        let usual = format!(
            "GET /health/live HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n",
            "c=d; ".repeat(3_000)
        );
        assert_eq!(asks(world, usual).status, 200);
    });
}

#[test]
fn unusual_forms_of_http_are_served() {
    served(|world| {
        let old = asks(world, "GET /health/live HTTP/1.0\r\n\r\n");
        assert_eq!(old.status, 200, "{old:?}");
        let absolute = format!("GET {}/health/live HTTP/1.1\r\nHost: a\r\n\r\n", world.url);
        assert_eq!(asks(world, absolute).status, 200);
        let star = asks(world, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
        assert!(matches!(star.status, 400 | 404 | 405), "{star:?}");
        let no_host = asks(world, "GET /health/live HTTP/1.1\r\n\r\n");
        assert!(matches!(no_host.status, 200 | 400), "{no_host:?}");
        // many requests at once on one connection are answered in order
        let mut raw = Raw::to(&world.url);
        let one = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        raw.send([one("/health/live"), one("/nothing"), one("/health/ready")].concat());
        let codes: Vec<_> = (0..3).map(|_| raw.answer().status).collect();
        assert_eq!(codes, [200, 404, 200]);
    });
}

/// An objection as a whole request; `before` is what stands before the body.
fn request(token: &str, headers: &str, body: &str) -> (String, String) {
    let head = format!(
        "POST /v1/objections HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    (head, body.to_owned())
}

#[test]
fn a_client_that_asks_first_is_told_to_go_on_or_what_is_wrong() {
    served(|world| {
        let service = world.service();
        let body = objection("expect", &[], &person()).to_string();
        let (head, body) = request(service.token(), "Expect: 100-continue\r\n", &body);
        let mut raw = Raw::to(&world.url);
        raw.send(head);
        let heard = raw.answer();
        assert_eq!(heard.status, 100, "{heard:?}");
        raw.send(body);
        assert_eq!(raw.answer().status, 201);
        // who may not is told before anything of the body is sent
        let (head, _) = request("wrong", "Expect: 100-continue\r\n", &"x".repeat(1_000_000));
        let mut raw = Raw::to(&world.url);
        raw.send(head);
        let mut heard = raw.answer();
        if heard.status == 100 {
            heard = raw.answer();
        }
        assert_eq!(
            (heard.status, heard.json()["code"].clone()),
            (401, json!("unauthorized")),
            "{heard:?}"
        );
    });
}

#[test]
fn half_a_body_records_nothing() {
    served(|world| {
        let service = world.service();
        let before = world.app.as_of().position;
        let body = objection("halv", &[], &person()).to_string();
        let (head, body) = request(service.token(), "", &body);
        for sent in [0, 1, body.len() / 2, body.len() - 1] {
            let mut raw = Raw::to(&world.url);
            raw.send(&head);
            raw.send(&body.as_bytes()[..sent]);
            raw.done();
            let heard = raw.rest().expect("the connection ends");
            assert!(!heard.contains("HTTP/1.1 2") && !heard.contains("HTTP/1.1 5"), "{heard}");
        }
        let chunked = head.replace("Content-Length", "X-Length").replacen(
            "\r\n\r\n",
            "\r\nTransfer-Encoding: chunked\r\n\r\n",
            1,
        );
        let mut raw = Raw::to(&world.url);
        raw.send(&chunked);
        raw.send(format!("{:x}\r\n{body}\r\n", body.len())); // all of it, but for the last chunk
        raw.done();
        let heard = raw.rest().expect("the connection ends");
        assert!(!heard.contains("HTTP/1.1 2") && !heard.contains("HTTP/1.1 5"), "{heard}");
        assert_eq!(world.app.as_of().position, before);
        assert_eq!(service.get("/v1/objections?reference=halv").body["objections"], json!([]));
    });
}

#[test]
fn a_body_that_trickles_is_read_and_many_slow_ones_stop_nobody() {
    served(|world| {
        let service = world.service();
        let (head, body) =
            request(service.token(), "", &objection("trickle", &[], &person()).to_string());
        // heads that never end, and bodies that never come
        let mut slow: Vec<_> = (0..300).map(|_| Raw::to(&world.url)).collect();
        for (number, raw) in slow.iter_mut().enumerate() {
            raw.send(if number % 2 == 0 { &head } else { &head[..60] });
        }
        let mut raw = Raw::to(&world.url);
        raw.send(&head);
        for part in body.as_bytes().chunks(body.len() / 40 + 1) {
            raw.send(part);
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(raw.answer().status, 201);
        // a head that does not come in time is given up, and so is a body
        for (kept, statuses) in [(slow.swap_remove(1), [0, 408]), (slow.swap_remove(0), [0, 408])] {
            let mut kept = kept;
            let heard = kept.answer();
            assert!(statuses.contains(&heard.status), "{heard:?}");
            if !heard.body.is_empty() {
                assert_eq!(heard.json()["code"], "request-timeout", "{heard:?}");
            }
        }
    });
}
