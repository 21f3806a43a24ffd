//! Hearing of what can change decisions: the feed, how far its consumers have come,
//! and what webhooks are made of.

mod acknowledge;
mod audience;
mod consumers;
mod feed;
mod lag;

pub use acknowledge::{Acknowledgement, acknowledge_changes};
pub(super) use audience::Audience;
pub(super) use consumers::applied_by;
pub use consumers::{Applied, Consumer, list_consumers};
pub use feed::{Asked, ChangeView, Page, read_changes};
pub use lag::Figures;
pub(super) use lag::Lags;

use crate::domain::change::ChangeKind;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::{Binding, Directory};
use crate::domain::{Position, Time};
use crate::ledger::catch_up::no_binding;
use crate::ledger::entry::from_micros;
use crate::store::{Connection, StoreError, changes};
use std::collections::HashMap;
use uuid::Uuid;

/// An entry that can change decisions.
pub(super) struct Change {
    pub(super) position: Position,
    pub(super) time: Time,
    pub(super) kind: ChangeKind,
    about: About,
}

/// What it is about.
enum About {
    /// An objection, or a later event of one.
    Objection(Objection),
    /// A controller and a group.
    Membership { controller: Uuid, group: Uuid },
    /// A register, and whom it binds.
    Register(Vec<Binding>),
    /// Whatever there is: everybody is told.
    Everything,
}

/// An objection, as far as those are told whom it binds.
pub(super) struct Objection {
    pub(super) id: Uuid,
    /// Its own entry.
    position: Position,
    pub(super) source: String,
    /// What it covers; of a withdrawal, what that frees.
    pub(super) channels: ChannelSet,
    binding: Binding,
    /// The later event's id, and whom a withdrawal frees.
    event: Option<(Uuid, Binding)>,
}

impl Change {
    /// The objection that it is about.
    pub(super) fn objection(&self) -> Option<&Objection> {
        match &self.about {
            About::Objection(objection) => Some(objection),
            _ => None,
        }
    }

    /// The group that a controller joined or left.
    pub(super) fn group(&self) -> Option<Uuid> {
        match &self.about {
            About::Membership { group, .. } => Some(*group),
            _ => None,
        }
    }

    /// Which controllers of an audience it concerns, by slug; none: the audience is not
    /// told. All is judged as it was at the entry: what binds a controller by a group
    /// that it joins later, it hears of by `membership.began`.
    pub(super) fn concerned(&self, directory: &Directory, audience: &Audience) -> Vec<Uuid> {
        let at = self.position;
        if let About::Membership { controller, group } = &self.about {
            let hears = audience.hears_of(directory, at, (*controller, *group));
            return if hears { vec![*controller] } else { Vec::new() };
        }
        let concerns = |controller: &Uuid| match &self.about {
            About::Everything => true,
            About::Membership { .. } => false, // told above
            About::Register(bound) => {
                bound.iter().any(|binding| directory.named(binding, at, *controller))
            }
            About::Objection(objection) => {
                let since = objection.position;
                let bound = directory.binds(&objection.binding, since, *controller, at);
                let freed = |(_, frees): &(Uuid, Binding)| directory.frees(frees, at, *controller);
                let withdrawn = self.kind == ChangeKind::ObjectionWithdrawn;
                bound && (!withdrawn || objection.event.as_ref().is_some_and(freed))
            }
        };
        audience.at(directory, at).filter(concerns).collect()
    }
}

/// So many changes after one position and up to another at most, and the position
/// that has been looked through to: with fewer than `most`, all.
pub(super) fn within(
    conn: &mut Connection,
    (after, until): (Position, Position),
    most: usize,
) -> Result<(Vec<Change>, Position), StoreError> {
    if after >= until {
        return Ok((Vec::new(), after.max(until)));
    }
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let places = changes::of_kinds(conn, &ChangeKind::NAMES, (after, until), limit)?;
    let positions: Vec<_> = places.iter().map(|(position, ..)| *position).collect();
    let events: HashMap<_, _> =
        changes::events(conn, &positions)?.into_iter().map(|row| (row.position, row)).collect();
    let mut of_objections = positions.clone();
    of_objections.extend(events.values().map(|event| event.objection));
    let objections: HashMap<_, _> =
        changes::objections(conn, &of_objections)?.into_iter().map(|row| (row.0, row)).collect();
    let memberships: HashMap<_, _> = changes::memberships(conn, &positions)?
        .into_iter()
        .map(|row| (row.position, row))
        .collect();
    let of_register = |(_, _, kind, _): &changes::Place| kind.starts_with("register.");
    let mut bound: HashMap<_, Vec<Binding>> = HashMap::new();
    if places.iter().any(of_register) {
        for (position, binding) in changes::register_bindings(conn, &positions)? {
            let binding = serde_json::from_str(&binding).map_err(|_| unreadable())?;
            bound.entry(position).or_default().push(binding);
        }
    }
    let mut found = Vec::with_capacity(places.len());
    for (position, time, kind, _) in places {
        let Some(kind) = ChangeKind::named(&kind) else { continue };
        let event = events.get(&position);
        let objection = objections.get(&event.map_or(position, |event| event.objection));
        let about = if let Some((at, id, source, bits, binding)) = objection {
            let withdrawn = event.filter(|_| kind == ChangeKind::ObjectionWithdrawn);
            let frees = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| no_binding());
            About::Objection(Objection {
                id: uuid(id)?,
                position: *at,
                source: source.clone(),
                channels: channels(withdrawn.map_or(*bits, |event| event.channels)),
                binding: serde_json::from_str(binding).map_err(|_| unreadable())?,
                event: match event {
                    Some(event) => Some((uuid(&event.id)?, frees(&event.binding))),
                    None => None,
                },
            })
        } else if let Some(row) = memberships.get(&position) {
            let (controller, group) = (uuid(&row.controller_id)?, uuid(&row.group_id)?);
            About::Membership { controller, group }
        } else if kind.name().starts_with("register.") {
            About::Register(bound.remove(&position).unwrap_or_default())
        } else {
            About::Everything
        };
        found.push(Change { position, time: from_micros(time), kind, about });
    }
    let through = if positions.len() < most { until } else { *positions.last().unwrap_or(&until) };
    Ok((found, through))
}

fn channels(bits: i32) -> ChannelSet {
    ChannelSet::from_bits(bits.try_into().unwrap_or(u16::MAX))
}

fn uuid(bytes: &[u8]) -> Result<Uuid, StoreError> {
    Uuid::from_slice(bytes).map_err(|_| unreadable())
}

fn unreadable() -> StoreError {
    StoreError::Other("a row of a change cannot be read; `nejtack verify` tells which".into())
}
