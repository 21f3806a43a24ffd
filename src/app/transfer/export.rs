//! All that a controller holds, handed out: so that nobody is held here. What was
//! posted is opened for it, and that is an entry of its own before a byte leaves.

use super::certificate::{Certificate, Counts, Run, Way};
use super::line::{self, Event, Line, OBJECTION, Original, TagKey, Tagged};
use super::read_as::ReadAs;
use crate::app::refusal::{Code, Refusal};
use crate::app::visible::{binding_of, id_of};
use crate::app::{App, AsOf, Caller, Instance, binding, originals};
use crate::crypto::random;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::controller::{Binding, Directory};
use crate::domain::identifier::Key;
use crate::domain::objection::EventKind;
use crate::ledger::entry::{from_micros, written};
use crate::store::rows::{ObjectionEventRow, ObjectionRow};
use crate::store::{Connection, StoreError, generations, objections, tags};
use crate::tabular::import::Format;
use crate::tabular::spool::{Spool, Spooled};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

/// So many objections are read at once: a proxy's document may have 5 MiB.
const PAGE: i64 = 16;

/// Hands out all that one controller holds: what was said to it alone, to a group of
/// its, and to every controller, whatever became of it since. It is all of one state of
/// the ledger, and ready before anything of it leaves.
///
/// # Errors
/// [`Refusal`]: no such controller, or not the caller's.
pub async fn export(
    app: &App,
    caller: &Caller,
    controller: &str,
) -> Result<(Certificate, Spooled), Refusal> {
    caller.require(&[Scope::ExportsRun])?;
    app.caught_up_for(caller).await?;
    let controller = binding::one(&app.memory().directory, caller, controller.trim())?.id;
    let (id, begun_at) = (random::uuid_v7(app.now()), app.now());
    originals::reading_is_an_entry(app, caller, [id]).await?;
    app.caught_up_for(caller).await?;
    let as_of = app.as_of();
    let caller = caller.clone();
    app.waiting(move |instance| {
        let mut writer = Writer::new(instance, controller, as_of);
        writer.all()?;
        let Writer { spool, hash, bytes, rows, .. } = writer;
        let spooled = spool.read_back().map_err(|error| no_disk(&error))?;
        let binding = Binding::Named { controllers: vec![controller], groups: Vec::new() };
        let run = Run {
            caller: &caller,
            id,
            way: Way::Export,
            format: Format::Nejtack.name(),
            binding: &binding,
            channels: ChannelSet::NONE,
            as_of,
            begun_at,
            counts: Counts { rows, recorded: rows, ..Counts::default() },
            file: (bytes, Some(hash.finalize().into())),
            failure: None,
        };
        Ok((run.write(instance)?, spooled))
    })
    .await
}

struct Writer<'a> {
    instance: &'a Instance,
    directory: Directory,
    /// Where numbers without a country can belong.
    regions: Vec<String>,
    controller: Uuid,
    as_of: AsOf,
    spool: Spool,
    hash: Sha256,
    bytes: u64,
    rows: i64,
}

impl<'a> Writer<'a> {
    fn new(instance: &'a Instance, controller: Uuid, as_of: AsOf) -> Self {
        let directory = instance.memory().directory.clone();
        let regions = directory.controllers().into_iter().map(|it| it.region.clone());
        let regions: BTreeSet<_> = regions.chain([binding::DEFAULT_REGION.to_owned()]).collect();
        Self {
            instance,
            directory,
            regions: regions.into_iter().collect(),
            controller,
            as_of,
            spool: Spool::new(),
            hash: Sha256::new(),
            bytes: 0,
            rows: 0,
        }
    }

    fn all(&mut self) -> Result<(), Refusal> {
        let store = self.instance.ledger.store();
        let mut after = 0;
        loop {
            let page =
                store.read(|conn| objections::after(conn, (after, self.as_of.position), PAGE))?;
            let Some(last) = page.last().map(|row| row.position) else { return Ok(()) };
            after = last;
            for row in &page {
                let Some(binding) = binding_of(row) else {
                    return Err(Refusal::new(Code::Internal));
                };
                let at = self.as_of.position;
                if !self.directory.binds(&binding, row.position, self.controller, at) {
                    continue;
                }
                let line = store.read(|conn| self.line(conn, row, &binding))?;
                self.write(&line?)?;
            }
        }
    }

