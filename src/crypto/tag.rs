//! Keyed tags: what an identifier looks like in the index.
use super::keyring::Keyring;
use crate::domain::identifier::Key;

/// A keyed tag of one identifier key. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(pub [u8; 32]);

impl Keyring {
    /// The tag of a key, under every version of the tag key in order.
    #[must_use]
    pub fn tag(&self, key: &Key) -> Tag {
        todo!()
    }
    /// The version that `tag` makes: the row's `key_version`.
    #[must_use]
    pub fn tag_key_version(&self) -> i32 {
        todo!()
    }
}
