//! An entry of the ledger in canonical JSON (RFC 8785), without personal data.

use super::submission::{Act, ActRows, Submission};
use crate::crypto::digest::{salted, sha256};
use crate::domain::{Position, Time};
use crate::store::rows::TagRow;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::SecondsFormat;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A time as the API and the ledger write it: RFC 3339, UTC, microseconds.
#[must_use]
pub fn written(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The time that a row's microseconds stand for.
#[must_use]
pub fn from_micros(micros: i64) -> Time {
    Time::from_timestamp_micros(micros).unwrap_or_default()
}

/// What an entry commits to besides what it says itself. Made before the
/// sequencer's turn, since it needs neither position nor time.
pub(super) struct Commitments {
    submission: [u8; 32],
    submission_salt: [u8; 32],
    document: Option<[u8; 32]>,
    rows: Option<[u8; 32]>,
}

impl Commitments {
    pub(super) fn of(submission: &Submission, act: &Act) -> Self {
        let salt = &act.salts.1;
        Self {
            submission: salted(salt, &submission.canonical),
            submission_salt: sha256(salt),
            document: act.document.as_ref().map(|document| salted(salt, document)),
            rows: rows_digest(&act.rows),
        }
    }
}

/// The entry's text. Digests of anything that could be guessed are salted; that of
/// the rows needs no salt, since what could be guessed of a person is in them only
/// under a key. `checkpoint` is the size of the newest checkpoint when the entry was
/// made: so the entries tell which checkpoints there must be, and none goes
/// unnoticed.
pub(super) fn body(
    submission: &Submission,
    act: &Act,
    commitments: &Commitments,
    (position, checkpoint): (Position, Position),
    time: Time,
) -> String {
    let mut entry = Map::new();
    let mut put = |name: &str, value: Value| entry.insert(name.to_owned(), value);
    put("position", position.into());
    put("checkpoint", checkpoint.into());
    put("time", written(time).into());
    put("kind", act.kind.name().into());
    put("client", submission.client.clone().into());
    if let Some(actor) = &submission.actor {
        put("actor", actor.clone().into());
    }
    if let Some(subject) = act.subject {
        put("id", subject.to_string().into());
    }
    put("submission", STANDARD.encode(commitments.submission).into());
    put("submission_salt", STANDARD.encode(commitments.submission_salt).into());
    if !act.rows.tags.is_empty() {
        put("tags", STANDARD.encode(tags_digest(&act.salts.0, &act.rows.tags)).into());
    }
    if let Some(document) = &commitments.document {
        put("document", STANDARD.encode(document).into());
    }
    if let Some(rows) = &commitments.rows {
        put("rows", STANDARD.encode(rows).into());
    }
    act.says.iter().for_each(|(name, value)| drop(put(name, value.clone())));
    serde_json_canonicalizer::to_string(&Value::Object(entry)).unwrap_or_default()
}

/// SHA-256 over the leaf's salt and the tags in their order, each with all that a
/// decision uses. The salt keeps two entries of one person from looking alike.
#[must_use]
pub fn tags_digest(salt: &[u8], tags: &[TagRow]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(salt);
    for tag in tags {
        hash.update(tag.ordinal.to_be_bytes());
        hash.update(tag.kind.to_be_bytes());
        hash.update(tag.grade.to_be_bytes());
        hash.update(tag.key_version.to_be_bytes());
        hash.update(tag.normaliser_version.to_be_bytes());
        hash.update(&tag.tag);
    }
    hash.finalize().into()
}

/// SHA-256 over an act's rows of the ledger: for each the table's name, a blank,
/// the row as JSON and a line feed, in the order of the code below and then of
/// the rows' numbers. `None`: there are none. Without tags, which are derived
/// and have a digest of their own, and without the keys of originals, which go.
/// Expects `objection` of review items to be 0 where it is the act's own.
#[must_use]
pub fn rows_digest(rows: &ActRows) -> Option<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut any = false;
    let mut put = |table: &str, line: Vec<u8>| {
        any = true;
        hash.update(table.as_bytes());
        hash.update(b" ");
        hash.update(line);
        hash.update(b"\n");
    };
    rows.objection.iter().for_each(|row| put("objections", json(row)));
    rows.event.iter().for_each(|row| put("objection_events", json(row)));
    rows.originals.iter().for_each(|row| put("originals", json(row)));
    rows.review_items.iter().for_each(|row| put("review_items", json(row)));
    rows.shreddings.iter().for_each(|row| put("shreddings", json(row)));
    rows.clearance.iter().for_each(|row| put("review_clearances", json(row)));
    rows.controller.iter().for_each(|row| put("controllers", json(row)));
    rows.group.iter().for_each(|row| put("groups", json(row)));
    rows.name.iter().for_each(|row| put("party_names", json(row)));
    rows.membership.iter().for_each(|row| put("membership_events", json(row)));
    rows.client.iter().for_each(|row| put("client_versions", json(row)));
    rows.screening.iter().for_each(|row| put("screenings", json(row)));
    rows.acknowledgement.iter().for_each(|row| put("acknowledgements", json(row)));
    rows.webhook.iter().for_each(|row| put("webhook_versions", json(row)));
    rows.transfer.iter().for_each(|row| put("transfers", json(row)));
    rows.register.iter().for_each(|row| put("registers", json(row)));
    rows.register_version.iter().for_each(|row| put("register_versions", json(row)));
    rows.register_binding.iter().for_each(|row| put("register_bindings", json(row)));
    rows.register_ending.iter().for_each(|row| put("register_endings", json(row)));
    rows.message.iter().for_each(|row| put("messages", json(row)));
    rows.message_clearance.iter().for_each(|row| put("message_clearances", json(row)));
    rows.key.iter().for_each(|row| put("keys", json(row)));
    rows.generation.iter().for_each(|row| put("tag_generations", json(row)));
    any.then(|| hash.finalize().into())
}

fn json(row: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(row).unwrap_or_default()
}
