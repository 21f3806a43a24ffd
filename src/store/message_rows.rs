//! The rows of messages that somebody must look at, and of what staff made of them.

use diesel::prelude::*;
use serde::Serialize;

use super::rows::{base64, base64_or_null};
use super::schema;

/// A message that was not understood, or whose sender could not be read. What was
/// written is among the originals. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::messages, treat_none_as_default_value = false)]
pub struct MessageRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub id: Vec<u8>,
    /// The gateway that it came through.
    pub client: String,
    /// `Form::name`.
    pub form: String,
    /// Why somebody must look at it: `Unclear::code`.
    pub code: String,
    /// Whom an objection in it would bind: `Binding` as JSON.
    pub binding: String,
    /// When it was sent, as the gateway says.
    pub sent_at: i64,
    /// Keyed digest of client and the gateway's id of it: unique.
    #[serde(serialize_with = "base64_or_null")]
    pub reference_tag: Option<Vec<u8>>,
    /// Keyed digest of what was sent.
    #[serde(serialize_with = "base64")]
    pub content_digest: Vec<u8>,
}

/// Staff have dealt with a message. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::message_clearances, treat_none_as_default_value = false)]
pub struct MessageClearanceRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// The message's id: unique.
    #[serde(serialize_with = "base64")]
    pub message: Vec<u8>,
    /// From a closed list.
    pub outcome: String,
    /// The id of the objection that was recorded for it.
    #[serde(serialize_with = "base64_or_null")]
    pub objection: Option<Vec<u8>>,
}
