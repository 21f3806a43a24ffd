//! Recording an objection. One that reached us is effective: one identifier that
//! can be read is enough, and the answer never tells whether the person, an
//! identifier or an earlier objection was known.

use super::commit::{Committed, Done, Envelope, act, content_digest, receipts, submit};
use super::originals::Sealer;
use super::refusal::{Code, Refusal};
use super::{App, Instance, binding};
use crate::crypto::random;
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::client::{Role, Scope};
use crate::domain::fault::Fault;
use crate::domain::identifier::{Key, NORMALISER_VERSION, Side, read};
use crate::domain::objection::{LEGAL_BASIS, PURPOSE, Right, Source};
use crate::domain::person::Person;
use crate::domain::proxy::{Proxy, SKEW, check};
use crate::ledger::submission::EntryKind;
use crate::store::rows::{ObjectionRow, TagRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use super::proxy_given::{Document, Identification, ProxyGiven};

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
}

/// What an objection service gets back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recorded {
    /// The objection's id.
    pub id: Uuid,
    /// The client's reference.
    pub reference: Option<String>,
    /// What could not be read.
    pub warnings: Vec<Fault>,
}

/// Records an objection.
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
    let proxy = rules(app, &envelope, &new, objected_at, now)?;
    let (binding, region) = {
        let memory = app.memory();
        let binding = binding::named(&memory.directory, envelope.caller, &new.controllers)?;
        let region = binding::region(&memory.directory, &binding);
        (binding, region)
    };
    let reading = read(&new.person, "/person", &app.rules(&region), Side::Store);
    if reading.readable == 0 {
        return Err(Refusal::at(Code::NothingReadable, reading.warnings));
    }
    let id = random::uuid_v7(now);
    let mut sealer = Sealer::new(app, id);
    sealer.seal_person(&new.person);
    if let Some(reference) = &new.reference {
        sealer.seal_text("reference", reference);
    }
    proxy.seal(&mut sealer);
    sealer.seal_unread(&reading.unread, 0);
    let mut rows = sealer.finish();
    rows.tags = tag_rows(app, &reading.keys, 0);
    let client = &envelope.caller.client.id;
    let digest = content_digest(app, &envelope, "record_objection");
    rows.objection = Some(ObjectionRow {
        position: 0,
        id: id.as_bytes().to_vec(),
        client: client.clone(),
        actor: envelope.caller.actor.clone(),
        source: Source::Proxy.name().to_owned(),
        right_used: Right::ObjectToDirectMarketing.name().to_owned(),
        channels: ChannelSet::ALL.bits().into(),
        binding: json(&binding)?,
        objected_at: objected_at.timestamp_micros(),
        received_at: 0,
        reference_tag: new.reference.as_ref().map(|r| reference_tag(app, client, r).to_vec()),
        content_digest: digest.to_vec(),
        warnings: json(&reading.warnings)?,
        details: json(&proxy.details())?,
        purpose: PURPOSE.to_owned(),
        legal_basis: LEGAL_BASIS.to_owned(),
    });
    let mut act = act(EntryKind::ObjectionRecorded, Some(id), rows, Vec::new());
    act.document = proxy.document.as_ref().and_then(|document| document.content.clone());
    let reference = new.reference;
    let value = Recorded { id, reference: reference.clone(), warnings: reading.warnings };
    match submit(app, &envelope, "record_objection", vec![act], value).await? {
        Done::Recorded(committed) => Ok(committed),
        Done::Earlier(row) => earlier(app, &row, reference).await,
    }
}

/// The answer that the same objection got when it first came.
async fn earlier(
    app: &App,
    row: &ObjectionRow,
    reference: Option<String>,
) -> Result<Committed<Recorded>, Refusal> {
    let broken = |_| Refusal::new(Code::Internal);
    let id = Uuid::from_slice(&row.id).map_err(|_| Refusal::new(Code::Internal))?;
    let warnings = serde_json::from_str(&row.warnings).map_err(broken)?;
    Ok(Committed {
        value: Recorded { id, reference, warnings },
        position: row.position,
        time: crate::ledger::entry::from_micros(row.received_at),
        receipts: receipts(app, row.position, row.position).await?,
    })
}

/// What the law and the contract ask of an objection; all faults at once.
fn rules<'a>(
    app: &Instance,
    envelope: &Envelope<'_>,
    new: &'a NewObjection,
    objected_at: Time,
    now: Time,
) -> Result<&'a ProxyGiven, Refusal> {
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
    if objected_at > now + SKEW {
        faults.push(Fault::new("/objected_at", "in_the_future", "This lies after now."));
    } else if objected_at < EARLIEST {
        faults.push(Fault::new("/objected_at", "too_early", "Give a time after the year 1998."));
    }
    if new.channels.is_some_and(|channels| channels != ChannelSet::ALL) {
        faults.push(Fault::new(
            "/channels",
            "all_by_proxy",
            "An objection by proxy covers every channel (GDPR Art. 21.2): leave channels out or write [\"all\"].",
        ));
    }
    let client = &envelope.caller.client;
    let Some(proxy) = &new.proxy else {
        faults.push(Fault::new(
            "/proxy",
            "required",
            "An objection on somebody's behalf needs the proxy.",
        ));
        return Err(Refusal::at(Code::Unprocessable, faults));
    };
    let holder = match client.role {
        Role::ObjectionService => Some(client.organisation_number.as_deref().unwrap_or("")),
        _ => None,
    };
    faults.extend(proxy.faults());
    faults.extend(check(
        &Proxy::from(proxy),
        Right::ObjectToDirectMarketing,
        objected_at,
        app.now(),
        holder,
    ));
    match faults.iter().all(|fault| fault.code == "right_not_covered") {
        true if faults.is_empty() => Ok(proxy),
        true => Err(Refusal::at(Code::RightNotCovered, faults)),
        false => Err(Refusal::at(Code::Unprocessable, faults)),
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

/// The tags of these keys, for the objection at `objection` (0: of this entry).
pub(super) fn tag_rows(app: &Instance, keys: &[Key], objection: i64) -> Vec<TagRow> {
    let memory = app.memory();
    let row = |(ordinal, key): (usize, &Key)| TagRow {
        position: 0,
        ordinal: i32::try_from(ordinal).unwrap_or(i32::MAX),
        objection,
        kind: key.kind as i16,
        grade: key.grade as i16,
        tag: memory.tag(key).0.to_vec(),
        key_version: memory.generation(),
        normaliser_version: NORMALISER_VERSION,
    };
    keys.iter().enumerate().map(row).collect()
}

/// By what a reference is found: keyed, since services put a personnummer there.
pub(super) fn reference_tag(app: &Instance, client: &str, reference: &str) -> [u8; 32] {
    let named = [client.as_bytes(), b"\0", reference.as_bytes()].concat();
    app.keyring().digest("reference", &named)
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|_| Refusal::new(Code::Internal))
}
