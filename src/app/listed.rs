//! What opt-out registers say of a person, beside what objections do.
//!
//! Which registers count is the controller's configuration; a question can only add to
//! them. What is asked is settled once for a whole batch or file ([`Basis`]), so that a
//! version which comes into force meanwhile changes nothing of it.

use super::clients::Since;
use super::refusal::{Code, Refusal};
use super::sms::Waiting;
use super::{AsOf, Instance};
use crate::blocklist::registers::{Counting, Doubt, Registers, Standing};
use crate::blocklist::{Probe, Verdict};
use crate::domain::Position;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::{Decision, Listing};
use crate::domain::fault::Fault;
use crate::domain::identifier::{Grade, Key, Kind, KindSet, Reading};
use crate::domain::person::{self, HashOf};
use crate::domain::register::{Lift, Relationship};
use crate::ledger::memory::Memory;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;
use uuid::Uuid;

/// What every answer of a question is true at.
#[derive(Clone)]
pub(super) struct Basis {
    /// The state of the ledger.
    pub(super) as_of: AsOf,
    /// The day in Sweden, by which versions of registers grow old.
    pub(super) today: NaiveDate,
    /// The registers as they were when the question came.
    registers: Registers,
    /// Those that count whether or not they bind the controller.
    added: Vec<Uuid>,
    /// Whose messages nobody has read.
    pub(super) unread: Arc<Waiting>,
}

/// The registers that count for one controller.
pub(super) struct Listed {
    counting: Vec<Counting>,
    today: NaiveDate,
}

/// A register that counted for a screening, as its certificate tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Its slug.
    pub slug: String,
    /// The version in force.
    pub version: Option<Uuid>,
    /// The day that its file is of.
    pub date: Option<NaiveDate>,
    /// Whether it could be relied on: [`Standing::name`].
    pub standing: String,
}

/// What decisions are compared with: how it was at the position that changes are asked
/// about since.
pub(super) struct Then {
    /// The registers that counted.
    listed: Listed,
    /// Whether the controller was not the caller's: then nothing was known of it.
    is_new: bool,
}

/// What was given of a person, as registers are asked for it.
#[derive(Clone, Copy)]
pub(super) struct Person<'a> {
    /// The keys that could be read.
    pub(super) keys: &'a [Key],
    /// Their tags, as objections are asked for them.
    pub(super) probes: &'a [Probe],
    /// The kinds of which some value could not be read: it may be the one on a register.
    pub(super) unread: KindSet,
    /// What the sender has to do with the person.
    pub(super) relationship: Option<&'a Relationship>,
}

/// The kinds of which some value of a person could not be read; `pointer` is where the
/// person stands.
pub(super) fn unread(person: &person::Person, reading: &Reading, pointer: &str) -> KindSet {
    let places = reading.warnings.iter().filter_map(|told| told.pointer.strip_prefix(pointer));
    places.filter_map(|place| kind_at(person, place)).fold(KindSet::NONE, KindSet::with)
}

/// The kind of identifier that stands at a place of a person.
fn kind_at(person: &person::Person, pointer: &str) -> Option<Kind> {
    let mut parts = pointer.split('/').skip(1);
    Some(match parts.next()? {
        "emails" => Kind::Email,
        "phones" => Kind::Phone,
        "personnummer" => Kind::Personnummer,
        "addresses" => Kind::Postal,
        "customer_ids" => Kind::CustomerId,
        "cookie_ids" => Kind::CookieId,
        "advertising_ids" => Kind::AdvertisingId,
        "hashes" => match person.hashes.get(parts.next()?.parse::<usize>().ok()?)?.of {
            HashOf::Email => Kind::Email,
            HashOf::Phone => Kind::Phone,
        },
        _ => return None,
    })
}

/// What a register says.
pub(super) enum Said {
    /// The person is on it, or perhaps is.
    Met(Kind, Grade),
    /// It cannot tell.
    Doubt(Doubt),
}

