//! What a look-up of one and of many have in common.

use super::super::super::problem::FaultBody;
use super::super::super::state::State;
use super::super::parts::moment::Moment;
use super::super::parts::words::ChannelWord;
use crate::app::caller::Caller;
use crate::app::look_up::{At, Found, Verdict, quota};
use crate::domain::Time;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::{Decision, Listing, Reason};
use crate::domain::fault::Fault;
use actix_web::http::header::HeaderName;
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{
    KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};
use uuid::Uuid;

/// As of when: a time or a position.
#[derive(Clone, Copy)]
pub(crate) struct AtForm(pub(crate) At);

impl<'de> Deserialize<'de> for AtForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = AtForm;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a time or a position")
            }

            fn visit_u64<E: Error>(self, position: u64) -> Result<AtForm, E> {
                i64::try_from(position).map(|at| AtForm(At::Position(at))).map_err(E::custom)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<AtForm, E> {
                let moment = Moment::parse(text.trim()).ok_or_else(|| E::custom("not a time"))?;
                Ok(AtForm(At::Time(moment.0)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// The schema of `at`.
pub(crate) fn at_schema() -> Schema {
    // What every JSON parser reads exactly (RFC 8259 §6); no ledger comes so far.
    let most = (1_i64 << 53) - 1;
    let position =
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(most as f64));
    let time = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Null))
        .item(position)
        .item(time)
        .description(Some("As of when: a time, or a position as in `as_of`; now, if left out."))
        .examples([json!("2026-11-20T12:00:00Z")])
        .into()
}

/// The channels that are asked about; empty means every one.
pub(crate) fn asked(words: &[ChannelWord]) -> Vec<Channel> {
    match words.iter().fold(ChannelSet::NONE, |set, word| set.union(word.0)) {
        ChannelSet::ALL => Vec::new(),
        some => some.iter().collect(),
    }
}

/// Decisions by channel. `blocked` and `undecidable` mean do not send; `clear` means that nobody
/// objected, and is no consent.
pub(crate) struct Decisions {
    channels: ChannelSet,
    verdict: Verdict,
}

impl Serialize for Decisions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let decision = |channel: Channel| self.verdict.decision(channel).name();
        serializer.collect_map(self.channels.iter().map(|one| (one.name(), decision(one))))
    }
}

/// Why a decision is not `clear`.
#[derive(Serialize, ToSchema)]
#[schema(as = Reason)]
pub(crate) struct ReasonBody {
    /// The objection that was met; none where a register was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    objection: Option<Uuid>,
    /// How it came; `register` where it is an opt-out register that says so.
    #[schema(example = "proxy")]
    source: &'static str,
    /// The register's slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    register: Option<String>,
    /// The day that the register's version is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, required = false, nullable = false)]
    version_date: Option<String>,
    /// Since when it stands; of a register, `version_date` tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = DateTime<Utc>, required = false, nullable = false)]
    since: Option<Time>,
    /// What it covers.
    #[schema(value_type = Vec<String>, example = json!(["all"]))]
    channels: Vec<&'static str>,
    /// The kind of identifier that met.
    #[schema(example = "email")]
    matched: &'static str,
    /// How sure the match is: `exact`, `equivalent`, or `possible`, which alone makes a decision
    /// `undecidable`.
    #[schema(example = "equivalent")]
    grade: &'static str,
    /// Whether the contact point is shared with another person; then only itself is blocked.
    shared: bool,
}

impl From<Reason> for ReasonBody {
    fn from(reason: Reason) -> Self {
        Self {
            objection: Some(reason.objection),
            source: reason.source.name(),
            register: None,
            version_date: None,
            since: Some(reason.since),
            channels: reason.channels.names(),
            matched: reason.matched.name(),
            grade: reason.grade.name(),
            shared: reason.shared,
        }
    }
}

impl From<Listing> for ReasonBody {
    fn from(listing: Listing) -> Self {
        Self {
            objection: None,
            source: "register",
            register: Some(listing.register),
            version_date: Some(listing.date.to_string()),
            since: None,
            channels: listing.channels.names(),
            matched: listing.matched.name(),
            grade: listing.grade.name(),
            shared: false,
        }
    }
}

/// What was found of one person.
#[derive(Serialize, ToSchema)]
#[schema(as = Found)]
pub(crate) struct FoundBody {
    /// Each channel's decision: `blocked`, `undecidable` or `clear`.
    #[schema(value_type = BTreeMap<String, String>, example = json!({"email": "blocked"}))]
    decisions: Decisions,
    /// Why; only with `lookups:explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    reasons: Option<Vec<ReasonBody>>,
    /// What could not be read.
    #[schema(value_type = Vec<FaultBody>)]
    warnings: Vec<Fault>,
}

impl From<Found> for FoundBody {
    fn from(found: Found) -> Self {
        let listed = found.listed.into_iter().map(ReasonBody::from);
        let reasons = found.reasons.map(|all| all.into_iter().map(ReasonBody::from).chain(listed));
        let reasons = reasons.map(Iterator::collect);
        Self {
            decisions: Decisions { channels: found.channels, verdict: found.verdict },
            reasons,
            warnings: found.warnings,
        }
    }
}

/// Counts decisions for the metrics.
pub(crate) fn count<'a>(state: &State, found: impl Iterator<Item = &'a Found>) {
    let mut counts = [0_u64; 3];
    for (_, decision) in found.flat_map(Found::decisions) {
        counts[decision as usize] += 1;
    }
    for decision in [Decision::Clear, Decision::Undecidable, Decision::Blocked] {
        state.metrics.decided(decision, counts[decision as usize]);
    }
}

/// The answer, with what is left of the quota (draft-ietf-httpapi-ratelimit-headers).
pub(crate) fn metered(state: &State, caller: &Caller) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    quota_headers(&mut answer, state, caller);
    answer
}

/// Says what is left of the quota, where there is one.
pub(crate) fn quota_headers(answer: &mut HttpResponseBuilder, state: &State, caller: &Caller) {
    if let Some(quota) = quota(&state.app, caller) {
        let policy = format!("\"day\";q={};qu=\"identifiers\";w=86400", quota.limit);
        let left = format!("\"day\";r={};t={}", quota.remaining, quota.reset_seconds);
        answer.insert_header((HeaderName::from_static("ratelimit-policy"), policy));
        answer.insert_header((HeaderName::from_static("ratelimit"), left));
    }
}
