//! The Merkle tree (RFC 6962 §2.1) over the ledger's entries.
//!
//! The entry at position *p* is leaf *p* − 1, so that a tree of size *p* holds
//! all entries up to *p*. A leaf's row keeps the hashes of all subtrees that it
//! completes, itself first: the hash of level *l* and number *n* stands in the
//! row of position (*n* + 1) · 2^*l*, at place *l*.

use crate::domain::Position;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::HashMap;
use tlog_tiles::tlog;

/// A SHA-256 hash of the tree.
pub use tlog_tiles::tlog::Hash;

/// Bytes in a hash.
pub const HASH: usize = tlog::HASH_SIZE;

/// Where a hash of the tree is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The entry that completed the subtree.
    pub position: Position,
    /// The subtree's level: it holds 2^`level` leaves.
    pub level: u8,
}

impl Place {
    /// Of the `number`th subtree of a level, from 0.
    #[must_use]
    pub fn of(level: u8, number: u64) -> Self {
        let position = number.saturating_add(1).checked_shl(level.into()).unwrap_or(u64::MAX);
        Self { position: i64::try_from(position).unwrap_or(i64::MAX), level }
    }

    fn indexed(index: u64) -> Self {
        let (level, number) = tlog::split_stored_hash_index(index);
        Self::of(level, number)
    }
}

/// The hash at a level in a leaf's row; none in a row that is too short.
#[must_use]
pub fn hash_in(row: &[u8], level: u8) -> Option<Hash> {
    let start = usize::from(level) * HASH;
    Some(Hash(row.get(start..start + HASH)?.try_into().ok()?))
}

/// What is logged of an entry: SHA-256(entry ‖ salt), so that a hash of the tree
/// tells nothing to whoever has not the salt.
#[must_use]
pub fn leaf_data(entry: &str, salt: &[u8]) -> [u8; HASH] {
    Sha256::new_with_prefix(entry).chain_update(salt).finalize().into()
}

/// The leaf's hash in the tree: SHA-256(0x00 ‖ leaf data).
#[must_use]
pub fn leaf_hash(entry: &str, salt: &[u8]) -> Hash {
    tlog::record_hash(&leaf_data(entry, salt))
}

/// A tree by its right edge: enough to append, and to prove what was appended.
#[derive(Debug, Clone)]
pub struct Tree {
    size: u64,
    known: HashMap<u64, Hash>,
}

/// The places of the hashes that a tree of this size is continued from.
#[must_use]
pub fn edge(size: u64) -> Vec<Place> {
    tlog::sub_tree_index(0, size, Vec::new()).into_iter().map(Place::indexed).collect()
}

impl Default for Tree {
    /// The empty tree.
    fn default() -> Self {
        Self { size: 0, known: HashMap::new() }
    }
}

impl Tree {
    /// The tree of this size, from the hashes at [`edge`], in that order.
    #[must_use]
    pub fn continued(size: u64, hashes: Vec<Hash>) -> Self {
        let known = tlog::sub_tree_index(0, size, Vec::new()).into_iter().zip(hashes).collect();
        Self { size, known }
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf; gives its row: the hashes of the subtrees it completes.
    ///
    /// # Errors
    /// [`Missing`], when the tree was not continued from its whole edge.
    pub fn append(&mut self, leaf: Hash) -> Result<Vec<u8>, Missing> {
        let hashes = tlog::stored_hashes_for_record_hash(self.size, leaf, &Known(&self.known))
            .map_err(|_| Missing)?;
        let mut row = Vec::with_capacity(hashes.len() * HASH);
        for (index, hash) in (tlog::stored_hash_index(0, self.size)..).zip(hashes) {
            row.extend_from_slice(&hash.0);
            self.known.insert(index, hash);
        }
        self.size += 1;
        Ok(row)
    }

    /// The tree's root hash.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn root(&self) -> Result<Hash, Missing> {
        tlog::tree_hash(self.size, &Known(&self.known)).map_err(|_| Missing)
    }

    /// That a leaf which was appended here is in the tree (RFC 6962 §2.1.1).
    ///
    /// # Errors
    /// [`Missing`] for a leaf that was there before.
    pub fn proof(&self, index: u64) -> Result<Vec<Hash>, Missing> {
        if index >= self.size {
            return Err(Missing);
        }
        tlog::prove_record(self.size, index, &Known(&self.known)).map_err(|_| Missing)
    }

    /// The same tree, without what only proofs of its newest leaves need.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        let edge = tlog::sub_tree_index(0, self.size, Vec::new());
        let known = edge.into_iter().filter_map(|index| Some((index, *self.known.get(&index)?)));
        Self { size: self.size, known: known.collect() }
    }
}

/// A hash of the tree is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing;

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a hash of the log's tree is missing")
    }
}

impl std::error::Error for Missing {}

struct Known<'a>(&'a HashMap<u64, Hash>);

impl tlog::HashReader for Known<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let found = indexes.iter().map(|index| self.0.get(index).copied());
        found.collect::<Option<_>>().ok_or(tlog::Error::IndexesNotInTree)
    }
}

/// That a leaf is in the tree of this size, from kept hashes.
///
/// # Errors
/// What `read` says. `None` when there is no such leaf, or when `read` gave
/// another number of hashes than it was asked for.
pub fn prove<E>(
    size: u64,
    index: u64,
    read: impl FnMut(&[Place]) -> Result<Vec<Hash>, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if index >= size {
        return Ok(None);
    }
    reading(read, |reader| tlog::prove_record(size, index, reader))
}

/// The root hash of the tree of this size, from kept hashes.
///
/// # Errors
/// As [`prove`].
pub fn root<E>(
    size: u64,
    read: impl FnMut(&[Place]) -> Result<Vec<Hash>, E>,
) -> Result<Option<Hash>, E> {
    reading(read, |reader| tlog::tree_hash(size, reader))
}

/// Whether the leaf is proved to be in the tree with this root.
#[must_use]
pub fn proved(proof: &[Hash], size: u64, root: Hash, index: u64, leaf: Hash) -> bool {
    index < size && tlog::check_record(&proof.to_vec(), size, root, index, leaf).is_ok()
}

struct Reader<E, R> {
    read: RefCell<R>,
    failed: RefCell<Option<E>>,
}

impl<E, R: FnMut(&[Place]) -> Result<Vec<Hash>, E>> tlog::HashReader for Reader<E, R> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let places: Vec<_> = indexes.iter().copied().map(Place::indexed).collect();
        match (self.read.borrow_mut())(&places) {
            Ok(hashes) if hashes.len() == indexes.len() => Ok(hashes),
            Ok(_) => Err(tlog::Error::IndexesNotInTree),
            Err(error) => {
                *self.failed.borrow_mut() = Some(error);
                Err(tlog::Error::IndexesNotInTree)
            }
        }
    }
}

fn reading<T, E, R: FnMut(&[Place]) -> Result<Vec<Hash>, E>>(
    read: R,
    work: impl FnOnce(&Reader<E, R>) -> Result<T, tlog::Error>,
) -> Result<Option<T>, E> {
    let reader = Reader { read: RefCell::new(read), failed: RefCell::new(None) };
    let done = work(&reader);
    match reader.failed.into_inner() {
        Some(error) => Err(error),
        None => Ok(done.ok()),
    }
}
