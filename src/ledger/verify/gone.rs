//! What entries say of rows at other positions than their own: which keys were
//! destroyed, and which generation of tags is in use. Looked at before all else,
//! since what is said elsewhere is judged by it.

use super::entry::{self, Said};
use super::finding::{Finding, Stop};
use crate::domain::Position;
use crate::evidence::tree::{HASH, leaf_hash};
use crate::ledger::entry::rows_digest;
use crate::ledger::submission::{ActRows, EntryKind};
use crate::store::rows::{EntryRow, ShreddingRow};
use crate::store::{
    Connection, StoreError, TagGenerationRow, entries, generations, leaves, originals,
};
use std::collections::BTreeMap;

/// Rows read at once.
const CHUNK: i64 = 10_000;

/// What entries say was destroyed: by purpose, ranges of positions, apart and
/// ascending.
pub(super) struct Gone(BTreeMap<i16, Vec<(Position, Position)>>);

/// The generation of tags in use.
pub(super) struct InUse {
    /// It; 1 without a rotation.
    pub(super) version: i32,
    /// The position from which on it is in use; 0 without a rotation.
    pub(super) position: Position,
    /// Its row.
    pub(super) row: Option<TagGenerationRow>,
}

impl Gone {
    /// Reads what was destroyed, from the whole ledger: the entry that says so comes
    /// after the one that it is about.
    pub(super) fn read(conn: &mut Connection, end: Position) -> Result<Self, Stop> {
        let mut rows: BTreeMap<Position, Vec<ShreddingRow>> = BTreeMap::new();
        let mut after = 0;
        loop {
            // Those of one entry are few: a chunk that ends within them is read again.
            let read = originals::shreddings_since(conn, after, CHUNK)?;
            let Some(last) = read.last().map(|row| row.position) else { break };
            let whole = read.len() < CHUNK as usize;
            for row in read.into_iter().filter(|row| whole || row.position < last) {
                rows.entry(row.position).or_default().push(row);
            }
            after = if whole { last } else { last - 1 };
        }
        let rows: BTreeMap<_, _> = rows
            .into_iter()
            .map(|(at, rows)| (at, ActRows { shreddings: rows, ..ActRows::default() }))
            .collect();
        rows_fit(conn, EntryKind::OriginalsShredded, "shreddings", &rows)?;
        let mut gone: BTreeMap<i16, Vec<_>> = BTreeMap::new();
        // What is past the end is told there; a missing entry is found in its turn.
        for (_, own) in rows.range(..=end) {
            for row in &own.shreddings {
                gone.entry(row.purpose).or_default().push((row.first_position, row.last_position));
            }
        }
        Ok(Self(gone.into_iter().map(|(purpose, ranges)| (purpose, apart(ranges))).collect()))
    }

    /// Whether the key of this purpose of the entry at `position` was destroyed:
    /// then it must be missing, and else it must be there. The salt of what was
    /// submitted goes with purpose 0.
    pub(super) fn covers(&self, purpose: i16, position: Position) -> bool {
        let Some(ranges) = self.0.get(&purpose) else { return false };
        let before = ranges.partition_point(|(first, _)| *first <= position);
        before.checked_sub(1).is_some_and(|at| ranges[at].1 >= position)
    }
}

/// The same positions in ranges that do not touch.
fn apart(mut ranges: Vec<(Position, Position)>) -> Vec<(Position, Position)> {
    ranges.sort_unstable();
    let mut apart: Vec<(Position, Position)> = Vec::new();
    for (first, last) in ranges {
        match apart.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => apart.push((first, last)),
        }
    }
    apart
}

impl InUse {
    /// Reads which generation is in use.
    pub(super) fn read(conn: &mut Connection, end: Position) -> Result<Self, Stop> {
        let rows: BTreeMap<_, _> = generations::all(conn)?
            .into_iter()
            .map(|row| (row.position, ActRows { generation: Some(row), ..ActRows::default() }))
            .collect();
        rows_fit(conn, EntryKind::TagsRotated, "tag_generations", &rows)?;
        let mut rows: Vec<_> =
            rows.range(..=end).filter_map(|(_, own)| own.generation.clone()).collect();
        rows.sort_by_key(|row| row.version); // wherever they were moved to
        let row = rows.pop();
        let (version, position) = row.as_ref().map_or((1, 0), |row| (row.version, row.position));
        Ok(Self { version, position, row })
    }
}

/// The entries of a kind.
fn said(conn: &mut Connection, kind: EntryKind) -> Result<BTreeMap<Position, EntryRow>, Stop> {
    let mut all = BTreeMap::new();
    let mut after = 0;
    loop {
        let read = entries::of_kind(conn, kind.name(), after, CHUNK)?;
        let Some(last) = read.last() else { return Ok(all) };
        after = last.position;
        all.extend(read.into_iter().map(|row| (row.position, row)));
    }
}

/// Rows are at the positions of the entries of a kind, and at no others, and are what
/// those commit to. An entry that is not what was logged is left to the pass, which
/// comes to it.
fn rows_fit(
    conn: &mut Connection,
    kind: EntryKind,
    table: &'static str,
    rows: &BTreeMap<Position, ActRows>,
) -> Result<(), Stop> {
    let wrong = |at: Position, what: &str| Err(Finding::at(table, at, what).into());
    let mut said = said(conn, kind)?;
    for position in rows.keys().filter(|position| !said.contains_key(position)) {
        if let Some(entry) = entries::get(conn, *position)?
            && is_logged(conn, &entry)?.is_some()
        {
            return wrong(*position, "an entry of this kind brings no such row");
        }
    }
    while let Some((position, entry)) = said.pop_first() {
        let Some(said) = is_logged(conn, &entry)? else { continue };
        match rows.get(&position) {
            None => return wrong(position, "it is missing"),
            Some(own) if said.commits_to("rows", rows_digest(own)) => {}
            Some(_) => {
                let what = "it is not what the entry commits to: it was altered, or one was \
                            removed or added";
                return wrong(position, what);
            }
        }
    }
    Ok(())
}

/// What an entry says, if it is the one that its leaf was made of.
fn is_logged(conn: &mut Connection, entry: &EntryRow) -> Result<Option<Said>, StoreError> {
    let Some(leaf) = leaves::leaves_at(conn, &[entry.position])?.pop() else { return Ok(None) };
    let logged = leaf.hashes.get(..HASH) == Some(&leaf_hash(&entry.body, &leaf.salt).0[..]);
    Ok(entry::read(entry).ok().filter(|_| logged))
}
