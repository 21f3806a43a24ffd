//! Wrapping the tags into the next generation, in pieces while everybody works on,
//! and the last piece under the head's lock. Whatever is cut off in between is gone
//! on with: the rows themselves tell how far it had come.

use super::entry::tags_digest;
use super::generations::{Chain, chained, committed, fits};
use crate::crypto::keyring::Keyring;
use crate::crypto::tag::Tag;
use crate::domain::Position;
use crate::store::rows::{LeafRow, TagRow};
use crate::store::{
    Connection, StoreError, TagDigestRow, TagGenerationRow, entries, generations, head, leaves,
    tags,
};
use std::collections::HashMap;
use std::sync::Arc;

/// Tags wrapped in one transaction: whoever records waits for it on SQLite.
const PIECE: i64 = 1_000;
/// Entries checked at once.
const CHECKED: i64 = 1_000;

/// How far wrapping has come.
pub struct Staged {
    /// The newest entry of which all tags are wrapped.
    pub position: Position,
    /// Whether that was all there was.
    pub all: bool,
}

/// The check of a rotation, from the first entry on: that the old tags are what was
/// committed to, and the new ones those wrapped.
#[derive(Clone)]
pub struct Rotation {
    from: i32,
    to: i32,
    keyring: Arc<Keyring>,
    /// The newest entry that was checked.
    position: Position,
    old: Chain,
    new: Chain,
    /// Over the rows of the old generation in `tag_digests`.
    earlier: Chain,
    entries: i64,
    tags: i64,
}

/// Wraps a piece of generation `from` into `to`, unless that is in use already:
/// then `None`.
///
/// # Errors
/// The store's.
pub fn stage(
    conn: &mut Connection,
    ring: &Keyring,
    (from, to): (i32, i32),
) -> Result<Option<Staged>, StoreError> {
    generations::lock(conn, to)?;
    if generations::current(conn)? != from {
        return Ok(None);
    }
    // Before the tags are read: none of an entry up to here can be missed.
    let head = head::read(conn)?.position;
    let after = tags::newest(conn, to)?.unwrap_or(0);
    let mut rows = tags::since(conn, from, (after, i32::MAX), PIECE)?;
    let all = (rows.len() as i64) < PIECE;
    if !all && let Some(last) = rows.last().map(|row| row.position) {
        // Only whole entries: the last one may go on.
        if rows.first().is_some_and(|row| row.position == last) {
            rows = tags::within(conn, from, (last, last))?;
        } else {
            rows.retain(|row| row.position != last);
        }
    }
    let position = if all { head } else { rows.last().map_or(head, |row| row.position) };
    let wrapped: Vec<_> =
        rows.iter().map(|row| wrapped(ring, row, to)).collect::<Result<_, _>>()?;
    tags::insert(conn, &wrapped)?;
    let entries: Vec<&[TagRow]> = by_entry(&wrapped).collect();
    let positions: Vec<_> = entries.iter().filter_map(|rows| position_of(rows)).collect();
    let salts = salts(leaves::leaves_at(conn, &positions)?);
    let digests: Vec<_> = entries
        .into_iter()
        .filter_map(|rows| {
            let position = position_of(rows)?;
            let digest = tags_digest(salts.get(&position)?, rows).to_vec();
            Some(TagDigestRow { version: to, position, digest })
        })
        .collect();
    generations::insert_digests(conn, &digests)?;
    Ok(Some(Staged { position, all }))
}

impl Rotation {
    /// A check of the rotation between these, which has everything ahead of it.
    #[must_use]
    pub fn new((from, to): (i32, i32), keyring: Arc<Keyring>) -> Self {
        let (old, new, earlier) = (Chain::default(), Chain::default(), Chain::default());
        Self { from, to, keyring, position: 0, old, new, earlier, entries: 0, tags: 0 }
    }

    /// The keys that it is made with.
    pub(super) fn keyring(&self) -> Arc<Keyring> {
        Arc::clone(&self.keyring)
    }

