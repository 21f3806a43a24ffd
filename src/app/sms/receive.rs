//! A message comes.

use super::super::binding;
use super::super::caller::Caller;
use super::super::commit::{Committed, Done, Envelope, act, content_digest, receipts, submit};
use super::super::originals::{Keeping, Sealer};
use super::super::record::{NewRecord, json, recording, reference_tag};
use super::super::record_objection::{text_fault, time_fault};
use super::super::refusal::{Code, Refusal};
use super::super::{App, Instance};
use super::{FIELD, Written};
use crate::crypto::random;
use crate::domain::Time;
use crate::domain::client::Scope;
use crate::domain::controller::{Binding, Directory};
use crate::domain::identifier::Kind;
use crate::domain::message::{Form, Reach, Unclear, Understood, Word, sender, understand};
use crate::domain::objection::Source;
use crate::domain::person::Person;
use crate::ledger::entry::from_micros;
use crate::ledger::submission::{Act, EntryKind};
use crate::store::{MessageRow, entries};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::borrow::Cow;
use uuid::Uuid;

/// A message as a gateway hands it over.
pub struct InboundSms {
    /// In which form.
    pub form: Form,
    /// The gateway's own id of it; makes a retry safe for ever.
    pub id: Option<String>,
    /// Who sent it.
    pub from: Option<String>,
    /// The number that it was sent to.
    pub to: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// When the gateway got it; now, if not said.
    pub sent_at: Option<Time>,
    /// Whether the gateway itself took it for an opt-out.
    pub opted_out: bool,
}

/// What became of a message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Received {
    /// The objection's id, or that of the item in the review list.
    pub id: Uuid,
    /// Whether it was recorded as an objection.
    pub is_objection: bool,
}

const OPERATION: &str = "receive_sms";

/// Takes in a message from a client with a token.
///
/// # Errors
/// [`Code::Unprocessable`] for an id that is none; what the ledger says.
pub async fn receive_sms(
    app: &App,
    envelope: Envelope<'_>,
    sms: InboundSms,
) -> Result<Committed<Received>, Refusal> {
    envelope.caller.require(&[Scope::SmsReceive])?;
    app.caught_up_for(envelope.caller).await?;
    if let Some(fault) = sms.id.as_deref().and_then(|id| text_fault(id, "/id", 200)) {
        return Err(Refusal::at(Code::Unprocessable, vec![fault]));
    }
    take_in(app, envelope, sms).await
}

/// Takes in a message from a gateway that has shown itself ([`super::by_secret`],
/// [`super::by_signature`]).
///
/// # Errors
/// What the ledger says.
pub async fn receive_from_gateway(
    app: &App,
    gateway: &Caller,
    sms: InboundSms,
) -> Result<Committed<Received>, Refusal> {
    let (caller, canonical) = (gateway, b"{}".as_slice());
    let envelope = Envelope { caller, canonical, idempotency_key: None, dry_run: false };
    take_in(app, envelope, sms).await
}

/// What counts as the same message are id, sender, receiver and text: gateways add and
/// change other fields as they like, and a retry may carry the time of the retry.
///
/// An id that stands for another message already loses nobody's: nobody is there to
/// send it again under another one, so the content is taken to tell the two apart.
async fn take_in(
    app: &App,
    envelope: Envelope<'_>,
    sms: InboundSms,
) -> Result<Committed<Received>, Refusal> {
    let same = json!({
        "form": sms.form, "id": sms.id, "from": sms.from, "to": sms.to, "text": sms.text,
    });
    let canonical = serde_json_canonicalizer::to_vec(&same);
    let canonical = canonical.map_err(|_| Refusal::new(Code::Internal))?;
    let envelope = Envelope { canonical: &canonical, ..envelope };
    match (receive(app, &envelope, &sms).await, &sms.id) {
        (Err(refused), Some(id)) if refused.code == Code::ReferenceReused => {
            let content = STANDARD.encode(content_digest(app, &envelope, OPERATION));
            let id = Some(format!("{id} {content}"));
            receive(app, &envelope, &InboundSms { id, ..sms }).await
        }
        (received, _) => received,
    }
}

async fn receive(
    app: &App,
    envelope: &Envelope<'_>,
    sms: &InboundSms,
) -> Result<Committed<Received>, Refusal> {
    if app.settings.refused.contains(Kind::Phone) {
        let detail = "This instance was told to hold no telephone numbers (--refuse-kind phone), and a message is nothing without one.";
        return Err(Refusal::saying(Code::NothingReadable, detail));
    }
    let binding = envelope.caller.client.controllers.clone();
    let (act, received) = match judged(app, sms, &binding) {
        Ok((sender, said)) => objection(app, envelope, sms, binding, (&sender, said))?,
        Err(why) => for_review(app, envelope, sms, &binding, why)?,
    };
    match submit(app, envelope, OPERATION, vec![act], received).await? {
        Done::Recorded(committed) => Ok(committed),
        Done::Earlier(row) => {
            let time = from_micros(row.received_at);
            again(app, &row.id, true, row.position, time).await
        }
        Done::EarlierMessage(row) => {
            let position = row.position;
            let entry = app.waiting(move |instance| {
                let get = |conn: &mut _| entries::get(conn, position);
                instance.ledger.store().read(get).map_err(Refusal::from)
            });
            let time = from_micros(entry.await?.map_or(0, |entry| entry.time));
            again(app, &row.id, false, position, time).await
        }
    }
}

