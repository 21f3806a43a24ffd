//! The feed: every change that concerns the caller's controllers, without a gap.

use super::super::caller::Caller;
use super::super::refusal::{Code, Refusal};
use super::super::{App, AsOf, Instance, originals};
use super::{Audience, Change, Objection, within};
use crate::domain::change::ChangeKind;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::{Position, Time};
use serde_json::{Value, json};
use std::future::Future;
use std::time::Duration;
use uuid::Uuid;

/// So many entries are read at once …
const PART: usize = 1_000;
/// … and so many looked through for one answer: `next` tells where to go on.
const MOST: usize = 10_000;
/// How long a poll waits after one look before it takes another, so that a busy
/// ledger does not have every waiting client read after every commit.
const BREATH: Duration = Duration::from_millis(50);
/// How often a poll looks whether another instance has committed something.
const GLANCE: Duration = Duration::from_secs(1);
/// Originals come in pages of at most so many: each is an entry of the ledger.
const MOST_ORIGINALS: usize = 100;

/// What is asked of the feed.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Changes after this position; 0: from the beginning.
    pub after: Position,
    /// How many at most.
    pub limit: usize,
    /// How long to wait where there are none.
    pub wait: Duration,
    /// Whether what was said of the persons is to come too.
    pub originals: bool,
}

/// A change, as its consumers see it: no personal data but `originals`.
pub struct ChangeView {
    /// Its entry.
    pub position: Position,
    /// When it was recorded, and took effect.
    pub time: Time,
    /// What kind it is.
    pub kind: &'static str,
    /// The objection it is about.
    pub objection: Option<Uuid>,
    /// How that came.
    pub source: Option<String>,
    /// What it covers; of a withdrawal, what that frees.
    pub channels: Option<ChannelSet>,
    /// The caller's controllers that it concerns, by slug.
    pub controllers: Vec<String>,
    /// The group that a controller joined or left.
    pub group: Option<String>,
    /// What was said of the person, where that was asked for and may be told.
    pub originals: Option<Value>,
}

/// A page of the feed.
pub struct Page {
    /// The changes, ascending.
    pub changes: Vec<ChangeView>,
    /// Where to go on: everything up to here has been looked through.
    pub next: Position,
    /// How far there was anything.
    pub as_of: AsOf,
}

/// A change, and those of the caller's controllers that it concerns.
type Found = (Change, Vec<Uuid>);

/// The changes after a position that concern the caller's controllers. Where there are
/// none, waits for one as long as it was asked to, or until `closing`. Only what would
/// survive the loss of this server is told ([`App::caught_up`]).
///
/// # Errors
/// A fault at `/after` for a position that the ledger has not come to: the database was
/// put back to an older state; [`Code::InsufficientScope`] for originals without
/// `identifiers:read`.
pub async fn read_changes(
    app: &App,
    caller: &Caller,
    asked: Asked,
    closing: impl Future<Output = ()>,
) -> Result<Page, Refusal> {
    caller.require(&[Scope::ChangesRead])?;
    if asked.originals {
        caller.require(&[Scope::IdentifiersRead])?;
    }
    let asked = Asked {
        limit: if asked.originals { asked.limit.min(MOST_ORIGINALS) } else { asked.limit },
        ..asked
    };
    let until = tokio::time::Instant::now() + asked.wait;
    let mut closing = std::pin::pin!(closing);
    let mut moved = app.ledger.moved();
    let mut after = asked.after;
    loop {
        app.caught_up_for(caller).await?;
        moved.borrow_and_update();
        let as_of = app.as_of();
        if asked.after > as_of.position {
            return Err(beyond("/after"));
        }
        let own = caller.client.controllers.clone();
        let limit = asked.limit;
        let found =
            app.waiting(move |instance| collect(instance, &own, (after, as_of.position), limit));
        let (found, next) = found.await?;
        if !found.is_empty() {
            let changes = views(app, caller, found, asked.originals).await?;
            return Ok(Page { changes, next, as_of });
        }
        after = next;
        let ended = Page { changes: Vec::new(), next, as_of };
        if tokio::time::Instant::now() >= until {
            return Ok(ended);
        }
        if next < as_of.position {
            continue;
        }
        tokio::select! {
            () = &mut closing => return Ok(ended),
            () = tokio::time::sleep_until(until) => return Ok(ended),
            _ = moved.changed() => {}
            () = tokio::time::sleep(GLANCE) => {}
        }
        tokio::time::sleep(BREATH).await;
    }
}

