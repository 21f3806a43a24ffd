//! The one pass over all entries: read, checked by themselves on every core, and
//! then put together in order.

use super::chunk::{self, At};
use super::entry::{self, Said};
use super::finding::{Finding, Stop};
use super::gone::{Gone, InUse};
use super::log::{Log, lost};
use super::{Counts, derived, rows};
use crate::crypto::keyring::Keyring;
use crate::domain::Position;
use crate::evidence::tree::{HASH, Hash, Tree, leaf_hash};
use crate::ledger::generations::{Chain, chained};
use crate::store::rows::CheckpointRow;
use crate::store::{Connection, StoreError};
use std::num::NonZero;
use std::thread;

/// Fewer than this are not worth a thread.
const WORTH_A_THREAD: usize = 128;

/// What it takes to judge an entry by itself.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) keyring: &'a Keyring,
    pub(super) log: &'a Log,
    pub(super) gone: &'a Gone,
    pub(super) in_use: &'a InUse,
}

/// An entry that fits its own rows.
struct Fitting {
    said: Said,
    leaf: Hash,
    /// What the leaf's row holds.
    hashes: Vec<u8>,
    time: i64,
    checkpoint: Option<CheckpointRow>,
    /// The digest of its tags as they were wrapped into the generation in use.
    wrapped: Option<Vec<u8>>,
    counts: Counts,
}

/// How far it has come.
pub(super) struct Pass<'a> {
    reader: Reader<'a>,
    end: Position,
    tree: Tree,
    time: i64,
    /// The size of the checkpoint that the entry before followed.
    followed: Position,
    /// Whether there is a checkpoint of the entries so far.
    signed: bool,
    counts: Counts,
    /// The wrapped tags so far.
    wrapped: Chain,
    wanted: Option<(Position, Option<Hash>)>,
}

impl<'a> Pass<'a> {
    /// Over the entries up to `end`.
    pub(super) fn new(reader: Reader<'a>, end: Position) -> Self {
        let counts = Counts { checkpoints: 1, ..Counts::default() }; // that of the empty log
        let (tree, wrapped, wanted) = (Tree::default(), Chain::default(), None);
        Self { reader, end, tree, time: 0, followed: 0, signed: true, counts, wrapped, wanted }
    }

    /// Keeps the root of the tree at this size.
    pub(super) fn root_wanted_at(&mut self, size: Option<Position>) {
        let root = if size == Some(0) { self.tree.root().ok() } else { None };
        self.wanted = size.map(|size| (size, root));
    }

    pub(super) fn wanted_root(&self) -> Option<Hash> {
        self.wanted.and_then(|(_, root)| root)
    }

