//! What was posted, sealed: enough to show later what was said, and no more.

use super::caller::Caller;
use super::commit::{Envelope, act, commit};
use super::refusal::Refusal;
use super::{App, Instance};
use crate::crypto::random;
use crate::crypto::sealing::{RecordKey, WrappedRecordKey};
use crate::domain::identifier::{Kind, Unread};
use crate::domain::person::Person;
use crate::ledger::submission::{ActRows, EntryKind};
use crate::store::rows::{OriginalRow, RecordKeyRow, ReviewItemRow};
use crate::store::{Connection, StoreError, originals};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Which key of a record opens an original.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// What was said of the person: kept for `originals_days`.
    Originals = 0,
    /// The proxy: kept as long as the block stands, since it is the proof.
    Proof = 1,
}

/// Seals the originals of one entry.
pub(super) struct Sealer<'a> {
    instance: &'a Instance,
    record: Uuid,
    keys: Vec<(Keeping, RecordKey)>,
    rows: ActRows,
}

impl<'a> Sealer<'a> {
    /// For the objection or event with this id.
    pub(super) fn new(instance: &'a Instance, record: Uuid) -> Self {
        Self { instance, record, keys: Vec::new(), rows: ActRows::default() }
    }

    /// Seals a value; gives its number among the entry's originals.
    pub(super) fn seal(&mut self, keeping: Keeping, field: &str, plain: &[u8]) -> i32 {
        let known = self.keys.iter().position(|(of, _)| *of == keeping);
        let at = known.unwrap_or_else(|| self.new_key(keeping));
        let sealed = self.keys[at].1.seal(self.record.as_bytes(), field, plain);
        let ordinal = i32::try_from(self.rows.originals.len()).unwrap_or(i32::MAX);
        self.rows.originals.push(OriginalRow {
            position: 0,
            ordinal,
            field: field.to_owned(),
            key_purpose: keeping as i16,
            sealed,
        });
        ordinal
    }

    fn new_key(&mut self, keeping: Keeping) -> usize {
        let (key, wrapped) = self.instance.keyring().new_record_key(self.record.as_bytes());
        self.rows.record_keys.push(RecordKeyRow {
            position: 0,
            purpose: keeping as i16,
            data_key_version: wrapped.data_key_version,
            wrapped: wrapped.wrapped,
        });
        self.keys.push((keeping, key));
        self.keys.len() - 1
    }

    /// Seals a value as JSON, unless there is nothing in it.
    pub(super) fn seal_json(&mut self, keeping: Keeping, field: &str, value: &impl Serialize) {
        let value = without_nothing(serde_json::to_value(value).unwrap_or_default());
        if !value.is_null() {
            self.seal(keeping, field, value.to_string().as_bytes());
        }
    }

    /// Seals what was said of a person, but for the kinds that are not to be held.
    pub(super) fn seal_person(&mut self, person: &Person) {
        let mut person = person.clone();
        person.hashes.clear();
        if !self.instance.settings.seal_personnummer {
            person.personnummer = None;
        }
        for kind in self.instance.settings.refused.iter() {
            match kind {
                Kind::Email => person.emails.clear(),
                Kind::Phone => person.phones.clear(),
                Kind::Personnummer => person.personnummer = None,
                Kind::Postal => (person.addresses, person.name) = (Vec::new(), None),
                Kind::CustomerId => person.customer_ids.clear(),
                Kind::CookieId => person.cookie_ids.clear(),
                Kind::AdvertisingId => person.advertising_ids.clear(),
            }
        }
        if self.keeps_originals() {
            self.seal_json(Keeping::Originals, "person", &person);
        }
    }

    /// Seals a text of the client's own, where originals are kept at all.
    pub(super) fn seal_text(&mut self, field: &str, text: &str) {
        if self.keeps_originals() {
            self.seal(Keeping::Originals, field, text.as_bytes());
        }
    }

    fn keeps_originals(&self) -> bool {
        self.instance.settings.retention.originals != Some(0)
    }

    /// Seals what could not be read, for staff to look at. `objection` is the
    /// position of an earlier objection, 0 for the one of this entry. Also where no
    /// originals are kept, but then for thirty days only (`shred::UNREAD_DAYS`).
    pub(super) fn seal_unread(&mut self, unread: &[Unread], objection: i64) {
        for value in unread {
            let ordinal = self.seal(Keeping::Originals, "unread", value.value.as_bytes());
            self.rows.review_items.push(ReviewItemRow {
                position: 0,
                ordinal,
                id: random::uuid_v7(self.instance.now()).as_bytes().to_vec(),
                objection,
                pointer: value.pointer.clone(),
                code: value.code.to_owned(),
            });
        }
    }

    /// The rows.
    pub(super) fn finish(self) -> ActRows {
        self.rows
    }
}

/// Opens the originals of one entry: `(field, ordinal, plain)`. What was
/// shredded is left out.
pub(super) fn open(
    instance: &Instance,
    conn: &mut Connection,
    position: i64,
    record: Uuid,
) -> Result<Vec<(String, i32, Vec<u8>)>, StoreError> {
    let opened = open_with_purpose(instance, conn, position, record)?;
    Ok(opened.into_iter().map(|(row, plain)| (row.field, row.ordinal, plain)).collect())
}

/// The same, each with its row.
pub(super) fn open_with_purpose(
    instance: &Instance,
    conn: &mut Connection,
    position: i64,
    record: Uuid,
) -> Result<Vec<(OriginalRow, Vec<u8>)>, StoreError> {
    let mut keys = Vec::new();
    for row in originals::keys_of(conn, position)? {
        let wrapped =
            WrappedRecordKey { data_key_version: row.data_key_version, wrapped: row.wrapped };
        match instance.keyring().open_record_key(record.as_bytes(), &wrapped) {
            Ok(key) => keys.push((row.purpose, key)),
            Err(error) => return Err(StoreError::Other(format!("a record key: {error}"))),
        }
    }
    let mut opened = Vec::new();
    for row in originals::of(conn, position)? {
        let Some((_, key)) = keys.iter().find(|(purpose, _)| *purpose == row.key_purpose) else {
            continue;
        };
        let plain = key
            .unseal(record.as_bytes(), &row.field, &row.sealed)
            .map_err(|error| StoreError::Other(format!("an original: {error}")))?;
        opened.push((row, plain));
    }
    Ok(opened)
}

/// The value without nulls, empty texts, lists and objects.
fn without_nothing(value: Value) -> Value {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    let cleaned = match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(name, value)| (name, without_nothing(value)));
            Value::Object(kept.filter(|(_, value)| !empty(value)).collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let kept = items.into_iter().map(without_nothing);
            Value::Array(kept.filter(|value| !empty(value)).collect())
        }
        other => other,
    };
    if empty(&cleaned) { Value::Null } else { cleaned }
}

/// Whoever opens originals leaves an entry for each whose they are, before anything is
/// shown; all of one answer in one commit.
pub(super) async fn reading_is_an_entry(
    app: &App,
    caller: &Caller,
    subjects: impl IntoIterator<Item = Uuid>,
) -> Result<(), Refusal> {
    let read = |of| act(EntryKind::OriginalsRead, Some(of), ActRows::default(), Vec::new());
    let acts: Vec<_> = subjects.into_iter().map(read).collect();
    if acts.is_empty() {
        return Ok(());
    }
    let envelope = Envelope { caller, canonical: b"{}", idempotency_key: None, dry_run: false };
    commit(app, &envelope, "read_originals", acts, ()).await.map(|_| ())
}