/// A position that the ledger has not come to.
pub(super) fn beyond(pointer: &'static str) -> Refusal {
    let detail = "The ledger has not come so far. If this position came from here, the database has been put back to an older state: read the changes from 0 again.";
    Refusal::at(Code::Unprocessable, vec![Fault::new(pointer, "beyond_the_ledger", detail)])
}

/// What concerns a controller of `own`, and how far all was looked through.
fn collect(
    instance: &Instance,
    own: &Binding,
    (after, head): (Position, Position),
    limit: usize,
) -> Result<(Vec<Found>, Position), Refusal> {
    let audience = Audience::of(&instance.memory().directory, vec![own.clone()]);
    let (mut found, mut through, mut examined) = (Vec::new(), after, 0);
    while through < head && examined < MOST {
        let part = (through, head);
        let read = instance.ledger.store().read(|conn| within(conn, part, PART));
        let (changes, to) = read?;
        examined += changes.len();
        let memory = instance.memory();
        for change in changes {
            let concerned = change.concerned(&memory.directory, &audience);
            if concerned.is_empty() {
                continue;
            }
            let position = change.position;
            found.push((change, concerned));
            if found.len() == limit {
                return Ok((found, position));
            }
        }
        through = to;
    }
    Ok((found, through))
}

async fn views(
    app: &App,
    caller: &Caller,
    found: Vec<Found>,
    with_originals: bool,
) -> Result<Vec<ChangeView>, Refusal> {
    let mut opened = match with_originals {
        true => opened(app, caller, &found).await?,
        false => Vec::new(),
    };
    opened.resize(found.len(), None);
    let memory = app.memory();
    let directory = &memory.directory;
    let views = found.into_iter().zip(opened).map(|((change, concerned), originals)| {
        let objection = change.objection();
        let names = concerned.iter().filter_map(|id| directory.controller(*id));
        let group = change.group().and_then(|id| directory.group(id));
        ChangeView {
            position: change.position,
            time: change.time,
            kind: change.kind.name(),
            objection: objection.map(|objection| objection.id),
            source: objection.map(|objection| objection.source.clone()),
            channels: objection.map(|objection| objection.channels),
            controllers: names.map(|controller| controller.slug.clone()).collect(),
            group: group.map(|group| group.slug.clone()),
            originals,
        }
    });
    Ok(views.collect())
}

/// What was said of the persons, of those changes that brought something of it and
/// whose objection names a controller of the caller's itself: one that means a group,
/// or everybody, was not said to this controller. Nothing of one that is annulled by
/// now: it would be about somebody else. The reading is an entry for each, before
/// anything is shown.
async fn opened(
    app: &App,
    caller: &Caller,
    found: &[Found],
) -> Result<Vec<Option<Value>>, Refusal> {
    let mut subjects = Vec::new();
    let annulled: Vec<_> = {
        let memory = app.memory();
        let annulled = |objection: &Objection| memory.blocklist.is_annulled(objection.position);
        found.iter().map(|(change, _)| change.objection().is_some_and(annulled)).collect()
    };
    let places: Vec<_> = found
        .iter()
        .zip(annulled)
        .map(|((change, concerned), annulled)| {
            let objection = change.objection().filter(|objection| {
                matches!(&objection.binding, Binding::Named { controllers, .. }
                    if !annulled && controllers.iter().any(|id| concerned.contains(id)))
            })?;
            let record = match (change.kind, &objection.event) {
                (ChangeKind::ObjectionRecorded, _) => objection.id,
                (ChangeKind::IdentifiersAdded, Some((event, _))) => *event,
                _ => return None,
            };
            subjects.push(objection.id);
            Some((change.position, record))
        })
        .collect();
    originals::reading_is_an_entry(app, caller, subjects).await?;
    app.waiting(move |instance| {
        let read = instance.ledger.store().read(|conn| {
            let mut all = Vec::with_capacity(places.len());
            for place in places {
                let Some((position, record)) = place else {
                    all.push(None);
                    continue;
                };
                let opened = originals::open(instance, conn, position, record)?;
                let person = opened.into_iter().find(|(field, ..)| field == "person");
                let person = person.and_then(|(_, _, plain)| serde_json::from_slice(&plain).ok());
                all.push(person.map(|person: Value| json!({"person": person})));
            }
            Ok(all)
        });
        read.map_err(Refusal::from)
    })
    .await
}
