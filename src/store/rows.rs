//! The rows of every table, as they are stored. Times are microseconds since
//! 1970 in UTC, ids are UUIDs in 16 bytes, and nothing here is an identifier of
//! a person in the clear.
//!
//! Rows that an entry commits to (`rows` in the entry) are written as JSON, their
//! columns in the order given here, without position and time of receipt, which
//! the entry itself has.
//!
//! `treat_none_as_default_value = false` everywhere: with diesel's default a
//! batch becomes one INSERT a row on SQLite, which has no DEFAULT keyword there.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use diesel::prelude::*;
use serde::{Serialize, Serializer};

use super::schema;

/// An entry of the ledger. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::entries, treat_none_as_default_value = false)]
pub struct EntryRow {
    /// Place in the ledger, from 1.
    pub position: i64,
    /// When it was committed; never before the entry ahead of it.
    pub time: i64,
    /// "objection.recorded", …
    pub kind: String,
    /// The objection, controller, group or membership it is about.
    pub subject: Option<Vec<u8>>,
    /// The client that asked for it.
    pub client: String,
    /// The acting person's account name.
    pub actor: Option<String>,
    /// The entry in canonical JSON (RFC 8785); no personal data.
    pub body: String,
}

/// An entry's leaf in the log. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::leaves, treat_none_as_default_value = false)]
pub struct LeafRow {
    /// The entry.
    pub position: i64,
    /// 32 bytes: what is logged is SHA-256(entry ‖ this).
    pub salt: Vec<u8>,
    /// The hashes of the subtrees that the leaf completes, itself first; 32 bytes each.
    pub hashes: Vec<u8>,
}

/// The salt of the digest of what was submitted. Dropping it makes the digest
/// mute and breaks no proof.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::submission_salts, treat_none_as_default_value = false)]
pub struct SubmissionSaltRow {
    /// The entry.
    pub position: i64,
    /// 32 bytes: `submission` in the entry is SHA-256(this ‖ canonical body).
    pub salt: Vec<u8>,
}

/// A signed head of the log's tree. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::checkpoints, treat_none_as_default_value = false)]
pub struct CheckpointRow {
    /// How many entries the tree holds.
    pub size: i64,
    /// The signed note.
    pub note: String,
}

/// An objection. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::objections, treat_none_as_default_value = false)]
pub struct ObjectionRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// The client that recorded it.
    pub client: String,
    /// The acting person's account name.
    pub actor: Option<String>,
    /// "proxy", …
    pub source: String,
    /// The right that was used.
    pub right_used: String,
    /// `ChannelSet::bits`.
    pub channels: i32,
    /// `Binding` as JSON.
    pub binding: String,
    /// When the person objected, as the client says.
    pub objected_at: i64,
    /// When it was received: the entry's time.
    #[serde(skip)]
    pub received_at: i64,
    /// Keyed digest of client and reference: unique; none without a reference.
    #[serde(serialize_with = "base64_or_null")]
    pub reference_tag: Option<Vec<u8>>,
    /// Keyed digest of the canonical body.
    #[serde(serialize_with = "base64")]
    pub content_digest: Vec<u8>,
    /// What could not be read: JSON list of faults, no values.
    pub warnings: String,
    /// What of its source is no personal data: JSON.
    pub details: String,
    /// Why it is kept.
    pub purpose: String,
    /// On what legal ground.
    pub legal_basis: String,
}

/// A later event of an objection. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::objection_events, treat_none_as_default_value = false)]
pub struct ObjectionEventRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// The objection's position.
    pub objection: i64,
    /// `EventKind::name`.
    pub kind: String,
    /// The client that asked for it.
    pub client: String,
    /// The acting person's account name.
    pub actor: Option<String>,
    /// `ChannelSet::bits`; of a withdrawal.
    pub channels: i32,
    /// `Binding` as JSON; of a withdrawal.
    pub binding: String,
    /// A reason from a closed list.
    pub reason: Option<String>,
    /// When it was received: the entry's time.
    #[serde(skip)]
    pub received_at: i64,
    /// What could not be read: JSON list of faults, no values.
    pub warnings: String,
}

/// A keyed tag of an identifier. Derived; no index but its primary key.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::tags, treat_none_as_default_value = false)]
pub struct TagRow {
    /// The entry that brought it.
    pub position: i64,
    /// Its number within that entry.
    pub ordinal: i32,
    /// The objection's position.
    pub objection: i64,
    /// `Kind as i16`.
    pub kind: i16,
    /// `Grade as i16`.
    pub grade: i16,
    /// 32 bytes.
    pub tag: Vec<u8>,
    /// Which tag key made it.
    pub key_version: i32,
    /// Which reading rules made it.
    pub normaliser_version: i32,
}

