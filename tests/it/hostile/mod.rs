//! Bad input, on purpose: whatever comes, it is a clear problem, nothing of it is
//! repeated, and nothing is half recorded.

mod arena;
mod bodies;
mod limits;
mod mutate;
mod parameters;
mod properties;
pub(crate) mod raw;
mod raw_bodies;

use crate::support::Answer;
use arena::{Arena, Operation};

/// A word that no answer may repeat.
const PLANTED: &str = "Qplanterat7731";

/// Never a 5xx; an error is a problem with its request id; what was planted is
/// nowhere in it.
#[track_caller]
fn is_decent(answer: &Answer, what: &str) {
    assert!(answer.status < 500, "{what}: {answer}");
    if answer.status < 400 {
        return;
    }
    assert_eq!(answer.header("content-type"), "application/problem+json", "{what}: {answer}");
    assert_eq!(answer.body["status"], answer.status, "{what}: {answer}");
    assert_eq!(answer.body["instance"], answer.header("x-request-id"), "{what}: {answer}");
    let code = answer.body["code"].as_str().unwrap_or_default();
    assert_eq!(answer.body["type"], format!("/problems/{code}"), "{what}: {answer}");
    repeats_nothing(answer, what);
}

#[track_caller]
fn repeats_nothing(answer: &Answer, what: &str) {
    assert!(!answer.text.contains(PLANTED), "{what}: {answer}");
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        assert!(!value.contains(PLANTED), "{what}: {name}: {value}");
    }
}
