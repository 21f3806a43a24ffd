//! Opt-out registers, from their own files to a look-up that says `blocked`.

mod changes;
mod command;
mod coverage;
mod decisions;
mod denmark;
mod life;
mod loading;
mod screened;
mod versions;
mod who;

use crate::support::{Answer, Party, World};
use serde_json::{Value, json};

/// A number that is on the register in most tests.
const ON_IT: &str = "070-174 06 21";
/// One that is not.
const NOT_ON_IT: &str = "070-174 06 22";

/// The day so many days ago, in Sweden.
fn days_ago(days: u64) -> String {
    let today = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Stockholm).date_naive();
    today.checked_sub_days(chrono::Days::new(days)).expect("a day").to_string()
}

fn phone(number: &str) -> Value {
    json!({"phones": [number]})
}

/// NIX-Telefon, bound to the group's clinics, without a version.
fn nix(world: &World) -> Value {
    let admin = world.operator();
    let new = json!({"slug": "nix-telefon", "name": "NIX-Telefon", "preset": "nix-telefon"});
    let made = admin.makes("/v1/registers", &new);
    admin.makes("/v1/registers/nix-telefon/bindings", &json!({"controllers": ["tandgruppen"]}));
    made
}

/// The same with a version of so many days ago, which holds these numbers.
fn nix_of(world: &World, days: u64, numbers: &[&str]) {
    nix(world);
    loaded(&load(world, "nix-telefon", days, &csv(numbers)));
}

fn csv(numbers: &[&str]) -> String {
    format!("Telefonnummer\r\n{}\r\n", numbers.join("\r\n"))
}

fn load(world: &World, register: &str, days: u64, file: &str) -> Answer {
    sent(&world.operator(), register, &format!("date={}", days_ago(days)), "text/csv", file)
}

fn sent(
    party: &Party<'_>,
    register: &str,
    query: &str,
    kind: &str,
    file: impl Into<Vec<u8>>,
) -> Answer {
    let path = format!("/v1/registers/{register}/versions?{query}");
    let request = party.request("POST", &path).timeout(std::time::Duration::from_secs(300));
    Answer::of(request.header("Content-Type", kind).body(file.into()))
}

/// It must have been put in force; the version.
#[track_caller]
fn loaded(answer: &Answer) -> Value {
    assert_eq!(answer.status, 201, "{answer}");
    assert!(answer.body["receipt"].as_str().is_some_and(|text| text.contains("tlog-proof")));
    answer.body["version"].clone()
}

/// The answer about one person of the clinic in Göteborg.
fn asked(party: &Party<'_>, channels: &[&str], person: &Value) -> Answer {
    with(party, channels, person, &json!({}))
}

/// The same with more of a question.
fn with(party: &Party<'_>, channels: &[&str], person: &Value, more: &Value) -> Answer {
    let mut body =
        json!({"controller": "tandgruppen-goteborg", "channels": channels, "person": person});
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let answer = party.post("/v1/lookups", &body);
    assert_eq!(answer.status, 200, "{answer}");
    answer
}

fn decision<'a>(answer: &'a Answer, channel: &str) -> &'a str {
    answer.body["decisions"][channel].as_str().expect("a decision")
}

/// The codes of an answer's warnings.
fn warned(answer: &Answer) -> Vec<&str> {
    let all = answer.body["warnings"].as_array().expect("a list");
    all.iter().map(|warning| warning["code"].as_str().expect("a code")).collect()
}

/// Rows of tags in the database, by the number of versions that have some.
fn versions_with_rows(world: &World) -> usize {
    let query = "SELECT CAST(COUNT(DISTINCT version) AS TEXT) AS cell FROM register_rows";
    let cells = crate::store::support::cells(&mut world.place.raw(), query);
    cells[0].parse().expect("a number")
}