    fn write(&mut self, line: &Line) -> Result<(), Refusal> {
        let mut json = serde_json::to_vec(line).map_err(|_| Refusal::new(Code::Internal))?;
        json.push(b'\n');
        self.hash.update(&json);
        self.bytes += json.len() as u64;
        self.rows += 1;
        if self.spool.push(&json) {
            let spool = std::mem::take(&mut self.spool);
            self.spool = spool.settle().map_err(|error| no_disk(&error))?;
        }
        Ok(())
    }

    fn line(
        &self,
        conn: &mut Connection,
        row: &ObjectionRow,
        binding: &Binding,
    ) -> Result<Result<Line, Refusal>, StoreError> {
        let generation = generations::current(conn)?;
        let tag_key = TagKey::of(&self.instance.keyring(), generation);
        if tag_key.is_none() {
            // Another instance exchanged the key just now: it comes with the next look.
            return Ok(Err(Refusal::new(Code::Unavailable).retry_after(5)));
        }
        let Ok(id) = id_of(&row.id) else { return Ok(Err(Refusal::new(Code::Internal))) };
        let mut events = Vec::new();
        for event in objections::events_of(conn, row.position)? {
            if event.position <= self.as_of.position && self.concerns(&event) {
                events.push(self.event(conn, &event, generation)?);
            }
        }
        let parsed = |text: &str| serde_json::from_str(text).unwrap_or_default();
        let originals = self.originals(conn, row.position, id)?;
        let tags = tagged(conn, row.position, generation)?;
        Ok(Ok(Line {
            nejtack: OBJECTION.to_owned(),
            id,
            source: row.source.clone(),
            right: row.right_used.clone(),
            objected_at: written(from_micros(row.objected_at)),
            received_at: written(from_micros(row.received_at)),
            channels: names(row.channels),
            controllers: self.directory.names(binding),
            purpose: row.purpose.clone(),
            legal_basis: row.legal_basis.clone(),
            client: row.client.clone(),
            actor: row.actor.clone(),
            details: parsed(&row.details),
            warnings: parsed(&row.warnings),
            read_as: self.read_as(&originals, &tags, generation),
            originals,
            events,
            tags,
            tag_key,
        }))
    }

    fn event(
        &self,
        conn: &mut Connection,
        event: &ObjectionEventRow,
        generation: i32,
    ) -> Result<Event, StoreError> {
        let id = Uuid::from_slice(&event.id).unwrap_or_default();
        let originals = self.originals(conn, event.position, id)?;
        let tags = tagged(conn, event.position, generation)?;
        Ok(Event {
            id,
            kind: event.kind.clone(),
            at: written(from_micros(event.received_at)),
            channels: names(event.channels),
            reason: event.reason.clone(),
            client: event.client.clone(),
            actor: event.actor.clone(),
            read_as: self.read_as(&originals, &tags, generation),
            originals,
            tags,
        })
    }

    fn read_as(&self, originals: &[Original], tags: &[Tagged], generation: i32) -> ReadAs {
        let keyring = self.instance.keyring();
        let tag = |key: &Key| Some(Tagged::written(keyring.tag_in(key, generation)?));
        ReadAs::of(&line::person(originals), &self.regions, tags, tag)
    }

    fn originals(
        &self,
        conn: &mut Connection,
        position: i64,
        id: Uuid,
    ) -> Result<Vec<Original>, StoreError> {
        let opened = originals::open_with_purpose(self.instance, conn, position, id)?;
        Ok(opened.iter().map(|(row, plain)| Original::of(row, plain)).collect())
    }

    /// Whether an event says something to this controller: what was taken back for
    /// others alone is their own affair.
    fn concerns(&self, event: &ObjectionEventRow) -> bool {
        if event.kind != EventKind::Withdrawn.name() {
            return true;
        }
        let binding: Option<Binding> = serde_json::from_str(&event.binding).ok();
        binding.is_some_and(|it| self.directory.frees(&it, event.position, self.controller))
    }
}

fn names(bits: i32) -> Vec<String> {
    let channels = ChannelSet::from_bits(u16::try_from(bits).unwrap_or(u16::MAX));
    channels.names().into_iter().map(str::to_owned).collect()
}

fn tagged(
    conn: &mut Connection,
    position: i64,
    generation: i32,
) -> Result<Vec<Tagged>, StoreError> {
    let rows = tags::within(conn, generation, (position, position))?;
    Ok(rows.iter().filter_map(Tagged::of).collect())
}

fn no_disk(error: &std::io::Error) -> Refusal {
    log::error!("the spool of an export: {error}");
    let detail = "The export could not be kept: the disk of the service is full or broken.";
    Refusal::saying(Code::Unavailable, detail).retry_after(30)
}
