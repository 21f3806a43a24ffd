//! The log beside the ledger: a leaf for each entry, a signed head for each group.

use super::gathered::Gathered;
use crate::domain::Position;
use crate::evidence::checkpoint::LogSigner;
use crate::evidence::receipt::{self, Extra};
use crate::evidence::tile::Tile;
use crate::evidence::tree::{self, Hash, Missing, Place, Tree};
use crate::store::rows::{CheckpointRow, EntryRow, LeafRow, SubmissionSaltRow};
use crate::store::{Connection, StoreError, entries, head, leaves};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// What was logged of a group: enough to write the receipts of its entries.
pub struct Logged {
    tree: Tree,
    checkpoint: String,
    first: Position,
    extras: Vec<Extra>,
}

/// The log while a group is being written.
pub(super) struct Writing {
    tree: Tree,
    first: Position,
    extras: Vec<Extra>,
    /// The time that the log has taken: hashing, signing and its own rows.
    pub(super) spent: Duration,
}

impl Writing {
    /// Goes on from `tree`, or from the leaves in the database where another
    /// instance has been writing.
    pub(super) fn after(
        conn: &mut Connection,
        head: Position,
        tree: Option<&Tree>,
    ) -> Result<Self, StoreError> {
        let size = u64::try_from(head).unwrap_or_default();
        let tree = match tree {
            Some(tree) if tree.size() == size => tree.clone(),
            _ => edge(conn, size)?,
        };
        Ok(Self { tree, first: head + 1, extras: Vec::new(), spent: Duration::ZERO })
    }

    /// The size of the checkpoint that the group follows.
    pub(super) fn newest_checkpoint(&self) -> Position {
        self.first - 1
    }

    /// Appends an entry's leaf.
    pub(super) fn append(
        &mut self,
        group: &mut Gathered,
        entry: EntryRow,
        salts: &([u8; 32], [u8; 32]),
    ) -> Result<(), StoreError> {
        let begun = Instant::now();
        let hashes = self.tree.append(tree::leaf_hash(&entry.body, &salts.0)).map_err(damaged)?;
        let position = entry.position;
        self.extras.push(Extra::of(&entry.body, &salts.0, Some(&salts.1)));
        group.leaves.all.push(LeafRow { position, salt: salts.0.to_vec(), hashes });
        group.salts.all.push(SubmissionSaltRow { position, salt: salts.1.to_vec() });
        group.entries.all.push(entry);
        self.spent += begun.elapsed();
        Ok(())
    }

    /// Signs the head of the tree that the group has made; also tells the time
    /// that the log has taken.
    pub(super) fn sign(
        self,
        conn: &mut Connection,
        signer: &LogSigner,
    ) -> Result<(Logged, Duration), StoreError> {
        let begun = Instant::now();
        let Self { tree, first, extras, spent } = self;
        let checkpoint = signed(conn, signer, &tree)?;
        Ok((Logged { tree, checkpoint, first, extras }, spent + begun.elapsed()))
    }
}

/// Signs a tree's head and keeps it.
fn signed(conn: &mut Connection, signer: &LogSigner, tree: &Tree) -> Result<String, StoreError> {
    let root = tree.root().map_err(damaged)?;
    let note = signer
        .sign(tree.size(), root)
        .map_err(|error| StoreError::Other(format!("a checkpoint cannot be signed: {error}")))?;
    let size = i64::try_from(tree.size()).unwrap_or(i64::MAX);
    leaves::insert_checkpoint(conn, &CheckpointRow { size, note: note.clone() })?;
    Ok(note)
}

/// Signs the head of the empty tree. For a new database: one without a
/// checkpoint is then always one that lost it.
///
/// # Errors
/// What the store says.
pub fn begin(conn: &mut Connection, signer: &LogSigner) -> Result<(), StoreError> {
    signed(conn, signer, &Tree::default()).map(drop)
}

impl Logged {
    /// The tree, for the next group.
    pub(super) fn tree(&self) -> Tree {
        self.tree.trimmed()
    }

    /// The signed head of the tree.
    pub(super) fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// The receipt of an entry of this group; none for another's.
    #[must_use]
    pub fn receipt(&self, position: Position) -> Option<String> {
        let extra = self.extras.get(usize::try_from(position.checked_sub(self.first)?).ok()?)?;
        let proof = self.tree.proof(u64::try_from(position - 1).ok()?).ok()?;
        Some(receipt::write(position, &proof, extra, &self.checkpoint))
    }
}