impl Basis {
    /// Of the ledger as it is now.
    ///
    /// # Errors
    /// A fault at `/registers/…`: there is no such register.
    pub(super) fn now(instance: &Instance, registers: &[String]) -> Result<Self, Refusal> {
        let unread = instance.unread();
        let memory = instance.memory();
        let as_of = AsOf { position: memory.position, time: memory.time };
        let found: Vec<_> =
            registers.iter().map(|name| memory.registers.find(name.trim())).collect();
        let missing = found.iter().enumerate().filter(|(_, register)| register.is_none());
        let faults: Vec<_> = missing
            .map(|(index, _)| {
                let detail = "No register has this slug or id. GET /v1/registers lists them.";
                Fault::new(format!("/registers/{index}"), "unknown_register", detail)
            })
            .collect();
        if !faults.is_empty() {
            return Err(Refusal::at(Code::Unprocessable, faults));
        }
        let added = found.into_iter().flatten().map(|register| register.id).collect();
        let registers = memory.registers.clone();
        Ok(Self { as_of, today: instance.today(), registers, added, unread })
    }

    /// The same of an earlier state, on that state's day. What nobody had read then is not
    /// known any more.
    pub(super) fn at(self, as_of: AsOf, today: NaiveDate) -> Self {
        Self { as_of, today, unread: Arc::default(), ..self }
    }

    /// The registers that count for a controller at a position.
    pub(super) fn listed(&self, memory: &Memory, controller: Uuid, at: Position) -> Listed {
        let counting = match self.registers.is_empty() {
            true => Vec::new(),
            false => self.registers.counting(
                &memory.directory,
                controller,
                (at, self.today),
                &self.added,
            ),
        };
        Listed { counting, today: self.today }
    }

    /// How it was for a controller before.
    pub(super) fn then(&self, memory: &Memory, controller: Uuid, since: &Since) -> Then {
        let listed = self.listed(memory, controller, since.position);
        Then { listed, is_new: since.is_new(&memory.directory, controller) }
    }
}

impl Then {
    /// Whether somebody is told again of whom nothing can be read: nobody ever was told,
    /// where the controller was not the caller's.
    pub(super) const fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether the decision for one of the channels was another, or may have been; where
    /// the controller was not the caller's, whether it is not `clear`. `now` is what it
    /// is, `then` what objections alone said then.
    pub(super) fn differs(
        &self,
        memory: &Memory,
        person: Person<'_>,
        channels: ChannelSet,
        (now, then): (&Verdict, Verdict),
    ) -> bool {
        if self.is_new {
            return channels.iter().any(|channel| now.decision(channel) != Decision::Clear);
        }
        self.listed.differ(memory, person, channels, (now, then))
    }
}

impl Listed {
    /// Adds what the registers say to a verdict about these channels; `told` hears of it.
    pub(super) fn weigh(
        &self,
        memory: &Memory,
        person: Person<'_>,
        channels: ChannelSet,
        verdict: &mut Verdict,
        mut told: impl FnMut(&Counting, Said),
    ) {
        for counting in &self.counting {
            if self.lift(counting, person.relationship) != Lift::Yes {
                weigh_one(counting, memory, person, channels, verdict, &mut told);
            }
        }
    }

    /// Whether the decision for one of the channels was another at the position that
    /// these registers counted at, or may have been. `now` is what it is, `then` what
    /// objections alone said then.
    ///
    /// On what day anybody asked then is not known, and what a version that was replaced
    /// held is not either: then it counts as changed.
    fn differ(
        &self,
        memory: &Memory,
        person: Person<'_>,
        channels: ChannelSet,
        (now, mut then): (&Verdict, Verdict),
    ) -> bool {
        let objected = then.blocked;
        let mut open = ChannelSet::NONE;
        for counting in &self.counting {
            match self.lift(counting, person.relationship) {
                Lift::Yes => continue,
                Lift::NoLonger => open = open.union(counting.channels),
                Lift::No => {}
            }
            if matches!(counting.standing, Standing::Stale | Standing::Gone) {
                open = open.union(counting.channels);
            } else {
                weigh_one(counting, memory, person, channels, &mut then, &mut |_, _| ());
            }
        }
        channels.iter().any(|channel| {
            now.decision(channel) != then.decision(channel)
                || (open.contains(channel) && !objected.contains(channel))
        })
    }

