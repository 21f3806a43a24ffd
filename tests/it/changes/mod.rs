//! Hearing of changes: the feed, its consumers, and what they acknowledge.

mod acknowledgements;
mod feed;
mod memberships;
mod polls;

use crate::support::{Answer, Party, objection, person};
use serde_json::{Value, json};

/// What the feed tells after a position.
#[track_caller]
fn feed(party: &Party<'_>, after: i64) -> Value {
    let answer = party.get(&format!("/v1/changes?after={after}&limit=1000"));
    assert_eq!(answer.status, 200, "{answer}");
    answer.body
}

fn changes(feed: &Value) -> Vec<Value> {
    feed["changes"].as_array().expect("changes").clone()
}

fn kinds(feed: &Value) -> Vec<String> {
    changes(feed).iter().map(|change| change["kind"].as_str().expect("a kind").to_owned()).collect()
}

/// Records an objection of a person to these controllers; its id and position.
#[track_caller]
fn objects(service: &Party<'_>, reference: &str, controllers: &[&str]) -> (String, i64) {
    let made = service.makes("/v1/objections", &objection(reference, controllers, &person()));
    let id = made["id"].as_str().expect("an id").to_owned();
    (id, position(&made))
}

/// The position that a receipt is of.
fn position(made: &Value) -> i64 {
    use base64::Engine as _;
    let receipt = made["receipt"].as_str().expect("a receipt");
    let extra = receipt.lines().find_map(|line| line.strip_prefix("extra ")).expect("extra");
    let extra = base64::engine::general_purpose::STANDARD.decode(extra).expect("base64");
    let extra: Value = serde_json::from_slice(&extra).expect("JSON");
    let entry: Value = serde_json::from_str(extra["entry"].as_str().expect("text")).expect("JSON");
    entry["position"].as_i64().expect("a position")
}

fn acknowledge(party: &Party<'_>, position: i64) -> Answer {
    party.post("/v1/changes/acknowledgements", &json!({"position": position}))
}
