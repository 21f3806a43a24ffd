//! A line of this service's own export comes back: as an objection with all that
//! happened to it, in one step, so that what was taken back never blocks in between.

use super::import::{Import, Status, Told};
use super::known::{Earlier, References};
use super::line::{self, Event, Line, OBJECTION, Tagged};
use super::read_as::NOWHERE;
use crate::app::commit::{Done, submit};
use crate::app::event::NewEvent;
use crate::app::record::{NewRecord, recording_read, tag_rows};
use crate::app::refusal::{Code, Refusal};
use crate::app::visible::id_of;
use crate::app::{Instance, commit};
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::identifier::{Reading, Side, code, read};
use crate::domain::objection::{AnnulmentReason, EventKind, Right, Source};
use crate::domain::proxy::SKEW;
use crate::ledger::entry::written;
use crate::ledger::submission::Act;
use crate::store::rows::TagRow;
use crate::store::{objections, tags};
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// No objection has more events than this.
const MOST_EVENTS: usize = 500;

/// What a line says, checked.
struct Held {
    line: Line,
    objected_at: Time,
    channels: ChannelSet,
    events: Vec<Known>,
    /// The generation of its tags, where this instance has the key.
    generation: Option<i32>,
}

/// An event, checked.
struct Known {
    kind: EventKind,
    channels: ChannelSet,
    reason: Option<&'static str>,
    event: Event,
}

/// Takes a line.
pub(super) async fn take(import: &Import, row: u64, json: &[u8]) -> Result<Told, Refusal> {
    let app = &import.app;
    let held = Held::read(app, json)?;
    let ids = held.line.ids();
    let references: Vec<_> = ids.iter().map(|id| import.reference(id.as_bytes())).collect();
    // Whichever way an objection has gone, it is known by its first id.
    let Some(reference) = references.last().cloned() else {
        return Err(Refusal::new(Code::Internal));
    };
    let twice = import.seen_before(&reference);
    let by = References { sure: references, unsure: None };
    let earlier = match import.at_home(&ids).await? {
        Some(own) => Some(own),
        None => import.earlier(&by).await?,
    };
    if let Some(earlier) = earlier {
        return added(import, &held, &earlier).await;
    }
    if twice {
        return Ok(Told::known(None));
    }
    let person = held.line.read_as.told(line::person(&held.line.originals));
    let new = NewRecord {
        source: Source::Import,
        objected_at: held.objected_at,
        channels: held.channels,
        binding: import.binding.clone(),
        person: &person,
        reference: Some(&reference),
        details: json!({
            "format": "nejtack", "word": held.line.source, "original_date": written(held.objected_at),
            "original": held.line.id, "originals": ids[1..], "import": import.id,
        }),
        document: None,
    };
    let mut reading = read(&person, "/person", &app.rules(NOWHERE), Side::Store);
    let own_tags = held.tags(app, &held.line.tags);
    if reading.readable == 0 && own_tags.is_empty() {
        return Err(nothing(reading, &held.line.tags));
    }
    reading.warnings.extend(held.lost(&reading, &held.line.tags));
    let content = json!({"import": import.id, "row": row, "line": serde_json::from_slice::<serde_json::Value>(json).ok()});
    let canonical =
        serde_json_canonicalizer::to_vec(&content).map_err(|_| Refusal::new(Code::Internal))?;
    let envelope = import.envelope(&canonical);
    // What the line says of itself is sealed: it was written elsewhere.
    let origin = json!({
        "id": held.line.id, "source": held.line.source, "received_at": held.line.received_at,
        "controllers": held.line.controllers, "client": held.line.client, "actor": held.line.actor,
        "details": held.line.details, "events": told(&held.events),
    });
    let (mut act, recorded) =
        recording_read(app, &envelope, "run_import", new, reading, |sealer| {
            line::seal(&held.line.originals, sealer);
            sealer.seal_json(crate::app::originals::Keeping::Proof, "origin", &origin);
        })?;
    merge(&mut act.rows.tags, own_tags);
    let mut acts = vec![act];
    for known in &held.events {
        acts.extend(held.act(import, known, (0, recorded.id))?);
    }
    let warnings = recorded.warnings.clone();
    match submit(app, &envelope, "run_import", acts, recorded).await {
        Ok(Done::Recorded(committed)) => {
            let id = (!import.asked.dry_run).then_some(committed.value.id);
            Ok(Told { status: Status::Recorded, id, why: None, warnings, refusal: None })
        }
        Ok(Done::Earlier(row)) => Ok(Told::known(Some(id_of(&row.id)?))),
        Ok(Done::EarlierMessage(_)) => Err(Refusal::new(Code::Internal)),
        Err(refusal) if refusal.code == Code::ReferenceReused => {
            import.earlier(&by).await?.map_or_else(|| Ok(Told::known(None)), |it| it.told())
        }
        Err(refusal) => Err(refusal),
    }
}

