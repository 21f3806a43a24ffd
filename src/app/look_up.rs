//! May this person be contacted? One, or ten thousand at once.

use super::asked::{Asked, Asking, Bearing, Given};
use super::caller::Caller;
use super::clients::Since;
use super::listed::Basis;
pub use super::meter::Quota;
use super::reasons::{Met, reasons};
use super::refusal::{Code, Refusal};
use super::{App, AsOf, day_of};
pub use crate::blocklist::Verdict;
use crate::domain::Time;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::client::Scope;
use crate::domain::decision::{Decision, Listing, Reason};
use crate::domain::fault::Fault;
use crate::domain::person::Person;
use crate::domain::register::Relationship;
use crate::ledger::entry::from_micros;
use crate::store::entries;
use std::fmt::Write as _;

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
    /// Registers that count besides those that bind the controller, by slug or id.
    pub registers: Vec<String>,
}

/// Who is asked about.
pub struct Whom {
    /// The person.
    pub person: Person,
    /// What the sender has to do with the person: it may lift a register's block, and
    /// never an objection's.
    pub relationship: Option<Relationship>,
}

impl From<Person> for Whom {
    fn from(person: Person) -> Self {
        Self { person, relationship: None }
    }
}

impl LookUp {
    fn asking(&self) -> Asking<'_> {
        let every = self.channels.is_empty();
        let channels = if every { ChannelSet::ALL } else { ChannelSet::of(&self.channels) };
        Asking { controller: &self.controller, channels }
    }
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
    /// The channels asked about.
    pub channels: ChannelSet,
    /// What was decided.
    pub verdict: Verdict,
    /// Why; only with `lookups:explain`.
    pub reasons: Option<Vec<Reason>>,
    /// The registers that say so; only with `lookups:explain`.
    pub listed: Vec<Listing>,
    /// What could not be read, and which registers could not tell.
    pub warnings: Vec<Fault>,
}

impl Found {
    /// The decision for each channel asked about.
    pub fn decisions(&self) -> impl Iterator<Item = (Channel, Decision)> {
        self.channels.iter().map(|channel| (channel, self.verdict.decision(channel)))
    }
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
    whom: impl Into<Whom>,
) -> Result<(Found, AsOf), Refusal> {
    let Whom { person, relationship } = whom.into();
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
    let basis = begin(app, caller, &question).await?;
    let (answer, identifiers) = {
        let memory = app.memory();
        let asked = Asked::new(app, &memory, caller, &question.asking(), &basis)?;
        let mut given = Given::default();
        asked.read((&person, relationship), "/person", &mut given);
        let explain = caller.holds(Scope::LookupsExplain);
        let answer = answer(&asked, &mut given, &|| "/person".to_owned(), explain);
        (answer, given.reading.given.max(1))
    };
    app.meter.count(&caller.client.id, "look_up", identifiers, app.now());
    let Answer { mut found, met } = answer;
    if met.is_some() {
        let told = app.waiting(move |instance| reasons(instance, &[met]));
        found.reasons = told.await?.pop().flatten();
    }
    Ok((found, basis.as_of))
}

