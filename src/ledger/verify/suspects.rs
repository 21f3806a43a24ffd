//! Which of an entry's rows it is that does not fit, as far as the rows tell: the
//! entry commits to all of them with one digest.

use super::chunk::At;
use super::derived::{opened, record};
use super::entry::Said;
use super::finding::Finding;
use super::rows::counts;
use crate::crypto::keyring::Keyring;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The tables in which entries of each kind have a row each, always.
const BRINGS: [(&str, &[&str]); 34] = [
    ("objection.recorded", &["objections"]),
    ("objection.withdrawn", &["objection_events"]),
    ("objection.annulled", &["objection_events"]),
    ("identifiers.added", &["objection_events"]),
    ("originals.read", &[]),
    ("review.cleared", &["review_clearances"]),
    ("client.registered", &["client_versions"]),
    ("client.changed", &["client_versions"]),
    ("client.disabled", &["client_versions"]),
    ("controller.registered", &["controllers", "party_names"]),
    ("controller.renamed", &["party_names"]),
    ("group.registered", &["groups", "party_names"]),
    ("membership.began", &["membership_events"]),
    ("membership.ended", &["membership_events"]),
    ("originals.shredded", &["shreddings"]),
    ("screening.completed", &["screenings"]),
    ("screening.failed", &["screenings"]),
    ("changes.acknowledged", &["acknowledgements"]),
    ("webhook.registered", &["webhook_versions"]),
    ("webhook.changed", &["webhook_versions"]),
    ("webhook.disabled", &["webhook_versions"]),
    ("webhook.enabled", &["webhook_versions"]),
    ("import.completed", &["transfers"]),
    ("import.incomplete", &["transfers"]),
    ("export.completed", &["transfers"]),
    ("register.registered", &["registers"]),
    ("register.loaded", &["register_versions"]),
    ("register.bound", &["register_bindings"]),
    ("register.unbound", &["register_endings"]),
    ("message.received", &["messages"]),
    ("message.cleared", &["message_clearances"]),
    ("log.rolled_back", &[]),
    ("key.rotated", &["keys"]),
    ("tags.rotated", &["tag_generations"]),
];

/// Names the row, or the tables in one of which it is.
pub(super) fn name(at: &At, said: &Said, keyring: &Keyring) -> Finding {
    let known = BRINGS.iter().find(|(kind, _)| *kind == said.kind).map(|(_, tables)| *tables);
    let there: Vec<_> = counts(&at.rows).into_iter().map(|(table, _)| table).collect();
    if let Some(brought) = known {
        if let Some(missing) = brought.iter().find(|table| !there.contains(*table)) {
            return Finding::at(missing, at.position, "it is missing");
        }
        let sealed = brought.iter().any(|table| table.starts_with("objection"));
        let message = brought.contains(&"messages");
        let may = |table: &&str| {
            brought.contains(table)
                || (sealed && matches!(*table, "originals" | "review_items"))
                || (message && *table == "originals")
        };
        if let Some(more) = there.iter().find(|table| !may(table)) {
            return Finding::at(more, at.position, "an entry of this kind brings no such row");
        }
    }
    let found = columns(at, said).or_else(|| originals(at, keyring)).or_else(|| review_items(at));
    found.unwrap_or_else(|| {
        // A group's row is nothing but its id, which the entry names.
        let mut there: Vec<_> = there.into_iter().filter(|table| *table != "groups").collect();
        // What was sealed may be gone without a trace of its own.
        let seals =
            there.iter().any(|table| table.starts_with("objection") || *table == "messages");
        if seals && !there.contains(&"originals") {
            there.push("originals");
        }
        let what = if there.len() == 1 {
            "it is not what the entry commits to: it was altered, or one was removed or added"
        } else {
            "the rows of this entry are not those that it commits to: one was altered, removed or \
             added"
        };
        let tables = if there.is_empty() { vec!["originals"] } else { there };
        Finding::among(tables, at.position, what)
    })
}

