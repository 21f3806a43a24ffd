//! The form of an answer: all that is in it but for what is different every time.

use crate::hostile::raw::Heard;
use serde_json::Value;

/// Status, headers and body. Ids and times are put aside once they are found to
/// have the form that each of them must have; whatever else differs, shows.
pub(super) fn of(heard: &Heard, reference: &str) -> String {
    let mut form = headers(heard);
    form.push('\n');
    form += &body(heard, reference);
    form
}

fn headers(heard: &Heard) -> String {
    let lines = heard.head.lines().map(|line| match line.split_once(": ") {
        Some(("content-length", length)) => {
            assert_eq!(length, heard.body.len().to_string(), "{heard:?}");
            "content-length: of the body".to_owned()
        }
        Some(("date", date)) => format!("date: of {}", date.len()),
        Some((name @ ("x-request-id" | "ratelimit" | "ratelimit-policy"), value)) => {
            format!("{name}: {}", without_digits(value))
        }
        Some(("location", value)) => {
            let id = value.strip_prefix("/v1/objections/").expect("a place of ours");
            format!("location: an objection, {}", without_digits(id))
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The body as it was sent, order and blanks too.
fn body(heard: &Heard, reference: &str) -> String {
    let mut text = heard.body.clone();
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    let mut aside = |field: &str, is_so: fn(&str) -> bool| {
        if let Some(found) = value[field].as_str() {
            assert!(is_so(found), "{field}: {heard:?}");
            let written = Value::from(found).to_string();
            text = text.replacen(&format!("\"{field}\":{written}"), &format!("\"{field}\":…"), 1);
        }
    };
    aside("id", |id| without_digits(id) == without_digits("00000000-0000-7000-8000-000000000000"));
    // A time ends with its last digit that is not 0, three at a time.
    let is_time =
        |time: &str| time.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(time).is_ok();
    aside("received_at", is_time);
    aside("effective_at", is_time);
    // As long as the log is high, whoever is in it.
    aside("receipt", |receipt| !receipt.is_empty());
    text.replacen(&format!("\"{reference}\""), "the reference", 1)
}

/// With a 0 for each hexadecimal digit.
fn without_digits(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_hexdigit() { '0' } else { c }).collect()
}
