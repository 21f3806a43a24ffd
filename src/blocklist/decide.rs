//! From keys to a decision.

use super::{Blocklist, Kept, Probe};
use crate::crypto::tag::Tag;
use crate::domain::Position;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::controller::Directory;
use crate::domain::decision::{Decision, Reason};
use crate::domain::identifier::{Grade, Kind};
use crate::domain::objection::EventKind;
use uuid::Uuid;

/// Whom is asked about, for which controller and channels, and as of when.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The keys of what was given about the person.
    pub probes: &'a [Probe],
    /// The controller that wants to send.
    pub controller: Uuid,
    /// How it wants to send.
    pub channels: ChannelSet,
    /// The channels whose contact point was given and could not be read.
    pub unreadable: ChannelSet,
    /// The last position that counts.
    pub at: Position,
}

/// The decision for each channel that was asked about, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// In the order of the channels' numbers.
    pub decisions: Vec<(Channel, Decision)>,
    /// Every objection that bears on the channels asked about, once for each
    /// kind of identifier that met it, oldest first.
    pub reasons: Vec<Reason>,
}

/// A record that the probes lead to.
struct Meeting<'a> {
    kept: &'a Kept,
    kind: Kind,
    grade: Grade,
    shared: bool,
}

impl Blocklist {
    /// Decides. Nothing here guesses towards `clear`: what cannot be read or is
    /// only a possible match is undecidable.
    #[must_use]
    pub fn decide(&self, question: &Question<'_>, directory: &Directory) -> Verdict {
        let (mut blocked, mut possible) = (ChannelSet::NONE, question.unreadable);
        let mut reasons = Vec::new();
        for meeting in self.meetings(question.probes, question.at) {
            let covered = meeting.covered(question, directory).intersection(question.channels);
            if covered.is_empty() {
                continue;
            }
            if meeting.grade == Grade::Possible {
                possible = possible.union(covered);
            } else {
                blocked = blocked.union(covered);
            }
            reasons.push(meeting.reason());
        }
        let decide = |channel| match channel {
            channel if blocked.contains(channel) => (channel, Decision::Blocked),
            channel if possible.contains(channel) => (channel, Decision::Undecidable),
            channel => (channel, Decision::Clear),
        };
        Verdict { decisions: question.channels.iter().map(decide).collect(), reasons }
    }

    /// The objections that are the person's for certain: met by an exact or
    /// equivalent key, and not by a contact point that another person shares.
    /// Annulled ones are left out; oldest first.
    #[must_use]
    pub fn objections_of(&self, probes: &[Probe], at: Position) -> Vec<(Position, Uuid)> {
        let mut own: Vec<_> = self
            .meetings(probes, at)
            .into_iter()
            .filter(|meeting| meeting.grade != Grade::Possible && !meeting.shared)
            .filter(|meeting| !meeting.annulled(at))
            .map(|meeting| (meeting.kept.record.position, meeting.kept.record.id))
            .collect();
        own.dedup();
        own
    }

    /// Every record that the probes lead to, once for each kind of identifier,
    /// with the best grade; oldest first.
    fn meetings(&self, probes: &[Probe], at: Position) -> Vec<Meeting<'_>> {
        let mut met: Vec<(Position, Kind, Grade)> = Vec::new();
        for probe in probes {
            for hit in self.hits.get(&probe.tag).into_iter().flatten() {
                if hit.position <= at {
                    met.push((hit.record, probe.kind, hit.grade.meet(probe.grade)));
                }
            }
        }
        met.sort_unstable();
        met.dedup_by_key(|(record, kind, _)| (*record, *kind));
        let personnummer: Vec<Tag> = probes
            .iter()
            .filter(|probe| probe.kind == Kind::Personnummer)
            .map(|probe| probe.tag)
            .collect();
        met.into_iter()
            .filter_map(|(record, kind, grade)| {
                let kept = self.records.get(&record)?;
                let shared = kind.contact_point_of().is_some() && kept.differs(&personnummer, at);
                Some(Meeting { kept, kind, grade, shared })
            })
            .collect()
    }
}

impl Kept {
    /// Whether this record and the look-up both carry a personnummer, and not
    /// the same one.
    fn differs(&self, personnummer: &[Tag], at: Position) -> bool {
        let own = || self.personnummer.iter().filter(|(since, _)| *since <= at);
        !personnummer.is_empty()
            && own().next().is_some()
            && !own().any(|(_, tag)| personnummer.contains(tag))
    }
}

impl Meeting<'_> {
    /// The channels that this meeting closes to the controller.
    fn covered(&self, question: &Question<'_>, directory: &Directory) -> ChannelSet {
        let record = &self.kept.record;
        if !directory.binds(&record.binding, record.position, question.controller, question.at) {
            return ChannelSet::NONE;
        }
        let mut covered = record.channels;
        for event in self.kept.events.iter().filter(|event| event.position <= question.at) {
            match event.kind {
                EventKind::Annulled => return ChannelSet::NONE,
                EventKind::Withdrawn
                    if directory.frees(&event.binding, event.position, question.controller) =>
                {
                    covered = covered.without(event.channels);
                }
                EventKind::Withdrawn | EventKind::IdentifiersAdded => {}
            }
        }
        match self.kind.contact_point_of() {
            Some(own) if self.shared => covered.intersection(own),
            _ => covered,
        }
    }

    fn annulled(&self, at: Position) -> bool {
        let mut events = self.kept.events.iter();
        events.any(|event| event.position <= at && event.kind == EventKind::Annulled)
    }

    fn reason(&self) -> Reason {
        let record = &self.kept.record;
        Reason {
            objection: record.id,
            position: record.position,
            source: record.source,
            since: record.since,
            channels: record.channels,
            matched: self.kind,
            grade: self.grade,
            shared: self.shared,
        }
    }
}
