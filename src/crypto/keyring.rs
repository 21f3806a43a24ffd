//! The keyring: every stored key, unwrapped in memory.
use super::root_key::RootKey;

/// What a key is for. The names are stored and go into key derivation: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Tags of identifiers.
    Tag,
    /// Wrapping of record keys, and direct sealing.
    Data,
    /// Keyed digests of content, references and idempotency keys.
    Digest,
    /// Access tokens (an Ed25519 seed).
    Token,
    /// Keyed hashes of client secrets and static keys.
    Secret,
    /// The log's checkpoints (an Ed25519 seed).
    Log,
}
impl Purpose {
    /// Every purpose.
    pub const EVERY: [Self; 6] =
        [Self::Tag, Self::Data, Self::Digest, Self::Token, Self::Secret, Self::Log];
    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        todo!()
    }
    /// The purpose with this stored name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        todo!()
    }
}

/// A key as it is stored: a row of the key table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// What it is for.
    pub purpose: Purpose,
    /// Counted from 1 within its purpose; the highest is current.
    pub version: i32,
    /// The key under the root key.
    pub wrapped: Vec<u8>,
}
impl WrappedKey {
    /// A new random key, wrapped.
    #[must_use]
    pub fn generate(root: &RootKey, purpose: Purpose, version: i32) -> Self {
        todo!()
    }
    /// The key of a stored row, its purpose by name.
    pub fn from_row(purpose: &str, version: i32, wrapped: Vec<u8>) -> Result<Self, KeyringError> {
        todo!()
    }
    /// The id of the root key that this key is wrapped under (`RootKey::id`).
    #[must_use]
    pub fn root_key_id(&self) -> Option<String> {
        todo!()
    }
}

/// Why the keyring cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyringError {
    /// The rows are wrapped under another root key.
    ForeignRootKey {
        /// The id of the root key they need.
        needed: String,
        /// The id of the one given.
        given: String,
    },
    /// A row does not unwrap under the right root key.
    Damaged(Purpose, i32),
    /// No version (or, for tags, not each version from 1) of this purpose.
    Missing(Purpose),
    /// Two rows for one version.
    Twice(Purpose, i32),
    /// A purpose this version of the program does not know.
    UnknownPurpose(String),
}

/// All keys, unwrapped. Share it in an `Arc`; opened once at start.
pub struct Keyring {}
impl Keyring {
    /// A first set of keys, and the rows to store.
    #[must_use]
    pub fn fresh(root: &RootKey) -> (Self, Vec<WrappedKey>) {
        todo!()
    }
    /// Unwraps the stored rows.
    pub fn open(root: &RootKey, rows: &[WrappedKey]) -> Result<Self, KeyringError> {
        todo!()
    }
    /// The current version of a purpose.
    #[must_use]
    pub fn version(&self, purpose: Purpose) -> i32 {
        todo!()
    }
    /// The Ed25519 seed that signs the log's checkpoints, and its version.
    #[must_use]
    pub fn log_seed(&self) -> (i32, &[u8; 32]) {
        todo!()
    }
}
