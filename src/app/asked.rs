//! A question that is the same for many persons: for one, a batch or a whole file.

use super::caller::Caller;
use super::refusal::Refusal;
use super::{Instance, binding};
use crate::blocklist::{Met, Question, Verdict};
use crate::domain::Position;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Controller;
use crate::domain::fault::Fault;
use crate::domain::identifier::{Reading, Rules, Side, read};
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

    /// Reads a person into `reading`; what was in it goes. Where nothing can be read,
    /// no channel can be decided.
    pub(super) fn read(&self, person: &Person, pointer: &str, reading: &mut Reading) {
        *reading = read(person, pointer, &self.rules, Side::Probe);
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

    /// The decisions about a person that was read.
    pub(super) fn decide(&self, reading: &Reading) -> Verdict {
        self.at(reading, self.at)
    }

    /// The decisions, and the objections that they come from.
    pub(super) fn explain(&self, reading: &Reading) -> (Verdict, Vec<Met>) {
        let probes = self.memory.probes(&reading.keys);
        let question = Question { probes: &probes, ..self.question(reading, self.at) };
        self.memory.blocklist.explain(&question, &self.memory.directory)
    }

    /// Whether a decision for one of the channels was another at `since`.
    pub(super) fn differs(&self, reading: &Reading, since: Position) -> bool {
        let (now, then) = (self.decide(reading), self.at(reading, since));
        self.channels.iter().any(|channel| now.decision(channel) != then.decision(channel))
    }

    fn at(&self, reading: &Reading, at: Position) -> Verdict {
        let probes = self.memory.probes(&reading.keys);
        let question = Question { probes: &probes, ..self.question(reading, at) };
        self.memory.blocklist.decide(&question, &self.memory.directory)
    }

    fn question(&self, reading: &Reading, at: Position) -> Question<'static> {
        Question {
            probes: &[],
            controller: self.controller.id,
            channels: self.channels,
            unreadable: reading.unreadable,
            at,
        }
    }
}
