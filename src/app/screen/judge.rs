//! Decides the rows of one block.

use super::reason;
use super::run::Job;
use crate::app::binding;
use crate::app::listed::{self, Listed, Then};
use crate::blocklist::{Probe, Question, Verdict};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::controller::Controller;
use crate::domain::decision::Decision;
use crate::domain::identifier::{Kind, Reading, Rules, Side, read_into};
use crate::domain::person::Person;
use crate::domain::register::Relationship;
use crate::ledger::memory::Memory;
use crate::tabular::campaign::{Block, Fault, Outcome, Row};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;
use uuid::Uuid;

/// How many rows came of which decision.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) rows: u64,
    /// By `Decision as usize`.
    pub(super) decided: [u64; 3],
    /// Rows that come back.
    pub(super) kept: u64,
    /// Identifiers that were asked about.
    pub(super) identifiers: usize,
    /// The controllers that rows were decided for.
    pub(super) controllers: BTreeSet<Uuid>,
}

impl Counts {
    pub(super) fn add(&mut self, more: Self) {
        self.rows += more.rows;
        for (sum, more) in self.decided.iter_mut().zip(more.decided) {
            *sum += more;
        }
        self.kept += more.kept;
        self.identifiers += more.identifiers;
        self.controllers.extend(more.controllers);
    }
}

/// What a row comes to.
type Said = (Decision, &'static str);

/// A block's judge: what is the same for all of its rows. It holds memory's lock,
/// so that a block's rows are decided in one go, and a writer waits for a block
/// and never for a file.
struct Judge<'a> {
    job: &'a Job,
    memory: &'a Memory,
    given: Option<Whose<'a>>,
    /// The last that a row named: neighbours are often of the same.
    named: Option<(String, Option<Whose<'a>>)>,
    counts: Counts,
}

/// For whom a row is decided.
#[derive(Clone)]
struct Whose<'a> {
    controller: &'a Controller,
    rules: Rules<'a>,
    /// The registers that count, and how it was when changes are asked about since.
    listed: Rc<(Listed, Option<Then>)>,
}

/// What one thread uses again and again, so that a row costs no memory of its own.
#[derive(Default)]
pub(super) struct Hand {
    person: Person,
    reading: Reading,
    probes: Vec<Probe>,
}

/// Decides a block's rows; those that come back go to `out`.
pub(super) fn judge(
    job: &Job,
    block: &Block,
    hand: &mut Hand,
    out: &mut Vec<u8>,
) -> Result<Counts, Fault> {
    let memory = job.app.memory();
    let given = job.controller.and_then(|id| memory.directory.controller(id));
    let mut judge =
        Judge { job, memory: &memory, given: None, named: None, counts: Counts::default() };
    judge.given = given.map(|controller| judge.whose(controller));
    block.rewrite(out, |row| judge.row(row, hand))?;
    Ok(judge.counts)
}

