//! What several answers have in common.

use crate::app::event::EventRecorded;
use crate::app::{AsOf, Committed};
use crate::domain::Time;
use crate::domain::fault::Fault;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::super::params::Recording;
use super::super::super::problem::FaultBody;

/// The state of the ledger that an answer is true at.
#[derive(Serialize, ToSchema)]
#[schema(as = AsOf)]
pub(crate) struct AsOfBody {
    /// Its newest entry.
    #[schema(example = 48211)]
    position: i64,
    /// That entry's time.
    #[schema(value_type = DateTime<Utc>)]
    time: Time,
}

impl From<AsOf> for AsOfBody {
    fn from(as_of: AsOf) -> Self {
        Self { position: as_of.position, time: as_of.time }
    }
}

/// A recorded event of an objection.
#[derive(Serialize, ToSchema)]
#[schema(as = RecordedEvent)]
pub(crate) struct EventAnswer {
    /// The event's id; none after a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    id: Option<Uuid>,
    /// The objection's id.
    objection: Uuid,
    /// `recorded`, or `checked` after a dry run.
    #[schema(example = "recorded")]
    status: &'static str,
    /// When it was received, and took effect.
    #[schema(value_type = DateTime<Utc>)]
    received_at: Time,
    /// What could not be read.
    #[schema(value_type = Vec<FaultBody>)]
    warnings: Vec<Fault>,
    /// Proof that the event stands in the log (a C2SP tlog-proof). None after a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    receipt: Option<String>,
}

impl EventAnswer {
    pub(crate) fn new(
        recording: &Recording,
        event: EventRecorded,
        received_at: Time,
        receipt: Option<String>,
    ) -> Self {
        Self {
            id: (!recording.dry_run).then_some(event.id),
            objection: event.objection,
            status: recording.status(),
            received_at,
            warnings: event.warnings,
            receipt,
        }
    }

    /// Of an event that was committed by itself.
    pub(crate) fn of(recording: &Recording, committed: Committed<EventRecorded>) -> Self {
        let receipt = committed.receipt().map(str::to_owned);
        Self::new(recording, committed.value, committed.time, receipt)
    }
}
