//! Keys as they are stored: each 32 random bytes under the root key.
//!
//! Purpose and version go into both the wrapping key and the associated data, so that
//! a row moved to another place does not open.

use super::aead::Cipher;
use super::framing::{Seed, frame, hex};
use super::keyring::KeyringError;
use super::random;
use super::root_key::RootKey;

/// What a key is for. The names are stored and go into key derivation: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Tags of identifiers.
    Tag,
    /// Wrapping of record keys, direct sealing, and unsubscribe links.
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
        match self {
            Self::Tag => "tag",
            Self::Data => "data",
            Self::Digest => "digest",
            Self::Token => "token",
            Self::Secret => "secret",
            Self::Log => "log",
        }
    }

    /// The purpose with this stored name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// A key as it is stored: a row of the key table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// What it is for.
    pub purpose: Purpose,
    /// Counted from 1 within its purpose; the highest is current.
    pub version: i32,
    /// Format (1) ‖ root key id (8) ‖ nonce (24) ‖ sealed key (48).
    pub wrapped: Vec<u8>,
}

/// The format of `WrappedKey::wrapped`.
const FORMAT: u8 = 1;
/// Where in it the root key's id ends and the sealed part begins.
const HEAD: usize = 9;

impl WrappedKey {
    /// A new random key, wrapped.
    #[must_use]
    pub fn generate(root: &RootKey, purpose: Purpose, version: i32) -> Self {
        let key = Seed::new(random::bytes());
        let mut head = vec![FORMAT];
        head.extend_from_slice(&root.id_bytes());
        let aad = aad(&head, purpose, version);
        let wrapped = wrapping_key(root, purpose, version).seal_after(head, &aad, key.as_slice());
        Self { purpose, version, wrapped }
    }

    /// The key of a stored row, its purpose by name.
    ///
    /// # Errors
    /// `UnknownPurpose`: a newer program wrote the row.
    pub fn from_row(purpose: &str, version: i32, wrapped: Vec<u8>) -> Result<Self, KeyringError> {
        let purpose = Purpose::named(purpose)
            .ok_or_else(|| KeyringError::UnknownPurpose(purpose.to_owned()))?;
        Ok(Self { purpose, version, wrapped })
    }

    /// The id of the root key that this key is wrapped under (`RootKey::id`).
    #[must_use]
    pub fn root_key_id(&self) -> Option<String> {
        let (format, rest) = self.wrapped.split_first()?;
        (*format == FORMAT).then_some(hex(rest.first_chunk::<8>()?))
    }

    pub(super) fn unwrap_under(&self, root: &RootKey) -> Result<Seed, KeyringError> {
        let damaged = || KeyringError::Damaged(self.purpose, self.version);
        let needed = self.root_key_id().ok_or_else(damaged)?;
        if needed != root.id() {
            return Err(KeyringError::ForeignRootKey { needed, given: root.id() });
        }
        let (head, sealed) = self.wrapped.split_at(HEAD);
        let key = wrapping_key(root, self.purpose, self.version)
            .open(&aad(head, self.purpose, self.version), sealed)
            .map(zeroize::Zeroizing::new)
            .ok_or_else(damaged)?;
        Ok(Seed::new(key.as_slice().try_into().map_err(|_| damaged())?))
    }
}

fn wrapping_key(root: &RootKey, purpose: Purpose, version: i32) -> Cipher {
    Cipher::new(&root.derive(&[b"wrap", purpose.name().as_bytes(), &version.to_be_bytes()]))
}

fn aad(head: &[u8], purpose: Purpose, version: i32) -> Vec<u8> {
    frame(&[head, purpose.name().as_bytes(), &version.to_be_bytes()])
}
