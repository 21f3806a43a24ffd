//! Opt-out registers in memory: whom they bind, since when, and the keys of the version
//! in force. What they say of a question is in [`weigh`].
//!
//! Everything but the keys has its position, so that a question about an earlier one is
//! answered by the bindings of then. Of the keys only those of the newest version are
//! kept: what an earlier one would have said is not known.

mod roll;
mod weigh;

pub use roll::Roll;
pub use weigh::{Counting, Doubt, Doubts, Standing};

use crate::domain::Position;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::{Binding, Directory};
use crate::domain::identifier::Key;
use crate::domain::register::{Coverage, Rules};
use chrono::NaiveDate;
use std::sync::Arc;
use uuid::Uuid;

/// Every register. Cheap to clone: a clone stays as it is while the original goes on, so
/// that a whole file is decided by the same versions.
#[derive(Clone, Default)]
pub struct Registers(Arc<Vec<Arc<Register>>>);

/// A register.
#[derive(Clone)]
pub struct Register {
    /// Its id.
    pub id: Uuid,
    /// The entry that registered it.
    pub position: Position,
    /// Its name in requests.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it holds, and by which rules.
    pub rules: Rules,
    /// Its versions, oldest first: the last is in force.
    pub versions: Vec<Version>,
    /// Whom it binds, and bound.
    pub bindings: Vec<Bound>,
    /// The keys of the version in force.
    roll: Arc<Roll>,
}

/// A version of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: Uuid,
    /// The entry that put it in force.
    pub position: Position,
    /// The day that its file is of.
    pub date: NaiveDate,
    /// The generation of tags that its keys are in.
    pub generation: i32,
    /// Rows of its file.
    pub rows: i64,
    /// What every one of them has.
    pub coverage: Coverage,
}

/// Whom a register binds.
#[derive(Debug, Clone)]
pub struct Bound {
    /// The binding's id.
    pub id: Uuid,
    /// From which entry on.
    pub position: Position,
    /// The entry that ended it.
    pub ended: Option<Position>,
    /// The controllers.
    pub binding: Binding,
    /// The channels that are closed to them.
    pub channels: ChannelSet,
}

impl Register {
    /// A register without a version.
    #[must_use]
    pub fn new(id: Uuid, position: Position, slug: String, name: String, rules: Rules) -> Self {
        let (versions, bindings, roll) = (Vec::new(), Vec::new(), Arc::default());
        Self { id, position, slug, name, rules, versions, bindings, roll }
    }

    /// The version in force.
    #[must_use]
    pub fn in_force(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// How a version stands on this day.
    #[must_use]
    pub fn is_stale(&self, version: &Version, today: NaiveDate) -> bool {
        today > self.rules.good_until(version.date)
    }

    /// Those of these keys by which the version in force can tell who is not on it.
    pub fn reached<'k>(&self, keys: &'k [Key]) -> impl Iterator<Item = &'k Key> {
        let coverage = self.in_force().map(|version| &version.coverage);
        keys.iter().filter(move |key| coverage.is_some_and(|coverage| coverage.reaches(key)))
    }

    /// How many keys are held of it.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.roll.keys()
    }
}

impl Registers {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every register, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Register>> {
        self.0.iter()
    }

    /// The register with this slug or id.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<Register>> {
        let id = Uuid::try_parse(name).ok();
        self.0.iter().find(|register| register.slug == name || Some(register.id) == id)
    }

    /// Takes in a register. Coming again changes nothing.
    pub fn put(&mut self, register: Register) {
        if self.0.iter().all(|known| known.id != register.id) {
            Arc::make_mut(&mut self.0).push(Arc::new(register));
        }
    }

    /// Puts a version in force, with its keys.
    pub fn put_version(&mut self, register: Uuid, version: Version, roll: Arc<Roll>) {
        self.change(register, |own| {
            if own.versions.iter().all(|known| known.position < version.position) {
                own.versions.push(version);
                own.roll = roll;
            }
        });
    }

    /// Binds some controllers.
    pub fn put_binding(&mut self, register: Uuid, bound: Bound) {
        self.change(register, |own| {
            if own.bindings.iter().all(|known| known.id != bound.id) {
                own.bindings.push(bound);
            }
        });
    }

    /// Ends a binding.
    pub fn end_binding(&mut self, binding: Uuid, at: Position) {
        let has = |register: &&Arc<Register>| register.bindings.iter().any(|own| own.id == binding);
        let Some(register) = self.0.iter().find(has).map(|register| register.id) else { return };
        self.change(register, |own| {
            let bound = own.bindings.iter_mut().find(|own| own.id == binding);
            if let Some(bound) = bound {
                bound.ended = bound.ended.or(Some(at));
            }
        });
    }

    fn change(&mut self, register: Uuid, change: impl FnOnce(&mut Register)) {
        let Some(at) = self.0.iter().position(|own| own.id == register) else { return };
        if let Some(own) = Arc::make_mut(&mut self.0).get_mut(at) {
            change(Arc::make_mut(own));
        }
    }

    /// The registers that count for a controller at a position and on a day: those that
    /// bind it, and those `added` by the question.
    #[must_use]
    pub fn counting(
        &self,
        directory: &Directory,
        controller: Uuid,
        (at, today): (Position, NaiveDate),
        added: &[Uuid],
    ) -> Vec<Counting> {
        let counts = |register: &Arc<Register>| {
            let binds = |bound: &&Bound| {
                bound.position <= at
                    && bound.ended.is_none_or(|ended| ended > at)
                    && directory.named(&bound.binding, at, controller)
            };
            let bound = register.bindings.iter().filter(binds);
            let mut channels = bound.fold(ChannelSet::NONE, |set, bound| set.union(bound.channels));
            let named = added.iter().position(|id| *id == register.id);
            if named.is_some() {
                channels = channels.union(register.rules.channels());
            }
            if channels.is_empty() {
                return None;
            }
            let register = Arc::clone(register);
            let standing = Standing::of(&register, at, today);
            Some(Counting { register, channels, standing, named })
        };
        self.0.iter().filter_map(counts).collect()
    }
}
