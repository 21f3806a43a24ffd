//! The in-memory index, and what it decides. Pure: what the ledger holds comes in
//! through [`Blocklist::insert_record`] and its neighbours, answers go out.
//!
//! Everything has its position, so one index answers for today and for any
//! position before. Ids, sources and times are not here: they are read from the
//! store, by position, by those who ask for reasons.

mod decide;
mod index;
mod records;
pub mod registers;

pub use decide::{Met, Question, Verdict};

use crate::crypto::tag::Tag;
use crate::domain::Position;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Binding;
use crate::domain::identifier::{Grade, Kind};
use crate::domain::objection::EventKind;
use index::{Found, Index};
use records::Records;

/// Every objection with its keys and later events.
#[derive(Default)]
pub struct Blocklist {
    index: Index,
    records: Records,
}

/// Memory is numbered for two billion objections, and takes them in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

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

impl Blocklist {
    /// Takes in an objection. Coming again with the same position changes nothing.
    ///
    /// # Errors
    /// [`Full`].
    pub fn insert_record(
        &mut self,
        position: Position,
        channels: ChannelSet,
        binding: &Binding,
    ) -> Result<(), Full> {
        self.records.insert(position, channels, binding)
    }

    /// Takes in a key of an objection that is already here.
    ///
    /// # Errors
    /// [`Full`].
    pub fn insert_tag(&mut self, tag: &Tag, hit: Hit) -> Result<(), Full> {
        let mut near = self.records.len().saturating_sub(1);
        let Some(found) = self.found(hit, &mut near)? else { return Ok(()) };
        if self.index.insert(tag, found) && hit.kind == Kind::Personnummer {
            self.records.has_personnummer(found.slot);
        }
        Ok(())
    }

    /// Takes in one of the many keys of a start. None is found before
    /// [`Blocklist::settle`]. `near` is the caller's to keep from one key to the
    /// next, for each of the sequences of positions that it reads.
    ///
    /// # Errors
    /// [`Full`].
    pub fn load_tag(&mut self, tag: &Tag, hit: Hit, near: &mut usize) -> Result<(), Full> {
        let Some(found) = self.found(hit, near)? else { return Ok(()) };
        self.index.load(tag, found);
        if hit.kind == Kind::Personnummer {
            self.records.has_personnummer(found.slot);
        }
        Ok(())
    }

    /// Ends loading.
    pub fn settle(&mut self) {
        self.index.settle();
    }

    fn found(&mut self, hit: Hit, near: &mut usize) -> Result<Option<Found>, Full> {
        let slot = self.records.slot(hit.record, hit.position, near)?;
        Ok(slot.map(|slot| Found { slot, kind: hit.kind, grade: hit.grade }))
    }

    /// Takes in a later event of an objection that is already here.
    pub fn insert_event(&mut self, objection: Position, event: Event) {
        self.records.insert_event(objection, event);
    }

    /// Brings near what these probes are going to ask for. Memory is slow and can bring
    /// many places at once: who asks about many persons lets it, before asking.
    pub fn touch<'p>(&self, probes: impl Iterator<Item = &'p Probe>) {
        let seen = probes.fold(0, |seen, probe| seen ^ self.index.touch(&probe.tag));
        std::hint::black_box(seen); // or the reading would be left out as useless
    }

    /// Whether the objection at a position never was the person's, as it turned out.
    #[must_use]
    pub fn is_annulled(&self, objection: Position) -> bool {
        self.records.is_annulled(objection)
    }

    /// How many objections are held.
    #[must_use]
    pub const fn records(&self) -> usize {
        self.records.len()
    }

    /// How many keys are held: pairs of a tag and an objection.
    #[must_use]
    pub const fn keys(&self) -> usize {
        self.index.keys()
    }
}
