//! What could not be read, for staff to look at and settle.

use super::caller::Caller;
use super::commit::{Committed, Envelope, act, commit};
use super::read_objection::reading_is_an_entry;
use super::refusal::{Code, Refusal};
use super::visible::{id_of, touches};
use super::{App, Instance, originals};
use crate::domain::Time;
use crate::domain::client::Scope;
use crate::ledger::entry::from_micros;
use crate::ledger::submission::{ActRows, EntryKind, Need};
use crate::store::rows::{ObjectionRow, ReviewClearanceRow, ReviewItemRow};
use crate::store::{entries, objections, review};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A value that could not be read.
pub struct ReviewItem {
    /// Its id.
    pub id: Uuid,
    /// The objection it came with.
    pub objection: Uuid,
    /// Where it stood.
    pub pointer: String,
    /// Why it could not be read.
    pub code: String,
    /// When it came.
    pub received_at: Time,
    /// The value; gone where the originals were shredded.
    pub value: Option<String>,
}

/// How an item was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearanceOutcome {
    /// What was meant has been added to the objection.
    IdentifierAdded,
    /// Nothing can be made of it.
    Unusable,
}

/// Items read at once while looking for the caller's own.
const CHUNK: i64 = 500;

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
        Some(cursor) => parse(cursor)
            .ok_or_else(|| Refusal::saying(Code::Malformed, "Use `next` of a page as `after`."))?,
    };
    let viewer = caller.clone();
    let found = app.waiting(move |instance| own_items(instance, &viewer, after, limit + 1));
    let mut items = found.await?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|(row, ..)| cursor(row));
    if items.iter().any(|(_, _, item)| item.value.is_some()) {
        let objections: std::collections::BTreeSet<_> =
            items.iter().map(|(_, _, item)| item.objection).collect();
        for objection in objections {
            reading_is_an_entry(app, caller, objection).await?;
        }
    }
    Ok((items.into_iter().map(|(_, _, item)| item).collect(), next))
}

type Found = (ReviewItemRow, ObjectionRow, ReviewItem);

fn own_items(
    app: &Instance,
    caller: &Caller,
    mut after: (i64, i32),
    most: usize,
) -> Result<Vec<Found>, Refusal> {
    let store = app.ledger.store();
    let mut items = Vec::new();
    while items.len() < most {
        let rows = store.read(|conn| review::open(conn, after, CHUNK))?;
        let Some(last) = rows.last() else { break };
        after = (last.position, last.ordinal);
        for row in rows {
            let objection = store.read(|conn| objections::by_position(conn, row.objection))?;
            let Some(objection) = objection.filter(|found| touches(app, caller, found)) else {
                continue;
            };
            let item = open(app, &row, &objection)?;
            items.push((row, objection, item));
            if items.len() == most {
                break;
            }
        }
    }
    Ok(items)
}

fn open(
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
        objection: id_of(&objection.id)?,
        pointer: row.pointer.clone(),
        code: row.code.clone(),
        received_at: from_micros(time),
        value,
    })
}

/// Settles an item.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::EventNotPossible`] where it has been settled.
pub async fn clear_review(
    app: &App,
    envelope: Envelope<'_>,
    id: Uuid,
    outcome: ClearanceOutcome,
) -> Result<Committed<Uuid>, Refusal> {
    envelope.caller.require(&[Scope::ReviewClear])?;
    app.caught_up_for(envelope.caller).await?;
    let found = app.waiting(move |instance| {
        let both = |conn: &mut _| {
            let Some(item) = review::item(conn, id.as_bytes())? else { return Ok(None) };
            objections::by_position(conn, item.objection)
        };
        instance.ledger.store().read(both).map_err(Refusal::from)
    });
    let objection = found.await?.filter(|row| touches(app, envelope.caller, row));
    let objection = objection.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let outcome = match outcome {
        ClearanceOutcome::IdentifierAdded => "identifier_added",
        ClearanceOutcome::Unusable => "unusable",
    };
    let row = ReviewClearanceRow {
        position: 0,
        item: id.as_bytes().to_vec(),
        outcome: outcome.to_owned(),
    };
    let rows = ActRows { clearance: Some(row), ..ActRows::default() };
    let subject = Some(id_of(&objection.id)?);
    let acts = vec![act(EntryKind::ReviewCleared, subject, rows, vec![Need::ItemOpen(id)])];
    commit(app, &envelope, &format!("clear_review {id}"), acts, id).await
}

fn cursor(row: &ReviewItemRow) -> String {
    format!("{}.{}", row.position, row.ordinal)
}

fn parse(cursor: &str) -> Option<(i64, i32)> {
    let (position, ordinal) = cursor.split_once('.')?;
    Some((position.parse().ok()?, ordinal.parse().ok()?))
}
