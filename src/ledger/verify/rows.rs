//! The rows that an entry commits to.

use super::chunk::At;
use super::entry::Said;
use super::finding::Finding;
use super::suspects;
use crate::crypto::keyring::Keyring;
use crate::ledger::entry::rows_digest;
use crate::ledger::submission::ActRows;

/// Whether the rows are those of the entry; how many there are.
pub(super) fn check(at: &mut At, said: &Said, keyring: &Keyring) -> Result<u64, Finding> {
    if let Some(table) = at.cut_off {
        let what = "it holds a number that its column cannot: it was altered";
        return Err(Finding::at(table, at.position, what));
    }
    if let Some(table) = at.doubled {
        let what = "there are several rows where an entry brings one";
        return Err(Finding::at(table, at.position, what));
    }
    let time = at.entry.as_ref().map(|entry| entry.time);
    for (table, received) in [
        ("objections", at.rows.objection.as_ref().map(|row| row.received_at)),
        ("objection_events", at.rows.event.as_ref().map(|row| row.received_at)),
        ("acknowledgements", at.rows.acknowledgement.as_ref().map(|row| row.received_at)),
    ] {
        if received.is_some() && received != time {
            let what = "it was received at another time than its entry says";
            return Err(Finding::at(table, at.position, what));
        }
    }
    as_submitted(at)?;
    if said.commits_to("rows", rows_digest(&at.rows)) {
        return Ok(counts(&at.rows).iter().map(|(_, count)| *count as u64).sum());
    }
    Err(suspects::name(at, said, keyring))
}

/// An item of the objection that the entry itself records had no position to name.
fn as_submitted(at: &mut At) -> Result<(), Finding> {
    for item in &mut at.rows.review_items {
        if item.objection == 0 {
            let what = "it is tied to no objection";
            return Err(Finding::numbered("review_items", (at.position, item.ordinal), what));
        }
        if item.objection == at.position {
            item.objection = 0;
        }
    }
    Ok(())
}

/// How many rows there are in each table that has any.
pub(super) fn counts(rows: &ActRows) -> Vec<(&'static str, usize)> {
    let one = |there: bool| usize::from(there);
    let mut counts = vec![
        ("objections", one(rows.objection.is_some())),
        ("objection_events", one(rows.event.is_some())),
        ("originals", rows.originals.len()),
        ("review_items", rows.review_items.len()),
        ("review_clearances", one(rows.clearance.is_some())),
        ("controllers", one(rows.controller.is_some())),
        ("groups", one(rows.group.is_some())),
        ("party_names", one(rows.name.is_some())),
        ("membership_events", one(rows.membership.is_some())),
        ("client_versions", one(rows.client.is_some())),
        ("shreddings", rows.shreddings.len()),
        ("screenings", one(rows.screening.is_some())),
        ("acknowledgements", one(rows.acknowledgement.is_some())),
        ("webhook_versions", one(rows.webhook.is_some())),
        ("transfers", one(rows.transfer.is_some())),
        ("registers", one(rows.register.is_some())),
        ("register_versions", one(rows.register_version.is_some())),
        ("register_bindings", one(rows.register_binding.is_some())),
        ("register_endings", one(rows.register_ending.is_some())),
        ("messages", one(rows.message.is_some())),
        ("message_clearances", one(rows.message_clearance.is_some())),
        ("keys", one(rows.key.is_some())),
        ("tag_generations", one(rows.generation.is_some())),
    ];
    counts.retain(|(_, count)| *count > 0);
    counts
}