/// The answer that the same message got when it first came.
async fn again(
    app: &App,
    id: &[u8],
    is_objection: bool,
    position: i64,
    time: Time,
) -> Result<Committed<Received>, Refusal> {
    let id = Uuid::from_slice(id).map_err(|_| Refusal::new(Code::Internal))?;
    let receipts = receipts(app, position, position).await?;
    Ok(Committed { value: Received { id, is_objection }, position, time, receipts })
}

/// What the message says, and the sender whom it can be recorded for.
fn judged<'a>(
    app: &Instance,
    sms: &'a InboundSms,
    binding: &Binding,
) -> Result<(Cow<'a, str>, (Word, Reach)), Unclear> {
    let memory = app.memory();
    let names = names(&memory.directory, binding);
    let text = sms.text.as_deref().unwrap_or_default();
    let understood = understand(text, names.iter().map(String::as_str));
    let understood = if sms.opted_out { understood.told_of_opt_out(text) } else { understood };
    let (word, reach) = match understood {
        Understood::Stop(word, reach) => (word, reach),
        Understood::Unclear(why) => return Err(why),
    };
    // A short code or a name ("Tandgruppen") is nobody's number, and of two in one field
    // it cannot be told whose message it is.
    let regions = binding::regions(&memory.directory, binding);
    let sender = sender(sms.from.as_deref().unwrap_or_default(), &regions.rules(app));
    sender.map(|sender| (sender, (word, reach))).ok_or(Unclear::SenderUnreadable)
}

/// What the controllers and groups are called: people write it after the word.
fn names(directory: &Directory, binding: &Binding) -> Vec<String> {
    let own = directory.controllers().into_iter().filter(|c| directory.includes(binding, c.id));
    let mut names: Vec<_> = own.flat_map(|c| [c.slug.clone(), c.name.clone()]).collect();
    if let Binding::Named { groups, .. } = binding {
        let groups = groups.iter().filter_map(|id| directory.group(*id));
        names.extend(groups.flat_map(|group| [group.slug.clone(), group.name.clone()]));
    }
    names
}

/// When it was sent. A message that was on its way for long counts like any other, and
/// a webhook's clock that is wrong is no reason to lose one.
fn sent_at(app: &Instance, sms: &InboundSms) -> Time {
    let now = app.now();
    let believable = |at: &Time| time_fault(*at, now).is_none();
    sms.sent_at.filter(believable).map_or(now, |at| at.min(now))
}

fn written(sms: &InboundSms) -> Written {
    Written { from: sms.from.clone(), to: sms.to.clone(), text: sms.text.clone() }
}

fn objection(
    app: &Instance,
    envelope: &Envelope<'_>,
    sms: &InboundSms,
    binding: Binding,
    (sender, (word, reach)): (&str, (Word, Reach)),
) -> Result<(Act, Received), Refusal> {
    let person = Person { phones: vec![sender.to_owned()], ..Person::default() };
    let new = NewRecord {
        source: Source::SmsStop,
        objected_at: sent_at(app, sms),
        channels: reach.channels(),
        binding,
        person: &person,
        reference: sms.id.as_deref(),
        details: json!({"form": sms.form, "word": word.name(), "scope": reach.name()}),
        document: None,
    };
    let seal = |sealer: &mut Sealer<'_>| sealer.seal_text(FIELD, &written(sms).sealed());
    let (act, recorded) = recording(app, envelope, OPERATION, new, seal)?;
    Ok((act, Received { id: recorded.id, is_objection: true }))
}

fn for_review(
    app: &Instance,
    envelope: &Envelope<'_>,
    sms: &InboundSms,
    binding: &Binding,
    why: Unclear,
) -> Result<(Act, Received), Refusal> {
    let id = random::uuid_v7(app.now());
    let client = &envelope.caller.client.id;
    let mut sealer = Sealer::new(app, id);
    // Also where no originals are kept: without it staff have nothing to read.
    sealer.seal(Keeping::Originals, FIELD, written(sms).sealed().as_bytes());
    if let Some(reference) = &sms.id {
        sealer.seal_text("reference", reference);
    }
    let mut rows = sealer.finish();
    rows.message = Some(MessageRow {
        position: 0,
        id: id.as_bytes().to_vec(),
        client: client.clone(),
        form: sms.form.name().to_owned(),
        code: why.code().to_owned(),
        binding: json(binding)?,
        sent_at: sent_at(app, sms).timestamp_micros(),
        reference_tag: sms.id.as_ref().map(|id| reference_tag(app, client, id).to_vec()),
        content_digest: content_digest(app, envelope, OPERATION).to_vec(),
    });
    let act = act(EntryKind::MessageReceived, Some(id), rows, Vec::new());
    Ok((act, Received { id, is_objection: false }))
}
