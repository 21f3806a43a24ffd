//! Generations of tags, and what commits to them.
//!
//! A tag is made under every version of the tag key in turn (`crypto::tag`), so a
//! rotation needs no originals: it wraps each tag once more. The wrapped ones are
//! written beside those in use, as the next *generation*; then one entry
//! (`tags.rotated`, with its row in `tag_generations`) puts them into use, and behind
//! it alone the database lets the old ones go.
//!
//! What commits to the tags of an entry at position P, in the generation in use:
//!
//! - where the entry came after the rotation, or there was none: `tags` of the entry
//!   itself;
//! - otherwise the row of P in `tag_digests`, of that generation. Those rows are bound
//!   by `digest` of the generation's row in `tag_generations`, and that row by `rows`
//!   of the `tags.rotated` entry.
//!
//! Both are [`tags_digest`] over the rows, with the salt of the entry's leaf; [`fits`]
//! tells. `digest` is SHA-256 over position (8 bytes, big endian) ‖ digest (32 bytes)
//! of every entry that had tags when the rotation was committed, in their order
//! ([`Chain`]); `from_digest` is the same over the generation before. So `verify` can
//! check every tag in use, and name the first entry whose tags do not fit. From the
//! entries alone, `from_digest` of the first rotation can be made again for ever.

use super::entry::tags_digest;
use crate::domain::Position;
use crate::store::rows::TagRow;
use crate::store::{TagDigestRow, TagGenerationRow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What commits to an entry's tags in a generation; `None`: the entry has none.
/// `wrapped` is its row in `tag_digests` of that generation, if it has one.
#[must_use]
pub fn committed(body: &str, wrapped: Option<&TagDigestRow>) -> Option<Vec<u8>> {
    if let Some(row) = wrapped {
        return Some(row.digest.clone());
    }
    let entry: serde_json::Value = serde_json::from_str(body).ok()?;
    STANDARD.decode(entry["tags"].as_str()?).ok()
}

/// Whether the tags of an entry, as they are stored, are those that were committed
/// to. `salt` is that of the entry's leaf.
#[must_use]
pub fn fits(committed: Option<&[u8]>, salt: &[u8], tags: &[TagRow]) -> bool {
    match committed {
        None => tags.is_empty(),
        Some(digest) => !tags.is_empty() && tags_digest(salt, tags).as_slice() == digest,
    }
}

/// Makes `digest` of a generation, entry by entry.
#[derive(Clone, Default)]
pub struct Chain(Sha256);

impl Chain {
    /// Takes in the digest of an entry's tags.
    pub fn add(&mut self, position: Position, digest: &[u8]) {
        self.0.update(position.to_be_bytes());
        self.0.update(digest);
    }

    /// The digest of all that was taken in.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.0.clone().finalize().into()
    }
}

/// Whether the rows of a generation in `tag_digests` are those it commits to.
#[must_use]
pub fn chained(generation: &TagGenerationRow, rows: &Chain) -> bool {
    rows.digest().as_slice() == generation.digest
}
