//! Reading what was recorded.

use super::caller::Caller;
use super::changes::{Applied, applied_by};
use super::refusal::{Code, Refusal};
use super::visible::{self, id_of, touches};
use super::{App, Instance, originals, record};
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::controller::{Binding, Directory};
use crate::domain::fault::Fault;
use crate::domain::objection::{EventKind, Source};
use crate::ledger::entry::from_micros;
use crate::store::objections;
use crate::store::rows::{ObjectionEventRow, ObjectionRow};
use serde_json::{Map, Value};
use uuid::Uuid;

/// An objection, as far as the caller may see it. An objection service sees its
/// own acts and their times; staff see all but the sealed originals.
pub struct ObjectionView {
    /// Its id.
    pub id: Uuid,
    /// The recording client's reference.
    pub reference: Option<String>,
    /// `recorded`, `partly_withdrawn`, `withdrawn` or `annulled`.
    pub status: &'static str,
    /// When it came, and took effect.
    pub received_at: Time,
    /// When the person objected.
    pub objected_at: Option<Time>,
    /// What could not be read.
    pub warnings: Vec<Fault>,
    /// What happened to it later.
    pub events: Vec<EventView>,
    /// What staff see.
    pub staff: Option<StaffView>,
}

/// A later event of an objection.
pub struct EventView {
    /// Its id.
    pub id: Uuid,
    /// `withdrawn`, `annulled` or `identifiers_added`.
    pub kind: &'static str,
    /// When.
    pub at: Time,
    /// The channels a withdrawal frees.
    pub channels: Option<ChannelSet>,
    /// The controllers a withdrawal frees; empty: every one.
    pub controllers: Option<Vec<String>>,
    /// The reason, from a closed list.
    pub reason: Option<String>,
    /// Who recorded it; staff only.
    pub client: Option<String>,
    /// The acting person; staff only.
    pub actor: Option<String>,
}

/// What staff see besides.
pub struct StaffView {
    /// How it came.
    pub source: &'static str,
    /// The right that was used.
    pub right: String,
    /// What it covers.
    pub channels: ChannelSet,
    /// The controllers it binds; empty: every one.
    pub controllers: Vec<String>,
    /// Why it is kept.
    pub purpose: String,
    /// On what legal ground.
    pub legal_basis: String,
    /// Who recorded it.
    pub client: String,
    /// The acting person.
    pub actor: Option<String>,
    /// What of the proxy is no personal data.
    pub details: Value,
    /// Consumers of the change feed that have applied it, and since when.
    pub applied: Vec<Applied>,
    /// What was posted about the person; only with `identifiers:read`.
    pub originals: Option<Value>,
}

/// The objection with this id.
///
/// # Errors
/// [`Code::NotFound`], both for another's and for none.
pub async fn read_objection(
    app: &App,
    caller: &Caller,
    id: Uuid,
) -> Result<ObjectionView, Refusal> {
    caller.require(&[Scope::ObjectionsRead, Scope::ObjectionsReadOwn])?;
    let row = visible::find(app, caller, id).await?;
    view(app, caller, row).await
}

/// The objections that carry this reference: the caller's own, of which there
/// is at most one; for staff also those of objection services.
///
/// # Errors
/// [`Refusal`]; an unknown reference is an empty list.
pub async fn objections_by_reference(
    app: &App,
    caller: &Caller,
    reference: &str,
) -> Result<Vec<ObjectionView>, Refusal> {
    caller.require(&[Scope::ObjectionsRead, Scope::ObjectionsReadOwn])?;
    app.caught_up_for(caller).await?;
    let mut clients = vec![caller.client.id.clone()];
    if caller.holds(Scope::ObjectionsRead) {
        clients = app.memory().clients.keys().cloned().collect();
        clients.sort();
    }
    let tags: Vec<_> = clients
        .into_iter()
        .map(|client| {
            let tag = record::reference_tag(app, &client, reference);
            (client, tag)
        })
        .collect();
    let found = app.waiting(move |instance| {
        let all = |conn: &mut _| {
            let mut rows = Vec::new();
            for (client, tag) in &tags {
                rows.extend(objections::by_reference(conn, client, tag)?);
            }
            Ok(rows)
        };
        instance.ledger.store().read(all).map_err(Refusal::from)
    });
    let mut views = Vec::new();
    for row in found.await? {
        if visible::may_see(app, caller, &row) {
            views.push(view(app, caller, row).await?);
        }
    }
    Ok(views)
}