/// What a line adds to an objection that is known: identifiers that came later, and
/// nothing else. An import takes nothing back.
async fn added(import: &Import, held: &Held, earlier: &Earlier) -> Result<Told, Refusal> {
    let (app, position) = (&import.app, earlier.row.position);
    let id = id_of(&earlier.row.id)?;
    let comes = |known: &&Known| known.kind == EventKind::IdentifiersAdded;
    if !held.events.iter().any(|known| comes(&known)) {
        return earlier.told();
    }
    let known = app.waiting(move |instance| {
        let generation = instance.memory().generation();
        let read = |conn: &mut _| {
            let events = objections::events_of(conn, position)?;
            let mut there = HashSet::new();
            for at in std::iter::once(position).chain(events.iter().map(|event| event.position)) {
                let rows = tags::within(conn, generation, (at, at))?;
                there.extend(rows.into_iter().map(|row| (row.kind, row.tag)));
            }
            Ok(there)
        };
        instance.ledger.store().read(read).map_err(Refusal::from)
    });
    let there = known.await?;
    let mut acts = Vec::new();
    for event in held.events.iter().filter(comes) {
        let Some(mut act) = held.act(import, event, (position, id))? else { continue };
        act.rows.tags.retain(|tag| !there.contains(&(tag.kind, tag.tag.clone())));
        if !act.rows.tags.is_empty() {
            acts.push(act);
        }
    }
    if acts.is_empty() {
        return earlier.told();
    }
    let envelope = import.envelope(b"{}");
    match commit::commit(app, &envelope, "run_import", acts, ()).await {
        Ok(_) => Ok(Told { status: Status::Recorded, ..Told::known(Some(id)) }),
        // It was annulled here: it never was the person's.
        Err(refusal) if refusal.code == Code::EventNotPossible => earlier.told(),
        Err(refusal) => Err(refusal),
    }
}

