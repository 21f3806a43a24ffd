//! The keyring: every stored key, unwrapped in memory and made ready for its use.

use std::collections::BTreeMap;

use super::framing::{Hmac256, Seed, hmac};
use super::root_key::RootKey;
use super::sealing::DataKey;
use super::tag::TagKeys;
pub use super::wrapped_key::{Purpose, WrappedKey};

/// Why the keyring cannot be opened. `Display` says what to do.
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
    /// A purpose that this version of the program does not know.
    UnknownPurpose(String),
}

/// The versions of one purpose's key, at least one.
pub(super) struct Versions<K>(BTreeMap<i32, K>);

impl<K> Versions<K> {
    /// The newest version, which new things are made under.
    pub(super) fn current(&self) -> (i32, &K) {
        let (version, key) = self.0.last_key_value().expect("checked when the keyring was opened");
        (*version, key)
    }

    pub(super) fn get(&self, version: i32) -> Option<&K> {
        self.0.get(&version)
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &K> {
        self.0.values().rev()
    }
}

/// All keys, unwrapped. Opened once at start and shared; each key is made ready for
/// its use here, so that using one costs no derivation.
pub struct Keyring {
    pub(super) tag: TagKeys,
    pub(super) data: Versions<DataKey>,
    pub(super) digest: Versions<Hmac256>,
    pub(super) token: Versions<Seed>,
    pub(super) secret: Versions<Hmac256>,
    log: Versions<Seed>,
}

impl Keyring {
    /// A first set of keys, and the rows to store.
    #[must_use]
    pub fn fresh(root: &RootKey) -> (Self, Vec<WrappedKey>) {
        let rows = Purpose::EVERY.map(|purpose| WrappedKey::generate(root, purpose, 1)).to_vec();
        let keyring = Self::open(root, &rows).expect("what was just wrapped unwraps");
        (keyring, rows)
    }

    /// Unwraps the stored rows, in whatever order they come.
    ///
    /// # Errors
    /// Each of [`KeyringError`]: with any key amiss there is no keyring at all.
    pub fn open(root: &RootKey, rows: &[WrappedKey]) -> Result<Self, KeyringError> {
        let mut keys: BTreeMap<Purpose, BTreeMap<i32, Seed>> = BTreeMap::new();
        for row in rows {
            let key = row.unwrap_under(root)?;
            if row.version < 1 {
                return Err(KeyringError::Damaged(row.purpose, row.version));
            }
            if keys.entry(row.purpose).or_default().insert(row.version, key).is_some() {
                return Err(KeyringError::Twice(row.purpose, row.version));
            }
        }
        let mut take = |purpose| keys.remove(&purpose).ok_or(KeyringError::Missing(purpose));
        let (tag, data) = (take(Purpose::Tag)?, take(Purpose::Data)?);
        // A tag is made through every version in order, so none may be lacking.
        if tag.keys().zip(1..).any(|(version, expected)| *version != expected) {
            return Err(KeyringError::Missing(Purpose::Tag));
        }
        Ok(Self {
            tag: TagKeys::new(tag.values()),
            data: made_ready(&data, DataKey::new),
            digest: made_ready(&take(Purpose::Digest)?, hmac),
            token: Versions(take(Purpose::Token)?),
            secret: made_ready(&take(Purpose::Secret)?, hmac),
            log: Versions(take(Purpose::Log)?),
        })
    }

    /// The current version of a purpose. An instance that meets a higher one in the
    /// database has to open its keyring anew before it is ready.
    #[must_use]
    pub fn version(&self, purpose: Purpose) -> i32 {
        match purpose {
            Purpose::Tag => self.tag.version(),
            Purpose::Data => self.data.current().0,
            Purpose::Digest => self.digest.current().0,
            Purpose::Token => self.token.current().0,
            Purpose::Secret => self.secret.current().0,
            Purpose::Log => self.log.current().0,
        }
    }

    /// The Ed25519 seed that signs the log's checkpoints, and its version.
    #[must_use]
    pub fn log_seed(&self) -> (i32, &[u8; 32]) {
        let (version, seed) = self.log.current();
        (version, seed)
    }

    /// Every seed that ever signed the log's checkpoints.
    pub fn log_seeds(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.log.0.values().map(|seed| &**seed)
    }
}

fn made_ready<K>(keys: &BTreeMap<i32, Seed>, make: impl Fn(&[u8; 32]) -> K) -> Versions<K> {
    Versions(keys.iter().map(|(version, key)| (*version, make(key))).collect())
}

impl std::fmt::Debug for Keyring {
    /// The versions alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let versions = Purpose::EVERY.map(|purpose| (purpose.name(), self.version(purpose)));
        f.debug_map().entries(versions).finish()
    }
}

impl std::fmt::Display for KeyringError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ForeignRootKey { needed, given } => write!(
                f,
                "this database belongs to the root key {needed}, and the one given is {given}: \
                 give the right one with --root-key-file, or from the safe"
            ),
            Self::Damaged(purpose, version) => write!(
                f,
                "version {version} of the stored {} key is damaged: restore it from a backup",
                purpose.name()
            ),
            Self::Missing(purpose) => {
                write!(f, "a stored {} key is missing: restore it from a backup", purpose.name())
            }
            Self::Twice(purpose, version) => {
                write!(f, "version {version} of the {} key is stored twice", purpose.name())
            }
            Self::UnknownPurpose(_) => write!(
                f,
                "a key is stored for a purpose that this version of nejtack does not know: run \
                 the version that wrote it, or a later one"
            ),
        }
    }
}

impl std::error::Error for KeyringError {}
