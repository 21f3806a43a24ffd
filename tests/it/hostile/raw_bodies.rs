//! Bodies that are no JSON, or not quite.

use super::arena::attack;
use super::{PLANTED, is_decent, mutate};
use nejtack::store::Backend;
use serde_json::Value;

fn refused(make: impl Fn(&str) -> Vec<Vec<u8>>) {
    attack(Backend::Sqlite, |arena, operation| {
        for bytes in make(&operation.text()) {
            let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
            let what = format!("{} {shown:?}", operation.id);
            let answer = arena.send(operation, bytes);
            is_decent(&answer, &what);
            answer.is_problem(400, "malformed");
            let says = answer.body["detail"].as_str().is_some_and(|text| text.len() > 10);
            assert!(says, "{what}: {answer}");
        }
    });
}

#[test]
fn what_is_no_json_is_malformed() {
    refused(|right| {
        let cut = |at: usize| right.as_bytes()[..at].to_vec();
        vec![
            b"{".to_vec(),
            b"}".to_vec(),
            b"[".repeat(10_000),
            b"{\"a\":".repeat(10_000),
            b"\"".to_vec(),
            b"nul".to_vec(),
            b"{'a': 1}".to_vec(),
            b"\0".to_vec(),
            b"\xff\xfe\xfd".to_vec(),
            cut(right.len() / 3),
            cut(right.len() - 1),
            format!("{right}{right}").into_bytes(),
            format!("{right} {PLANTED}").into_bytes(),
            format!("{right}]").into_bytes(),
            format!("{right}\0").into_bytes(),
            format!("// {PLANTED}\n{right}").into_bytes(),
            right.replacen('{', "{,", 1).into_bytes(),
            format!("{},}}", &right[..right.len() - 1]).into_bytes(),
            right.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            std::iter::once(0xFEFF)
                .chain(right.encode_utf16())
                .flat_map(u16::to_be_bytes)
                .collect(),
        ]
    });
}

#[test]
fn json_that_is_no_object_is_malformed() {
    refused(|right| {
        let others = ["null", "[]", "[{}]", "\"\"", "\" \"", "0", "-1e308", "true", "[1,2,3]"];
        let mut bodies: Vec<_> = others.map(|text| text.as_bytes().to_vec()).into();
        bodies.push(format!("[{right}]").into_bytes());
        bodies.push(serde_json::to_vec(&format!("{right}{PLANTED}")).expect("JSON"));
        bodies
    });
}

#[test]
fn bytes_that_are_no_text_and_numbers_that_are_none_are_malformed() {
    let texts = |right: &str| {
        let body: Value = serde_json::from_str(right).expect("JSON");
        let mut bodies = Vec::new();
        for at in mutate::texts(&body) {
            let marked = mutate::with(&body, &at, PLANTED.into()).to_string();
            let put = |instead: &[u8]| {
                let (before, after) =
                    marked.split_once(&format!("\"{PLANTED}\"")).expect("it is there");
                [before.as_bytes(), instead, after.as_bytes()].concat()
            };
            bodies.push(put(b"\"Anna\xc3\""));
            bodies.push(put(b"\"Anna\xed\xa0\x80\"")); // a surrogate in UTF-8
            bodies.push(put(b"\"Anna\xc0\xaf\"")); // an overlong slash
            bodies.push(put(b"\"Anna\\ud800\""));
            bodies.push(put(b"\"Anna\\udc00\\ud800\""));
            bodies.push(put(b"\"Anna\nBerg\"")); // a line break that is not escaped
            bodies.push(put(b"1e999"));
            bodies.push(put(b"NaN"));
            bodies.push(put(b"012"));
            bodies.push(put("9".repeat(2_000).as_bytes()));
        }
        bodies
    };
    refused(texts);
}

#[test]
fn a_field_given_twice_is_malformed() {
    refused(|right| {
        let body: Value = serde_json::from_str(right).expect("JSON");
        let mut bodies = Vec::new();
        for at in mutate::objects(&body) {
            let fields = body.pointer(&at).and_then(Value::as_object).expect("an object");
            for (name, value) in fields {
                let twice = format!("{{\"{name}\":{value},");
                let marked = mutate::with(&body, &at, PLANTED.into()).to_string();
                let object = Value::Object(fields.clone()).to_string();
                let object = object.replacen('{', &twice, 1);
                bodies.push(marked.replacen(&format!("\"{PLANTED}\""), &object, 1).into_bytes());
            }
        }
        bodies
    });
}

#[test]
fn no_body_is_malformed_or_means_nothing_was_said() {
    attack(Backend::Sqlite, |arena, operation| {
        for bytes in ["", " ", "\r\n\t"] {
            let answer = arena.send(operation, bytes);
            is_decent(&answer, &operation.id);
            let may_be_missing =
                ["withdraw_objection", "add_static_key"].contains(&operation.id.as_str());
            if !(may_be_missing && bytes.is_empty()) {
                answer.is_problem(400, "malformed");
            }
        }
    });
}

#[test]
fn a_byte_order_mark_and_spaces_around_are_read_past() {
    attack(Backend::Sqlite, |arena, operation| {
        for around in [("\u{feff}", ""), ("\r\n\t ", " \n")] {
            let body = format!("{}{}{}", around.0, operation.text(), around.1);
            let answer = arena.send(operation, body);
            assert!(answer.status < 300, "{}: {answer}", operation.id);
        }
    });
}

#[test]
fn another_content_type_or_an_encoded_body_is_415() {
    attack(Backend::Sqlite, |arena, operation| {
        let types = [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("application/xml"),
            Some("multipart/form-data; boundary=x"),
            Some("application/jsonx"),
            Some("json"),
            Some(";"),
            Some("application/problem+json"),
            Some("*/*"),
            Some("text/plain; application/json"),
        ];
        for media_type in types {
            let answer = arena.send_as(operation, operation.text(), media_type);
            is_decent(&answer, &format!("{} {media_type:?}", operation.id));
            answer.is_problem(415, "unsupported-media-type");
        }
        for encoding in ["gzip", "br", "deflate", "zstd", "identity, gzip", PLANTED] {
            let request = arena.party(operation).request("POST", &operation.trial());
            let request = request.header("Content-Encoding", encoding).json(&operation.example);
            let answer = crate::support::Answer::of(request);
            is_decent(&answer, &format!("{} {encoding}", operation.id));
            answer.is_problem(415, "unsupported-media-type");
        }
        for media_type in
            ["application/json; charset=utf-8", "Application/JSON", " application/json "]
        {
            let answer = arena.send_as(operation, operation.text(), Some(media_type));
            assert!(answer.status < 300, "{} {media_type:?}: {answer}", operation.id);
        }
    });
}

#[test]
fn a_chunked_body_is_read_like_any_other() {
    attack(Backend::Sqlite, |arena, operation| {
        let request = arena.party(operation).request("POST", &operation.trial());
        let bytes = std::io::Cursor::new(operation.text().into_bytes());
        let request = request.header("Content-Type", "application/json");
        let answer = crate::support::Answer::of(request.body(reqwest::blocking::Body::new(bytes)));
        assert!(answer.status < 300, "{}: {answer}", operation.id);
    });
}
