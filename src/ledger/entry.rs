//! An entry of the ledger in canonical JSON (RFC 8785), without personal data.

use super::submission::Act;
use crate::crypto::digest::salted;
use crate::domain::{Position, Time};
use crate::store::rows::TagRow;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::SecondsFormat;
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

/// The entry's text. Digests of anything that could be guessed are salted; the
/// digest of the tags needs no salt, since nobody without the tag key can make one.
#[must_use]
pub fn body(
    act: &Act,
    position: Position,
    time: Time,
    client: &str,
    actor: Option<&str>,
    canonical: &[u8],
) -> String {
    let mut entry = Map::new();
    let mut put = |name: &str, value: Value| entry.insert(name.to_owned(), value);
    put("position", position.into());
    put("time", written(time).into());
    put("kind", act.kind.name().into());
    put("client", client.into());
    if let Some(actor) = actor {
        put("actor", actor.into());
    }
    if let Some(subject) = act.subject {
        put("id", subject.to_string().into());
    }
    put("submission", STANDARD.encode(salted(&act.salts.1, canonical)).into());
    if !act.rows.tags.is_empty() {
        put("tags", STANDARD.encode(tags_digest(&act.rows.tags)).into());
    }
    if let Some(document) = &act.document {
        put("document", STANDARD.encode(salted(&act.salts.1, document)).into());
    }
    serde_json_canonicalizer::to_string(&Value::Object(entry)).unwrap_or_default()
}

/// SHA-256 over the tags in their order, each with all that a decision uses.
#[must_use]
pub fn tags_digest(tags: &[TagRow]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for tag in tags {
        hash.update(tag.ordinal.to_be_bytes());
        hash.update(tag.kind.to_be_bytes());
        hash.update(tag.grade.to_be_bytes());
        hash.update(tag.key_version.to_be_bytes());
        hash.update(&tag.tag);
    }
    hash.finalize().into()
}