/// A sealed original: what was posted about the person. Append-only; unreadable
/// once its record key is gone.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::originals, treat_none_as_default_value = false)]
pub struct OriginalRow {
    /// The entry that brought it.
    #[serde(skip)]
    pub position: i64,
    /// Its number within that entry.
    pub ordinal: i32,
    /// Which part of the submission: "person", "reference", "proxy", …
    pub field: String,
    /// Which key of the record opens it: 0 originals, 1 proof.
    pub key_purpose: i16,
    /// XChaCha20-Poly1305.
    #[serde(serialize_with = "base64")]
    pub sealed: Vec<u8>,
}

/// The wrapped key of a record's originals. The one thing that shredding deletes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::record_keys, treat_none_as_default_value = false)]
pub struct RecordKeyRow {
    /// The entry whose originals it opens.
    pub position: i64,
    /// 0 originals, 1 proof (the proxy's document).
    pub purpose: i16,
    /// Which data key wraps it.
    pub data_key_version: i32,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
}

/// Keys that are gone: those of one purpose, of all entries in a range. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::shreddings, treat_none_as_default_value = false)]
pub struct ShreddingRow {
    /// The position of the entry that says so.
    #[serde(skip)]
    pub position: i64,
    /// As in [`RecordKeyRow`]. With 0, the salts of what was submitted are gone too.
    pub purpose: i16,
    /// The range's first entry.
    pub first_position: i64,
    /// Its last.
    pub last_position: i64,
}

/// A value that could not be read, for staff to look at. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::review_items, treat_none_as_default_value = false)]
pub struct ReviewItemRow {
    /// The entry that brought it.
    #[serde(skip)]
    pub position: i64,
    /// The number of the original that holds the value.
    pub ordinal: i32,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// The objection's position.
    pub objection: i64,
    /// Where it stood in the submission.
    pub pointer: String,
    /// Why it could not be read.
    pub code: String,
}

/// Staff have dealt with a review item. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::review_clearances, treat_none_as_default_value = false)]
pub struct ReviewClearanceRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// The item's id: unique.
    #[serde(serialize_with = "base64")]
    pub item: Vec<u8>,
    /// From a closed list.
    pub outcome: String,
}

/// A controller. Append-only; its names are rows of their own.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::controllers, treat_none_as_default_value = false)]
pub struct ControllerRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// Ten digits.
    pub organisation_number: Option<String>,
    /// ISO 3166.
    pub region: String,
}

/// A group of controllers. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::groups, treat_none_as_default_value = false)]
pub struct GroupRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
}

/// A slug and name of a controller or group from this position on. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::party_names, treat_none_as_default_value = false)]
pub struct PartyNameRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// The controller's or group's id.
    #[serde(serialize_with = "base64")]
    pub party: Vec<u8>,
    /// The slug.
    pub slug: String,
    /// The name for people.
    pub name: String,
}

/// A membership began or ended. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::membership_events, treat_none_as_default_value = false)]
pub struct MembershipEventRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// The group.
    #[serde(serialize_with = "base64")]
    pub group_id: Vec<u8>,
    /// The controller.
    #[serde(serialize_with = "base64")]
    pub controller_id: Vec<u8>,
    /// Began, or ended.
    pub began: bool,
}

/// A client from this position on. Append-only; the newest counts.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::client_versions, treat_none_as_default_value = false)]
pub struct ClientVersionRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its `client_id`.
    pub client: String,
    /// `Client` as JSON; secrets as keyed hashes.
    pub state: String,
}

/// The answer to a request with an idempotency key. May go after 30 days.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::idempotency_keys, treat_none_as_default_value = false)]
pub struct IdempotencyRow {
    /// The client.
    pub client: String,
    /// Keyed digest of the key.
    pub key_tag: Vec<u8>,
    /// Keyed digest of operation and canonical body.
    pub content_digest: Vec<u8>,
    /// The (last) entry that the request made.
    pub position: i64,
    /// That entry's time.
    pub time: i64,
    /// The answer, sealed.
    pub answer: Vec<u8>,
}

/// How much a client asked in an hour. Derived from requests; append-only by habit.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::usage, treat_none_as_default_value = false)]
pub struct UsageRow {
    /// Its id (UUIDv7, so that they sort by time).
    pub id: Vec<u8>,
    /// The client.
    pub client: String,
    /// The operation's id.
    pub operation: String,
    /// The hour's beginning.
    pub hour: i64,
    /// Requests in this row.
    pub requests: i64,
    /// Identifiers or persons asked about in this row.
    pub identifiers: i64,
}

pub(super) fn base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

#[expect(clippy::ref_option, reason = "the form that serde calls")]
pub(super) fn base64_or_null<S: Serializer>(
    bytes: &Option<Vec<u8>>,
    s: S,
) -> Result<S::Ok, S::Error> {
    match bytes {
        Some(bytes) => base64(bytes, s),
        None => s.serialize_none(),
    }
}