/// The receipt of an entry, with the checkpoint that was signed when the entry
/// was committed: the same text as then, until its submission's salt is dropped.
///
/// # Errors
/// What the store says, or that the log is damaged.
pub fn receipt(conn: &mut Connection, position: Position) -> Result<String, StoreError> {
    let damaged = || damaged(Missing);
    let entry = entries::get(conn, position)?.ok_or_else(damaged)?;
    let leaf = leaves::leaves_at(conn, &[position])?.pop().ok_or_else(damaged)?;
    let salt = leaves::submission_salt(conn, position)?.map(|row| row.salt);
    let checkpoint = leaves::checkpoint_of(conn, position)?.ok_or_else(damaged)?;
    let size = u64::try_from(checkpoint.size).unwrap_or_default();
    let index = u64::try_from(position - 1).map_err(|_| damaged())?;
    let proof = tree::prove(size, index, |places| hashes(conn, places))?.ok_or_else(damaged)?;
    let extra = Extra::of(&entry.body, &leaf.salt, salt.as_deref());
    Ok(receipt::write(position, &proof, &extra, &checkpoint.note))
}

/// A tile of the log, if its tree has grown so far.
///
/// # Errors
/// What the store says, or that the log is damaged.
pub fn tile(conn: &mut Connection, tile: &Tile) -> Result<Option<Vec<u8>>, StoreError> {
    let newest = leaves::newest_checkpoint(conn)?.ok_or_else(|| damaged(Missing))?;
    let size = u64::try_from(newest.size).unwrap_or_default();
    if tile.needs().is_none_or(|needed| needed > size) {
        return Ok(None);
    }
    let places = tile.places();
    if matches!(tile, Tile::Hashes { .. }) {
        let hashes = hashes(conn, &places)?;
        return Ok(Some(hashes.iter().flat_map(|hash| hash.0).collect()));
    }
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(None) };
    let limit = last.position - first.position + 1;
    let (entries, leaves) = (
        entries::list(conn, first.position - 1, limit)?,
        leaves::leaves_since(conn, first.position - 1, limit)?,
    );
    let mut bundle = Vec::new();
    for (entry, leaf) in entries.iter().zip(&leaves) {
        bundle.extend_from_slice(&32_u16.to_be_bytes());
        bundle.extend_from_slice(&tree::leaf_data(&entry.body, &leaf.salt));
    }
    Ok(Some(bundle))
}

/// Whether the log ends where the ledger does: a database that lost its end, or
/// its checkpoints, must not be written on.
///
/// # Errors
/// What the store says, or what does not fit.
pub(super) fn whole(conn: &mut Connection) -> Result<(), StoreError> {
    let head = head::read(conn)?.position;
    let newest = leaves::newest_checkpoint(conn)?.map(|row| row.size);
    if newest == Some(head) {
        return Ok(());
    }
    let size = newest.map_or_else(|| "is missing".to_owned(), |size| format!("holds {size}"));
    Err(StoreError::Other(format!(
        "the ledger ends at entry {head}, but the log's newest checkpoint {size}: rows were lost \
         or changed. Run `nejtack verify`, which names the first, and restore a backup"
    )))
}

/// The root of the tree of this size, which the log has at least.
///
/// # Errors
/// What the store says, or that the log is damaged.
pub fn root_at(conn: &mut Connection, size: Position) -> Result<Hash, StoreError> {
    let size = u64::try_from(size).unwrap_or_default();
    tree::root(size, |places| hashes(conn, places))?.ok_or_else(|| damaged(Missing))
}

/// The tree of this size, from the database.
fn edge(conn: &mut Connection, size: u64) -> Result<Tree, StoreError> {
    Ok(Tree::continued(size, hashes(conn, &tree::edge(size))?))
}

/// The hashes at these places, in their order.
fn hashes(conn: &mut Connection, places: &[Place]) -> Result<Vec<Hash>, StoreError> {
    let mut positions: Vec<_> = places.iter().map(|place| place.position).collect();
    positions.sort_unstable();
    positions.dedup();
    let rows: HashMap<_, _> = leaves::leaves_at(conn, &positions)?
        .into_iter()
        .map(|row| (row.position, row.hashes))
        .collect();
    let found = places
        .iter()
        .map(|place| rows.get(&place.position).and_then(|row| tree::hash_in(row, place.level)));
    found.collect::<Option<_>>().ok_or_else(|| damaged(Missing))
}

fn damaged(_: Missing) -> StoreError {
    StoreError::Other(
        "a hash of the log's tree is missing: run `nejtack verify`, which names the row, and \
         restore a backup"
            .into(),
    )
}
