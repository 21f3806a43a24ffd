//! The log's key, and what was signed with it.

use super::finding::{Finding, Stop};
use crate::domain::Position;
use crate::evidence::checkpoint::{Checkpoint, CheckpointError, LogKey, LogSigner};
use crate::evidence::tree::{Hash, Missing};
use crate::store::StoreError;
use crate::store::rows::CheckpointRow;

/// The log's key.
pub(super) struct Log {
    signer: LogSigner,
    key: LogKey,
    /// Whether the key that counts is the database's.
    own: bool,
}

impl Log {
    /// With the database's key, unless another was brought.
    pub(super) fn new(signer: LogSigner, brought: Option<LogKey>) -> Result<Self, Stop> {
        let own = LogKey::read(signer.key()).map_err(|error| {
            Finding::table("instance", format!("the log's name makes no key: {error}"))
        })?;
        match brought {
            Some(key) if key.text() != own.text() => Ok(Self { signer, key, own: false }),
            _ => Ok(Self { signer, key: own, own: true }),
        }
    }

    /// Opens a checkpoint from outside.
    pub(super) fn open(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        self.key.open(note)
    }

    /// Whether a row is the signed head of the tree with this root.
    pub(super) fn check(&self, row: &CheckpointRow, root: Hash) -> Result<(), Finding> {
        // An Ed25519 signature is made without chance, so one that is good is the
        // very one that we would make: three times as fast as checking it.
        let size = u64::try_from(row.size).unwrap_or_default();
        if self.own && self.signer.sign(size, root).is_ok_and(|note| note == row.note) {
            return Ok(());
        }
        let checkpoint = self.opened(row)?;
        if checkpoint.root != root.0 {
            return Err(wrong(
                row,
                "what it signs is not the tree of the entries: some up to here were altered, \
                 leaves and all, or it is another log's",
            ));
        }
        Ok(())
    }

    /// Whether a row's note is signed and is of the row's size.
    pub(super) fn sizes_fit(&self, row: &CheckpointRow) -> Result<(), Finding> {
        self.opened(row).map(drop)
    }

    fn opened(&self, row: &CheckpointRow) -> Result<Checkpoint, Finding> {
        let checkpoint = self.key.open(&row.note).map_err(|error| match error {
            CheckpointError::ForeignLog { .. } if !self.own => wrong(
                row,
                "it is not signed with the key that was given: this is another log, or its key \
                 was replaced",
            ),
            error => wrong(row, &error.to_string()),
        })?;
        if checkpoint.size != row.size {
            return Err(wrong(row, "it is of another size than its row says"));
        }
        Ok(checkpoint)
    }

    /// Whether a checkpoint from outside is of a beginning of this log.
    pub(super) fn consistent(
        &self,
        since: &Checkpoint,
        end: Position,
        root: Option<Hash>,
    ) -> Result<(), Finding> {
        let size = since.size;
        if size > end {
            return Err(Finding::table(
                "entries",
                format!(
                    "the checkpoint kept outside is of {size} entries, and here are {end}: this is \
                     an older state of the database that was put back, or its end was removed"
                ),
            ));
        }
        if root.map(|root| root.0) != Some(since.root) {
            return Err(Finding::table(
                "entries",
                format!(
                    "the log was rewritten: its first {size} entries are not those that the \
                     checkpoint kept outside signs"
                ),
            ));
        }
        Ok(())
    }

    pub(super) fn origin(&self) -> &str {
        self.key.origin()
    }

    pub(super) fn key(&self) -> &str {
        self.key.text()
    }
}

fn wrong(row: &CheckpointRow, what: &str) -> Finding {
    Finding::at("checkpoints", row.size, what)
}

/// The tree is built here from its first leaf on, so nothing of it can be missing.
pub(super) fn lost(_: Missing) -> Stop {
    StoreError::Other("the tree could not be built: this is a bug of nejtack".into()).into()
}
