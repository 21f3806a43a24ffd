//! Lists that are taken over, from the file as a program writes it to a look-up that
//! says `blocked`; and all that is held handed out and taken back.

mod again;
mod broken;
mod command;
mod countries;
mod dates;
mod exports;
mod formats;
mod round_trip;
mod runs;
mod told_apart;

use crate::support::{Answer, Party, World};
use serde_json::{Value, json};

/// Whose list it is in most tests.
const OWN: &str = "/v1/imports?controller=tandgruppen-goteborg";

/// What was answered to a list.
struct Report {
    status: u16,
    lines: Vec<Value>,
    import: Value,
    answer: Answer,
}

impl Report {
    fn of(answer: Answer) -> Self {
        let mut lines: Vec<Value> =
            answer.text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let last = lines.pop_if(|last| !last["import"].is_null());
        let import = last.map_or(Value::Null, |last| last["import"].clone());
        Self { status: answer.status, lines, import, answer }
    }

    /// The status of each row.
    fn statuses(&self) -> Vec<&str> {
        self.lines.iter().map(|line| line["status"].as_str().expect("a status")).collect()
    }

    /// Recorded, known, skipped, refused.
    #[track_caller]
    fn counts(&self) -> [i64; 4] {
        let counts = ["recorded", "known", "skipped", "refused"]
            .map(|name| self.import[name].as_i64().unwrap_or_else(|| panic!("{}", self.answer)));
        assert_eq!(self.import["rows"], counts.iter().sum::<i64>(), "{}", self.answer);
        assert_eq!(self.lines.len() as i64, counts.iter().sum::<i64>(), "{}", self.answer);
        counts
    }
}

/// Somebody who may import and export.
fn administrator(world: &World) -> Party<'_> {
    world.client(&json!({"client_id": "admin", "role": "admin"})).acting_as("elin.berg")
}

fn import(party: &Party<'_>, path: &str, kind: &str, file: impl Into<Vec<u8>>) -> Report {
    let request = party.request("POST", path).header("Content-Type", kind).body(file.into());
    Report::of(Answer::of(request))
}

/// A CSV of this format.
fn csv(party: &Party<'_>, format: &str, file: impl Into<Vec<u8>>) -> Report {
    import(party, &format!("{OWN}&format={format}"), "text/csv", file)
}

/// The decision about an e-mail address.
fn email(crm: &Party<'_>, address: &str) -> String {
    crm.decision("tandgruppen-goteborg", "email", &json!({"emails": [address]}))
}
