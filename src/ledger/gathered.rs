//! The rows of a group, as they gather: written table by table, and then told to
//! memory as they are, instead of being read back.

use super::submission::{Act, Idempotency, Submission};
use crate::domain::objection::Source;
use crate::domain::{Position, Time};
use crate::store::rows::{
    ClientVersionRow, ControllerRow, EntryRow, GroupRow, IdempotencyRow, LeafRow,
    MembershipEventRow, ObjectionEventRow, ObjectionRow, OriginalRow, PartyNameRow, RecordKeyRow,
    ReviewClearanceRow, ReviewItemRow, ShreddingRow, SubmissionSaltRow, TagRow,
};
use crate::store::{
    AcknowledgementRow, Connection, KeyRow, MessageClearanceRow, MessageRow, RegisterBindingRow,
    RegisterEndingRow, RegisterRow, RegisterVersionRow, ScreeningRow, StoreError, TagGenerationRow,
    TransferRow, WebhookVersionRow, acknowledgements, clients, entries, generations, idempotency,
    keys, leaves, messages, objections, originals, parties, registers, review, screenings, tags,
    transfers, webhooks,
};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Rows of one table, of which the first are in the database already.
pub(super) struct Rows<R> {
    pub(super) all: Vec<R>,
    written: usize,
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self { all: Vec::new(), written: 0 }
    }
}

impl<R> Rows<R> {
    /// Those that are not in the database; from now on they count as if they were.
    fn fresh(&mut self) -> &[R] {
        let from = std::mem::replace(&mut self.written, self.all.len());
        &self.all[from..]
    }
}

/// All rows of a group.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) entries: Rows<EntryRow>,
    pub(super) leaves: Rows<LeafRow>,
    pub(super) salts: Rows<SubmissionSaltRow>,
    pub(super) objections: Rows<ObjectionRow>,
    pub(super) events: Rows<ObjectionEventRow>,
    pub(super) tags: Rows<TagRow>,
    originals: Rows<OriginalRow>,
    record_keys: Rows<RecordKeyRow>,
    shreddings: Rows<ShreddingRow>,
    review_items: Rows<ReviewItemRow>,
    clearances: Rows<ReviewClearanceRow>,
    pub(super) controllers: Rows<ControllerRow>,
    pub(super) groups: Rows<GroupRow>,
    pub(super) names: Rows<PartyNameRow>,
    pub(super) memberships: Rows<MembershipEventRow>,
    pub(super) clients: Rows<ClientVersionRow>,
    screenings: Rows<ScreeningRow>,
    pub(super) acknowledgements: Rows<AcknowledgementRow>,
    pub(super) webhooks: Rows<WebhookVersionRow>,
    transfers: Rows<TransferRow>,
    pub(super) registers: Rows<RegisterRow>,
    register_versions: Rows<RegisterVersionRow>,
    pub(super) register_bindings: Rows<RegisterBindingRow>,
    pub(super) register_endings: Rows<RegisterEndingRow>,
    pub(super) messages: Rows<MessageRow>,
    pub(super) message_clearances: Rows<MessageClearanceRow>,
    keys: Rows<KeyRow>,
    generations: Rows<TagGenerationRow>,
    answers: Rows<IdempotencyRow>,
    /// By what a retry of something not yet in the database would be known.
    retries: HashSet<(String, Vec<u8>)>,
    /// The time that writing the log's rows has taken.
    pub(super) log_spent: Duration,
}

/// Whose the reference of a new objection is: the client's, or nobody's where it is a row
/// of a list, which is the same row whoever imports it.
pub(super) fn owner<'a>(client: &'a str, row: &ObjectionRow) -> &'a str {
    if row.source == Source::Import.name() { "" } else { client }
}

impl Gathered {
    /// Whether a retry of this is to be looked for among what is not written yet.
    pub(super) fn may_hold(&self, client: &str, tag: &[u8]) -> bool {
        !self.retries.is_empty() && self.retries.contains(&(client.to_owned(), tag.to_vec()))
    }

