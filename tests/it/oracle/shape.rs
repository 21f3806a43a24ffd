//! The form of an answer: all that is in it but for what is different every time.

use crate::hostile::raw::Heard;
use crate::support::Answer;
use serde_json::Value;
use uuid::Uuid;

/// Status, headers and body, and `given` (a reference) where it is repeated. Ids,
/// times and receipts are put aside, once they are found to have the form that they
/// must have; whatever else differs, shows.
pub(super) fn of(heard: &Heard, given: &str) -> String {
    let mut body = heard.body.clone();
    put_aside(&serde_json::from_str(&heard.body).unwrap_or_default(), "", given, &mut body);
    format!("{}\n{body}", headers(heard))
}

/// The same of what a library read.
pub(super) fn of_answer(answer: &Answer, given: &str) -> String {
    let fields = answer.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        format!("{name}: {value}\r\n")
    });
    let head = format!("{}\r\n{}", answer.status, fields.collect::<String>());
    of(&Heard { status: answer.status, head, body: answer.text.clone() }, given)
}

fn headers(heard: &Heard) -> String {
    let lines = heard.head.lines().map(|line| match line.split_once(": ") {
        Some(("content-length", length)) => {
            assert_eq!(length, heard.body.len().to_string(), "{heard:?}");
            "content-length: of the body".to_owned()
        }
        Some(("date", date)) => format!("date: of {}", date.len()),
        Some((name @ ("x-request-id" | "location"), value)) => {
            let place: Vec<_> =
                value.split('/').map(|part| if is_id(part) { "an id" } else { part }).collect();
            format!("{name}: {}", place.join("/"))
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Puts aside what is different every time, in the body as it was sent: the order of
/// its fields, and blanks, stay.
fn put_aside(value: &Value, name: &str, given: &str, form: &mut String) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| put_aside(inner, name, given, form));
        }
        Value::Array(all) => all.iter().for_each(|inner| put_aside(inner, name, given, form)),
        Value::String(text) => {
            let is_time = || chrono::DateTime::parse_from_rfc3339(text).is_ok();
            let what = match name {
                _ if text == given => "what was given",
                _ if is_id(text) => "an id",
                // micro-, milli- or whole seconds, as it happens
                _ if text.ends_with('Z') && is_time() => "a time",
                // as long as the log is high, whoever is in it
                "receipt" if text.starts_with("c2sp.org/tlog-proof@v1\n") => "a receipt",
                _ => return,
            };
            *form = form.replacen(&value.to_string(), what, 1);
        }
        _ => {}
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "http/1.1 201 created\r\ndate: sun, 22 nov 2026 17:00:00 gmt\r\n\
                        x-request-id: 0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42\r\n";

    fn shape(head: &str, body: &str) -> String {
        let head = head.to_owned();
        of(&Heard { status: 201, head, body: body.to_owned() }, "nu-1")
    }

    #[test]
    fn only_what_must_differ_may_differ() {
        let body = r#"{"id":"0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42","reference":"nu-1","received_at":"2026-11-22T17:00:00Z","warnings":[]}"#;
        let one = shape(HEAD, body);
        let later = body.replace("9b42", "9b43").replace("00:00Z", "00:00.123456Z");
        assert_eq!(one, shape(&HEAD.replace("9b42", "ffff").replace("17:00", "18:21"), &later));
        let mut others = vec![
            shape(&HEAD.replace("201", "200"), body),
            shape(&format!("{HEAD}x-known: yes\r\n"), body),
            shape(&HEAD.replace("x-request-id", "x-request"), body),
        ];
        for (what, other) in [
            ("[]", "[1]"),
            ("[]", "[ ]"),
            ("\"id\"", "\"earlier\""),
            ("nu-1", "da-1"),
            ("9b42\"", "9b4\""),
            ("Z\"", "+01:00\""),
            ("{\"id\"", "{\"known\":true,\"id\""),
        ] {
            assert!(body.contains(what), "{what}");
            others.push(shape(HEAD, &body.replace(what, other)));
        }
        for (number, other) in others.iter().enumerate() {
            assert_ne!(&one, other, "{number}");
        }
    }
}
