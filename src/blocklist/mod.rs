//! The in-memory index, and what it decides. Pure: rows come in through
//! [`Blocklist::insert_record`] and its neighbours, answers go out.
//!
//! Everything has its position, so one index answers for today and for any
//! position before.

mod decide;

pub use decide::{Question, Verdict};

use crate::crypto::tag::Tag;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Binding;
use crate::domain::identifier::{Grade, Kind};
use crate::domain::objection::{EventKind, Source};
use crate::domain::{Position, Time};
use std::collections::HashMap;
use uuid::Uuid;

/// Every objection with its tags and later events.
#[derive(Default)]
pub struct Blocklist {
    hits: HashMap<Tag, Vec<Hit>>,
    records: HashMap<Position, Kept>,
}

/// An objection as decisions need it.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    /// Its position.
    pub position: Position,
    /// How it came.
    pub source: Source,
    /// What it covers.
    pub channels: ChannelSet,
    /// Whom it binds.
    pub binding: Binding,
    /// Since when it stands.
    pub since: Time,
}

/// What was recorded about an objection later.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its position.
    pub position: Position,
    /// What happened.
    pub kind: EventKind,
    /// The channels a withdrawal frees.
    pub channels: ChannelSet,
    /// The controllers a withdrawal frees.
    pub binding: Binding,
}

/// One key of an objection's identifiers.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// The objection's position.
    pub record: Position,
    /// The position of the entry that brought the key.
    pub position: Position,
    /// What the identifier is.
    pub kind: Kind,
    /// How sure a match by this key is.
    pub grade: Grade,
}

/// One key of what a look-up gave.
#[derive(Clone, Copy)]
pub struct Probe {
    /// The key's tag.
    pub tag: Tag,
    /// What the identifier is.
    pub kind: Kind,
    /// How sure a match by this key is.
    pub grade: Grade,
}

/// What is kept of one objection.
struct Kept {
    record: Record,
    /// Tags of its personnummer, each with the position that brought it.
    personnummer: Vec<(Position, Tag)>,
    /// In the order they came.
    events: Vec<Event>,
}

impl Blocklist {
    /// Takes in an objection. Coming again with the same position changes nothing.
    pub fn insert_record(&mut self, record: Record) {
        self.records.entry(record.position).or_insert_with(|| Kept {
            record,
            personnummer: Vec::new(),
            events: Vec::new(),
        });
    }

    /// Takes in a key of an objection that is already here.
    pub fn insert_tag(&mut self, tag: Tag, hit: Hit) {
        let hits = self.hits.entry(tag).or_default();
        if hits.iter().any(|known| known.record == hit.record && known.position == hit.position) {
            return;
        }
        hits.push(hit);
        if hit.kind == Kind::Personnummer
            && let Some(kept) = self.records.get_mut(&hit.record)
        {
            kept.personnummer.push((hit.position, tag));
        }
    }

    /// Takes in a later event of an objection that is already here.
    pub fn insert_event(&mut self, objection: Position, event: Event) {
        if let Some(kept) = self.records.get_mut(&objection)
            && kept.events.iter().all(|known| known.position != event.position)
        {
            kept.events.push(event);
        }
    }

    /// How many objections are held.
    #[must_use]
    pub fn records(&self) -> usize {
        self.records.len()
    }

    /// How many different tags are held.
    #[must_use]
    pub fn tags(&self) -> usize {
        self.hits.len()
    }
}
