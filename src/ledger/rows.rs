//! Gives an act's rows their position and time, and inserts them.

use super::entry;
use super::submission::{Act, Submission};
use crate::domain::{Position, Time};
use crate::store::rows::{EntryRow, EntrySaltRow, IdempotencyRow};
use crate::store::{
    Connection, StoreError, clients, entries, idempotency, objections, originals, parties, review,
    tags,
};

/// Inserts the entry of an act and every row that belongs to it.
pub(super) fn insert(
    conn: &mut Connection,
    submission: &Submission,
    act: &Act,
    position: Position,
    time: Time,
) -> Result<(), StoreError> {
    let micros = time.timestamp_micros();
    let actor = submission.actor.clone();
    let body = entry::body(
        act,
        position,
        time,
        &submission.client,
        actor.as_deref(),
        &submission.canonical,
    );
    entries::insert(
        conn,
        &[EntryRow {
            position,
            time: micros,
            kind: act.kind.name().to_owned(),
            subject: act.subject.map(|id| id.as_bytes().to_vec()),
            client: submission.client.clone(),
            actor,
            body,
        }],
    )?;
    let (leaf, submitted) = act.salts;
    entries::insert_salts(
        conn,
        &[EntrySaltRow { position, leaf: leaf.to_vec(), submission: submitted.to_vec() }],
    )?;
    insert_objection(conn, act, position, micros)?;
    insert_identifiers(conn, act, position)?;
    insert_others(conn, act, position)
}

fn insert_objection(
    conn: &mut Connection,
    act: &Act,
    position: Position,
    micros: i64,
) -> Result<(), StoreError> {
    if let Some(mut row) = act.rows.objection.clone() {
        (row.position, row.received_at) = (position, micros);
        objections::insert(conn, &[row])?;
    }
    if let Some(mut row) = act.rows.event.clone() {
        (row.position, row.received_at) = (position, micros);
        objections::insert_events(conn, &[row])?;
    }
    Ok(())
}

fn insert_identifiers(
    conn: &mut Connection,
    act: &Act,
    position: Position,
) -> Result<(), StoreError> {
    let rows = &act.rows;
    let own = |objection: Position| if objection == 0 { position } else { objection };
    if !rows.tags.is_empty() {
        let mut all = rows.tags.clone();
        for row in &mut all {
            (row.position, row.objection) = (position, own(row.objection));
        }
        tags::insert(conn, &all)?;
    }
    if !rows.originals.is_empty() {
        let mut all = rows.originals.clone();
        all.iter_mut().for_each(|row| row.position = position);
        originals::insert(conn, &all)?;
    }
    if !rows.record_keys.is_empty() {
        let mut all = rows.record_keys.clone();
        all.iter_mut().for_each(|row| row.position = position);
        originals::insert_keys(conn, &all)?;
    }
    if !rows.review_items.is_empty() {
        let mut all = rows.review_items.clone();
        for row in &mut all {
            (row.position, row.objection) = (position, own(row.objection));
        }
        review::insert_items(conn, &all)?;
    }
    Ok(())
}

fn insert_others(conn: &mut Connection, act: &Act, position: Position) -> Result<(), StoreError> {
    let rows = &act.rows;
    if let Some(mut row) = rows.clearance.clone() {
        row.position = position;
        review::insert_clearance(conn, &row)?;
    }
    if let Some(mut row) = rows.controller.clone() {
        row.position = position;
        parties::insert_controller(conn, &row)?;
    }
    if let Some(mut row) = rows.group.clone() {
        row.position = position;
        parties::insert_group(conn, &row)?;
    }
    if let Some(mut row) = rows.name.clone() {
        row.position = position;
        parties::insert_name(conn, &row)?;
    }
    if let Some(mut row) = rows.membership.clone() {
        row.position = position;
        parties::insert_membership(conn, &row)?;
    }
    if let Some(mut row) = rows.client.clone() {
        row.position = position;
        clients::insert(conn, &row)?;
    }
    Ok(())
}

/// Keeps the answer that belongs to the submission's idempotency key.
pub(super) fn insert_key(
    conn: &mut Connection,
    submission: &Submission,
    position: Position,
    time: Time,
) -> Result<(), StoreError> {
    let Some(key) = &submission.idempotency else { return Ok(()) };
    idempotency::insert(
        conn,
        &IdempotencyRow {
            client: submission.client.clone(),
            key_tag: key.key_tag.to_vec(),
            content_digest: key.content_digest.to_vec(),
            position,
            time: time.timestamp_micros(),
            answer: key.answer.clone(),
        },
    )
}
