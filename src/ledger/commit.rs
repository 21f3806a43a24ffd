//! One submission inside the group's transaction: has it been recorded before,
//! does it still hold, and then its entries.

use super::Waiting;
use super::entry::{self, Commitments, from_micros};
use super::gathered::{Gathered, owner};
use super::proofs::Writing;
use super::submission::{Act, ActRows, Committed, Need, Submission, SubmitError};
use super::{rotation, shreddings};
use crate::crypto::digest::constant_time_eq;
use crate::crypto::keyring::{Keyring, Purpose};
use crate::domain::objection::{EventKind, Source};
use crate::domain::{Position, Time};
use crate::store::head::Head;
use crate::store::rows::EntryRow;
use crate::store::{
    Connection, StoreError, acknowledgements, clients, generations, idempotency, keys, messages,
    objections, parties, registers, review, webhooks,
};
use std::sync::Arc;
use uuid::Uuid;

/// What became of a submission, before the group is committed.
pub(super) enum Taken {
    /// It is in the group: position and time of its last entry.
    New(Position, Time),
    /// It needs no entry.
    Other(Result<Committed, SubmitError>),
}

/// A group being written.
pub(super) struct Recording {
    /// Moved on with every entry.
    pub(super) head: Head,
    /// The log after it.
    pub(super) log: Writing,
    /// Its rows.
    pub(super) group: Gathered,
    /// The keys, among them that of the generation of tags in use.
    pub(super) keyring: Arc<Keyring>,
    /// That generation.
    pub(super) generation: i32,
}

impl Recording {
    /// Records a submission after the head. A refusal has written nothing, so the
    /// rest of the group goes on.
    ///
    /// # Errors
    /// The store's, which ends the transaction.
    pub(super) fn take(
        &mut self,
        conn: &mut Connection,
        waiting: &Waiting,
    ) -> Result<Taken, StoreError> {
        let submission = &waiting.submission;
        if self.asks_for_what_is_not_written(submission) {
            self.group.write(conn)?;
        }
        if let Some(earlier) = earlier(conn, submission)? {
            return Ok(Taken::Other(earlier));
        }
        if let Err(refused) = possible(conn, submission)? {
            return Ok(Taken::Other(Err(refused)));
        }
        let time = from_micros(self.head.time);
        let first = self.head.position + 1;
        for (act, commitments) in submission.acts.iter().zip(&waiting.commitments) {
            self.head.position += 1;
            let position = self.head.position;
            let completed = self.completed(conn, submission, act, first)?;
            let (act, commitments) =
                completed.as_ref().map_or((act, commitments), |(act, own)| (act, own));
            let places = (position, self.log.newest_checkpoint());
            let entry = EntryRow {
                position,
                time: self.head.time,
                kind: act.kind.name().to_owned(),
                subject: act.subject.map(|id| id.as_bytes().to_vec()),
                client: submission.client.clone(),
                actor: submission.actor.clone(),
                body: entry::body(submission, act, commitments, places, time),
            };
            self.log.append(&mut self.group, entry, &act.salts)?;
            self.group.take(&submission.client, act, position, time);
        }
        self.group.keep_answer(submission, self.head.position, time);
        Ok(Taken::New(self.head.position, time))
    }

    /// The act as it is to be recorded, where that is known only now: tags belong to
    /// the generation in use, whichever was when they were made; a rotation ends with
    /// the last tag there is; and an event of an objection that comes with it learns
    /// where that stands (`first`).
    fn completed(
        &mut self,
        conn: &mut Connection,
        submission: &Submission,
        act: &Act,
        first: Position,
    ) -> Result<Option<(Act, Commitments)>, StoreError> {
        let mut says = act.says.clone();
        let mut rows = if let Some(rotation) = &act.rows.rotation {
            self.group.write(conn)?;
            let row = rotation.finish(conn, self.head.position - 1)?;
            (self.generation, self.keyring) = (row.version, rotation.keyring());
            says.push(("generation", serde_json::to_value(&row).unwrap_or_default()));
            ActRows { generation: Some(row), ..ActRows::default() }
        } else if act.rows.event.as_ref().is_some_and(|event| event.objection == 0) {
            let mut rows = act.rows.clone();
            rows.event.iter_mut().for_each(|event| event.objection = first);
            rows.tags.iter_mut().for_each(|tag| tag.objection = first);
            rows.review_items.iter_mut().for_each(|item| item.objection = first);
            rows
        } else if act.rows.tags.iter().any(|tag| tag.key_version != self.generation) {
            act.rows.clone()
        } else {
            return Ok(None);
        };
        for tag in &mut rows.tags {
            *tag = rotation::wrapped(&self.keyring, tag, self.generation)?;
        }
        let document = act.document.clone();
        let (kind, subject, salts, needs) = (act.kind, act.subject, act.salts, Vec::new());
        let act = Act { kind, subject, salts, document, says, rows, needs };
        let commitments = Commitments::of(submission, &act);
        Ok(Some((act, commitments)))
    }