fn id_of(bytes: &[u8]) -> String {
    Uuid::from_slice(bytes).unwrap_or_default().to_string()
}

/// What the entry itself says of its row.
fn columns(at: &At, said: &Said) -> Option<Finding> {
    let wrong = |table| {
        let what = "a column of it does not say what the entry says";
        Some(Finding::at(table, at.position, what))
    };
    let (client, actor) = (said.text("client"), said.text("actor"));
    if let Some(row) = &at.rows.objection {
        let id = id_of(&row.id);
        if Some(row.client.as_str()) != client
            || row.actor.as_deref() != actor
            || Some(id.as_str()) != said.text("id")
        {
            return wrong("objections");
        }
    }
    if let Some(row) = &at.rows.event
        && (Some(row.client.as_str()) != client || row.actor.as_deref() != actor)
    {
        return wrong("objection_events");
    }
    let subject = said.text("id");
    let other = |id: &[u8]| Some(id_of(id).as_str()) != subject;
    if at.rows.group.as_ref().is_some_and(|row| other(&row.id)) {
        return wrong("groups");
    }
    if at.rows.controller.as_ref().is_some_and(|row| other(&row.id)) {
        return wrong("controllers");
    }
    if at.rows.screening.as_ref().is_some_and(|row| other(&row.id)) {
        return wrong("screenings");
    }
    if at.rows.webhook.as_ref().is_some_and(|row| other(&row.webhook)) {
        return wrong("webhook_versions");
    }
    if at.rows.acknowledgement.as_ref().is_some_and(|row| Some(row.client.as_str()) != client) {
        return wrong("acknowledgements");
    }
    if at.rows.transfer.as_ref().is_some_and(|row| other(&row.id)) {
        return wrong("transfers");
    }
    if at.rows.register.as_ref().is_some_and(|row| other(&row.id)) {
        return wrong("registers");
    }
    if at.rows.register_version.as_ref().is_some_and(|row| other(&row.id)) {
        return wrong("register_versions");
    }
    if at.rows.register_binding.as_ref().is_some_and(|row| other(&row.id)) {
        return wrong("register_bindings");
    }
    if let Some(row) = &at.rows.message
        && (Some(row.client.as_str()) != client || other(&row.id))
    {
        return wrong("messages");
    }
    if at.rows.message_clearance.as_ref().is_some_and(|row| other(&row.message)) {
        return wrong("message_clearances");
    }
    None
}

/// Sealed originals vouch for themselves: record, field and content.
fn originals(at: &At, keyring: &Keyring) -> Option<Finding> {
    let wrong =
        |number: i32, what: &str| Some(Finding::numbered("originals", (at.position, number), what));
    for (row, expected) in at.rows.originals.iter().zip(0..) {
        if row.ordinal != expected {
            return wrong(expected, "it is missing");
        }
        let key = at.rows.record_keys.iter().find(|key| key.purpose == row.key_purpose);
        let (Some(record), Some(key)) = (record(at), key) else { continue };
        let Ok(key) = opened(keyring, &record, key) else { continue };
        if key.unseal(&record, &row.field, &row.sealed).is_err() {
            return wrong(row.ordinal, "it does not open: it was altered, or is another record's");
        }
    }
    None
}

/// There is an item for each original that could not be read, and no other.
fn review_items(at: &At) -> Option<Finding> {
    let unread = at.rows.originals.iter().filter(|row| row.field == "unread");
    let unread: BTreeSet<_> = unread.map(|row| row.ordinal).collect();
    let items: BTreeSet<_> = at.rows.review_items.iter().map(|row| row.ordinal).collect();
    let odd = unread.symmetric_difference(&items).next()?;
    if items.contains(odd) && at.rows.originals.iter().any(|row| row.ordinal == *odd) {
        let what = "it names an original that could be read";
        return Some(Finding::numbered("review_items", (at.position, *odd), what));
    }
    let what = "a value that could not be read is in one of these, and not in the other: a row was \
                altered, removed or added";
    Some(Finding::among(vec!["originals", "review_items"], at.position, what))
}
