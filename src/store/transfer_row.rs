//! The row of an import or an export.

use diesel::prelude::*;
use serde::Serialize;

use super::rows::{base64, base64_or_null};
use super::schema;

/// An import or an export: counts and a digest, and nothing of what was in the file.
/// Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::transfers, treat_none_as_default_value = false)]
pub struct TransferRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// `import` or `export`.
    pub way: String,
    /// Which program wrote the file, or is to read it.
    pub format: String,
    /// Whose objections they are: `Binding` as JSON.
    pub binding: String,
    /// `ChannelSet::bits` of what was imported.
    pub channels: i32,
    /// The state of the ledger that an export is of, or that an import began at.
    pub as_of_position: i64,
    /// That entry's time.
    pub as_of_time: i64,
    /// When it began.
    pub begun_at: i64,
    /// When it ended.
    pub ended_at: i64,
    /// Rows of the file.
    pub row_count: i64,
    /// Of those, recorded; of an export, all.
    pub recorded_count: i64,
    /// Known before.
    pub known_count: i64,
    /// No objections.
    pub skipped_count: i64,
    /// That could not be recorded.
    pub refused_count: i64,
    /// Bytes of the file.
    pub byte_count: i64,
    /// Salt of the digest: a short list could be guessed.
    #[serde(serialize_with = "base64")]
    pub salt: Vec<u8>,
    /// SHA-256 over the salt and the file's SHA-256; none where it broke off.
    #[serde(serialize_with = "base64_or_null")]
    pub digest: Option<Vec<u8>>,
    /// Why it ended before its end: a code.
    pub failure: Option<String>,
    /// In which line of the file.
    pub failure_line: Option<i64>,
}
