//! The row of a screened file's certificate.

use diesel::prelude::*;
use serde::Serialize;

use super::rows::{base64, base64_or_null};
use super::schema;

/// The certificate of a screened file: counts and digests, and nothing of what was
/// in it. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::screenings, treat_none_as_default_value = false)]
pub struct ScreeningRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// `Channel::name`.
    pub channel: String,
    /// Which rows were sent back.
    pub keep: String,
    /// Of those, only the ones whose decision was another at this position.
    pub changed_since: Option<i64>,
    /// The controllers that rows were decided for: JSON list of ids.
    pub controllers: String,
    /// Which columns were read as what: JSON.
    pub columns_used: String,
    /// The state of the ledger that every decision is true at.
    pub as_of_position: i64,
    /// That entry's time.
    pub as_of_time: i64,
    /// When the upload began.
    pub begun_at: i64,
    /// When all was decided.
    pub ended_at: i64,
    /// Rows that came.
    pub row_count: i64,
    /// Of those, clear.
    pub clear_count: i64,
    /// Blocked.
    pub blocked_count: i64,
    /// Undecidable.
    pub undecidable_count: i64,
    /// Rows sent back.
    pub kept_count: i64,
    /// Bytes that came.
    pub received_bytes: i64,
    /// Bytes sent back.
    pub sent_bytes: i64,
    /// SHA-256 of what came; none where it broke off.
    #[serde(serialize_with = "base64_or_null")]
    pub received_digest: Option<Vec<u8>>,
    /// SHA-256 of what was sent back; none of a failed one.
    #[serde(serialize_with = "base64_or_null")]
    pub sent_digest: Option<Vec<u8>>,
    /// Why it failed: a code.
    pub failure: Option<String>,
    /// In which line of the file.
    pub failure_line: Option<i64>,
    /// Which versions of which opt-out registers counted: JSON. None of one that ended
    /// before this was kept, whose entry commits to nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registers: Option<String>,
}
