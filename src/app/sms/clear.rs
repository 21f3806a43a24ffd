//! Staff deal with a message that was left for them.

use super::super::commit::{Committed, Envelope, act, commit};
use super::super::originals::Sealer;
use super::super::record::{NewRecord, recording};
use super::super::refusal::{Code, Refusal};
use super::super::review::{ClearanceOutcome, Cleared, Clearing};
use super::super::{App, binding};
use super::{FIELD, Written, id_of};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::message::Word;
use crate::domain::objection::Source;
use crate::domain::person::Person;
use crate::ledger::entry::from_micros;
use crate::ledger::submission::{Act, ActRows, EntryKind, Need};
use crate::store::{MessageClearanceRow, MessageRow};
use serde_json::json;
use uuid::Uuid;

/// Settles a message: as an objection that is recorded in the same moment, or as none.
///
/// # Errors
/// [`Code::EventNotPossible`] where it has been settled; [`Code::Unprocessable`] where
/// the sender cannot be read and no person is given.
pub(in crate::app) async fn clear_message(
    app: &App,
    envelope: &Envelope<'_>,
    row: MessageRow,
    clearing: Clearing,
) -> Result<Committed<Cleared>, Refusal> {
    let id = id_of(&row)?;
    let operation = format!("clear_review {id}");
    let outcome = clearing.outcome;
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

/// The objection that the message is: of its sender or of whom staff name, and for all
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
    let sender = written.as_ref().and_then(|written| written.from.clone());
    let readable = sender.filter(|sender| regions.rules(app).is_phone(sender));
    let person = match (clearing.person, readable) {
        (Some(person), _) => person,
        (None, Some(sender)) => Person { phones: vec![sender], ..Person::default() },
        (None, None) => {
            let detail = "The sender cannot be read: say whom the objection is for.";
            let fault = Fault::new("/person", "required", detail);
            return Err(Refusal::at(Code::Unprocessable, vec![fault]));
        }
    };
    let channels = clearing.channels.unwrap_or_else(|| ChannelSet::of(&[Channel::Sms]));
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