/// Asks about many persons at once; all answers are true at one position. With
/// `changed_since`, only those are told whose decision was another at that position; all
/// who are not clear, where the controller was not the caller's then.
///
/// # Errors
/// [`Refusal`].
pub async fn look_up_batch(
    app: &App,
    caller: &Caller,
    question: LookUp,
    changed_since: Option<i64>,
    persons: impl ExactSizeIterator<Item = Row<Whom>> + Send + 'static,
) -> Result<(Vec<Row<Found>>, AsOf), Refusal> {
    if persons.len() == 0 || persons.len() > BATCH {
        return Err(Refusal::at(
            Code::Unprocessable,
            vec![Fault::new("/persons", "count", "Ask about 1 to 10,000 persons at once.")],
        ));
    }
    let basis = begin(app, caller, &question).await?;
    let as_of = basis.as_of;
    if changed_since.is_some_and(|since| !(0..=as_of.position).contains(&since)) {
        let detail = "Give a position from 0 to that of the answer, such as the position of the last answer's as_of.";
        let fault = Fault::new("/changed_since", "out_of_range", detail);
        return Err(Refusal::at(Code::Unprocessable, vec![fault]));
    }
    let since = Since::of(app, caller, changed_since).await?;
    let caller = caller.clone();
    let all = app.waiting(move |instance| {
        let explain = caller.holds(Scope::LookupsExplain);
        let mut some: [Given; AT_ONCE] = std::array::from_fn(|_| Given::default());
        let (mut identifiers, mut keys, mut pointer) = (0, Vec::new(), String::new());
        let (mut rows, mut met) = (Vec::with_capacity(persons.len()), Vec::new());
        let all_persons = persons.len();
        let mut numbered = persons.enumerate();
        while numbered.len() > 0 {
            // Anew for some at a time, so that nobody who writes waits long.
            let memory = instance.memory();
            let asked = Asked::new(instance, &memory, &caller, &question.asking(), &basis)?;
            let asked = asked.since(since.as_ref());
            for _ in 0..TURNS {
                let first = all_persons - numbered.len();
                for (given, (index, (key, whom))) in some.iter_mut().zip(numbered.by_ref()) {
                    if changed_since.is_some() && key.is_none() {
                        return Err(unnamed(index));
                    }
                    pointer.clear();
                    let _ = write!(pointer, "/persons/{index}"); // to a string nothing fails
                    asked.read((&whom.person, whom.relationship), &pointer, given);
                    keys.push(key);
                }
                let read = &mut some[..keys.len()];
                asked.touch(read);
                for (index, (given, key)) in (first..).zip(read.iter_mut().zip(keys.drain(..))) {
                    identifiers += given.reading.given.max(1);
                    if asked.differs(given) {
                        let place = || format!("/persons/{index}");
                        let answer = answer(&asked, given, &place, explain);
                        rows.push((key, answer.found));
                        met.push(answer.met);
                    }
                }
            }
        }
        let now = instance.now();
        instance.meter.count(&caller.client.id, "look_up_batch", identifiers, now);
        if met.iter().any(Option::is_some) {
            for ((_, found), reasons) in rows.iter_mut().zip(reasons(instance, &met)?) {
                found.reasons = reasons;
            }
        }
        Ok(rows)
    });
    Ok((all.await?, as_of))
}

fn unnamed(index: usize) -> Refusal {
    let detail = "With changed_since, give every person a key: only some come back.";
    let fault = Fault::new(format!("/persons/{index}"), "key_missing", detail);
    Refusal::at(Code::Unprocessable, vec![fault])
}

/// So many persons are read before they are decided …
const AT_ONCE: usize = 16;
/// … and so often, before others get at memory.
const TURNS: usize = 32;

struct Answer {
    found: Found,
    met: Option<Vec<Met>>,
}

/// What is told of a person that was read.
fn answer(
    asked: &Asked<'_>,
    given: &mut Given,
    place: &dyn Fn() -> String,
    explain: bool,
) -> Answer {
    let (verdict, Bearing { met, listed }) = match explain {
        true => asked.explain(given, place),
        false => (asked.decide(given, place), Bearing::default()),
    };
    let warnings = std::mem::take(&mut given.reading.warnings);
    let found = Found { channels: asked.channels, verdict, reasons: None, listed, warnings };
    Answer { found, met: explain.then_some(met) }
}

/// What is left of the caller's quota of identifiers; `None` without a bound.
#[must_use]
pub fn quota(app: &App, caller: &Caller) -> Option<Quota> {
    app.meter.quota(&caller.client, app.now())
}

/// Checks scope and quota, brings memory up to the question, and says what state
/// of the ledger it is about.
async fn begin(app: &App, caller: &Caller, question: &LookUp) -> Result<Basis, Refusal> {
    caller.require(&[Scope::LookupsDecide])?;
    if let Some(left) = quota(app, caller).filter(|quota| quota.remaining == 0) {
        return Err(Refusal::new(Code::QuotaExceeded).retry_after(left.reset_seconds));
    }
    app.caught_up_for(caller).await?;
    app.messages_known(question.asking().channels).await?;
    let basis = Basis::now(app, &question.registers)?;
    let newest = basis.as_of;
    let fault = |detail: &'static str| {
        Err(Refusal::at(Code::Unprocessable, vec![Fault::new("/at", "out_of_range", detail)]))
    };
    let position = match question.at {
        None => return Ok(basis),
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
    let as_of = AsOf { position, time: time.await? };
    let asked = match question.at {
        Some(At::Time(time)) => time,
        _ => as_of.time,
    };
    Ok(basis.at(as_of, day_of(asked)))
}
