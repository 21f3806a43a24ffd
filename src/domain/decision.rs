//! What a look-up is answered, and why.

use super::channel::ChannelSet;
use super::identifier::{Grade, Kind};
use super::objection::Source;
use super::{Position, Time};
use serde::Serialize;
use uuid::Uuid;

/// May this be sent? Ordered by precedence: the greater outranks the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Nobody objected. It is no consent (marknadsföringslagen 19 §).
    Clear,
    /// It cannot be told: do not send.
    Undecidable,
    /// The person objected: do not send.
    Blocked,
}

impl Decision {
    /// The name used in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Undecidable => "undecidable",
            Self::Blocked => "blocked",
        }
    }
}

/// Why a decision is not `clear`, where a register says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The register's slug.
    pub register: String,
    /// The day that its version is of.
    pub date: chrono::NaiveDate,
    /// The channels that it closes to the controller.
    pub channels: ChannelSet,
    /// The kind of identifier that met.
    pub matched: Kind,
    /// How sure the match is.
    pub grade: Grade,
}

/// Why a decision is not `clear`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The objection that was met.
    pub objection: Uuid,
    /// Its position in the ledger.
    pub position: Position,
    /// How it came.
    pub source: Source,
    /// Since when it stands.
    pub since: Time,
    /// The channels it covers.
    pub channels: ChannelSet,
    /// The kind of identifier that met.
    pub matched: Kind,
    /// How sure the match is.
    pub grade: Grade,
    /// Whether the contact point is shared with another person (both sides have
    /// a personnummer, and they differ): then it blocks only itself.
    pub shared: bool,
}