    pub(super) fn root(&self) -> Result<Hash, Stop> {
        self.tree.root().map_err(lost)
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// The last entry's time; 0 before the first.
    pub(super) fn time(&self) -> i64 {
        self.time
    }

    /// Reads on while what was read is being checked.
    pub(super) fn run(
        &mut self,
        conn: &mut Connection,
        told: &mut dyn FnMut(Position, Position),
    ) -> Result<(), Stop> {
        told(0, self.end);
        let mut chunk = self.read(conn, 1)?;
        while let Some(last) = chunk.last().map(|at| at.position) {
            let (reader, share) = (self.reader, share(chunk.len()));
            let (next, fitting) = thread::scope(|scope| {
                let checking: Vec<_> = shares(chunk, share)
                    .map(|share| {
                        scope.spawn(move || share.into_iter().map(|at| reader.fit(at)).collect())
                    })
                    .collect();
                let next = self.read(conn, last + 1);
                (next, joined(checking))
            });
            self.take(fitting?, last)?;
            told(last, self.end);
            chunk = next?;
        }
        Ok(())
    }

    fn read(&self, conn: &mut Connection, from: Position) -> Result<Vec<At>, StoreError> {
        if from > self.end {
            Ok(Vec::new())
        } else {
            chunk::read(conn, from, self.end, self.reader.in_use.version)
        }
    }

    /// Puts the tree together and checks what was signed of it. A checkpoint stands
    /// between the entry that it ends with and the next.
    fn take(&mut self, fitting: Vec<Result<Fitting, Finding>>, last: Position) -> Result<(), Stop> {
        let first = last - Position::try_from(fitting.len()).unwrap_or_default() + 1;
        let mut signed = Vec::new();
        let mut wrong = None;
        for (position, fitting) in (first..).zip(fitting) {
            match fitting.map_err(Stop::from).and_then(|fitting| self.append(position, fitting)) {
                Ok(Some(row)) => signed.push((row, self.root()?)),
                Ok(None) => {}
                Err(stop) => {
                    wrong = Some(stop);
                    break;
                }
            }
        }
        let log = self.reader.log;
        let share = share(signed.len());
        thread::scope(|scope| {
            let checking: Vec<_> = shares(signed, share)
                .map(|share| {
                    scope.spawn(move || {
                        share.into_iter().map(|(row, root)| log.check(&row, root)).collect()
                    })
                })
                .collect();
            joined(checking)
        })?
        .into_iter()
        .collect::<Result<Vec<()>, _>>()?;
        self.tree = self.tree.trimmed();
        wrong.map_or(Ok(()), Err)
    }

    /// Appends an entry that fits its own rows; gives the checkpoint of the tree so
    /// far, if there is one.
    fn append(
        &mut self,
        position: Position,
        fitting: Fitting,
    ) -> Result<Option<CheckpointRow>, Stop> {
        let Fitting { said, leaf, hashes, time, checkpoint, wrapped, counts } = fitting;
        if time < self.time {
            return Err(Finding::at("entries", position, "it is older than the one before").into());
        }
        if self.tree.append(leaf).map_err(lost)? != hashes {
            let what = "its hashes of the tree are not those that the entries give";
            return Err(Finding::at("leaves", position, what).into());
        }
        self.group_fits(position, said.checkpoint)?;
        if let Some(digest) = wrapped {
            self.wrapped.add(position, &digest);
        }
        if let Some(row) = &self.reader.in_use.row
            && row.position == position
            && !chained(row, &self.wrapped)
        {
            let what = "the tags before this entry are not those that it put into use: tags and \
                        their digests were altered, removed or added together";
            return Err(Finding::among(vec!["tag_digests", "tags"], position, what).into());
        }
        self.time = time;
        self.followed = said.checkpoint;
        self.signed = checkpoint.is_some();
        self.counts.add(counts);
        if let Some((size, root)) = &mut self.wanted
            && *size == position
        {
            *root = Some(self.tree.root().map_err(lost)?);
        }
        Ok(checkpoint)
    }

    /// An entry follows a checkpoint: that of the entries before it, or the one that
    /// the entry before followed, when both were committed together.
    fn group_fits(&self, position: Position, follows: Position) -> Result<(), Finding> {
        let before = position - 1;
        match (follows == before, self.signed) {
            (true, true) => Ok(()),
            (true, false) => {
                Err(Finding::at("checkpoints", before, "it is missing: the next entry names it"))
            }
            (false, true) => Err(Finding::at(
                "checkpoints",
                before,
                "the next entry knows of no checkpoint of this size: it was put in later",
            )),
            (false, false) if follows == self.followed => Ok(()),
            (false, false) => Err(Finding::at(
                "entries",
                position,
                "it follows another checkpoint than the entry that it was committed with",
            )),
        }
    }
}

impl Reader<'_> {
    /// Checks an entry against all that is at its position.
    fn fit(&self, mut at: At) -> Result<Fitting, Finding> {
        let Some(entry) = &at.entry else {
            let what = "it is missing: the log was signed with it";
            return Err(Finding::at("entries", at.position, what));
        };
        let said = entry::read(entry)?;
        let Some(row) = at.leaf.take() else {
            return Err(Finding::at("leaves", at.position, "it is missing"));
        };
        let leaf = leaf_hash(&entry.body, &row.salt);
        if row.hashes.get(..HASH) != Some(&leaf.0) {
            return Err(Finding::among(
                vec!["entries", "leaves"],
                at.position,
                "the entry's text and the leaf's salt do not make the leaf's hash: one of them was \
                 altered",
            ));
        }
        let (time, mut counts) = (entry.time, Counts::default());
        derived::salt(&at, &said, self.gone)?;
        counts.rows = rows::check(&mut at, &said, self.keyring)?;
        derived::tags(&at, &row.salt, &said, self.in_use)?;
        derived::beside(&at, &row.salt, self.keyring, self.in_use)?;
        let in_use = self.in_use.version;
        let wrapped = at.digests.iter().find(|row| row.version == in_use);
        let wrapped = wrapped.map(|row| row.digest.clone());
        counts.tags = at.rows.tags.len() as u64;
        counts.record_keys = derived::record_keys(&at, self.keyring, self.gone)?;
        counts.checkpoints = at.checkpoint.is_some().into();
        let (hashes, checkpoint) = (row.hashes, at.checkpoint);
        Ok(Fitting { said, leaf, hashes, time, checkpoint, wrapped, counts })
    }
}

impl Counts {
    fn add(&mut self, more: Self) {
        self.checkpoints += more.checkpoints;
        self.rows += more.rows;
        self.tags += more.tags;
        self.record_keys += more.record_keys;
    }
}

/// How many of these each core takes.
fn share(count: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    count.div_ceil(cores).max(WORTH_A_THREAD)
}

fn shares<T>(all: Vec<T>, share: usize) -> impl Iterator<Item = Vec<T>> {
    let mut all = all.into_iter();
    std::iter::from_fn(move || {
        let part: Vec<T> = all.by_ref().take(share).collect();
        (!part.is_empty()).then_some(part)
    })
}

/// What the threads found, in order.
fn joined<T>(threads: Vec<thread::ScopedJoinHandle<'_, Vec<T>>>) -> Result<Vec<T>, Stop> {
    let mut all = Vec::new();
    for thread in threads {
        let broken = |_| StoreError::Other("a check broke: this is a bug of nejtack".into());
        all.extend(thread.join().map_err(broken)?);
    }
    Ok(all)
}
