//! The rows of those who follow changes: who has applied what, and what is sent to whom.

use diesel::prelude::*;
use serde::Serialize;

use super::rows::base64;
use super::schema;

/// How far a consumer of the change feed says that it has come. Append-only; the
/// furthest counts.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::acknowledgements, treat_none_as_default_value = false)]
pub struct AcknowledgementRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// The client.
    pub client: String,
    /// All up to here has been applied.
    pub acknowledged: i64,
    /// When it said so: the entry's time.
    #[serde(skip)]
    pub received_at: i64,
}

/// An endpoint of webhooks from this position on. Append-only; the newest counts.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::webhook_versions, treat_none_as_default_value = false)]
pub struct WebhookVersionRow {
    /// The position of its entry.
    #[serde(skip)]
    pub position: i64,
    /// Its id.
    #[serde(serialize_with = "base64")]
    pub webhook: Vec<u8>,
    /// `Webhook` as JSON; URL and keys sealed.
    pub state: String,
}

/// A message to an endpoint and what became of it. Made of an entry, of which it
/// holds ids and no more; goes some time after it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::webhook_deliveries, treat_none_as_default_value = false)]
pub struct WebhookDeliveryRow {
    /// Its id, of which `webhook-id` is made (UUIDv7, so that they sort by time).
    pub id: Vec<u8>,
    /// The endpoint.
    pub webhook: Vec<u8>,
    /// The entry that it tells of.
    pub position: i64,
    /// The entry's kind.
    pub kind: String,
    /// What is sent: the same each time.
    pub body: String,
    /// When it was made.
    pub created_at: i64,
    /// `pending`, `delivered` or `given_up`.
    pub status: String,
    /// How often it was sent.
    pub attempts: i32,
    /// How often since somebody asked for it to be sent anew.
    pub tries: i32,
    /// When it is to be sent next, if it is pending.
    pub due_at: i64,
    /// Until when somebody is at it; 0: nobody.
    pub leased_until: i64,
    /// When it was sent last.
    pub attempted_at: Option<i64>,
    /// What status that was answered with.
    pub answered: Option<i32>,
    /// Why it did not arrive: a code.
    pub failure: Option<String>,
    /// When it was delivered or given up.
    pub ended_at: Option<i64>,
}
