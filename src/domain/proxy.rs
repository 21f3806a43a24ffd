//! The proxy (fullmakt) by which somebody speaks for a person, and its rules.

use super::Time;
use super::fault::Fault;
use super::objection::Right;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How far two clocks may differ.
pub const SKEW: TimeDelta = TimeDelta::minutes(5);

/// Who gave the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantor {
    /// The person.
    #[serde(rename = "self")]
    Person,
    /// A child's guardian.
    Guardian,
    /// A trustee (god man, förvaltare, framtidsfullmakt).
    Trustee,
    /// The estate of a person who died.
    Estate,
}

/// What the rules need to know of a proxy; the rest is only kept.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// The holder's organisation number, as it was written.
    pub holder_number: String,
    /// When it was given.
    pub granted_at: Time,
    /// Until when it is valid; `None`: until recalled.
    pub valid_until: Option<Time>,
    /// The rights it names, as they were written.
    pub rights: Vec<String>,
    /// When the person was identified.
    pub identified_at: Option<Time>,
}

/// Whether the proxy carries an act of `right`, done at `acted_at`.
///
/// Validity is judged at `acted_at` with [`SKEW`], so that a queue's delay kills
/// no objection. `holder` is the client's own organisation number; `None` for
/// staff, who may record a proxy of any holder.
#[must_use]
pub fn check(
    proxy: &Proxy,
    right: Right,
    acted_at: Time,
    now: Time,
    holder: Option<&str>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, code, detail: &'static str| {
        faults.push(Fault::new(format!("/proxy{pointer}"), code, detail));
    };
    if !proxy.rights.iter().any(|named| named == right.name()) {
        fault(
            "/rights",
            "right_not_covered",
            "The proxy does not name the right that this request uses. A proxy gives only the rights it names.",
        );
    }
    match super::controller::organisation_number(&proxy.holder_number) {
        None => fault(
            "/holder/organisation_number",
            "organisation_number",
            "Write the holder's organisation number with its ten digits, such as 559999-0008.",
        ),
        Some(number) if holder.is_some_and(|own| own != number) => fault(
            "/holder/organisation_number",
            "holder_not_client",
            "The proxy's holder must be the organisation that this client is registered for.",
        ),
        Some(_) => {}
    }
    if proxy.granted_at > now + SKEW {
        fault("/granted_at", "in_the_future", "A proxy cannot have been granted after now.");
    } else if proxy.granted_at < EARLIEST {
        fault("/granted_at", "too_early", "Give the time when the person granted it.");
    } else if proxy.granted_at > acted_at + SKEW {
        fault(
            "/granted_at",
            "not_yet_valid",
            "The proxy was granted after the act it is used for.",
        );
    }
    if let Some(until) = proxy.valid_until {
        if until + SKEW < acted_at {
            fault("/valid_until", "expired", "The proxy had run out when it was used.");
        }
        if until < proxy.granted_at {
            fault("/valid_until", "before_granted", "The proxy ends before it was granted.");
        }
    }
    if proxy.identified_at.is_some_and(|at| at > now + SKEW) {
        fault(
            "/identification/at",
            "in_the_future",
            "The person cannot have been identified after now.",
        );
    }
    if proxy.identified_at.is_some_and(|at| at < EARLIEST) {
        fault("/identification/at", "too_early", "Give the time when the person was identified.");
    }
    faults
}

/// Nobody alive granted anything before 1900: such a time is some program's zero.
const EARLIEST: Time = Time::from_timestamp(-2_208_988_800, 0).expect("a constant");
