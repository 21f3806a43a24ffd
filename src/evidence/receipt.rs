//! A receipt: C2SP tlog-proof, with what it takes to rebuild the leaf in its
//! `extra` line. Checked offline, with the log's public key alone.

use super::checkpoint::{Checkpoint, CheckpointError, LogKey};
use super::tree::{Hash, leaf_hash, proved};
use crate::crypto::digest::sha256;
use crate::domain::Position;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A receipt's first line.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// More than any tree's height: a longer proof is no proof.
const LONGEST_PROOF: usize = 64;

/// What is logged of an entry, and what the receipt's holder needs besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// The entry: canonical JSON (RFC 8785).
    pub entry: String,
    /// The leaf's salt, 32 bytes in base64: the leaf is SHA-256(entry ‖ salt).
    pub salt: String,
    /// The salt of the entry's `submission`, 32 bytes in base64: it is
    /// SHA-256(salt ‖ body in canonical JSON). None once it was shredded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission_salt: Option<String>,
}

/// A receipt that was read, and not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The leaf's number, from 0.
    pub index: u64,
    /// From the leaf's sibling to the root's child.
    pub proof: Vec<[u8; 32]>,
    /// The leaf's content.
    pub extra: Extra,
    /// The signed head of the tree that the proof is of.
    pub checkpoint: String,
}

/// Why a receipt proves nothing. `Display` says what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptError {
    /// No receipt, or cut, or altered beyond recognition; where.
    Malformed(&'static str),
    /// Its checkpoint is not this log's.
    Checkpoint(CheckpointError),
    /// The entry is not in the tree of the checkpoint: one of them was altered.
    NotInTree,
    /// The entry names another position than the one it is proved at.
    OtherPosition,
    /// The salt of `submission` is not the one that the entry commits to.
    OtherSalt,
}

impl Extra {
    /// From the rows of an entry.
    #[must_use]
    pub fn of(entry: &str, salt: &[u8], submission_salt: Option<&[u8]>) -> Self {
        Self {
            entry: entry.to_owned(),
            salt: STANDARD.encode(salt),
            submission_salt: submission_salt.map(|salt| STANDARD.encode(salt)),
        }
    }
}

/// Writes a receipt.
#[must_use]
pub fn write(position: Position, proof: &[Hash], extra: &Extra, checkpoint: &str) -> String {
    let extra = STANDARD.encode(serde_json::to_vec(extra).unwrap_or_default());
    let mut text = format!("{HEADER}\nextra {extra}\nindex {}\n", position - 1);
    for hash in proof {
        let _ = writeln!(text, "{}", STANDARD.encode(hash.0));
    }
    text.push('\n');
    text.push_str(checkpoint);
    text
}

impl Receipt {
    /// Reads a receipt. Line ends of Windows are forgiven, nothing else is.
    ///
    /// # Errors
    /// [`ReceiptError::Malformed`].
    pub fn read(text: &str) -> Result<Self, ReceiptError> {
        use ReceiptError::Malformed;
        let text = text.replace("\r\n", "\n");
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or(Malformed("it has no checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(Malformed("its first line is not that of a receipt"));
        }
        let extra = lines.next().and_then(|line| line.strip_prefix("extra "));
        let extra = extra.and_then(decoded).and_then(|json| serde_json::from_slice(&json).ok());
        let extra: Extra = extra.ok_or(Malformed("its line `extra` cannot be read"))?;
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(|digits| {
            let number: u64 = digits.parse().ok()?;
            (number.to_string() == digits).then_some(number)
        });
        let index = index.ok_or(Malformed("its line `index` cannot be read"))?;
        let proof: Option<Vec<[u8; 32]>> =
            lines.map(|line| decoded(line).and_then(|hash| hash.try_into().ok())).collect();
        let proof = proof.filter(|proof| proof.len() <= LONGEST_PROOF);
        let proof = proof.ok_or(Malformed("a line of its proof cannot be read"))?;
        Ok(Self { index, proof, extra, checkpoint: checkpoint.to_owned() })
    }

    /// Checks that the entry stands in the log with this key.
    ///
    /// # Errors
    /// [`ReceiptError`].
    pub fn check(&self, key: &LogKey) -> Result<Checkpoint, ReceiptError> {
        let checkpoint = key.open(&self.checkpoint).map_err(ReceiptError::Checkpoint)?;
        let salt = decoded(&self.extra.salt).filter(|salt| salt.len() == 32);
        let salt = salt.ok_or(ReceiptError::Malformed("the leaf's salt cannot be read"))?;
        let leaf = leaf_hash(&self.extra.entry, &salt);
        let proof: Vec<_> = self.proof.iter().copied().map(Hash).collect();
        let size = u64::try_from(checkpoint.size).unwrap_or(0);
        if !proved(&proof, size, Hash(checkpoint.root), self.index, leaf) {
            return Err(ReceiptError::NotInTree);
        }
        let entry: serde_json::Value = serde_json::from_str(&self.extra.entry).unwrap_or_default();
        if entry["position"].as_u64() != self.index.checked_add(1) {
            return Err(ReceiptError::OtherPosition);
        }
        if let Some(salt) = &self.extra.submission_salt {
            let salt = decoded(salt).unwrap_or_default();
            if entry["submission_salt"].as_str() != Some(&STANDARD.encode(sha256(&salt))) {
                return Err(ReceiptError::OtherSalt);
            }
        }
        Ok(checkpoint)
    }
}

/// Base64 in its one canonical form: what decodes to the same is not the same.
fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

impl std::fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "this is no receipt: {what}"),
            Self::Checkpoint(why) => write!(f, "the receipt's checkpoint does not count: {why}"),
            Self::NotInTree => f.write_str(
                "the entry is not in the tree that the checkpoint signs: the receipt was altered",
            ),
            Self::OtherPosition => {
                f.write_str("the entry names another position than the one it is proved at")
            }
            Self::OtherSalt => f.write_str(
                "the submission's salt is not the one that the entry names: the receipt was altered",
            ),
        }
    }
}

impl std::error::Error for ReceiptError {}
