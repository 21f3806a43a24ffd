//! What is known of each objection besides its keys, in sixteen bytes.

use super::{Event, Full};
use crate::domain::Position;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Binding;
use crate::domain::objection::EventKind;
use std::collections::HashMap;

/// Every objection, in the order of positions.
#[derive(Default)]
pub(super) struct Records {
    all: Vec<Record>,
    /// What objections say beyond their position: few say something of their own.
    terms: Vec<Terms>,
    known_terms: HashMap<Terms, u32>,
    /// Entries that brought further keys of an objection.
    additions: Vec<Addition>,
    known_additions: HashMap<Addition, u32>,
    /// What happened to an objection later, by its number; few have it.
    later: HashMap<u32, Later>,
}

/// An objection.
#[derive(Clone, Copy)]
pub(super) struct Record {
    /// Its position.
    pub(super) position: Position,
    terms: u32,
    /// Whether it came with a personnummer.
    personnummer: bool,
    /// Whether anything is in `later`.
    has_later: bool,
}

/// What an objection covers, and whom it binds.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Terms {
    pub(super) channels: ChannelSet,
    pub(super) binding: Binding,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Addition {
    position: Position,
    record: u32,
}

#[derive(Default)]
struct Later {
    /// In the order they came.
    events: Vec<Event>,
    /// The entries that brought a personnummer.
    personnummer: Vec<Position>,
}

/// Set in a slot: the key came with an addition, which has its own position.
const ADDED: u32 = 1 << 31;

impl Records {
    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }

    /// Takes in an objection; one with its position is here already, or it is the
    /// newest.
    pub(super) fn insert(
        &mut self,
        position: Position,
        channels: ChannelSet,
        binding: &Binding,
    ) -> Result<(), Full> {
        let Err(at) = self.all.binary_search_by_key(&position, |record| record.position) else {
            return Ok(());
        };
        if at < self.all.len() {
            // Slots number the records in their order, so none can come between.
            return Err(Full);
        }
        let terms = self.number_of(channels, binding)?;
        number(self.all.len())?;
        self.all.push(Record { position, terms, personnummer: false, has_later: false });
        Ok(())
    }

    fn number_of(&mut self, channels: ChannelSet, binding: &Binding) -> Result<u32, Full> {
        // Most are as the one before.
        if let Some(last) = self.all.last()
            && let Some(terms) = self.terms.get(last.terms as usize)
            && terms.channels == channels
            && terms.binding == *binding
        {
            return Ok(last.terms);
        }
        let terms = Terms { channels, binding: binding.clone() };
        if let Some(known) = self.known_terms.get(&terms) {
            return Ok(*known);
        }
        let new = number(self.terms.len())?;
        self.terms.push(terms.clone());
        self.known_terms.insert(terms, new);
        Ok(new)
    }

    /// The slot of a key that `position` brought for the objection at `record`, if
    /// that is here. `near`: where it was found the last time; keys of one objection
    /// come one after the other.
    pub(super) fn slot(
        &mut self,
        record: Position,
        position: Position,
        near: &mut usize,
    ) -> Result<Option<u32>, Full> {
        let Some(own) = self.find(record, *near) else { return Ok(None) };
        *near = own;
        let own = number(own)?;
        if position == record {
            return Ok(Some(own));
        }
        let addition = Addition { position, record: own };
        if let Some(known) = self.known_additions.get(&addition) {
            return Ok(Some(*known));
        }
        let new = number(self.additions.len())? | ADDED;
        self.additions.push(addition);
        self.known_additions.insert(addition, new);
        Ok(Some(new))
    }

    /// Which objection is at a position: the one at `near`, or the next, or another.
    fn find(&self, position: Position, near: usize) -> Option<usize> {
        let is = |at: &usize| self.all.get(*at).is_some_and(|record| record.position == position);
        let near = [near, near + 1].into_iter().find(is);
        near.or_else(|| self.all.binary_search_by_key(&position, |record| record.position).ok())
    }

    /// Notes that the key of this slot is a personnummer.
    pub(super) fn has_personnummer(&mut self, slot: u32) {
        let (record, position) = self.own(slot);
        if slot & ADDED == 0 {
            if let Some(own) = self.all.get_mut(record as usize) {
                own.personnummer = true;
            }
        } else {
            self.later(record).personnummer.push(position);
        }
    }

    fn later(&mut self, record: u32) -> &mut Later {
        if let Some(own) = self.all.get_mut(record as usize) {
            own.has_later = true;
        }
        self.later.entry(record).or_default()
    }

    /// Takes in a later event of an objection that is already here.
    pub(super) fn insert_event(&mut self, objection: Position, event: Event) {
        let Some(Ok(record)) = self.find(objection, self.all.len()).map(number) else { return };
        let events = &mut self.later(record).events;
        if events.iter().all(|known| known.position != event.position) {
            events.push(event);
        }
    }

    /// The number of the record that a slot belongs to, and the position of the
    /// entry that brought the slot's keys.
    pub(super) fn own(&self, slot: u32) -> (u32, Position) {
        if slot & ADDED == 0 {
            return (slot, self.all[slot as usize].position);
        }
        let addition = &self.additions[(slot & !ADDED) as usize];
        (addition.record, addition.position)
    }

    pub(super) fn record(&self, number: u32) -> Record {
        self.all[number as usize]
    }

    pub(super) fn terms(&self, record: Record) -> &Terms {
        &self.terms[record.terms as usize]
    }

    /// What happened to an objection up to a position.
    pub(super) fn events(&self, number: u32, at: Position) -> impl Iterator<Item = &Event> {
        let later = self.later_of(number).into_iter();
        later.flat_map(|later| &later.events).filter(move |event| event.position <= at)
    }

    /// Whether the objection at a position is annulled by now.
    pub(super) fn is_annulled(&self, objection: Position) -> bool {
        let Some(Ok(record)) = self.find(objection, self.all.len()).map(number) else {
            return false;
        };
        let mut events = self.events(record, Position::MAX);
        events.any(|event| event.kind == EventKind::Annulled)
    }

    /// Whether an objection carried a personnummer at a position.
    pub(super) fn carries_personnummer(&self, number: u32, at: Position) -> bool {
        let added = || {
            let later = self.later_of(number);
            later.is_some_and(|later| later.personnummer.iter().any(|since| *since <= at))
        };
        self.record(number).personnummer || added()
    }

    fn later_of(&self, number: u32) -> Option<&Later> {
        if self.record(number).has_later { self.later.get(&number) } else { None }
    }
}

/// Slots have 31 bits: two billion objections.
fn number(at: usize) -> Result<u32, Full> {
    u32::try_from(at).ok().filter(|number| number & ADDED == 0).ok_or(Full)
}
