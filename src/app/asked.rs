//! A question that is the same for many persons: for one, a batch or a whole file.

use super::caller::Caller;
use super::refusal::Refusal;
use super::{Instance, binding};
use crate::blocklist::{Met, Probe, Question, Verdict};
use crate::domain::Position;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Controller;
use crate::domain::fault::Fault;
use crate::domain::identifier::{Reading, Rules, Side, reading::read_into};
use crate::domain::person::Person;
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
}

/// The same with memory to answer from: as long as this is held, nobody can add to
/// memory, so it is not held for long.
pub(super) struct Asked<'a> {
    memory: &'a Memory,
    controller: &'a Controller,
    rules: Rules<'a>,
    /// The channels that are asked about.
    pub(super) channels: ChannelSet,
    at: Position,
}

impl<'a> Asked<'a> {
    /// # Errors
    /// No such controller, or not the caller's.
    pub(super) fn new(
        instance: &'a Instance,
        memory: &'a Memory,
        caller: &Caller,
        asking: &Asking<'_>,
        at: Position,
    ) -> Result<Self, Refusal> {
        let controller = binding::one(&memory.directory, caller, asking.controller)?;
        let rules = instance.rules(&controller.region);
        Ok(Self { memory, controller, rules, channels: asking.channels, at })
    }

    /// Reads a person; what was in `given` goes. Where nothing can be read, no channel
    /// can be decided.
    pub(super) fn read(&self, person: &Person, pointer: &str, given: &mut Given) {
        let reading = &mut given.reading;
        read_into(reading, person, pointer, &self.rules, Side::Probe);
        self.memory.probe(&reading.keys, &mut given.probes);
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

    /// The decisions about a person that was read.
    pub(super) fn decide(&self, given: &Given) -> Verdict {
        self.memory.blocklist.decide(&self.question(given, self.at), &self.memory.directory)
    }

    /// The decisions, and the objections that they come from.
    pub(super) fn explain(&self, given: &Given) -> (Verdict, Vec<Met>) {
        self.memory.blocklist.explain(&self.question(given, self.at), &self.memory.directory)
    }

    /// Whether a decision for one of the channels was another at `since`.
    pub(super) fn differs(&self, given: &Given, since: Position) -> bool {
        let then = self.question(given, since);
        let then = self.memory.blocklist.decide(&then, &self.memory.directory);
        let now = self.decide(given);
        self.channels.iter().any(|channel| now.decision(channel) != then.decision(channel))
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
