//! An objection as it is read.

use super::super::super::params::Short;
use super::super::super::problem::FaultBody;
use crate::app::changes::Applied;
use crate::app::read_objection::{EventView, ObjectionView, StaffView};
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::fault::Fault;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// By what objections are found.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByReference {
    /// The reference they were recorded with. It must not be personal data.
    #[param(value_type = String, max_length = 200, example = "spt-2026-004711")]
    pub(super) reference: Short,
}

/// An objection. An objection service sees its own acts and their times; staff see more.
#[derive(Serialize, ToSchema)]
#[schema(as = Objection)]
pub(crate) struct ObjectionBody {
    /// Its id.
    id: Uuid,
    /// The reference of the client that recorded it.
    #[schema(example = "spt-2026-004711")]
    reference: Option<String>,
    /// `recorded`, `partly_withdrawn`, `withdrawn` or `annulled`.
    #[schema(example = "recorded")]
    status: &'static str,
    /// When it was received, and took effect.
    #[schema(value_type = DateTime<Utc>)]
    received_at: Time,
    /// When the person objected.
    #[schema(value_type = Option<DateTime<Utc>>)]
    objected_at: Option<Time>,
    /// What could not be read.
    #[schema(value_type = Vec<FaultBody>)]
    warnings: Vec<Fault>,
    /// What happened to it later, in order.
    events: Vec<EventBody>,
    /// What staff see besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    record: Option<RecordBody>,
}

/// A later event of an objection.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventBody {
    /// Its id.
    id: Uuid,
    /// `withdrawn`, `annulled` or `identifiers_added`.
    #[schema(example = "withdrawn")]
    kind: &'static str,
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    at: Time,
    /// The channels that a withdrawal frees.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Vec<String>, example = json!(["email"]))]
    channels: Option<Vec<&'static str>>,
    /// The controllers and groups that a withdrawal frees; empty: every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = json!(["tandgruppen-goteborg"]))]
    controllers: Option<Vec<String>>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "wrong_person")]
    reason: Option<String>,
    /// The client that recorded it; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "kundtjanst")]
    client: Option<String>,
    /// The acting person; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "anna.aberg")]
    actor: Option<String>,
}

/// What staff see of an objection besides.
#[derive(Serialize, ToSchema)]
#[schema(as = ObjectionRecord)]
pub(crate) struct RecordBody {
    /// How it came.
    #[schema(example = "proxy")]
    source: &'static str,
    /// The right that was used.
    #[schema(example = "object_to_direct_marketing")]
    right: String,
    /// What it covers.
    #[schema(value_type = Vec<String>, example = json!(["all"]))]
    channels: Vec<&'static str>,
    /// The controllers and groups it binds; empty: every one.
    #[schema(example = json!(["tandgruppen"]))]
    controllers: Vec<String>,
    /// Why it is kept.
    #[schema(example = "direct_marketing_blocklist")]
    purpose: String,
    /// On what legal ground.
    #[schema(example = "gdpr_6_1_c_21_3")]
    legal_basis: String,
    /// The client that recorded it.
    #[schema(example = "sparrtjanst")]
    client: String,
    /// The acting person.
    #[schema(example = "anna.aberg")]
    actor: Option<String>,
    /// What of its source is no personal data.
    #[schema(value_type = Object)]
    details: serde_json::Value,
    /// Consumers of the change feed that have applied it.
    applied: Vec<AppliedBody>,
    /// What was sent about the person; only with `identifiers:read`, and this reading is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Object)]
    originals: Option<serde_json::Value>,
}

/// That a consumer of the change feed has applied an objection.
#[derive(Serialize, ToSchema)]
#[schema(as = AppliedBy)]
struct AppliedBody {
    /// The client.
    #[schema(example = "crm")]
    client_id: String,
    /// When it acknowledged that it had.
    #[schema(value_type = DateTime<Utc>)]
    acknowledged_at: Time,
}

impl From<Applied> for AppliedBody {
    fn from(Applied { client, at }: Applied) -> Self {
        Self { client_id: client, acknowledged_at: at }
    }
}

impl From<ObjectionView> for ObjectionBody {
    fn from(view: ObjectionView) -> Self {
        Self {
            id: view.id,
            reference: view.reference,
            status: view.status,
            received_at: view.received_at,
            objected_at: view.objected_at,
            warnings: view.warnings,
            events: view.events.into_iter().map(EventBody::from).collect(),
            record: view.staff.map(RecordBody::from),
        }
    }
}

impl From<EventView> for EventBody {
    fn from(view: EventView) -> Self {
        Self {
            id: view.id,
            kind: view.kind,
            at: view.at,
            channels: view.channels.map(ChannelSet::names),
            controllers: view.controllers,
            reason: view.reason,
            client: view.client,
            actor: view.actor,
        }
    }
}

impl From<StaffView> for RecordBody {
    fn from(view: StaffView) -> Self {
        Self {
            source: view.source,
            right: view.right,
            channels: view.channels.names(),
            controllers: view.controllers,
            purpose: view.purpose,
            legal_basis: view.legal_basis,
            client: view.client,
            actor: view.actor,
            details: view.details,
            applied: view.applied.into_iter().map(AppliedBody::from).collect(),
            originals: view.originals,
        }
    }
}