    /// Takes in the rows of an act, with their position and time.
    pub(super) fn take(&mut self, client: &str, act: &Act, position: Position, time: Time) {
        let micros = time.timestamp_micros();
        let own = |objection: Position| if objection == 0 { position } else { objection };
        let rows = &act.rows;
        if let Some(row) = &rows.objection {
            if let Some(tag) = &row.reference_tag {
                self.retries.insert((owner(client, row).to_owned(), tag.clone()));
            }
            let row = ObjectionRow { position, received_at: micros, ..row.clone() };
            self.objections.all.push(row);
        }
        if let Some(row) = &rows.event {
            let row = ObjectionEventRow { position, received_at: micros, ..row.clone() };
            self.events.all.push(row);
        }
        let tags = rows.tags.iter().cloned();
        self.tags.all.extend(tags.map(|row| {
            let objection = own(row.objection);
            TagRow { position, objection, ..row }
        }));
        let originals = rows.originals.iter().cloned();
        self.originals.all.extend(originals.map(|row| OriginalRow { position, ..row }));
        let keys = rows.record_keys.iter().cloned();
        self.record_keys.all.extend(keys.map(|row| RecordKeyRow { position, ..row }));
        let gone = rows.shreddings.iter().cloned();
        self.shreddings.all.extend(gone.map(|row| ShreddingRow { position, ..row }));
        let items = rows.review_items.iter().cloned();
        self.review_items.all.extend(items.map(|row| {
            let objection = own(row.objection);
            ReviewItemRow { position, objection, ..row }
        }));
        let clearance = rows.clearance.iter().cloned();
        self.clearances.all.extend(clearance.map(|row| ReviewClearanceRow { position, ..row }));
        let controller = rows.controller.iter().cloned();
        self.controllers.all.extend(controller.map(|row| ControllerRow { position, ..row }));
        let group = rows.group.iter().cloned();
        self.groups.all.extend(group.map(|row| GroupRow { position, ..row }));
        let name = rows.name.iter().cloned();
        self.names.all.extend(name.map(|row| PartyNameRow { position, ..row }));
        let membership = rows.membership.iter().cloned();
        self.memberships.all.extend(membership.map(|row| MembershipEventRow { position, ..row }));
        let version = rows.client.iter().cloned();
        self.clients.all.extend(version.map(|row| ClientVersionRow { position, ..row }));
        let screening = rows.screening.iter().cloned();
        self.screenings.all.extend(screening.map(|row| ScreeningRow { position, ..row }));
        let acknowledgement = rows.acknowledgement.iter().cloned();
        self.acknowledgements.all.extend(acknowledgement.map(|row| AcknowledgementRow {
            position,
            received_at: micros,
            ..row
        }));
        let webhook = rows.webhook.iter().cloned();
        self.webhooks.all.extend(webhook.map(|row| WebhookVersionRow { position, ..row }));
        let transfer = rows.transfer.iter().cloned();
        self.transfers.all.extend(transfer.map(|row| TransferRow { position, ..row }));
        let register = rows.register.iter().cloned();
        self.registers.all.extend(register.map(|row| RegisterRow { position, ..row }));
        let version = rows.register_version.iter().cloned();
        self.register_versions
            .all
            .extend(version.map(|row| RegisterVersionRow { position, ..row }));
        let bound = rows.register_binding.iter().cloned();
        self.register_bindings.all.extend(bound.map(|row| RegisterBindingRow { position, ..row }));
        let ended = rows.register_ending.iter().cloned();
        self.register_endings.all.extend(ended.map(|row| RegisterEndingRow { position, ..row }));
        if let Some(row) = &rows.message {
            if let Some(tag) = &row.reference_tag {
                self.retries.insert((client.to_owned(), tag.clone()));
            }
            self.messages.all.push(MessageRow { position, ..row.clone() });
        }
        let cleared = rows.message_clearance.iter().cloned();
        let cleared = cleared.map(|row| MessageClearanceRow { position, ..row });
        self.message_clearances.all.extend(cleared);
        let key = rows.key.iter().cloned();
        self.keys.all.extend(key.map(|row| KeyRow { position, ..row }));
        let generation = rows.generation.iter().cloned();
        self.generations.all.extend(generation.map(|row| TagGenerationRow { position, ..row }));
    }