async fn view(app: &App, caller: &Caller, row: ObjectionRow) -> Result<ObjectionView, Refusal> {
    let id = id_of(&row.id)?;
    let as_staff = caller.holds(Scope::ObjectionsRead) && touches(app, caller, &row);
    let with_originals = as_staff && caller.holds(Scope::IdentifiersRead);
    if with_originals {
        originals::reading_is_an_entry(app, caller, [id]).await?;
    }
    let position = row.position;
    let loaded = app.waiting(move |instance| load(instance, position, id, with_originals));
    let (events, reference, originals) = loaded.await?;
    let applied = match visible::binding_of(&row).filter(|_| as_staff) {
        Some(binding) => who_applied(app, caller, position, binding).await?,
        None => Vec::new(),
    };
    let memory = app.memory();
    let own = &caller.client.id;
    let seen = events.iter().filter(|event| as_staff || event.client == *own);
    let events: Vec<_> = seen
        .map(|event| event_view(event, &memory.directory, as_staff))
        .collect::<Result<_, _>>()?;
    let staff = as_staff.then(|| StaffView {
        source: Source::named(&row.source).map_or("", Source::name),
        right: row.right_used.clone(),
        channels: ChannelSet::from_bits(row.channels.try_into().unwrap_or(u16::MAX)),
        controllers: visible::binding_of(&row)
            .map(|binding| memory.directory.names(&binding))
            .unwrap_or_default(),
        purpose: row.purpose.clone(),
        legal_basis: row.legal_basis.clone(),
        client: row.client.clone(),
        actor: row.actor.clone(),
        details: serde_json::from_str(&row.details).unwrap_or_default(),
        applied,
        originals,
    });
    Ok(ObjectionView {
        id,
        reference,
        status: status(&events),
        received_at: from_micros(row.received_at),
        objected_at: Some(from_micros(row.objected_at)),
        warnings: serde_json::from_str(&row.warnings).unwrap_or_default(),
        events,
        staff,
    })
}

async fn who_applied(
    app: &App,
    caller: &Caller,
    position: i64,
    binding: Binding,
) -> Result<Vec<Applied>, Refusal> {
    let own = caller.client.controllers.clone();
    app.waiting(move |instance| {
        let all = |conn: &mut _| applied_by(instance, conn, (position, &binding), &own);
        instance.ledger.store().read(all).map_err(Refusal::from)
    })
    .await
}

type Loaded = (Vec<ObjectionEventRow>, Option<String>, Option<Value>);

fn load(
    instance: &Instance,
    position: i64,
    id: Uuid,
    with_originals: bool,
) -> Result<Loaded, Refusal> {
    let loaded = instance.ledger.store().read(|conn| {
        let events = objections::events_of(conn, position)?;
        let own = originals::open(instance, conn, position, id)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let reference =
            own.iter().find(|(field, ..)| field == "reference").map(|(_, _, plain)| text(plain));
        if !with_originals {
            return Ok((events, reference, None));
        }
        let mut parts = vec![own];
        for event in &events {
            let event_id = Uuid::from_slice(&event.id).unwrap_or_default();
            parts.push(originals::open(instance, conn, event.position, event_id)?);
        }
        let mut shown = Map::new();
        for (field, _, plain) in parts.into_iter().flatten() {
            if matches!(&*field, "person" | "message" | "proxy" | "unread" | "reason") {
                let plain = text(&plain);
                let value = serde_json::from_str(&plain).unwrap_or(Value::String(plain));
                let list = shown.entry(field).or_insert_with(|| Value::Array(Vec::new()));
                list.as_array_mut().into_iter().for_each(|list| list.push(value.clone()));
            }
        }
        Ok((events, reference, Some(Value::Object(shown))))
    });
    loaded.map_err(Refusal::from)
}

fn event_view(
    event: &ObjectionEventRow,
    directory: &Directory,
    as_staff: bool,
) -> Result<EventView, Refusal> {
    let kind = EventKind::named(&event.kind).ok_or_else(|| Refusal::new(Code::Internal))?;
    let withdrawn = kind == EventKind::Withdrawn;
    let binding: Option<Binding> = serde_json::from_str(&event.binding).ok();
    Ok(EventView {
        id: id_of(&event.id)?,
        kind: kind.name(),
        at: from_micros(event.received_at),
        channels: withdrawn
            .then(|| ChannelSet::from_bits(event.channels.try_into().unwrap_or_default())),
        controllers: binding.filter(|_| withdrawn).map(|binding| directory.names(&binding)),
        reason: event.reason.clone(),
        client: as_staff.then(|| event.client.clone()),
        actor: event.actor.clone().filter(|_| as_staff),
    })
}

fn status(events: &[EventView]) -> &'static str {
    let withdrawn = |event: &&EventView| event.kind == EventKind::Withdrawn.name();
    let wholly = |event: &EventView| {
        event.channels == Some(ChannelSet::ALL)
            && event.controllers.as_ref().is_some_and(Vec::is_empty)
    };
    if events.iter().any(|event| event.kind == EventKind::Annulled.name()) {
        "annulled"
    } else if events.iter().filter(withdrawn).any(wholly) {
        "withdrawn"
    } else if events.iter().any(|event| withdrawn(&event)) {
        "partly_withdrawn"
    } else {
        "recorded"
    }
}
