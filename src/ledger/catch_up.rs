//! Brings memory up to the head: what this instance wrote is told to it as the
//! rows that went in, and everything else is read back as such rows, so memory is
//! always what the rows say.

use super::Shared;
use super::entry::from_micros;
use super::gathered::Gathered;
use super::load;
use super::memory::{Acknowledged, Memory};
use super::registers::RegisterNews;
use crate::blocklist::{Blocklist, Event, Full, Hit};
use crate::crypto::tag::Tag;
use crate::domain::Position;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::{Binding, Controller, Group};
use crate::domain::identifier::{Grade, Kind};
use crate::domain::objection::EventKind;
use crate::store::head::Head;
use crate::store::objections::TermsRow;
use crate::store::rows::{
    ClientVersionRow, ControllerRow, GroupRow, MembershipEventRow, ObjectionEventRow, PartyNameRow,
};
use crate::store::tags::HitRow;
use crate::store::{
    AcknowledgementRow, Connection, StoreError, WebhookVersionRow, acknowledgements, clients,
    generations, head, messages, objections, parties, tags, webhooks,
};
use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use uuid::Uuid;

impl Shared {
    /// Brings memory to `goal` at least, or to the head where that is further.
    pub(super) fn catch_up(&self, goal: Position) -> Result<(), StoreError> {
        let _one = super::lock(&self.catching_up);
        let from = self.memory.read().unwrap_or_else(PoisonError::into_inner).position;
        if goal > 0 && from >= goal {
            return Ok(());
        }
        self.store.read(|conn| {
            let head = head::read(conn)?;
            if head.position < from {
                return Err(StoreError::Other(format!(
                    "the database is at position {}, before position {from} that this instance has answered from; it was replaced by an older copy",
                    head.position
                )));
            }
            self.load(conn, from, head)
        })
    }

    /// Brings memory up to the head as it is now.
    pub(super) fn follow_head(&self) -> Result<(), StoreError> {
        let head = self.store.fenced_head()?;
        self.catch_up(head.position.max(self.committed.load(Ordering::Acquire)))
    }

    /// Takes in a group that this instance has committed after `before`, or reads
    /// on where memory had not come so far.
    pub(super) fn follow(
        &self,
        before: Position,
        head: Head,
        group: Gathered,
    ) -> Result<(), StoreError> {
        {
            let _one = super::lock(&self.catching_up);
            let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
            // What changed the keys is read back, with them; so are those of a register.
            let elsewhere = group.changes_keys() || group.loads_registers();
            if memory.position == before && !elsewhere {
                News::from(group).apply(&mut memory)?;
                memory.position = head.position;
                memory.time = from_micros(head.time);
                self.moved.send_replace(head.position);
                return Ok(());
            }
        }
        self.catch_up(head.position)
    }

    /// Reads everything after `from`, and of tags the generation in use. All is
    /// applied under one lock, so that nobody sees half an entry. What is new is
    /// little, but for the first time: then objections and their keys are read side
    /// by side, past this snapshot, and it is made certain that they were those of
    /// one generation.
    fn load(&self, conn: &mut Connection, from: Position, head: Head) -> Result<(), StoreError> {
        let keyring = self.keys.follow(conn)?;
        let generation = generations::current(conn)?;
        if generation > keyring.tag_key_version() {
            return Err(unknown("key version"));
        }
        let mut news = News {
            controllers: parties::controllers_since(conn, from)?,
            groups: parties::groups_since(conn, from)?,
            names: parties::names_since(conn, from)?,
            memberships: parties::memberships_since(conn, from)?,
            clients: clients::since(conn, from)?,
            acknowledgements: acknowledgements::since(conn, from)?,
            webhooks: webhooks::since(conn, from)?,
            events: objections::events_since(conn, from)?,
            registers: RegisterNews::since(conn, from)?,
            messages_at: messages::newest(conn)?,
            ..News::default()
        };
        self.call_the_rolls(conn, &mut news.registers, keyring.tag_key_version())?;
        let mut first = None;
        if from == 0 {
            first = Some(load::blocklist(&self.store, generation, head.position)?);
            if self.store.read(generations::current)? != generation {
                // The older tags may have gone while they were read.
                return Err(StoreError::Busy);
            }
        } else {
            let part = (from + 1, head.position);
            news.objections = objections::terms_within(conn, part)?;
            news.tags = tags::hits_within(conn, generation, part)?;
        }
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = first {
            memory.blocklist = first;
        }
        memory.follow(keyring, generation);
        news.apply(&mut memory)?;
        memory.position = head.position;
        memory.time = from_micros(head.time);
        self.moved.send_replace(head.position);
        Ok(())
    }
}

/// What came since memory was last brought up.
#[derive(Default)]
struct News {
    controllers: Vec<ControllerRow>,
    groups: Vec<GroupRow>,
    names: Vec<PartyNameRow>,
    memberships: Vec<MembershipEventRow>,
    clients: Vec<ClientVersionRow>,
    acknowledgements: Vec<AcknowledgementRow>,
    webhooks: Vec<WebhookVersionRow>,
    objections: Vec<TermsRow>,
    tags: Vec<HitRow>,
    events: Vec<ObjectionEventRow>,
    registers: RegisterNews,
    messages_at: Position,
}

