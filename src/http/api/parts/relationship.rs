//! What the sender has to do with a person, as it is posted.

use super::super::super::body::absent;
use super::words::RelationshipWord;
use crate::domain::register::{Relationship, day};
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{
    KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};

/// What the sender has to do with the person. It lifts an opt-out register's block where that
/// register's rules say so, and never an objection's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Relationship)]
pub(crate) struct RelationshipForm {
    /// What it is: `customer`, or `consent` that can be shown.
    #[serde(deserialize_with = "absent::required")]
    kind: RelationshipWord,
    /// The day on which the consent was given.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(schema_with = given_schema)]
    given_at: Option<Day>,
    /// The last day of it.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(schema_with = ended_schema)]
    ended_at: Option<Day>,
    /// Whether what is offered is of the same kind as what was bought.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = true)]
    similar_offer: Option<bool>,
}

impl From<RelationshipForm> for Relationship {
    fn from(form: RelationshipForm) -> Self {
        Self {
            kind: form.kind.0,
            given_at: form.given_at.map(|day| day.0),
            ended_at: form.ended_at.map(|day| day.0),
            similar_offer: form.similar_offer.unwrap_or_default(),
        }
    }
}

/// A date, or a time whose date counts.
#[derive(Clone, Copy)]
pub(crate) struct Day(pub(crate) NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        day(text.trim()).map(Self).ok_or_else(|| D::Error::custom("not a date"))
    }
}

fn given_schema() -> Schema {
    day_schema(
        "The day on which the consent was given: where a register's rules let one count for so \
         many days, one without its day lifts nothing.",
        "2026-10-12",
    )
}

fn ended_schema() -> Schema {
    day_schema(
        "The last day of it: when the person ceased to be a customer, or the consent lapses. \
         Left out, it goes on.",
        "2026-03-31",
    )
}

fn day_schema(description: &str, example: &str) -> Schema {
    let text = |format| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(format)))
    };
    OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Null))
        .item(text(KnownFormat::Date))
        .item(text(KnownFormat::DateTime))
        .description(Some(description))
        .examples([json!(example)])
        .into()
}
