//! What could not be read or understood, for staff to look at and settle.

use super::caller::Caller;
use super::commit::{Committed, Envelope, act, commit};
use super::originals::reading_is_an_entry;
use super::paging::{cut, not_a_cursor};
use super::refusal::{Code, Refusal};
use super::sms::{self, Written};
use super::visible::{id_of, touches};
use super::{App, Instance, originals};
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::fault::Fault;
use crate::domain::person::Person;
use crate::ledger::entry::from_micros;
use crate::ledger::submission::{ActRows, EntryKind, Need};
use crate::store::rows::{ObjectionRow, ReviewClearanceRow, ReviewItemRow};
use crate::store::{MessageRow, entries, messages, objections, review};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What somebody must look at.
pub struct ReviewItem {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub of: ReviewOf,
    /// Why it could not be read or understood.
    pub code: String,
    /// When it came.
    pub received_at: Time,
    /// The value, or the message's text; gone where the originals were shredded.
    pub value: Option<String>,
}

/// What an item of the review list is.
pub enum ReviewOf {
    /// A value that could not be read.
    Value {
        /// The objection it came with.
        objection: Uuid,
        /// Where it stood.
        pointer: String,
    },
    /// A message that was not understood, or whose sender could not be read.
    Message {
        /// The gateway that it came through.
        gateway: String,
        /// Who sent it, as the gateway says.
        from: Option<String>,
        /// The number that it was sent to.
        to: Option<String>,
    },
}

/// How an item was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearanceOutcome {
    /// What was meant has been added to the objection.
    IdentifierAdded,
    /// The message is an objection, and is recorded as one.
    ObjectionRecorded,
    /// The message is none.
    NoObjection,
    /// Nothing can be made of it.
    Unusable,
}

impl ClearanceOutcome {
    /// Every outcome.
    pub const EVERY: [Self; 4] =
        [Self::IdentifierAdded, Self::ObjectionRecorded, Self::NoObjection, Self::Unusable];

    /// The name used in the API and in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdentifierAdded => "identifier_added",
            Self::ObjectionRecorded => "objection_recorded",
            Self::NoObjection => "no_objection",
            Self::Unusable => "unusable",
        }
    }
}

/// What staff make of an item.
pub struct Clearing {
    /// How it is settled.
    pub outcome: ClearanceOutcome,
    /// Of an objection: what it covers; what the message's own words say, if not said.
    pub channels: Option<ChannelSet>,
    /// Of an objection: whose it is besides the sender's.
    pub person: Option<Person>,
}

impl Clearing {
    /// Whether it says no more than the outcome.
    ///
    /// # Errors
    /// What belongs to an objection, and none is recorded.
    pub(super) fn brings_nothing(&self) -> Result<(), Refusal> {
        let detail = "This belongs to the outcome objection_recorded.";
        let fault = |pointer: &'static str| Fault::new(pointer, "outcome", detail);
        let mut faults = Vec::new();
        faults.extend(self.channels.map(|_| fault("/channels")));
        faults.extend(self.person.as_ref().map(|_| fault("/person")));
        if faults.is_empty() { Ok(()) } else { Err(Refusal::at(Code::Unprocessable, faults)) }
    }
}

/// A settled item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cleared {
    /// Its id.
    pub id: Uuid,
    /// The objection that was recorded for it.
    #[serde(default)]
    pub objection: Option<Uuid>,
}

/// Items read at once while looking for the caller's own.
const CHUNK: i64 = 500;

/// A place in the list: position and number.
type Place = (i64, i32);

/// The open items of the caller's controllers, oldest first, and where the next
/// page begins. Showing values is a reading of originals, and so an entry.
///
/// # Errors
/// [`Code::Malformed`] for a cursor that is none.
pub async fn list_review(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<ReviewItem>, Option<String>), Refusal> {
    caller.require(&[Scope::ReviewClear])?;
    app.caught_up_for(caller).await?;
    let after = match after {
        None => (0, -1),
        Some(cursor) => parse(cursor).ok_or_else(not_a_cursor)?,
    };
    let viewer = caller.clone();
    let found = app.waiting(move |instance| own_items(instance, &viewer, after, limit + 1));
    let (items, next) = cut(found.await?, limit, |(place, _)| cursor(*place));
    if items.iter().any(|(_, item)| item.value.is_some()) {
        let subject = |item: &ReviewItem| match item.of {
            ReviewOf::Value { objection, .. } => objection,
            ReviewOf::Message { .. } => item.id,
        };
        let subjects: std::collections::BTreeSet<_> =
            items.iter().map(|(_, item)| subject(item)).collect();
        reading_is_an_entry(app, caller, subjects).await?;
    }
    Ok((items.into_iter().map(|(_, item)| item).collect(), next))
}

/// An open item, as it is stored.
enum Open {
    Value(ReviewItemRow),
    Message(MessageRow),
}

impl Open {
    fn place(&self) -> Place {
        match self {
            Self::Value(row) => (row.position, row.ordinal),
            Self::Message(row) => (row.position, 0),
        }
    }
}

fn own_items(
    app: &Instance,
    caller: &Caller,
    mut after: Place,
    most: usize,
) -> Result<Vec<(Place, ReviewItem)>, Refusal> {
    let mut items = Vec::new();
    while items.len() < most {
        let open = chunk(app, after)?;
        let Some(last) = open.last() else { break };
        after = last.place();
        for open in open {
            let place = open.place();
            let Some(item) = own_item(app, caller, open)? else { continue };
            items.push((place, item));
            if items.len() == most {
                break;
            }
        }
    }
    Ok(items)
}

