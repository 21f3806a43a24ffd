//! The one way an objection is recorded, whatever its source. One that reached us is
//! effective: one identifier that can be read is enough, and the answer never tells
//! whether the person, an identifier or an earlier objection was known.

use super::commit::{Committed, Done, Envelope, act, content_digest, receipts, submit};
use super::originals::Sealer;
use super::refusal::{Code, Refusal};
use super::{App, Instance, binding};
use crate::crypto::random;
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::identifier::{Key, NORMALISER_VERSION, Reading, Side, read};
use crate::domain::objection::{LEGAL_BASIS, PURPOSE, Right, Source};
use crate::domain::person::Person;
use crate::ledger::submission::{Act, EntryKind};
use crate::store::rows::{ObjectionRow, TagRow};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// An objection that has passed the rules of its source.
pub(super) struct NewRecord<'a> {
    /// How it came.
    pub(super) source: Source,
    /// When the person objected.
    pub(super) objected_at: Time,
    /// What it covers.
    pub(super) channels: ChannelSet,
    /// Whom it binds; the caller may speak for all of them.
    pub(super) binding: Binding,
    /// The person.
    pub(super) person: &'a Person,
    /// Makes a retry safe for ever; the client's own, so another client's is another. Of
    /// an import it is everybody's.
    pub(super) reference: Option<&'a str>,
    /// What of its source is no personal data.
    pub(super) details: Value,
    /// A document, for its salted digest in the entry.
    pub(super) document: Option<Vec<u8>>,
}

/// What its recorder gets back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recorded {
    /// The objection's id.
    pub id: Uuid,
    /// The client's reference.
    pub reference: Option<String>,
    /// What could not be read.
    pub warnings: Vec<Fault>,
}

/// Records an objection. Checks no scope: who may say this is for the source's own
/// use case to know. `operation` tells apart what the same body can be sent to, and
/// `seal` puts away what the source has to keep.
///
/// # Errors
/// [`Code::NothingReadable`] and what the ledger says; then nothing was recorded.
pub(super) async fn record(
    app: &App,
    envelope: &Envelope<'_>,
    operation: &str,
    new: NewRecord<'_>,
    seal: impl FnOnce(&mut Sealer<'_>),
) -> Result<Committed<Recorded>, Refusal> {
    let reference = new.reference.map(str::to_owned);
    let (act, recorded) = recording(app, envelope, operation, new, seal)?;
    match submit(app, envelope, operation, vec![act], recorded).await? {
        Done::Recorded(committed) => Ok(committed),
        Done::Earlier(row) => earlier(app, &row, reference).await,
        Done::EarlierMessage(_) => Err(Refusal::new(Code::Internal)),
    }
}

/// The act that records it, for those who record more in the same submission.
pub(super) fn recording(
    app: &Instance,
    envelope: &Envelope<'_>,
    operation: &str,
    new: NewRecord<'_>,
    seal: impl FnOnce(&mut Sealer<'_>),
) -> Result<(Act, Recorded), Refusal> {
    let reading = read_of(app, &new);
    if reading.readable == 0 {
        return Err(Refusal::at(Code::NothingReadable, reading.warnings));
    }
    recording_read(app, envelope, operation, new, reading, seal)
}

/// What can be read of the person.
pub(super) fn read_of(app: &Instance, new: &NewRecord<'_>) -> Reading {
    let regions = binding::regions(&app.memory().directory, &new.binding);
    read(new.person, "/person", &regions.rules(app), Side::Store)
}

/// The same of a person who was read: with nothing readable, for those who have tags
/// to add themselves.
pub(super) fn recording_read(
    app: &Instance,
    envelope: &Envelope<'_>,
    operation: &str,
    new: NewRecord<'_>,
    reading: Reading,
    seal: impl FnOnce(&mut Sealer<'_>),
) -> Result<(Act, Recorded), Refusal> {
    let id = random::uuid_v7(app.now());
    let mut sealer = Sealer::new(app, id);
    sealer.seal_person(new.person);
    if let Some(reference) = new.reference {
        sealer.seal_text("reference", reference);
    }
    seal(&mut sealer);
    sealer.seal_unread(&reading.unread, 0);
    let mut rows = sealer.finish();
    rows.tags = tag_rows(app, &reading.keys, 0);
    let client = &envelope.caller.client.id;
    let owner = if new.source == Source::Import { IMPORTS } else { client };
    rows.objection = Some(ObjectionRow {
        position: 0,
        id: id.as_bytes().to_vec(),
        client: client.clone(),
        actor: envelope.caller.actor.clone(),
        source: new.source.name().to_owned(),
        right_used: Right::ObjectToDirectMarketing.name().to_owned(),
        channels: new.channels.bits().into(),
        binding: json(&new.binding)?,
        objected_at: new.objected_at.timestamp_micros(),
        received_at: 0,
        reference_tag: new.reference.map(|r| reference_tag(app, owner, r).to_vec()),
        content_digest: content_digest(app, envelope, operation).to_vec(),
        warnings: json(&reading.warnings)?,
        details: json(&new.details)?,
        purpose: PURPOSE.to_owned(),
        legal_basis: LEGAL_BASIS.to_owned(),
    });
    let mut act = act(EntryKind::ObjectionRecorded, Some(id), rows, Vec::new());
    act.document = new.document;
    let reference = new.reference.map(str::to_owned);
    Ok((act, Recorded { id, reference, warnings: reading.warnings }))
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

/// Whose the references of imports are: no client's, since a row is known again whoever
/// imports it.
pub(super) const IMPORTS: &str = "every import";

/// By what a reference is found: keyed, since services put a personnummer there.
pub(super) fn reference_tag(app: &Instance, client: &str, reference: &str) -> [u8; 32] {
    let named = [client.as_bytes(), b"\0", reference.as_bytes()].concat();
    app.keyring().digest("reference", &named)
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|_| Refusal::new(Code::Internal))
}