impl<'a> Judge<'a> {
    fn row(&mut self, row: &Row<'_>, hand: &mut Hand) -> Option<Outcome<'static>> {
        let ((decision, reason), changed) = self.decide(row, hand);
        self.counts.rows += 1;
        self.counts.decided[decision as usize] += 1;
        if !changed || !self.job.screening.keep.takes(decision) {
            return None;
        }
        self.counts.kept += 1;
        Some(Outcome { decision: decision.name(), reason: Cow::Borrowed(reason) })
    }

    /// The decision, and whether it has changed since the position asked about;
    /// every one has where none was.
    fn decide(&mut self, row: &Row<'_>, hand: &mut Hand) -> (Said, bool) {
        let job = self.job;
        let never = job.screening.changed_since.is_none();
        let whose = match row.fault {
            Some(fault) if never => Err(fault),
            _ => self.whose_row(row),
        };
        let whose = match (row.fault, whose) {
            (None, Ok(whose)) => whose,
            (fault, whose) => {
                self.counts.identifiers += 1;
                let is_new = match &whose {
                    Ok(whose) => whose.listed.1.as_ref().is_some_and(Then::is_new),
                    Err(_) => false,
                };
                let reason = fault.or(whose.err()).unwrap_or_default();
                return ((Decision::Undecidable, reason), never || is_new);
            }
        };
        let Hand { person, reading, probes } = hand;
        row.fill(person);
        read_into(reading, person, "", &whose.rules, Side::Probe);
        self.counts.identifiers += reading.given.max(1);
        if reading.readable == 0 {
            reading.unreadable = ChannelSet::ALL;
        }
        self.memory.probe(&reading.keys, probes);
        let (channel, memory) = (job.screening.channel, self.memory);
        let channels = ChannelSet::of(&[channel]);
        let (unreadable, controller) = (reading.unreadable, whose.controller.id);
        let at = |at| {
            let question = Question { probes, controller, channels, unreadable, at };
            memory.blocklist.decide(&question, &memory.directory)
        };
        let relationship = relationship(row);
        let relationship = relationship.as_ref();
        let unread = listed::unread(person, reading, "");
        let given = listed::Person { keys: &reading.keys, probes, unread, relationship };
        let (listed, before) = &*whose.listed;
        let mut verdict = at(job.basis.as_of.position);
        listed.weigh(memory, given, channels, &mut verdict, |_, _| ());
        job.basis.unread.weigh(memory, &reading.keys, controller, channels, &mut verdict);
        let decision = verdict.decision(channel);
        let reason = match decision {
            Decision::Clear => "",
            Decision::Blocked => {
                verdict.blocking.iter().next().map_or(reason::REGISTER_MATCHED, reason::matched)
            }
            Decision::Undecidable => undecided(&verdict, person, reading, channel),
        };
        let changed = match (job.screening.changed_since, before) {
            (Some(since), Some(before)) => {
                before.differs(memory, given, channels, (&verdict, at(since)))
            }
            _ => true,
        };
        ((decision, reason), changed)
    }

    fn whose(&self, controller: &'a Controller) -> Whose<'a> {
        let Job { app, basis, since, .. } = self.job;
        let then = since.as_ref().map(|since| basis.then(self.memory, controller.id, since));
        let listed = basis.listed(self.memory, controller.id, basis.as_of.position);
        let listed = Rc::new((listed, then));
        Whose { controller, rules: app.rules(&controller.region), listed }
    }

    /// The controller that a row is decided for.
    fn whose_row(&mut self, row: &Row<'_>) -> Result<Whose<'a>, &'static str> {
        let whose = match row.controller().as_deref().filter(|name| !name.is_empty()) {
            None => self.given.clone().ok_or(reason::CONTROLLER_MISSING)?,
            Some(name) => {
                if self.named.as_ref().is_none_or(|(own, _)| own != name) {
                    let found = binding::in_a_row(&self.memory.directory, &self.job.caller, name);
                    let found = found.map(|controller| self.whose(controller));
                    self.named = Some((name.to_owned(), found));
                }
                let found = self.named.as_ref().and_then(|(_, found)| found.clone());
                found.ok_or(reason::CONTROLLER_UNKNOWN)?
            }
        };
        if !self.counts.controllers.contains(&whose.controller.id) {
            self.counts.controllers.insert(whose.controller.id);
        }
        Ok(whose)
    }
}

/// What the row says that the sender has to do with the person.
fn relationship(row: &Row<'_>) -> Option<Relationship> {
    let [kind, given_at, ended_at, similar_offer] = row.relationship();
    Relationship::read(&kind?, [given_at.as_deref(), ended_at.as_deref()], similar_offer.as_deref())
}

/// Why a row cannot be decided: what perhaps met, what could not be read, and only then
/// which register cannot tell, since that is the same for many rows.
fn undecided(
    verdict: &Verdict,
    person: &Person,
    reading: &Reading,
    channel: Channel,
) -> &'static str {
    if let Some(kind) = verdict.perhaps.iter().next() {
        return reason::possible(kind);
    }
    if !verdict.perhaps_listed.is_empty() {
        return reason::REGISTER_POSSIBLE;
    }
    if verdict.waiting {
        return reason::MESSAGE_WAITING;
    }
    match verdict.doubts.first() {
        Some(doubt) if !reading.unreadable.contains(channel) => doubt.code(),
        _ => unread(person, reading, channel),
    }
}

/// What could not be read, where nothing else makes a row undecidable: the contact
/// point of the channel, or all that was given.
fn unread(person: &Person, reading: &Reading, channel: Channel) -> &'static str {
    let kinds = listed::unread(person, reading, "");
    let own = |kind: &Kind| match channel {
        Channel::Post | Channel::UnaddressedPost => *kind == Kind::Postal,
        channel => kind.contact_point_of().is_some_and(|reached| reached.contains(channel)),
    };
    let first = kinds.iter().find(own).or_else(|| kinds.iter().next());
    match first {
        Some(kind) => reason::unreadable(kind),
        None if reading.given == 0 => reason::NOTHING_GIVEN,
        None => reason::NOTHING_READABLE,
    }
}
