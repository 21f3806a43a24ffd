//! A line of an export, as documents describe it.
#![expect(dead_code, reason = "describes what `app::transfer` writes")]

use super::super::super::problem::FaultBody;
use chrono::{DateTime, Utc};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// An objection with all that is held of it.
#[derive(ToSchema)]
#[schema(as = ExportedObjection)]
pub(crate) struct LineShape {
    /// `objection/1`: what the line is, and the version of its form.
    #[schema(example = "objection/1")]
    nejtack: String,
    /// Its id where it was recorded.
    id: Uuid,
    /// How it came: `proxy`, `direct`, `unsubscribe_link`, `sms_stop` or `import`.
    #[schema(example = "direct")]
    source: String,
    /// The right that was used.
    #[schema(example = "object_to_direct_marketing")]
    right: String,
    /// When the person objected.
    objected_at: DateTime<Utc>,
    /// When it was received, and took effect.
    received_at: DateTime<Utc>,
    /// What it covers.
    #[schema(example = json!(["all"]))]
    channels: Vec<String>,
    /// The controllers and groups it binds, by slug; empty: every one.
    #[schema(example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// Why it is kept.
    #[schema(example = "direct_marketing_blocklist")]
    purpose: String,
    /// On what legal ground.
    #[schema(example = "gdpr_6_1_c_21_3")]
    legal_basis: String,
    /// Who recorded it.
    #[schema(example = "reception")]
    client: String,
    /// The acting person's account name.
    #[schema(example = "elin.berg")]
    actor: Option<String>,
    /// What of its source is no personal data.
    #[schema(value_type = Object)]
    details: Value,
    /// What could not be read.
    warnings: Vec<FaultBody>,
    /// What was sealed, as far as it still is.
    originals: Vec<OriginalShape>,
    /// What the person in `originals` was read as.
    #[schema(required = false)]
    read_as: ReadAsShape,
    /// What happened to it later.
    events: Vec<EventShape>,
    /// The keyed tags of its identifiers.
    tags: Vec<TagShape>,
    /// Which key made the tags.
    tag_key: TagKeyShape,
}

/// Something that was sealed.
#[derive(ToSchema)]
#[schema(as = ExportedOriginal)]
pub(crate) struct OriginalShape {
    /// What it is: `person`, `reference`, `proxy`, `document`, …
    #[schema(example = "person")]
    field: String,
    /// Whether it is part of the proof, which is kept longer.
    proof: bool,
    /// What was sealed, as JSON or as a text.
    #[schema(required = false, nullable = false, value_type = Value)]
    value: Option<Value>,
    /// What was sealed and is no text, in base64.
    #[schema(required = false, nullable = false)]
    base64: Option<String>,
}

/// What numbers and postcodes were read as that do not say their country themselves: it is that of
/// the controllers whom the objection binds where it was recorded. A line is read by this, and by
/// no other country.
#[derive(ToSchema)]
#[schema(as = ExportedReading)]
pub(crate) struct ReadAsShape {
    /// For each of the person's `phones`, its numbers in E.164; none where nobody could tell.
    #[schema(example = json!([["+46701740605"]]))]
    phones: Vec<Vec<String>>,
    /// For each of the person's `addresses`, its postcode with the country, where it needs one.
    #[schema(example = json!([["NO0150"]]))]
    postal_codes: Vec<Vec<String>>,
}

/// What happened to an objection later, as far as it concerns the controller.
#[derive(ToSchema)]
#[schema(as = ExportedEvent)]
pub(crate) struct EventShape {
    /// Its id where it was recorded.
    id: Uuid,
    /// `withdrawn`, `annulled` or `identifiers_added`.
    #[schema(example = "withdrawn")]
    kind: String,
    /// When.
    at: DateTime<Utc>,
    /// The channels that a withdrawal frees.
    #[schema(example = json!(["email"]))]
    channels: Vec<String>,
    /// Why it was annulled.
    #[schema(example = "wrong_person")]
    reason: Option<String>,
    /// Who recorded it.
    #[schema(example = "reception")]
    client: String,
    /// The acting person's account name.
    #[schema(example = "elin.berg")]
    actor: Option<String>,
    /// What was sealed, as far as it still is.
    originals: Vec<OriginalShape>,
    /// What the person in `originals` was read as.
    #[schema(required = false)]
    read_as: ReadAsShape,
    /// The keyed tags of identifiers that were added.
    tags: Vec<TagShape>,
}

/// A keyed tag: without the key it tells nobody anything.
#[derive(ToSchema)]
#[schema(as = ExportedTag)]
pub(crate) struct TagShape {
    /// The kind of identifier.
    #[schema(example = "email")]
    kind: String,
    /// How sure a match is.
    #[schema(example = "exact")]
    grade: String,
    /// The version of the rules by which it was read.
    #[schema(example = 1)]
    normaliser: i32,
    /// The tag, in base64.
    #[schema(example = "FQIlvHhLW6OI8CrvA3uEyU0GmqhZQG9vqKyW3b5r0Ek=")]
    tag: String,
}

/// Which key made the tags.
#[derive(ToSchema)]
#[schema(as = ExportedTagKey)]
pub(crate) struct TagKeyShape {
    /// How often it had been exchanged, from 1.
    #[schema(example = 1)]
    generation: i32,
    /// What the key makes of something known: the same key, the same text.
    #[schema(example = "9mkq0gwZC7mB4X3dO9l2i1yKzGZp6mQ7m7f2bPp8q0c=")]
    check: String,
}
