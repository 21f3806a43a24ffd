//! An entry: whether its columns say what its text says, and what it commits to.

use super::finding::Finding;
use crate::domain::Position;
use crate::ledger::entry::{from_micros, written};
use crate::store::rows::EntryRow;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use uuid::Uuid;

/// What an entry says, read from its text.
pub(super) struct Said {
    /// The size of the newest checkpoint when it was made.
    pub(super) checkpoint: Position,
    /// Its kind.
    pub(super) kind: String,
    fields: Value,
}

impl Said {
    /// A digest that it commits to, in base64; `None`: it commits to nothing of the
    /// kind.
    pub(super) fn digest(&self, name: &str) -> Option<&str> {
        self.fields[name].as_str()
    }

    /// Whether it commits to this; and where there is nothing, to nothing.
    pub(super) fn commits_to(&self, name: &str, digest: Option<[u8; 32]>) -> bool {
        self.fields.get(name).and_then(Value::as_str)
            == digest.map(|digest| STANDARD.encode(digest)).as_deref()
            && self.fields.get(name).is_none_or(Value::is_string)
    }

    /// Any of its texts.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields[name].as_str()
    }
}

/// Reads an entry. Kinds that are not known are fine: a newer version wrote them.
pub(super) fn read(row: &EntryRow) -> Result<Said, Finding> {
    let wrong = |what: &str| Finding::at("entries", row.position, what);
    let fields: Value = serde_json::from_str(&row.body)
        .map_err(|_| wrong("its text is no JSON: it was altered"))?;
    if serde_json_canonicalizer::to_string(&fields).ok().as_deref() != Some(row.body.as_str()) {
        return Err(wrong("its text is not in canonical JSON: it was altered"));
    }
    let text = |name: &str| fields[name].as_str();
    let subject = row.subject.as_ref().map(|id| Uuid::from_slice(id).unwrap_or_default());
    let same = [
        ("position", fields["position"].as_i64() == Some(row.position)),
        ("time", text("time") == Some(&written(from_micros(row.time)))),
        ("kind", text("kind") == Some(&row.kind)),
        ("client", text("client") == Some(&row.client)),
        ("actor", text("actor") == row.actor.as_deref()),
        ("subject", text("id") == subject.map(|id| id.to_string()).as_deref()),
    ];
    if let Some((name, _)) = same.iter().find(|(_, same)| !same) {
        return Err(wrong(&format!("its column {name} does not say what its text says")));
    }
    let checkpoint = fields["checkpoint"].as_i64();
    let checkpoint = checkpoint.filter(|size| (0..row.position).contains(size));
    let Some(checkpoint) = checkpoint else {
        return Err(wrong("its text names no checkpoint that it follows: it was altered"));
    };
    Ok(Said { checkpoint, kind: row.kind.clone(), fields })
}