impl Held {
    fn read(app: &Instance, json: &[u8]) -> Result<Self, Refusal> {
        let refused = |pointer: &'static str, code: &'static str, detail: &'static str| {
            Err(Refusal::at(Code::Unprocessable, vec![Fault::new(pointer, code, detail)]))
        };
        let Ok(line) = serde_json::from_slice::<Line>(json) else {
            return refused("", "not_an_export", "This is no line of an export of this service.");
        };
        if line.nejtack != OBJECTION {
            return refused(
                "/nejtack",
                "version",
                "This line was written by another version: it must say objection/1.",
            );
        }
        if line.right != Right::ObjectToDirectMarketing.name() {
            return refused(
                "/right",
                "right_not_covered",
                "Only objections to direct marketing can be imported.",
            );
        }
        if Source::named(&line.source).is_none() {
            return refused(
                "/source",
                "unknown_word",
                "This is no source that this service knows.",
            );
        }
        let at = chrono::DateTime::parse_from_rfc3339(&line.objected_at);
        let Some(objected_at) = at.ok().map(|at| at.to_utc()).filter(|at| *at <= app.now() + SKEW)
        else {
            return refused(
                "/objected_at",
                "time",
                "Write a time that has been, such as 2024-05-31T09:12:00Z.",
            );
        };
        let Some(channels) = line::channels(&line.channels).filter(|all| !all.is_empty()) else {
            return refused("/channels", "unknown_word", "Name the channels, or all.");
        };
        if !line::fits(&line.originals)
            || !line.events.iter().all(|event| line::fits(&event.originals))
        {
            return refused(
                "/originals",
                "originals",
                "What was sealed is not as an export writes it.",
            );
        }
        if line.events.len() > MOST_EVENTS {
            return refused("/events", "too_many", "More events than an objection has.");
        }
        let mut events = Vec::new();
        let mut line = line;
        for event in std::mem::take(&mut line.events) {
            let kind = EventKind::named(&event.kind);
            let freed = line::channels(&event.channels);
            let (Some(kind), Some(channels)) = (kind, freed) else {
                return refused(
                    "/events",
                    "unknown_word",
                    "An event is of no kind, or for no channel, that this service knows.",
                );
            };
            let reasons = [
                AnnulmentReason::WrongPerson,
                AnnulmentReason::Forged,
                AnnulmentReason::RecycledNumber,
            ];
            let reason = event.reason.as_deref();
            let reason =
                reasons.into_iter().map(AnnulmentReason::name).find(|own| Some(*own) == reason);
            events.push(Known { kind, channels, reason, event });
        }
        let keyring = app.keyring();
        let own = |key: &&line::TagKey| key.is_of(&keyring);
        let generation = line.tag_key.as_ref().filter(own).map(|key| key.generation);
        Ok(Self { line, objected_at, channels, events, generation })
    }

    /// The rows of tags that this instance's key made.
    fn tags(&self, app: &Instance, tags: &[Tagged]) -> Vec<TagRow> {
        let Some(from) = self.generation else { return Vec::new() };
        let (keyring, into) = (app.keyring(), app.memory().generation());
        let refused = app.settings().refused;
        let held = |row: &TagRow| {
            let kind = crate::domain::identifier::Kind::from_code(row.kind);
            kind.is_some_and(|kind| !refused.contains(kind))
        };
        tags.iter().filter_map(|tag| tag.row(&keyring, (from, into))).filter(held).collect()
    }

    /// Kinds of identifier that are in the tags alone, and cannot be taken from them.
    fn lost(&self, reading: &Reading, tags: &[Tagged]) -> Vec<Fault> {
        if self.generation.is_some() {
            return Vec::new();
        }
        let mut kinds: Vec<&str> = tags.iter().map(|tag| tag.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let named = |kind: &&str| crate::domain::identifier::Kind::named(kind);
        let lost = kinds.iter().filter_map(named);
        let lost = lost.filter(|kind| !reading.keys.iter().any(|key| key.kind == *kind));
        lost.map(|kind| {
            let detail = format!(
                "Its {} is in the line as a keyed tag alone, and another key made it: it is not taken over.",
                kind.name()
            );
            Fault::new("/tags", ANOTHER_KEY, detail)
        })
        .collect()
    }

    /// The act of an event; none of one that says nothing here.
    fn act(
        &self,
        import: &Import,
        known: &Known,
        objection: (i64, Uuid),
    ) -> Result<Option<Act>, Refusal> {
        let app = &import.app;
        let mut reading = Reading::default();
        let person = known.event.read_as.told(line::person(&known.event.originals));
        let mut rows = Vec::new();
        if known.kind == EventKind::IdentifiersAdded {
            reading = read(&person, "/person", &app.rules(NOWHERE), Side::Store);
            rows = tag_rows(app, &reading.keys, objection.0);
            let mut own = self.tags(app, &known.event.tags);
            own.iter_mut().for_each(|row| row.objection = objection.0);
            merge(&mut rows, own);
            if rows.is_empty() {
                return Ok(None);
            }
        }
        let annulled = known.kind == EventKind::Annulled;
        let event = NewEvent {
            kind: known.kind,
            objection,
            channels: if annulled { ChannelSet::ALL } else { known.channels },
            binding: if known.kind == EventKind::Withdrawn {
                &import.binding
            } else {
                &Binding::Every
            },
            reason: if annulled { known.reason.or(Some("wrong_person")) } else { None },
            warnings: &reading.warnings,
            tags: rows,
        };
        let (act, _) = event.act(app, &import.caller, |sealer| {
            if known.kind == EventKind::IdentifiersAdded {
                sealer.seal_person(&person);
                sealer.seal_unread(&reading.unread, objection.0);
            }
            line::seal(&known.event.originals, sealer);
        })?;
        Ok(Some(act))
    }
}

/// The tags were made under a key that is not here.
const ANOTHER_KEY: &str = "tags_of_another_key";

/// Why a line says nothing that can be recorded.
fn nothing(reading: Reading, tags: &[Tagged]) -> Refusal {
    let mut faults = reading.warnings;
    if !tags.is_empty() {
        let detail = "What was posted is no longer sealed, and its tags were made under another key: only the instance that wrote the export, or one restored from it, can take this line back.";
        faults.push(Fault::new("/tags", ANOTHER_KEY, detail));
    }
    if faults.is_empty() {
        faults.push(Fault::new(
            "/originals",
            code::UNREADABLE,
            "The line says of nobody who it is.",
        ));
    }
    Refusal::at(Code::NothingReadable, faults)
}

/// Adds tags that are not there yet; of two that are the same, the surer stays.
fn merge(tags: &mut Vec<TagRow>, more: Vec<TagRow>) {
    let mut all: BTreeMap<(i16, Vec<u8>), TagRow> = BTreeMap::new();
    for row in std::mem::take(tags).into_iter().chain(more) {
        let place = all.entry((row.kind, row.tag.clone())).or_insert_with(|| row.clone());
        place.grade = place.grade.min(row.grade);
    }
    *tags = all.into_values().collect();
    for (row, ordinal) in tags.iter_mut().zip(0..) {
        row.ordinal = ordinal;
    }
}

/// What a line says of its events, without what was sealed of them.
fn told(events: &[Known]) -> Vec<serde_json::Value> {
    let told = |known: &Known| {
        let Event { id, kind, at, channels, reason, client, actor, .. } = &known.event;
        json!({"id": id, "kind": kind, "at": at, "channels": channels, "reason": reason,
            "client": client, "actor": actor})
    };
    events.iter().map(told).collect()
}