    /// The registers that count for a channel.
    pub(super) fn counted(&self, channel: Channel) -> impl Iterator<Item = Counted> {
        let own = self.counting.iter().filter(move |own| own.channels.contains(channel));
        own.map(|own| {
            let version = own.register.in_force();
            Counted {
                slug: own.register.slug.clone(),
                version: version.map(|version| version.id),
                date: version.map(|version| version.date),
                standing: own.standing.name().to_owned(),
            }
        })
    }

    fn lift(&self, counting: &Counting, relationship: Option<&Relationship>) -> Lift {
        counting.register.rules.lifted_by.lifts(relationship, self.today)
    }
}

fn weigh_one(
    counting: &Counting,
    memory: &Memory,
    person: Person<'_>,
    channels: ChannelSet,
    verdict: &mut Verdict,
    told: &mut impl FnMut(&Counting, Said),
) {
    let reached = counting.register.reached(person.keys);
    let known = reached.fold(KindSet::NONE, |set, key| set.with(key.kind)).without(person.unread);
    let probes = match counting.generation() {
        Some(own) if !memory.is_all_of(own) => Cow::Owned(memory.probes_of(person.keys, own)),
        _ => Cow::Borrowed(person.probes),
    };
    let met = |kind, grade| told(counting, Said::Met(kind, grade));
    if let Some(doubt) = counting.weigh((known, &probes), channels, verdict, met) {
        told(counting, Said::Doubt(doubt));
    }
}

/// The warning that a register cannot tell. Names the register, and nothing of the person.
pub(super) fn warning(counting: &Counting, doubt: Doubt, place: &dyn Fn() -> String) -> Fault {
    let slug = &counting.register.slug;
    let detail = match doubt {
        Doubt::Stale => {
            let date = counting.register.in_force().map(|version| version.date.to_string());
            let (date, days) = (date.unwrap_or_default(), counting.register.rules.max_age_days);
            format!(
                "The register {slug} is of {date}, and one older than {days} days cannot be relied on: load a new version (POST /v1/registers/{slug}/versions)."
            )
        }
        Doubt::Missing => format!(
            "The register {slug} has no version: load one (POST /v1/registers/{slug}/versions)."
        ),
        Doubt::Gone => format!(
            "The register {slug} has a newer version since then, and what the one of then held is no longer kept."
        ),
        Doubt::Unchecked => {
            let coverage = counting.register.in_force().map(|version| version.coverage.names());
            match coverage.unwrap_or_default().join(", ") {
                none if none.is_empty() => format!(
                    "The rows of the register {slug} have nothing in common: it can tell who is on it, and of nobody that they are not. Load a version whose rows all have the same (POST /v1/registers/{slug}/versions)."
                ),
                each => format!(
                    "The register {slug} cannot tell by what was given: all that each of its rows has is {each}. Give what of it is missing or could not be read."
                ),
            }
        }
    };
    let pointer = match (doubt, counting.named) {
        (Doubt::Unchecked, _) => place(),
        (_, Some(index)) => format!("/registers/{index}"),
        (_, None) => "/controller".to_owned(),
    };
    Fault::new(pointer, doubt.code(), detail)
}

/// Why a decision is not clear, where it is a register that says so.
pub(super) fn listing(counting: &Counting, kind: Kind, grade: Grade) -> Option<Listing> {
    let version = counting.register.in_force()?;
    Some(Listing {
        register: counting.register.slug.clone(),
        date: version.date,
        channels: counting.channels,
        matched: kind,
        grade,
    })
}