impl From<Gathered> for News {
    fn from(group: Gathered) -> Self {
        let objections = group.objections.all.into_iter();
        let tags = group.tags.all.into_iter();
        let came = group.messages.all.iter().map(|row| row.position);
        let settled = group.message_clearances.all.iter().map(|row| row.position);
        Self {
            messages_at: came.chain(settled).max().unwrap_or(0),
            controllers: group.controllers.all,
            groups: group.groups.all,
            names: group.names.all,
            memberships: group.memberships.all,
            clients: group.clients.all,
            acknowledgements: group.acknowledgements.all,
            webhooks: group.webhooks.all,
            objections: objections.map(|row| (row.position, row.channels, row.binding)).collect(),
            tags: tags.map(|t| (t.position, t.objection, t.kind, t.grade, t.tag)).collect(),
            events: group.events.all,
            registers: RegisterNews {
                registers: group.registers.all,
                bindings: group.register_bindings.all,
                endings: group.register_endings.all,
                ..RegisterNews::default()
            },
        }
    }
}

impl News {
    fn apply(self, memory: &mut Memory) -> Result<(), StoreError> {
        self.apply_parties(memory)?;
        memory.messages_at = memory.messages_at.max(self.messages_at);
        self.registers.apply(&mut memory.registers)?;
        for row in self.clients {
            memory.put_client(row.position, json(&row.state)?);
        }
        for row in self.acknowledgements {
            let (position, time) = (row.acknowledged, from_micros(row.received_at));
            memory.consumers.insert(row.client, Acknowledged { position, time });
        }
        for row in self.webhooks {
            memory.put_webhook(row.position, json(&row.state)?);
        }
        let mut bindings = Bindings::default();
        for row in &self.objections {
            insert_objection(&mut memory.blocklist, row, &mut bindings)?;
        }
        for (position, objection, kind, grade, tag) in &self.tags {
            let tag = tag.as_slice().try_into().map_err(|_| unknown("tag"))?;
            let hit = hit(*objection, *position, *kind, *grade)?;
            memory.blocklist.insert_tag(&Tag(tag), hit)?;
        }
        for row in self.events {
            memory.blocklist.insert_event(
                row.objection,
                Event {
                    position: row.position,
                    kind: EventKind::named(&row.kind).ok_or_else(|| unknown("event kind"))?,
                    channels: channels(row.channels)?,
                    binding: json(&row.binding)?,
                },
            );
        }
        Ok(())
    }

    fn apply_parties(&self, memory: &mut Memory) -> Result<(), StoreError> {
        let directory = &mut memory.directory;
        for row in &self.controllers {
            directory.put_controller(Controller {
                id: id(&row.id)?,
                slug: String::new(),
                name: String::new(),
                organisation_number: row.organisation_number.clone(),
                region: row.region.clone(),
            });
        }
        for row in &self.groups {
            let (slug, name) = (String::new(), String::new());
            directory.put_group(Group { id: id(&row.id)?, slug, name });
        }
        for row in &self.names {
            directory.put_name(id(&row.party)?, &row.slug, &row.name);
        }
        for row in &self.memberships {
            let (group, controller) = (id(&row.group_id)?, id(&row.controller_id)?);
            if row.began {
                directory.begin_membership(group, controller, row.position);
            } else {
                directory.end_membership(group, controller, row.position);
            }
        }
        Ok(())
    }
}

/// Bindings as they were read before: many objections have the same.
pub(super) type Bindings = HashMap<String, Binding>;

/// Takes in an objection.
pub(super) fn insert_objection(
    blocklist: &mut Blocklist,
    (position, bits, binding): &TermsRow,
    bindings: &mut Bindings,
) -> Result<(), StoreError> {
    if !bindings.contains_key(binding) {
        bindings.insert(binding.clone(), json(binding)?);
    }
    let binding = bindings.get(binding).ok_or_else(|| unknown("binding"))?;
    Ok(blocklist.insert_record(*position, channels(*bits)?, binding)?)
}

/// What a key leads to, as the index takes it.
pub(super) fn hit(
    record: Position,
    position: Position,
    kind: i16,
    grade: i16,
) -> Result<Hit, StoreError> {
    let kind = Kind::from_code(kind).ok_or_else(|| unknown("identifier kind"))?;
    let grade = Grade::from_code(grade).ok_or_else(|| unknown("grade"))?;
    Ok(Hit { record, position, kind, grade })
}

impl From<Full> for StoreError {
    fn from(_: Full) -> Self {
        Self::Other("memory cannot hold more objections, or they came out of order".into())
    }
}

pub(super) fn id(bytes: &[u8]) -> Result<Uuid, StoreError> {
    Uuid::from_slice(bytes).map_err(|_| unknown("id"))
}

pub(super) fn channels(bits: i32) -> Result<ChannelSet, StoreError> {
    u16::try_from(bits).map(ChannelSet::from_bits).map_err(|_| unknown("channel set"))
}

pub(super) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| unknown("JSON column"))
}

pub(super) fn unknown(what: &str) -> StoreError {
    StoreError::Other(format!(
        "a row holds a {what} that this version does not know; a newer version wrote it, or it was damaged"
    ))
}

/// The binding of an event that has none of its own.
#[must_use]
pub fn no_binding() -> Binding {
    Binding::Named { controllers: Vec::new(), groups: Vec::new() }
}