    /// Whether the database must know the rest of the group before it can judge
    /// this one: it may be a retry of one of them, or depend on what they did.
    fn asks_for_what_is_not_written(&self, submission: &Submission) -> bool {
        let client = &submission.client;
        let mut acts = submission.acts.iter();
        let key = submission.idempotency.as_ref().map(|key| key.key_tag.as_slice());
        let objections = submission.acts.iter().filter_map(|act| act.rows.objection.as_ref());
        let references =
            objections.filter_map(|new| Some((owner(client, new), new.reference_tag.as_deref()?)));
        let messages = submission.acts.iter().filter_map(|act| act.rows.message.as_ref());
        let own = messages.filter_map(|new| new.reference_tag.as_deref()).chain(key);
        let references = references.chain(own.map(|tag| (&**client, tag)));
        acts.any(|act| !act.needs.is_empty()) || { references }
            .any(|(owner, tag)| self.group.may_hold(owner, tag))
    }
}

/// Whether the submission would be recorded, or already was.
///
/// # Errors
/// The outer error is the store's.
pub(super) fn check(
    conn: &mut Connection,
    submission: &Submission,
) -> Result<Result<(), SubmitError>, StoreError> {
    match earlier(conn, submission)? {
        Some(earlier) => Ok(earlier.map(|_| ())),
        None => possible(conn, submission),
    }
}

/// Whether all that the submission needs still holds.
fn possible(
    conn: &mut Connection,
    submission: &Submission,
) -> Result<Result<(), SubmitError>, StoreError> {
    for act in &submission.acts {
        let event = act.rows.event.as_ref().map(|event| &*event.kind);
        for need in &act.needs {
            if let Err(refused) = holds(conn, event, need)? {
                return Ok(Err(refused));
            }
        }
    }
    Ok(Ok(()))
}

/// The answer that this submission already got, if it is a retry.
fn earlier(
    conn: &mut Connection,
    submission: &Submission,
) -> Result<Option<Result<Committed, SubmitError>>, StoreError> {
    if let Some(key) = &submission.idempotency
        && let Some(row) = idempotency::get(conn, &submission.client, &key.key_tag)?
    {
        let same = constant_time_eq(&row.content_digest, &key.content_digest);
        return Ok(Some(if same {
            Ok(Committed::SameKey {
                position: row.position,
                time: from_micros(row.time),
                answer: row.answer,
            })
        } else {
            Err(SubmitError::KeyReused)
        }));
    }
    let objection = submission.acts.iter().find_map(|act| act.rows.objection.as_ref());
    if let Some(new) = objection
        && let Some(reference) = &new.reference_tag
        && let Some(row) = if new.source == Source::Import.name() {
            let tag = reference.as_slice().try_into();
            tag.map_or(Ok(None), |tag| objections::imported(conn, &[tag]))?
        } else {
            objections::by_reference(conn, &submission.client, reference)?
        }
    {
        let same = constant_time_eq(&row.content_digest, &new.content_digest);
        return Ok(Some(if same {
            Ok(Committed::SameReference(Box::new(row)))
        } else {
            Err(SubmitError::ReferenceReused)
        }));
    }
    same_message(conn, submission)
}

