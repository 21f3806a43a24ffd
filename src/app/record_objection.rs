//! Recording an objection that somebody posts for the person: an objection service by
//! proxy, staff on the person's own request.

use super::App;
use super::binding;
use super::commit::{Committed, Envelope};
use super::ground::Ground;
use super::record::{self, NewRecord};
use super::refusal::{Code, Refusal};
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::fault::Fault;
use crate::domain::objection::Right;
use crate::domain::person::Person;
use crate::domain::proxy::SKEW;

pub use super::direct_given::DirectGiven;
pub use super::proxy_given::{Document, Identification, ProxyGiven};
pub use super::record::Recorded;

/// An objection as it was posted.
pub struct NewObjection {
    /// The client's own reference; makes a retry safe for ever.
    pub reference: Option<String>,
    /// Slugs, ids or organisation numbers; empty: every controller.
    pub controllers: Vec<String>,
    /// The right that is used.
    pub right: String,
    /// When the person objected; now, if not said.
    pub objected_at: Option<Time>,
    /// What it covers; everything, if not said.
    pub channels: Option<ChannelSet>,
    /// The person.
    pub person: Person,
    /// The proxy.
    pub proxy: Option<ProxyGiven>,
    /// How the person's own request came.
    pub direct: Option<DirectGiven>,
}

/// Records an objection by proxy, or on the person's own request to staff.
///
/// # Errors
/// [`Refusal`]; then nothing about the person was recorded.
pub async fn record_objection(
    app: &App,
    envelope: Envelope<'_>,
    new: NewObjection,
) -> Result<Committed<Recorded>, Refusal> {
    envelope.caller.require(&[Scope::ObjectionsWrite])?;
    app.caught_up_for(envelope.caller).await?;
    let now = app.now();
    let objected_at = new.objected_at.unwrap_or(now);
    let ground = rules(&envelope, &new, objected_at, now)?;
    let binding = binding::named(&app.memory().directory, envelope.caller, &new.controllers)?;
    let record = NewRecord {
        source: ground.source(),
        objected_at,
        channels: new.channels.unwrap_or(ChannelSet::ALL),
        binding,
        person: &new.person,
        reference: new.reference.as_deref(),
        details: ground.details(envelope.caller),
        document: ground.document(),
    };
    record::record(app, &envelope, "record_objection", record, |sealer| ground.seal(sealer)).await
}

/// What the law and the contract ask of an objection; all faults at once.
fn rules<'a>(
    envelope: &Envelope<'_>,
    new: &'a NewObjection,
    objected_at: Time,
    now: Time,
) -> Result<Ground<'a>, Refusal> {
    if new.right != Right::ObjectToDirectMarketing.name() {
        return Err(Refusal::at(
            Code::RightNotCovered,
            vec![Fault::new(
                "/right",
                "right_not_covered",
                "This service records objections to direct marketing (object_to_direct_marketing) and nothing else.",
            )],
        ));
    }
    let mut faults = Vec::new();
    if let Some(reference) = &new.reference {
        faults.extend(text_fault(reference, "/reference", 200));
    }
    faults.extend(time_fault(objected_at, now));
    let ground = Ground::of(envelope.caller, new);
    match &ground {
        Ok(ground) => {
            faults.extend(ground.faults(envelope.caller, new.channels, objected_at, now));
        }
        Err(fault) => faults.push(fault.clone()),
    }
    match ground {
        Ok(ground) if faults.is_empty() => Ok(ground),
        _ if faults.iter().all(|fault| fault.code == "right_not_covered") => {
            Err(Refusal::at(Code::RightNotCovered, faults))
        }
        _ => Err(Refusal::at(Code::Unprocessable, faults)),
    }
}

/// What is wrong with the time of an objection.
pub(super) fn time_fault(objected_at: Time, now: Time) -> Option<Fault> {
    if objected_at > now + SKEW {
        Some(Fault::new("/objected_at", "in_the_future", "This lies after now."))
    } else if objected_at < EARLIEST {
        Some(Fault::new("/objected_at", "too_early", "Give a time after the year 1998."))
    } else {
        None
    }
}

/// Before Sweden's Personal Data Act of 1998 there was no such right to use.
const EARLIEST: Time = Time::from_timestamp(909_187_200, 0).expect("a constant");

/// A text that is too long or holds control characters.
pub(super) fn text_fault(text: &str, pointer: &'static str, most: usize) -> Option<Fault> {
    if text.chars().count() > most {
        return Some(Fault::new(pointer, "too_long", format!("Write at most {most} characters.")));
    }
    text.chars()
        .any(char::is_control)
        .then(|| Fault::new(pointer, "control_characters", "Write it without control characters."))
}
