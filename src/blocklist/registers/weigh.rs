//! What a register that counts says of a person.

use super::Register;
use crate::blocklist::{Probe, Verdict};
use crate::domain::Position;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::identifier::{Grade, Kind, KindSet};
use chrono::NaiveDate;
use std::sync::Arc;

/// A register that counts for a question, and for which channels.
#[derive(Clone)]
pub struct Counting {
    /// It.
    pub register: Arc<Register>,
    /// The channels that it closes to the controller.
    pub channels: ChannelSet,
    /// Whether it can be relied on.
    pub standing: Standing,
    /// Which of the registers it is that the question added; none: it binds by itself.
    pub named: Option<usize>,
}

/// Whether a register can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its version is in force and young enough.
    InForce,
    /// Its version is too old: who is not on it may be by now.
    Stale,
    /// It had no version.
    Missing,
    /// The version of then was replaced, and its rows are gone.
    Gone,
}

/// Why a register leaves a decision open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// [`Standing::Stale`].
    Stale,
    /// [`Standing::Missing`].
    Missing,
    /// [`Standing::Gone`].
    Gone,
    /// Nothing that all of its rows have was given: it could not be asked.
    Unchecked,
}

/// A set of doubts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Doubts(u8);

impl Doubt {
    /// Every doubt, the one that is told first where there are several first.
    pub const EVERY: [Self; 4] = [Self::Missing, Self::Stale, Self::Gone, Self::Unchecked];

    /// The code in warnings and in screened files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stale => "register_stale",
            Self::Missing => "register_missing",
            Self::Gone => "register_version_gone",
            Self::Unchecked => "register_unchecked",
        }
    }
}

impl Doubts {
    /// The first of them.
    #[must_use]
    pub fn first(self) -> Option<Doubt> {
        Doubt::EVERY.into_iter().find(|doubt| self.0 & (1 << *doubt as u8) != 0)
    }

    const fn with(self, doubt: Doubt) -> Self {
        Self(self.0 | 1 << doubt as u8)
    }
}

impl Standing {
    /// The name used in certificates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Stale => "stale",
            Self::Missing => "missing",
            Self::Gone => "gone",
        }
    }

    pub(super) fn of(register: &Register, at: Position, today: NaiveDate) -> Self {
        let then = register.versions.iter().rev().find(|version| version.position <= at);
        match then {
            None => Self::Missing,
            Some(version) if Some(version) != register.in_force() => Self::Gone,
            Some(version) if register.is_stale(version, today) => Self::Stale,
            Some(_) => Self::InForce,
        }
    }
}

impl Counting {
    /// The generation in which its keys are to be asked for.
    #[must_use]
    pub fn generation(&self) -> Option<i32> {
        self.register.in_force().map(|version| version.generation)
    }

    /// Adds what the register says to a verdict about these channels. `known` are the
    /// kinds of identifier by which it can tell that the person is not on it
    /// ([`Register::reached`]), and `probes` the person's keys in the register's own
    /// generation of tags. `met` hears of each match.
    ///
    /// A match on a version that is too old blocks all the same: that somebody is on it
    /// was known, and only the absence of others cannot be relied on.
    pub fn weigh(
        &self,
        (known, probes): (KindSet, &[Probe]),
        channels: ChannelSet,
        verdict: &mut Verdict,
        mut met: impl FnMut(Kind, Grade),
    ) -> Option<Doubt> {
        let asked = self.channels.intersection(channels);
        if asked.is_empty() {
            return None;
        }
        let doubt = match self.standing {
            Standing::Missing => Some(Doubt::Missing),
            Standing::Gone => Some(Doubt::Gone),
            Standing::Stale => Some(Doubt::Stale),
            Standing::InForce => None,
        };
        if !matches!(self.standing, Standing::Missing | Standing::Gone) {
            self.find(probes, asked, verdict, &mut met);
        }
        if let Some(doubt) = doubt {
            verdict.undecidable = verdict.undecidable.union(asked);
            verdict.doubts = verdict.doubts.with(doubt);
            return Some(doubt);
        }
        let every = self.register.in_force().map(|version| version.coverage.kinds());
        let every = every.unwrap_or(KindSet::NONE);
        let unchecked = |channel: &Channel| {
            !verdict.blocked.contains(*channel)
                && self.register.rules.needed(*channel, every).intersection(known).is_empty()
        };
        let open = asked.iter().filter(unchecked).fold(ChannelSet::NONE, ChannelSet::with);
        if open.is_empty() {
            return None;
        }
        verdict.undecidable = verdict.undecidable.union(open);
        verdict.doubts = verdict.doubts.with(Doubt::Unchecked);
        Some(Doubt::Unchecked)
    }

    fn find(
        &self,
        probes: &[Probe],
        asked: ChannelSet,
        verdict: &mut Verdict,
        met: &mut impl FnMut(Kind, Grade),
    ) {
        let mut found: Vec<(Kind, Grade)> = Vec::new();
        for probe in probes {
            for (kind, grade) in self.register.roll.find(&probe.tag) {
                found.push((kind, grade.meet(probe.grade)));
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(kind, _)| *kind);
        for (kind, grade) in found {
            if grade == Grade::Possible {
                verdict.undecidable = verdict.undecidable.union(asked);
                verdict.perhaps_listed = verdict.perhaps_listed.with(kind);
            } else {
                verdict.blocked = verdict.blocked.union(asked);
                verdict.listed = verdict.listed.with(kind);
            }
            met(kind, grade);
        }
    }
}