    /// Whether there is a new key among it, or a generation of tags was put into use.
    pub(super) fn changes_keys(&self) -> bool {
        !self.keys.all.is_empty() || !self.generations.all.is_empty()
    }

    /// Whether a version of a register came into force: its keys are read from elsewhere.
    pub(super) fn loads_registers(&self) -> bool {
        !self.register_versions.all.is_empty()
    }

    /// Keeps the answer that belongs to the submission's idempotency key.
    pub(super) fn keep_answer(&mut self, submission: &Submission, position: Position, time: Time) {
        let Some(Idempotency { key_tag, content_digest, answer }) = &submission.idempotency else {
            return;
        };
        self.retries.insert((submission.client.clone(), key_tag.to_vec()));
        self.answers.all.push(IdempotencyRow {
            client: submission.client.clone(),
            key_tag: key_tag.to_vec(),
            content_digest: content_digest.to_vec(),
            position,
            time: time.timestamp_micros(),
            answer: answer.clone(),
        });
    }

    /// Writes what is not in the database yet.
    pub(super) fn write(&mut self, conn: &mut Connection) -> Result<(), StoreError> {
        entries::insert(conn, self.entries.fresh())?;
        let begun = Instant::now();
        leaves::insert_leaves(conn, self.leaves.fresh())?;
        self.log_spent += begun.elapsed();
        leaves::insert_salts(conn, self.salts.fresh())?;
        objections::insert(conn, self.objections.fresh())?;
        objections::insert_events(conn, self.events.fresh())?;
        tags::insert(conn, self.tags.fresh())?;
        originals::insert(conn, self.originals.fresh())?;
        originals::insert_keys(conn, self.record_keys.fresh())?;
        originals::shred(conn, self.shreddings.fresh())?;
        review::insert_items(conn, self.review_items.fresh())?;
        let each = |row| review::insert_clearance(conn, row);
        self.clearances.fresh().iter().try_for_each(each)?;
        let each = |row| parties::insert_controller(conn, row);
        self.controllers.fresh().iter().try_for_each(each)?;
        let each = |row| parties::insert_group(conn, row);
        self.groups.fresh().iter().try_for_each(each)?;
        self.names.fresh().iter().try_for_each(|row| parties::insert_name(conn, row))?;
        let each = |row| parties::insert_membership(conn, row);
        self.memberships.fresh().iter().try_for_each(each)?;
        self.clients.fresh().iter().try_for_each(|row| clients::insert(conn, row))?;
        screenings::insert(conn, self.screenings.fresh())?;
        acknowledgements::insert(conn, self.acknowledgements.fresh())?;
        webhooks::insert(conn, self.webhooks.fresh())?;
        transfers::insert(conn, self.transfers.fresh())?;
        registers::insert(conn, self.registers.fresh())?;
        registers::insert_versions(conn, self.register_versions.fresh())?;
        registers::insert_bindings(conn, self.register_bindings.fresh())?;
        registers::insert_endings(conn, self.register_endings.fresh())?;
        messages::insert(conn, self.messages.fresh())?;
        messages::insert_clearances(conn, self.message_clearances.fresh())?;
        keys::insert(conn, self.keys.fresh())?;
        generations::insert(conn, self.generations.fresh())?;
        idempotency::insert(conn, self.answers.fresh())?;
        self.retries.clear();
        Ok(())
    }
}
