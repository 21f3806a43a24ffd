//! One submission inside the group's transaction: has it been recorded before,
//! does it still hold, and then its entries.

use super::entry::from_micros;
use super::rows;
use super::submission::{Committed, Need, Submission, SubmitError};
use crate::crypto::digest::constant_time_eq;
use crate::domain::objection::EventKind;
use crate::store::head::Head;
use crate::store::{Connection, StoreError, clients, idempotency, objections, parties, review};
use uuid::Uuid;

/// Records a submission after `head`, which is moved on. A refusal has written
/// nothing, so the rest of the group goes on.
///
/// # Errors
/// The outer error is the store's, and ends the transaction.
pub(super) fn submit(
    conn: &mut Connection,
    submission: &Submission,
    head: &mut Head,
) -> Result<Result<Committed, SubmitError>, StoreError> {
    if let Some(earlier) = earlier(conn, submission)? {
        return Ok(earlier);
    }
    if let Err(refused) = possible(conn, submission)? {
        return Ok(Err(refused));
    }
    let time = from_micros(head.time);
    for act in &submission.acts {
        head.position += 1;
        rows::insert(conn, submission, act, head.position, time)?;
    }
    rows::insert_key(conn, submission, head.position, time)?;
    Ok(Ok(Committed::New(head.position, time)))
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
        && let Some(row) = objections::by_reference(conn, &submission.client, reference)?
    {
        let same = constant_time_eq(&row.content_digest, &new.content_digest);
        return Ok(Some(if same {
            Ok(Committed::SameReference(Box::new(row)))
        } else {
            Err(SubmitError::ReferenceReused)
        }));
    }
    Ok(None)
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
        Need::ItemOpen(id) => {
            let cleared = review::clearance(conn, id.as_bytes())?;
            (cleared.is_none(), SubmitError::EventNotPossible)
        }
    };
    Ok(if fine { Ok(()) } else { Err(otherwise) })
}