    /// The newest entry that was checked.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// Checks on up to `until`, all of which is wrapped; false: call it again.
    ///
    /// # Errors
    /// The store's, or which entry's tags do not fit.
    pub fn check(&mut self, conn: &mut Connection, until: Position) -> Result<bool, StoreError> {
        let last = until.min(self.position + CHECKED);
        if last <= self.position {
            return Ok(true);
        }
        let range = (self.position + 1, last);
        let entries = entries::list(conn, self.position, last - self.position)?;
        let salts = salts(leaves::leaves_since(conn, self.position, last - self.position)?);
        let (old, new) =
            (tags::within(conn, self.from, range)?, tags::within(conn, self.to, range)?);
        let (old, new) = (of_entries(&old), of_entries(&new));
        let digests = |rows: Vec<TagDigestRow>| -> HashMap<_, _> {
            rows.into_iter().map(|row| (row.position, row)).collect()
        };
        let earlier = digests(generations::digests(conn, self.from, range)?);
        let later = digests(generations::digests(conn, self.to, range)?);
        for entry in &entries {
            let position = entry.position;
            let (old, new) = (rows_at(&old, position), rows_at(&new, position));
            let salt = salts.get(&position).map(Vec::as_slice).unwrap_or_default();
            let earlier = earlier.get(&position);
            let digest = committed(&entry.body, earlier);
            let wrapped: Vec<_> = old
                .iter()
                .map(|row| wrapped(&self.keyring, row, self.to))
                .collect::<Result<_, _>>()?;
            let later = later.get(&position).map(|row| row.digest.as_slice());
            if !fits(digest.as_deref(), salt, old) || !fits(later, salt, new) || wrapped != new {
                return Err(unfit(position));
            }
            if let Some(row) = earlier {
                self.earlier.add(position, &row.digest);
            }
            if let (Some(digest), Some(later)) = (digest, later) {
                self.old.add(position, &digest);
                self.new.add(position, later);
                self.entries += 1;
                self.tags += i64::try_from(new.len()).unwrap_or_default();
            }
        }
        self.position = last;
        Ok(self.position >= until)
    }

    /// Wraps and checks what has come since, for the entry that puts the new
    /// generation into use, and puts it into use. Under the head's lock.
    pub(super) fn finish(
        &self,
        conn: &mut Connection,
        head: Position,
    ) -> Result<TagGenerationRow, StoreError> {
        let between = (self.from, self.to);
        loop {
            match stage(conn, &self.keyring, between)? {
                Some(Staged { all: true, .. }) => break,
                Some(_) => {}
                None => return Err(StoreError::Other("another rotation was faster".into())),
            }
        }
        let mut all = self.clone();
        while !all.check(conn, head)? {}
        match generations::get(conn, self.from)? {
            Some(row) if !chained(&row, &all.earlier) => return Err(unfit(row.position)),
            _ => {}
        }
        Ok(TagGenerationRow {
            position: 0,
            version: self.to,
            from_version: self.from,
            entries: all.entries,
            tags: all.tags,
            from_digest: all.old.digest().to_vec(),
            digest: all.new.digest().to_vec(),
        })
    }
}

/// A tag's row in a later generation.
///
/// # Errors
/// [`StoreError::Other`] for a row that this instance has no key for.
pub(super) fn wrapped(ring: &Keyring, row: &TagRow, to: i32) -> Result<TagRow, StoreError> {
    let tag: Option<[u8; 32]> = row.tag.as_slice().try_into().ok();
    let tag = tag.and_then(|tag| ring.wrapped_tag(Tag(tag), row.key_version, to));
    let tag = tag.ok_or_else(|| StoreError::Other("a tag is of an unknown key version".into()))?;
    Ok(TagRow { tag: tag.0.to_vec(), key_version: to, ..row.clone() })
}

fn by_entry(rows: &[TagRow]) -> impl Iterator<Item = &[TagRow]> {
    rows.chunk_by(|one, other| one.position == other.position)
}

fn position_of(rows: &[TagRow]) -> Option<Position> {
    rows.first().map(|row| row.position)
}

fn of_entries(rows: &[TagRow]) -> HashMap<Position, &[TagRow]> {
    by_entry(rows).filter_map(|rows| Some((position_of(rows)?, rows))).collect()
}

fn rows_at<'a>(rows: &HashMap<Position, &'a [TagRow]>, position: Position) -> &'a [TagRow] {
    rows.get(&position).copied().unwrap_or_default()
}

fn salts(leaves: Vec<LeafRow>) -> HashMap<Position, Vec<u8>> {
    leaves.into_iter().map(|leaf| (leaf.position, leaf.salt)).collect()
}

fn unfit(position: Position) -> StoreError {
    StoreError::Other(format!(
        "the tags of entry {position} are not those that were committed to: run `nejtack verify`, \
         and restore a backup. The tags in use stay as they are"
    ))
}