/// What comes next, of both kinds in one order: as far as both were read.
fn chunk(app: &Instance, after: Place) -> Result<Vec<Open>, Refusal> {
    let (values, messages) = app.ledger.store().read(|conn| {
        Ok((review::open(conn, after, CHUNK)?, messages::open(conn, after.0, CHUNK)?))
    })?;
    let full = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX) >= CHUNK;
    let ends = [
        values.last().map(|row| row.position).filter(|_| full(values.len())),
        messages.last().map(|row| row.position).filter(|_| full(messages.len())),
    ];
    let end = ends.into_iter().flatten().min().unwrap_or(i64::MAX);
    let both = values.into_iter().map(Open::Value).chain(messages.into_iter().map(Open::Message));
    let mut both: Vec<_> = both.filter(|open| open.place().0 <= end).collect();
    both.sort_by_key(Open::place);
    Ok(both)
}

/// The item, if it is the caller's to see.
fn own_item(app: &Instance, caller: &Caller, open: Open) -> Result<Option<ReviewItem>, Refusal> {
    let row = match open {
        Open::Value(row) => row,
        Open::Message(row) if sms::may_see(app, caller, &row) => {
            return message(app, &row).map(Some);
        }
        Open::Message(_) => return Ok(None),
    };
    let objection = app.ledger.store().read(|conn| objections::by_position(conn, row.objection))?;
    match objection.filter(|found| touches(app, caller, found)) {
        Some(objection) => value(app, &row, &objection).map(Some),
        None => Ok(None),
    }
}

fn message(app: &Instance, row: &MessageRow) -> Result<ReviewItem, Refusal> {
    let (written, time) = app.ledger.store().read(|conn| {
        let written = Written::opened(app, conn, row)?;
        Ok((written, entries::get(conn, row.position)?.map_or(0, |entry| entry.time)))
    })?;
    let Written { from, to, text } = written.clone().unwrap_or_default();
    Ok(ReviewItem {
        id: id_of(&row.id)?,
        of: ReviewOf::Message { gateway: row.client.clone(), from, to },
        code: row.code.clone(),
        received_at: from_micros(time),
        value: written.map(|_| text.unwrap_or_default()),
    })
}

fn value(
    app: &Instance,
    row: &ReviewItemRow,
    objection: &ObjectionRow,
) -> Result<ReviewItem, Refusal> {
    let opened = app.ledger.store().read(|conn| {
        // What came with the objection is sealed under its id, what came with
        // an event under the event's.
        let record = if row.position == objection.position {
            objection.id.clone()
        } else {
            let events = objections::events_of(conn, objection.position)?;
            let event = events.into_iter().find(|event| event.position == row.position);
            event.map(|event| event.id).unwrap_or_default()
        };
        let record = Uuid::from_slice(&record).unwrap_or_default();
        let originals = originals::open(app, conn, row.position, record)?;
        let value = originals.into_iter().find(|(_, ordinal, _)| *ordinal == row.ordinal);
        let time = entries::get(conn, row.position)?.map_or(0, |entry| entry.time);
        Ok((value.map(|(.., plain)| String::from_utf8_lossy(&plain).into_owned()), time))
    });
    let (value, time) = opened?;
    Ok(ReviewItem {
        id: id_of(&row.id)?,
        of: ReviewOf::Value { objection: id_of(&objection.id)?, pointer: row.pointer.clone() },
        code: row.code.clone(),
        received_at: from_micros(time),
        value,
    })
}

/// Settles an item.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::EventNotPossible`] where it has been settled;
/// [`Code::Unprocessable`] for an outcome that is not one of its kind;
/// [`Code::ControllerNotYours`] for one that is for all whom a message was sent to.
pub async fn clear_review(
    app: &App,
    envelope: Envelope<'_>,
    id: Uuid,
    clearing: Clearing,
) -> Result<Committed<Cleared>, Refusal> {
    envelope.caller.require(&[Scope::ReviewClear])?;
    app.caught_up_for(envelope.caller).await?;
    let found = app.waiting(move |instance| {
        let both = |conn: &mut _| {
            let Some(item) = review::item(conn, id.as_bytes())? else {
                return Ok((None, messages::by_id(conn, id.as_bytes())?));
            };
            Ok((objections::by_position(conn, item.objection)?, None))
        };
        instance.ledger.store().read(both).map_err(Refusal::from)
    });
    let (objection, message) = found.await?;
    if let Some(message) = message.filter(|row| sms::may_see(app, envelope.caller, row)) {
        return sms::clear_message(app, &envelope, message, clearing).await;
    }
    let objection = objection.filter(|row| touches(app, envelope.caller, row));
    let objection = objection.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let (added, unusable) = (ClearanceOutcome::IdentifierAdded, ClearanceOutcome::Unusable);
    if ![added, unusable].contains(&clearing.outcome) {
        let detail = "A value is settled as identifier_added or unusable.";
        let fault = Fault::new("/outcome", "outcome", detail);
        return Err(Refusal::at(Code::Unprocessable, vec![fault]));
    }
    clearing.brings_nothing()?;
    let row = ReviewClearanceRow {
        position: 0,
        item: id.as_bytes().to_vec(),
        outcome: clearing.outcome.name().to_owned(),
    };
    let rows = ActRows { clearance: Some(row), ..ActRows::default() };
    let subject = Some(id_of(&objection.id)?);
    let acts = vec![act(EntryKind::ReviewCleared, subject, rows, vec![Need::ItemOpen(id)])];
    let cleared = Cleared { id, objection: None };
    commit(app, &envelope, &format!("clear_review {id}"), acts, cleared).await
}

fn cursor((position, ordinal): Place) -> String {
    format!("{position}.{ordinal}")
}

fn parse(cursor: &str) -> Option<Place> {
    let (position, ordinal) = cursor.split_once('.')?;
    Some((position.parse().ok()?, ordinal.parse().ok()?))
}
