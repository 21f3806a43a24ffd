//! The rows about opt-out registers. Written as JSON like those of [`super::rows`].

use diesel::prelude::*;
use serde::Serialize;

use super::rows::base64;
use super::schema;

/// An opt-out register. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::registers, treat_none_as_default_value = false)]
pub struct RegisterRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// Its name in requests.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it holds and by which rules: `domain::register::Rules` as JSON.
    pub rules: String,
}

/// A version of a register: the newest is in force. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::register_versions, treat_none_as_default_value = false)]
pub struct RegisterVersionRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id, under which its rows were written.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// The register.
    #[serde(serialize_with = "base64")]
    pub register: Vec<u8>,
    /// The day that its file is of: `2026-11-02`.
    pub version_date: String,
    /// The generation of its tags. A rotation leaves them as they are.
    pub key_version: i32,
    /// The version of the rules by which its file was read.
    pub normaliser_version: i32,
    /// Rows of the file.
    pub row_count: i64,
    /// Tags made of them.
    pub tag_count: i64,
    /// Rows of `register_rows` that they are in.
    pub piece_count: i64,
    /// How long the file was.
    pub received_bytes: i64,
    /// Keyed digest of the file: whoever has the file could otherwise tell it by guessing.
    #[serde(serialize_with = "base64")]
    pub file_digest: Vec<u8>,
    /// Digest of its rows in `register_rows`, which are outside the ledger.
    #[serde(serialize_with = "base64")]
    pub rows_digest: Vec<u8>,
    /// Which columns were read as what: JSON.
    pub columns_used: String,
    /// What every row of the file has: `domain::register::Coverage` as JSON. None of a
    /// version that was loaded before this was kept, whose entry commits to nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<String>,
}

/// That a register binds some controllers from this position on. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::register_bindings, treat_none_as_default_value = false)]
pub struct RegisterBindingRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// The register.
    #[serde(serialize_with = "base64")]
    pub register: Vec<u8>,
    /// Whom it binds: `Binding` as JSON.
    pub binding: String,
    /// `ChannelSet::bits`.
    pub channels: i32,
}

/// That a binding of a register ended. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::register_endings, treat_none_as_default_value = false)]
pub struct RegisterEndingRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// The binding.
    #[serde(serialize_with = "base64")]
    pub binding: Vec<u8>,
}

/// Many tags of a version of a register. Derived: outside the ledger, which commits to
/// them by [`RegisterVersionRow::rows_digest`].
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::register_rows, treat_none_as_default_value = false)]
pub struct RegisterPieceRow {
    /// The version.
    pub version: Vec<u8>,
    /// Its place, from 0.
    pub ordinal: i64,
    /// A byte for each tag: four times its kind, and its grade.
    pub kinds: Vec<u8>,
    /// The tags in the same order, 32 bytes each.
    pub tags: Vec<u8>,
}
