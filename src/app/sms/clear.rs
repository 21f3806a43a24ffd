//! Staff deal with a message that was left for them.

use super::super::commit::{Committed, Envelope, act, commit};
use super::super::originals::Sealer;
use super::super::record::{NewRecord, recording};
use super::super::refusal::{Code, Refusal};
use super::super::review::{ClearanceOutcome, Cleared, Clearing};
use super::super::{App, binding};
use super::{FIELD, Written, id_of};
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::message::{Word, reach, sender};
use crate::domain::objection::Source;
use crate::ledger::entry::from_micros;
use crate::ledger::submission::{Act, ActRows, EntryKind, Need};
use crate::store::{MessageClearanceRow, MessageRow};
use serde_json::json;
use std::borrow::Cow;
use uuid::Uuid;

/// Settles a message: as an objection that is recorded in the same moment, or as none.
///
/// Whoever works for one of those whom it was sent to may say that its sender objects:
/// that takes nothing from the others. What does, or binds them for somebody whom staff
/// name, is for those who work for all of them.
///
/// # Errors
/// [`Code::EventNotPossible`] where it has been settled; [`Code::Unprocessable`] where
/// the sender cannot be read and no person is given; [`Code::ControllerNotYours`].
pub(in crate::app) async fn clear_message(
    app: &App,
    envelope: &Envelope<'_>,
    row: MessageRow,
    clearing: Clearing,
) -> Result<Committed<Cleared>, Refusal> {
    let id = id_of(&row)?;
    let operation = format!("clear_review {id}");
    let outcome = clearing.outcome;
    if outcome != ClearanceOutcome::ObjectionRecorded || clearing.person.is_some() {
        for_all(app, envelope, &row)?;
    }
    let mut acts = Vec::new();
    let objection = match outcome {
        ClearanceOutcome::ObjectionRecorded => {
            let (act, recorded) = objection(app, envelope, &operation, row, clearing).await?;
            acts.push(act);
            Some(recorded)
        }
        ClearanceOutcome::NoObjection | ClearanceOutcome::Unusable => {
            clearing.brings_nothing()?;
            None
        }
        ClearanceOutcome::IdentifierAdded => {
            let detail = "A message is settled as objection_recorded, no_objection or unusable.";
            let fault = Fault::new("/outcome", "outcome", detail);
            return Err(Refusal::at(Code::Unprocessable, vec![fault]));
        }
    };
    let row = MessageClearanceRow {
        position: 0,
        message: id.as_bytes().to_vec(),
        outcome: outcome.name().to_owned(),
        objection: objection.map(|id| id.as_bytes().to_vec()),
    };
    let rows = ActRows { message_clearance: Some(row), ..ActRows::default() };
    acts.push(act(EntryKind::MessageCleared, Some(id), rows, vec![Need::MessageOpen(id)]));
    commit(app, envelope, &operation, acts, Cleared { id, objection }).await
}

/// Whether the caller works for all whom the message was sent to.
fn for_all(app: &App, envelope: &Envelope<'_>, row: &MessageRow) -> Result<(), Refusal> {
    let bound: Binding =
        serde_json::from_str(&row.binding).map_err(|_| Refusal::new(Code::Internal))?;
    let memory = app.memory();
    if memory.directory.within(&bound, &envelope.caller.client.controllers) {
        return Ok(());
    }
    let names = memory.directory.names(&bound);
    let whose = if names.is_empty() { "every controller".to_owned() } else { names.join(", ") };
    let detail = format!(
        "The message was sent to a number of others too. You can settle it as objection_recorded for its sender; anything else is for staff whose client has all of these: {whose}."
    );
    Err(Refusal::saying(Code::ControllerNotYours, detail))
}

/// The objection that the message is: of its sender and of whom staff name, and for all
/// that the gateway speaks for.
async fn objection(
    app: &App,
    envelope: &Envelope<'_>,
    operation: &str,
    row: MessageRow,
    clearing: Clearing,
) -> Result<(Act, Uuid), Refusal> {
    let message = id_of(&row)?;
    let bound: Binding =
        serde_json::from_str(&row.binding).map_err(|_| Refusal::new(Code::Internal))?;
    let (form, sent_at) = (row.form.clone(), from_micros(row.sent_at));
    let opened = app.waiting(move |instance| {
        let open = |conn: &mut _| Written::opened(instance, conn, &row);
        instance.ledger.store().read(open).map_err(Refusal::from)
    });
    let written = opened.await?;
    let regions = binding::regions(&app.memory().directory, &bound);
    let from = written.as_ref().and_then(|written| written.from.as_deref());
    let number = from.and_then(|from| sender(from, &regions.rules(app)));
    if clearing.person.is_none() && number.is_none() {
        let detail = "The sender cannot be read: say whom the objection is for.";
        let fault = Fault::new("/person", "required", detail);
        return Err(Refusal::at(Code::Unprocessable, vec![fault]));
    }
    let mut person = clearing.person.unwrap_or_default();
    // Who wrote is who said no, whoever else it is for: the number is never dropped.
    person.phones.extend(number.map(Cow::into_owned));
    let text = written.as_ref().and_then(|written| written.text.as_deref());
    let said = reach(text.unwrap_or_default()).channels();
    let channels = clearing.channels.unwrap_or(said);
    let new = NewRecord {
        source: Source::SmsStop,
        objected_at: sent_at,
        channels,
        binding: bound,
        person: &person,
        reference: None,
        details: json!({
            "form": form, "word": Word::Staff.name(), "scope": scope(channels), "message": message,
        }),
        document: None,
    };
    let seal = |sealer: &mut Sealer<'_>| {
        let written = written.as_ref().map(Written::sealed);
        written.into_iter().for_each(|written| sealer.seal_text(FIELD, &written));
    };
    let (act, recorded) = recording(app, envelope, operation, new, seal)?;
    Ok((act, recorded.id))
}

/// As the scope of a message that was understood: `sms`, `all`, or what staff chose.
fn scope(channels: ChannelSet) -> String {
    channels.names().join(" ")
}
