//! From keys to a decision.

use super::records::Record;
use super::registers::Doubts;
use super::{Blocklist, Probe};
use crate::domain::Position;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::controller::Directory;
use crate::domain::decision::Decision;
use crate::domain::identifier::{Grade, Kind, KindSet};
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

/// What became of a question: of the channels that were asked about, which are
/// blocked, which are undecidable, and by which kinds of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verdict {
    /// The channels that are blocked.
    pub blocked: ChannelSet,
    /// Those that are undecidable, unless they are blocked.
    pub undecidable: ChannelSet,
    /// The kinds of identifier that block.
    pub blocking: KindSet,
    /// The kinds that only perhaps met.
    pub perhaps: KindSet,
    /// The kinds by which a register blocks.
    pub listed: KindSet,
    /// Those that only perhaps met a register's.
    pub perhaps_listed: KindSet,
    /// Why registers leave the decision open.
    pub doubts: Doubts,
    /// Whether SMS is left open by a message of the person's that nobody has read.
    pub waiting: bool,
}

/// An objection that bears on a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// Its position.
    pub position: Position,
    /// The kind of identifier that met.
    pub kind: Kind,
    /// How sure the match is.
    pub grade: Grade,
    /// Whether the contact point is shared with another person.
    pub shared: bool,
}

/// A record that the probes lead to.
struct Meeting {
    number: u32,
    record: Record,
    kind: Kind,
    grade: Grade,
    shared: bool,
}

impl Verdict {
    /// The decision for a channel that was asked about.
    #[must_use]
    pub fn decision(&self, channel: Channel) -> Decision {
        if self.blocked.contains(channel) {
            Decision::Blocked
        } else if self.undecidable.contains(channel) {
            Decision::Undecidable
        } else {
            Decision::Clear
        }
    }
}

impl Blocklist {
    /// Decides. Nothing here guesses towards `clear`: what cannot be read or is
    /// only a possible match is undecidable.
    #[must_use]
    pub fn decide(&self, question: &Question<'_>, directory: &Directory) -> Verdict {
        self.weigh(question, directory, |_| {})
    }

    /// Decides, and names every objection that bears on the channels asked about,
    /// once for each kind of identifier that met it, oldest first.
    #[must_use]
    pub fn explain(&self, question: &Question<'_>, directory: &Directory) -> (Verdict, Vec<Met>) {
        let mut met = Vec::new();
        let verdict = self.weigh(question, directory, |meeting| {
            let Meeting { record, kind, grade, shared, .. } = *meeting;
            met.push(Met { position: record.position, kind, grade, shared });
        });
        (verdict, met)
    }

    fn weigh(
        &self,
        question: &Question<'_>,
        directory: &Directory,
        mut bears: impl FnMut(&Meeting),
    ) -> Verdict {
        let mut verdict = Verdict { undecidable: question.unreadable, ..Verdict::default() };
        for meeting in self.meetings(question.probes, question.at) {
            let covered =
                self.covered(&meeting, question, directory).intersection(question.channels);
            if covered.is_empty() {
                continue;
            }
            if meeting.grade == Grade::Possible {
                verdict.undecidable = verdict.undecidable.union(covered);
                verdict.perhaps = verdict.perhaps.with(meeting.kind);
            } else {
                verdict.blocked = verdict.blocked.union(covered);
                verdict.blocking = verdict.blocking.with(meeting.kind);
            }
            bears(&meeting);
        }
        verdict
    }

    /// The positions of the objections that are the person's for certain: met by an
    /// exact or equivalent key, and not by a contact point that another person
    /// shares. Annulled ones are left out; oldest first.
    #[must_use]
    pub fn objections_of(&self, probes: &[Probe], at: Position) -> Vec<Position> {
        let own = self.meetings(probes, at).into_iter();
        let own = own.filter(|meeting| meeting.grade != Grade::Possible && !meeting.shared);
        let annulled = |number| {
            let mut events = self.records.events(number, at);
            events.any(|event| event.kind == EventKind::Annulled)
        };
        let own = own.filter(|meeting| !annulled(meeting.number));
        let mut own: Vec<_> = own.map(|meeting| meeting.record.position).collect();
        own.dedup();
        own
    }

    /// Every record that the probes lead to, once for each kind of identifier,
    /// with the best grade; oldest first.
    fn meetings(&self, probes: &[Probe], at: Position) -> Vec<Meeting> {
        let mut met: Vec<(u32, Kind, Grade)> = Vec::new();
        for probe in probes {
            for found in self.index.find(&probe.tag) {
                let (record, position) = self.records.own(found.slot);
                if position <= at {
                    met.push((record, found.kind, found.grade.meet(probe.grade)));
                }
            }
        }
        if met.is_empty() {
            return Vec::new();
        }
        met.sort_unstable();
        met.dedup_by_key(|(record, kind, _)| (*record, *kind));
        let personal = probes.iter().any(|probe| probe.kind == Kind::Personnummer);
        let meeting = |&(number, kind, grade): &(u32, Kind, Grade)| {
            // Both carry a personnummer, and not the same one: that would have met.
            let shared = personal
                && kind.contact_point_of().is_some()
                && self.records.carries_personnummer(number, at)
                && met.binary_search_by_key(&(number, Kind::Personnummer), |m| (m.0, m.1)).is_err();
            Meeting { number, record: self.records.record(number), kind, grade, shared }
        };
        met.iter().map(meeting).collect()
    }

    /// The channels that a meeting closes to the controller.
    fn covered(
        &self,
        meeting: &Meeting,
        question: &Question<'_>,
        directory: &Directory,
    ) -> ChannelSet {
        let (record, at) = (meeting.record, question.at);
        let terms = self.records.terms(record);
        if !directory.binds(&terms.binding, record.position, question.controller, at) {
            return ChannelSet::NONE;
        }
        let mut covered = terms.channels;
        for event in self.records.events(meeting.number, at) {
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
        match meeting.kind.contact_point_of() {
            Some(own) if meeting.shared => covered.intersection(own),
            _ => covered,
        }
    }
}
