//! Keyed tags: what an identifier looks like in the index.
//!
//! A tag is HMAC-SHA-256 under a subkey of the identifier's kind, over kind ‖
//! material. Keyed, because whoever reads an unkeyed hash of a telephone number can
//! try them all in seconds. Rotation wraps: a later version of the key makes
//! HMAC(new key, older tag), which needs no originals, so a tag is made through every
//! version in order.

use super::framing::{Hmac256, Seed, derive, hmac, mac};
use super::keyring::Keyring;
use crate::domain::identifier::{Key, Kind};
use std::ops::RangeInclusive;

/// A keyed tag of one identifier key. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(pub [u8; 32]);

impl std::fmt::Debug for Tag {
    /// Without the bytes: to whoever has the index, they lead to a person's record.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tag").finish_non_exhaustive()
    }
}

/// The tag keys, their HMAC states computed, so that a tag costs one clone and three
/// compressions.
pub(super) struct TagKeys {
    /// The first version's subkeys, by kind, in the order of `Kind::EVERY`.
    first: [Hmac256; Kind::EVERY.len()],
    /// The later versions, in order.
    later: Vec<Hmac256>,
}

impl TagKeys {
    /// From every version in order, at least one.
    pub(super) fn new<'a>(mut versions: impl Iterator<Item = &'a Seed>) -> Self {
        let first = versions.next().expect("checked when the keyring was opened");
        let subkey = |kind: Kind| hmac(&derive(first, &[b"tag", kind.name().as_bytes()]));
        Self {
            first: Kind::EVERY.map(subkey),
            later: versions.map(|key| hmac(&derive(key, &[b"tag of a tag"]))).collect(),
        }
    }

    pub(super) fn version(&self) -> i32 {
        1 + i32::try_from(self.later.len()).expect("versions are counted in an i32")
    }
}

/// `TagKeys::first` is read by a kind's number.
const _: () = {
    let mut place = 0;
    while place < Kind::EVERY.len() {
        assert!(Kind::EVERY[place] as usize == place + 1);
        place += 1;
    }
};

impl Keyring {
    /// The tag of a key. Its grade does not go in: a match weighs the grades itself.
    #[must_use]
    pub fn tag(&self, key: &Key) -> Tag {
        let newest = self.tag.later.iter().fold(self.first(key), |tag, later| mac(later, &[&tag]));
        Tag(newest)
    }

    /// The tags of a key in each of these versions, oldest first; versions that are
    /// not here are left out.
    pub fn tags(&self, key: &Key, versions: RangeInclusive<i32>) -> impl Iterator<Item = Tag> {
        let (oldest, newest) = versions.into_inner();
        let every = self.tag.later.iter().scan(self.first(key), |tag, later| {
            *tag = mac(later, &[tag]);
            Some(*tag)
        });
        let every = (1..).zip(std::iter::once(self.first(key)).chain(every));
        every
            .skip_while(move |(version, _)| *version < oldest)
            .take_while(move |(version, _)| *version <= newest)
            .map(|(_, tag)| Tag(tag))
    }

    /// A tag of one version as a later one makes it. `None`: there is no such version.
    #[must_use]
    pub fn wrapped_tag(&self, tag: Tag, from: i32, to: i32) -> Option<Tag> {
        let place = |version: i32| usize::try_from(version.checked_sub(1)?).ok();
        let later = self.tag.later.get(place(from)?..place(to)?)?;
        Some(Tag(later.iter().fold(tag.0, |tag, later| mac(later, &[&tag]))))
    }

    fn first(&self, key: &Key) -> [u8; 32] {
        let subkey = &self.tag.first[key.kind as usize - 1];
        mac(subkey, &[&[key.kind as u8], &key.material])
    }

    /// The version that `tag` makes: the row's `key_version`.
    #[must_use]
    pub fn tag_key_version(&self) -> i32 {
        self.tag.version()
    }
}
