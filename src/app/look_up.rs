//! May this person be contacted? One, or ten thousand at once.

use super::caller::Caller;
pub use super::meter::Quota;
use super::refusal::{Code, Refusal};
use super::{App, AsOf, Instance, binding};
use crate::blocklist::Question;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::client::Scope;
use crate::domain::controller::Controller;
use crate::domain::decision::{Decision, Reason};
use crate::domain::fault::Fault;
use crate::domain::identifier::{Rules, Side, read};
use crate::domain::person::Person;
use crate::domain::{Position, Time};
use crate::ledger::entry::from_micros;
use crate::ledger::memory::Memory;
use crate::store::entries;
use std::borrow::Cow;

/// The most persons in one batch.
pub const BATCH: usize = 10_000;

/// What is asked, whoever it is about.
#[derive(Debug, Clone)]
pub struct LookUp {
    /// The controller that wants to send.
    pub controller: String,
    /// How it wants to send; empty: every channel.
    pub channels: Vec<Channel>,
    /// As of when; now, if not said.
    pub at: Option<At>,
}

/// A past state of the ledger.
#[derive(Debug, Clone, Copy)]
pub enum At {
    /// What had been committed by this time.
    Time(Time),
    /// What had been committed up to this position.
    Position(i64),
}

/// The answer for one person.
#[derive(Debug, Clone)]
pub struct Found {
    /// For each channel asked about.
    pub decisions: Vec<(Channel, Decision)>,
    /// Why; only with `lookups:explain`.
    pub reasons: Option<Vec<Reason>>,
    /// What could not be read.
    pub warnings: Vec<Fault>,
}

/// A person of a batch with the caller's own key for the row.
pub type Row<T> = (Option<String>, T);

/// Asks about one person.
///
/// # Errors
/// [`Refusal`].
pub async fn look_up(
    app: &App,
    caller: &Caller,
    question: LookUp,
    person: Person,
) -> Result<(Found, AsOf), Refusal> {
    if person.is_blank() {
        return Err(Refusal::at(
            Code::Unprocessable,
            vec![Fault::new(
                "/person",
                "nothing_given",
                "Give at least one identifier: an e-mail address, a number, …",
            )],
        ));
    }
    let as_of = begin(app, caller, question.at).await?;
    let memory = app.memory();
    let asked = Asked::new(app, &memory, caller, &question, as_of.position)?;
    let (found, identifiers) = asked.answer(&person, "/person");
    drop(memory);
    app.meter.count(&caller.client.id, "look_up", identifiers, app.now());
    Ok((found, as_of))
}

/// Asks about many persons at once; all answers are true at one position.
///
/// # Errors
/// [`Refusal`].
pub async fn look_up_batch(
    app: &App,
    caller: &Caller,
    question: LookUp,
    persons: Vec<Row<Person>>,
) -> Result<(Vec<Row<Found>>, AsOf), Refusal> {
    if persons.is_empty() || persons.len() > BATCH {
        return Err(Refusal::at(
            Code::Unprocessable,
            vec![Fault::new("/persons", "count", "Ask about 1 to 10,000 persons at once.")],
        ));
    }
    let as_of = begin(app, caller, question.at).await?;
    let caller = caller.clone();
    let all = app.waiting(move |instance| {
        let memory = instance.memory();
        let asked = Asked::new(instance, &memory, &caller, &question, as_of.position)?;
        let mut identifiers = 0;
        let mut results = Vec::with_capacity(persons.len());
        for (index, (key, person)) in persons.into_iter().enumerate() {
            let (found, given) = asked.answer(&person, &format!("/persons/{index}"));
            identifiers += given;
            results.push((key, found));
        }
        let now = instance.now();
        instance.meter.count(&caller.client.id, "look_up_batch", identifiers, now);
        Ok(results)
    });
    Ok((all.await?, as_of))
}

/// What is left of the caller's quota of identifiers; `None` without a bound.
#[must_use]
pub fn quota(app: &App, caller: &Caller) -> Option<Quota> {
    app.meter.quota(&caller.client, app.now())
}

/// Checks scope and quota, brings memory up to the question, and says what state
/// of the ledger it is about.
async fn begin(app: &App, caller: &Caller, at: Option<At>) -> Result<AsOf, Refusal> {
    caller.require(&[Scope::LookupsDecide])?;
    if let Some(left) = quota(app, caller).filter(|quota| quota.remaining == 0) {
        return Err(Refusal::new(Code::QuotaExceeded).retry_after(left.reset_seconds));
    }
    app.caught_up_for(caller).await?;
    let newest = app.as_of();
    let fault = |detail: &'static str| {
        Err(Refusal::at(Code::Unprocessable, vec![Fault::new("/at", "out_of_range", detail)]))
    };
    let position = match at {
        None => return Ok(newest),
        Some(At::Position(position)) if !(0..=newest.position).contains(&position) => {
            return fault("Give a position from 0 to the newest one, which as_of tells.");
        }
        Some(At::Time(time)) if time > app.now() => return fault("Give a time that has passed."),
        Some(At::Position(position)) => position,
        Some(At::Time(time)) => {
            let micros = time.timestamp_micros();
            let at = app.waiting(move |instance| {
                let store = instance.ledger.store();
                store.read(|conn| entries::position_at(conn, micros)).map_err(Refusal::from)
            });
            at.await?.min(newest.position)
        }
    };
    let time = app.waiting(move |instance| {
        let entry = instance.ledger.store().read(|conn| entries::get(conn, position));
        Ok(entry.map_err(Refusal::from)?.map_or_else(Time::default, |e| from_micros(e.time)))
    });
    Ok(AsOf { position, time: time.await? })
}

/// A question that is the same for every person of a request.
struct Asked<'a> {
    memory: &'a Memory,
    controller: &'a Controller,
    rules: Rules<'a>,
    channels: ChannelSet,
    explain: bool,
    at: Position,
}

impl<'a> Asked<'a> {
    fn new(
        instance: &'a Instance,
        memory: &'a Memory,
        caller: &Caller,
        question: &LookUp,
        at: Position,
    ) -> Result<Self, Refusal> {
        let controller = binding::one(&memory.directory, caller, &question.controller)?;
        let every = question.channels.is_empty();
        let channels = if every { ChannelSet::ALL } else { ChannelSet::of(&question.channels) };
        Ok(Self {
            memory,
            controller,
            rules: instance.rules(&controller.region),
            channels,
            explain: caller.holds(Scope::LookupsExplain),
            at,
        })
    }

    /// The answer, and how many identifiers were asked about.
    fn answer(&self, person: &Person, pointer: &str) -> (Found, usize) {
        let mut reading = read(person, pointer, &self.rules, Side::Probe);
        if reading.readable == 0 {
            reading.unreadable = ChannelSet::ALL;
            if reading.warnings.is_empty() {
                reading.warnings.push(Fault {
                    pointer: pointer.to_owned(),
                    code: Cow::Borrowed("nothing_given"),
                    detail: Cow::Borrowed("No identifier was given: nothing can be decided."),
                });
            }
        }
        let probes = self.memory.probes(&reading.keys);
        let verdict = self.memory.blocklist.decide(
            &Question {
                probes: &probes,
                controller: self.controller.id,
                channels: self.channels,
                unreadable: reading.unreadable,
                at: self.at,
            },
            &self.memory.directory,
        );
        let found = Found {
            decisions: verdict.decisions,
            reasons: self.explain.then_some(verdict.reasons),
            warnings: reading.warnings,
        };
        (found, reading.given.max(1))
    }
}
