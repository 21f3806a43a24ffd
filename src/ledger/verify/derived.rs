//! What goes with an entry without being in its rows: the salt of what was
//! submitted, the tags, and the keys of its originals.

use super::chunk::At;
use super::entry::Said;
use super::finding::Finding;
use super::gone::{Gone, InUse};
use crate::crypto::digest::sha256;
use crate::crypto::keyring::Keyring;
use crate::crypto::sealing::{RecordKey, UnsealError, WrappedRecordKey};
use crate::ledger::entry::tags_digest;
use crate::ledger::rotation;
use crate::store::rows::{RecordKeyRow, TagRow};
use std::collections::BTreeSet;

/// The salt of what was submitted.
pub(super) fn salt(at: &At, said: &Said, gone: &Gone) -> Result<(), Finding> {
    let wrong = |what: &str| Finding::at("submission_salts", at.position, what);
    match (&at.salt, gone.covers(0, at.position)) {
        (None, false) => Err(wrong("it is missing, and no entry says that it was destroyed")),
        (Some(_), true) => Err(wrong("it is there, and an entry says that it was destroyed")),
        (None, true) => Ok(()),
        (Some(salt), false) if said.commits_to("submission_salt", Some(sha256(&salt.salt))) => {
            Ok(())
        }
        (Some(_), false) => Err(wrong("it is not the one that the entry commits to")),
    }
}

/// The tags in use. Which digest counts is decided in `ledger::generations`: the one of the
/// entry that brought them, or that of their last wrapping.
pub(super) fn tags(at: &At, leaf_salt: &[u8], said: &Said, in_use: &InUse) -> Result<(), Finding> {
    let tags = &at.rows.tags;
    let wrapped = at.digests.iter().find(|row| row.version == in_use.version);
    if wrapped.is_some() && (said.digest("tags").is_none() || at.position >= in_use.position) {
        let what = "the entry has no tags that were wrapped";
        return Err(Finding::at("tag_digests", at.position, what));
    }
    let wrong = |what: &str| {
        // A digest that is missing, or is not the right one, shows in the tags.
        let both = in_use.position > at.position;
        let tables = if both { vec!["tags", "tag_digests"] } else { vec!["tags"] };
        Finding::among(tables, at.position, what)
    };
    let digest = (!tags.is_empty()).then(|| tags_digest(leaf_salt, tags));
    let fits = match wrapped {
        Some(row) => digest.is_some_and(|digest| digest.as_slice() == row.digest),
        None => said.commits_to("tags", digest),
    };
    if !fits {
        return Err(wrong(match (tags.is_empty(), said.digest("tags").is_some()) {
            (true, _) => "they are missing",
            (false, true) => "they are not those that the entry commits to",
            (false, false) => "the entry brought none",
        }));
    }
    let objection = match (&at.rows.objection, &at.rows.event) {
        (Some(_), _) => at.position,
        (None, Some(event)) => event.objection,
        (None, None) => return Ok(()),
    };
    match tags.iter().find(|tag| tag.objection != objection) {
        Some(tag) => Err(Finding::numbered(
            "tags",
            (at.position, tag.ordinal),
            "it is tied to another objection than the entry's",
        )),
        None => Ok(()),
    }
}

/// Tags of other generations, of which there are some while a rotation is under way:
/// the ones before wrap into those in use, and the ones to come are those wrapped.
pub(super) fn beside(
    at: &At,
    leaf_salt: &[u8],
    keyring: &Keyring,
    in_use: &InUse,
) -> Result<(), Finding> {
    for tag in &at.beside {
        let own = at.rows.tags.iter().find(|own| own.ordinal == tag.ordinal);
        let (earlier, later) = match own {
            Some(own) if tag.key_version < in_use.version => (tag, own),
            Some(own) => (own, tag),
            None => return Err(foreign_tag(at, tag)),
        };
        let wrapped = rotation::wrapped(keyring, earlier, later.key_version);
        if tag.key_version > in_use.version + 1 || wrapped.as_ref() != Ok(later) {
            return Err(foreign_tag(at, tag));
        }
    }
    for row in at.digests.iter().filter(|row| row.version != in_use.version) {
        let own: Vec<_> =
            at.beside.iter().filter(|tag| tag.key_version == row.version).cloned().collect();
        if own.is_empty() || tags_digest(leaf_salt, &own).as_slice() != row.digest {
            let what = "it is not that of the tags of its generation";
            return Err(Finding::at("tag_digests", at.position, what));
        }
    }
    Ok(())
}

fn foreign_tag(at: &At, tag: &TagRow) -> Finding {
    let what = "it is of another generation, and is not the same tag as the one in use";
    Finding::numbered("tags", (at.position, tag.ordinal), what)
}

/// The keys of the originals: there, of this record, and the right ones; how many.
pub(super) fn record_keys(at: &At, keyring: &Keyring, gone: &Gone) -> Result<u64, Finding> {
    let wrong = |purpose: i16, what: &str| {
        Finding::numbered("record_keys", (at.position, purpose.into()), what)
    };
    let mut needed: BTreeSet<i16> = at.rows.originals.iter().map(|row| row.key_purpose).collect();
    for row in &at.rows.record_keys {
        if !needed.remove(&row.purpose) {
            return Err(wrong(row.purpose, "the entry has no original that it would open"));
        }
        if gone.covers(row.purpose, at.position) {
            return Err(wrong(row.purpose, "it is there, and an entry says that it was destroyed"));
        }
        // The originals are those that the entry commits to, so that it is the key
        // which is wrong where it does not open the smallest of them.
        let own = at.rows.originals.iter().filter(|original| original.key_purpose == row.purpose);
        let opens = match (record(at), own.min_by_key(|original| original.sealed.len())) {
            (Some(record), Some(original)) => opened(keyring, &record, row)
                .and_then(|key| key.unseal(&record, &original.field, &original.sealed))
                .is_ok(),
            _ => false,
        };
        if !opens {
            return Err(wrong(row.purpose, "it does not open the entry's originals"));
        }
    }
    match needed.into_iter().find(|purpose| !gone.covers(*purpose, at.position)) {
        Some(purpose) => {
            Err(wrong(purpose, "it is missing, and no entry says that it was destroyed"))
        }
        None => Ok(at.rows.record_keys.len() as u64),
    }
}

/// The record that an entry's originals are of.
pub(super) fn record(at: &At) -> Option<[u8; 16]> {
    let objection = at.rows.objection.as_ref().map(|row| &row.id);
    let message = at.rows.message.as_ref().map(|row| &row.id);
    let id = objection.or(at.rows.event.as_ref().map(|row| &row.id)).or(message)?;
    id.as_slice().try_into().ok()
}

/// A record's key.
pub(super) fn opened(
    keyring: &Keyring,
    record: &[u8; 16],
    row: &RecordKeyRow,
) -> Result<RecordKey, UnsealError> {
    let wrapped = row.wrapped.clone();
    let key = WrappedRecordKey { data_key_version: row.data_key_version, wrapped };
    keyring.open_record_key(record, &key)
}