/// A message that comes again. A later version may understand what an earlier one left
/// for staff, or the other way round: it is the same message all the same.
fn same_message(
    conn: &mut Connection,
    submission: &Submission,
) -> Result<Option<Result<Committed, SubmitError>>, StoreError> {
    let acts = || submission.acts.iter();
    let message = acts().find_map(|act| act.rows.message.as_ref());
    let stop = acts()
        .find_map(|act| act.rows.objection.as_ref())
        .filter(|row| row.source == Source::SmsStop.name());
    let message = message.map(|row| (&row.reference_tag, &row.content_digest));
    let stop = stop.map(|row| (&row.reference_tag, &row.content_digest));
    let Some((Some(reference), digest)) = message.or(stop) else { return Ok(None) };
    let as_reused = |same: bool, earlier| {
        Some(if same { Ok(earlier) } else { Err(SubmitError::ReferenceReused) })
    };
    if let Some(row) = messages::by_reference(conn, reference)? {
        let same = constant_time_eq(&row.content_digest, digest);
        return Ok(as_reused(same, Committed::SameMessage(Box::new(row))));
    }
    let client = &submission.client;
    Ok(objections::by_reference(conn, client, reference)?.and_then(|row| {
        let same = constant_time_eq(&row.content_digest, digest);
        as_reused(same, Committed::SameReference(Box::new(row)))
    }))
}

/// Whether what an act needs still holds.
fn holds(
    conn: &mut Connection,
    event: Option<&str>,
    need: &Need,
) -> Result<Result<(), SubmitError>, StoreError> {
    let (fine, otherwise) = match need {
        Need::EventPossible(objection) => {
            let earlier: Vec<_> = objections::events_of(conn, *objection)?
                .iter()
                .filter_map(|row| EventKind::named(&row.kind))
                .collect();
            let new = event.and_then(EventKind::named);
            (new.is_none_or(|new| new.may_follow(&earlier)), SubmitError::EventNotPossible)
        }
        Need::NameFree { party, slug, name } => {
            let free = |owner: Option<Vec<u8>>| {
                owner.is_none_or(|owner| Uuid::from_slice(&owner).ok() == Some(*party))
            };
            let slug_free = free(parties::slug_owner(conn, slug)?);
            (slug_free && free(parties::name_owner(conn, name)?), SubmitError::NameTaken)
        }
        Need::Membership { group, controller, is } => {
            let now = parties::is_member(conn, group.as_bytes(), controller.as_bytes())?;
            (now == *is, SubmitError::EventNotPossible)
        }
        Need::ClientFree(id) => (clients::latest(conn, id)?.is_none(), SubmitError::NameTaken),
        Need::ClientUnchanged { id, since } => {
            let latest = clients::latest(conn, id)?;
            (latest.is_some_and(|row| row.position == *since), SubmitError::Overtaken)
        }
        Need::AcknowledgesMore { client, position } => {
            let latest = acknowledgements::latest(conn, client)?;
            let more = latest.is_none_or(|row| row.acknowledged < *position);
            (more, SubmitError::EventNotPossible)
        }
        Need::WebhookUnchanged { id, since } => {
            let latest = webhooks::latest(conn, id.as_bytes())?;
            (latest.is_some_and(|row| row.position == *since), SubmitError::Overtaken)
        }
        Need::ItemOpen(id) => {
            let cleared = review::clearance(conn, id.as_bytes())?;
            (cleared.is_none(), SubmitError::EventNotPossible)
        }
        Need::MessageOpen(id) => {
            let cleared = messages::clearance(conn, id.as_bytes())?;
            (cleared.is_none(), SubmitError::EventNotPossible)
        }
        Need::Generation { in_use, key } => {
            let now = (generations::current(conn)?, keys::newest(conn, Purpose::Tag.name())?);
            (now == (*in_use, Some(*key)), SubmitError::Overtaken)
        }
        Need::RegisterFree { slug, name } => {
            (registers::is_free(conn, slug, name)?, SubmitError::NameTaken)
        }
        Need::RegisterStaged { register, after, version, pieces } => {
            let newest = registers::newest_version(conn, register.as_bytes())?;
            let newest = newest.map_or(0, |row| row.position);
            let there = registers::pieces(conn, version.as_bytes())?;
            (newest == *after && there == *pieces, SubmitError::Overtaken)
        }
        Need::RegisterBinds(id) => {
            let ended = registers::has_ended(conn, id.as_bytes())?;
            (!ended, SubmitError::EventNotPossible)
        }
        Need::Unshredded(ranges) => {
            (shreddings::anything_left(conn, ranges)?, SubmitError::Overtaken)
        }
    };
    Ok(if fine { Ok(()) } else { Err(otherwise) })
}
