//! A question that is the same for many persons: for one, a batch or a whole file.

use super::caller::Caller;
use super::clients::Since;
use super::listed::{self, Basis, Listed, Said, Then};
use super::refusal::Refusal;
use super::sms::MESSAGE_WAITING;
use super::{Instance, binding};
use crate::blocklist::{Met, Probe, Question, Verdict};
use crate::domain::Position;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Controller;
use crate::domain::decision::Listing;
use crate::domain::fault::Fault;
use crate::domain::identifier::{KindSet, Reading, Rules, Side, reading::read_into};
use crate::domain::person::Person;
use crate::domain::register::Relationship;
use crate::ledger::memory::Memory;
use std::borrow::Cow;

/// What is asked of each person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'a> {
    /// The controller that wants to send, by slug or id.
    pub(super) controller: &'a str,
    /// How it wants to send.
    pub(super) channels: ChannelSet,
}

/// What was given of a person: as it was read, and as memory is asked for it. For many
/// persons one after the other, so that they share its memory.
#[derive(Default)]
pub(super) struct Given {
    /// What was read.
    pub(super) reading: Reading,
    /// Made with the keys of the memory that is asked, and of no other.
    probes: Vec<Probe>,
    /// The kinds of which some value could not be read.
    unread: KindSet,
    /// What the sender has to do with the person.
    relationship: Option<Relationship>,
}

/// What bears on a decision.
#[derive(Default)]
pub(super) struct Bearing {
    /// Objections.
    pub(super) met: Vec<Met>,
    /// Registers.
    pub(super) listed: Vec<Listing>,
}

/// The same with memory to answer from: as long as this is held, nobody can add to
/// memory, so it is not held for long.
pub(super) struct Asked<'a> {
    memory: &'a Memory,
    controller: &'a Controller,
    rules: Rules<'a>,
    /// The channels that are asked about.
    pub(super) channels: ChannelSet,
    basis: &'a Basis,
    listed: Listed,
    /// The position that changes are asked about since, and how it was there.
    since: Option<(Position, Then)>,
}

impl<'a> Asked<'a> {
    /// # Errors
    /// No such controller, or not the caller's.
    pub(super) fn new(
        instance: &'a Instance,
        memory: &'a Memory,
        caller: &Caller,
        asking: &Asking<'_>,
        basis: &'a Basis,
    ) -> Result<Self, Refusal> {
        let controller = binding::one(&memory.directory, caller, asking.controller)?;
        let rules = instance.rules(&controller.region);
        let listed = basis.listed(memory, controller.id, basis.as_of.position);
        Ok(Self {
            memory,
            controller,
            rules,
            channels: asking.channels,
            basis,
            listed,
            since: None,
        })
    }

    /// The same, to be asked what has changed since a position.
    pub(super) fn since(self, since: Option<&Since>) -> Self {
        let then = |since: &Since| self.basis.then(self.memory, self.controller.id, since);
        let since = since.map(|since| (since.position, then(since)));
        Self { since, ..self }
    }

    /// Reads a person; what was in `given` goes. Where nothing can be read, no channel
    /// can be decided.
    pub(super) fn read(
        &self,
        (person, relationship): (&Person, Option<Relationship>),
        pointer: &str,
        given: &mut Given,
    ) {
        given.relationship = relationship;
        let reading = &mut given.reading;
        read_into(reading, person, pointer, &self.rules, Side::Probe);
        self.memory.probe(&reading.keys, &mut given.probes);
        given.unread = listed::unread(person, reading, pointer);
        if reading.readable > 0 {
            return;
        }
        reading.unreadable = ChannelSet::ALL;
        if reading.warnings.is_empty() {
            reading.warnings.push(Fault {
                pointer: pointer.to_owned(),
                code: Cow::Borrowed("nothing_given"),
                detail: Cow::Borrowed("No identifier was given: nothing can be decided."),
            });
        }
    }

    /// To be called before several persons are decided ([`crate::blocklist::Blocklist::touch`]).
    pub(super) fn touch(&self, given: &[Given]) {
        self.memory.blocklist.touch(given.iter().flat_map(|given| &given.probes));
    }

    /// The decisions about a person that was read. What registers cannot tell becomes a
    /// warning; `place` is where the person stands.
    pub(super) fn decide(&self, given: &mut Given, place: &dyn Fn() -> String) -> Verdict {
        let question = self.question(given, self.basis.as_of.position);
        let verdict = self.memory.blocklist.decide(&question, &self.memory.directory);
        self.weighed(given, place, verdict, |_| ())
    }

    /// The decisions, and what they come from.
    pub(super) fn explain(
        &self,
        given: &mut Given,
        place: &dyn Fn() -> String,
    ) -> (Verdict, Bearing) {
        let question = self.question(given, self.basis.as_of.position);
        let (verdict, met) = self.memory.blocklist.explain(&question, &self.memory.directory);
        let mut bearing = Bearing { met, listed: Vec::new() };
        let verdict = self.weighed(given, place, verdict, |listing| bearing.listed.push(listing));
        (verdict, bearing)
    }

    fn weighed(
        &self,
        given: &mut Given,
        place: &dyn Fn() -> String,
        mut verdict: Verdict,
        mut bears: impl FnMut(Listing),
    ) -> Verdict {
        let mut warnings = Vec::new();
        let person = of(given);
        self.listed.weigh(self.memory, person, self.channels, &mut verdict, |counting, said| {
            match said {
                Said::Met(kind, grade) => {
                    listed::listing(counting, kind, grade).into_iter().for_each(&mut bears);
                }
                Said::Doubt(doubt) => warnings.push(listed::warning(counting, doubt, place)),
            }
        });
        if self.weigh_unread(given, &mut verdict) {
            let detail = "A message from this number has not been read yet (GET /v1/review): it may be an objection.";
            warnings.push(Fault::new(format!("{}/phones", place()), MESSAGE_WAITING, detail));
        }
        given.reading.warnings.append(&mut warnings);
        verdict
    }

    fn weigh_unread(&self, given: &Given, verdict: &mut Verdict) -> bool {
        let (keys, controller) = (&given.reading.keys, self.controller.id);
        self.basis.unread.weigh(self.memory, keys, controller, self.channels, verdict)
    }

    /// Whether a decision for one of the channels was another at the position that
    /// changes are asked about since, or may have been, or is not clear for a controller
    /// that was not the caller's there; every one is where none was.
    pub(super) fn differs(&self, given: &Given) -> bool {
        let Some((since, before)) = &self.since else { return true };
        let (directory, blocklist) = (&self.memory.directory, &self.memory.blocklist);
        let then = blocklist.decide(&self.question(given, *since), directory);
        let question = self.question(given, self.basis.as_of.position);
        let mut now = blocklist.decide(&question, directory);
        let person = of(given);
        self.listed.weigh(self.memory, person, self.channels, &mut now, |_, _| ());
        self.weigh_unread(given, &mut now);
        before.differs(self.memory, person, self.channels, (&now, then))
    }

    fn question<'q>(&self, given: &'q Given, at: Position) -> Question<'q> {
        Question {
            probes: &given.probes,
            controller: self.controller.id,
            channels: self.channels,
            unreadable: given.reading.unreadable,
            at,
        }
    }
}

fn of(given: &Given) -> listed::Person<'_> {
    listed::Person {
        keys: &given.reading.keys,
        probes: &given.probes,
        unread: given.unread,
        relationship: given.relationship.as_ref(),
    }
}
