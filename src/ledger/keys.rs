//! The keys of a running instance. A rotation adds a version of the tag key while
//! everybody works on, so the ring of keys is one that can be exchanged.

use crate::crypto::keyring::{Keyring, KeyringError, Purpose, WrappedKey};
use crate::crypto::root_key::RootKey;
use crate::store::{Connection, KeyRow, StoreError, keys};
use std::sync::{Arc, PoisonError, RwLock};

/// The root key, and the ring of all others as they are now.
pub struct Keys {
    root: RootKey,
    ring: RwLock<Arc<Keyring>>,
}

impl Keys {
    /// The keys that were unwrapped with this root key.
    #[must_use]
    pub fn new(root: RootKey, keyring: Keyring) -> Self {
        Self { root, ring: RwLock::new(Arc::new(keyring)) }
    }

    /// The ring as it is now.
    #[must_use]
    pub fn ring(&self) -> Arc<Keyring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The public id of the root key.
    #[must_use]
    pub fn root_key_id(&self) -> String {
        self.root.id()
    }

    /// A new tag key of this version, to be stored.
    #[must_use]
    pub fn new_tag_key(&self, version: i32, created_at: i64) -> KeyRow {
        let WrappedKey { purpose, version, wrapped } =
            WrappedKey::generate(&self.root, Purpose::Tag, version);
        KeyRow { purpose: purpose.name().to_owned(), version, wrapped, created_at, position: 0 }
    }

    /// The ring with every key that is in the database: read anew if a rotation has
    /// added one.
    ///
    /// # Errors
    /// The store's, or that a key cannot be unwrapped: then this instance cannot go on.
    pub(super) fn follow(&self, conn: &mut Connection) -> Result<Arc<Keyring>, StoreError> {
        let ring = self.ring();
        if keys::newest(conn, Purpose::Tag.name())? <= Some(ring.version(Purpose::Tag)) {
            return Ok(ring);
        }
        let opened = unwrapped(&self.root, keys::all(conn)?)
            .map_err(|error| StoreError::Other(format!("the keys: {error}")))?;
        let opened = Arc::new(opened);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&opened);
        Ok(opened)
    }
}

/// Unwraps stored keys.
///
/// # Errors
/// [`KeyringError`].
pub fn unwrapped(root: &RootKey, rows: Vec<KeyRow>) -> Result<Keyring, KeyringError> {
    let wrapped: Result<Vec<_>, _> = rows
        .into_iter()
        .map(|row| WrappedKey::from_row(&row.purpose, row.version, row.wrapped))
        .collect();
    Keyring::open(root, &wrapped?)
}
