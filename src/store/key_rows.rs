//! The rows about keys: the keys themselves, and the generations of tags that each
//! version of the tag key makes. Written as JSON like those of [`super::rows`].

use diesel::prelude::*;
use serde::Serialize;

use super::rows::base64;
use super::schema;

/// A wrapped key of the instance. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::keys, treat_none_as_default_value = false)]
pub struct KeyRow {
    /// What it is for.
    pub purpose: String,
    /// Its version, from 1.
    pub version: i32,
    /// Under the root key.
    #[serde(serialize_with = "base64")]
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: i64,
    /// The position of the entry that brought it; 0: it came with the instance.
    #[serde(skip)]
    pub position: i64,
}

/// That a generation of tags came into use, and what it is made of. Append-only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::tag_generations, treat_none_as_default_value = false)]
pub struct TagGenerationRow {
    /// The position of the entry from which on it is in use.
    #[serde(skip)]
    pub position: i64,
    /// The version of the tag key that makes it.
    pub version: i32,
    /// The generation whose tags were wrapped.
    pub from_version: i32,
    /// How many entries had tags.
    pub entries: i64,
    /// How many tags they had.
    pub tags: i64,
    /// The digest of the generation whose tags were wrapped.
    #[serde(serialize_with = "base64")]
    pub from_digest: Vec<u8>,
    /// The digest of the wrapped tags.
    #[serde(serialize_with = "base64")]
    pub digest: Vec<u8>,
}

/// The digest of an entry's tags as a rotation wrapped them. Goes with the tags.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::tag_digests, treat_none_as_default_value = false)]
pub struct TagDigestRow {
    /// The generation.
    pub version: i32,
    /// The entry.
    pub position: i64,
    /// As an entry's `tags`, over the wrapped ones.
    pub digest: Vec<u8>,
}
