//! Keyed tags: what an identifier looks like in the index.
//!
//! A tag is HMAC-SHA-256 under a subkey of the identifier's kind, over kind ‖
//! material. Keyed, because whoever reads an unkeyed hash of a telephone number can
//! try them all in seconds. Rotation wraps: a later version of the key makes
//! HMAC(new key, older tag), which needs no originals, so a tag is made through every
//! version in order.

use super::framing::{Seed, derive};
use super::keyring::Keyring;
use super::midstates::Midstates;
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

/// The tag keys, their HMAC states computed, so that the tag of a hash costs two
/// compressions, and two more for each later version.
pub(super) struct TagKeys {
    /// The first version's subkeys, by kind, in the order of `Kind::EVERY`.
    first: [Midstates; Kind::EVERY.len()],
    /// The later versions, in order.
    later: Vec<Midstates>,
}

impl TagKeys {
    /// From every version in order, at least one.
    pub(super) fn new<'a>(mut versions: impl Iterator<Item = &'a Seed>) -> Self {
        let first = versions.next().expect("checked when the keyring was opened");
        let subkey = |kind: Kind| Midstates::new(&derive(first, &[b"tag", kind.name().as_bytes()]));
        Self {
            first: Kind::EVERY.map(subkey),
            later: versions.map(|key| Midstates::new(&derive(key, &[b"tag of a tag"]))).collect(),
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
        let newest = |tag: [u8; 32], later: &Midstates| later.mac([&tag]);
        Tag(self.tag.later.iter().fold(self.first(key), newest))
    }

    /// The tag of a key in this version alone: what memory with one generation of tags
    /// asks for, which is the usual one. `None`: there is no such version.
    #[inline]
    #[must_use]
    pub fn tag_in(&self, key: &Key, version: i32) -> Option<Tag> {
        if version == 1 {
            return Some(Tag(self.first(key)));
        }
        let later = usize::try_from(version.checked_sub(1)?).ok()?;
        let later = self.tag.later.get(..later).filter(|later| !later.is_empty())?;
        Some(Tag(later.iter().fold(self.first(key), |tag, later| later.mac([&tag]))))
    }

    /// The tags of a key in each of these versions, oldest first; versions that are
    /// not here are left out. A tag is made when it is asked for.
    pub fn tags(&self, key: &Key, versions: RangeInclusive<i32>) -> impl Iterator<Item = Tag> {
        let newest = self.tag.version().min(*versions.end());
        let oldest = (*versions.start()).max(1);
        let mut tag = if oldest <= newest { self.tag_in(key, oldest) } else { None };
        (oldest..=newest).map_while(move |version| {
            let this = tag?;
            let later = self.tag.later.get(usize::try_from(version - 1).ok()?);
            tag = later.filter(|_| version < newest).map(|later| Tag(later.mac([&this.0])));
            Some(this)
        })
    }

    /// A tag of one version as a later one makes it. `None`: there is no such version.
    #[must_use]
    pub fn wrapped_tag(&self, tag: Tag, from: i32, to: i32) -> Option<Tag> {
        let place = |version: i32| usize::try_from(version.checked_sub(1)?).ok();
        let later = self.tag.later.get(place(from)?..place(to)?)?;
        Some(Tag(later.iter().fold(tag.0, |tag, later| later.mac([&tag]))))
    }

    fn first(&self, key: &Key) -> [u8; 32] {
        let subkey = &self.tag.first[key.kind as usize - 1];
        let kind = [key.kind as u8];
        // The usual material is a hash: its length known, nothing is copied by length.
        match <&[u8; 32]>::try_from(&*key.material) {
            Ok(hash) => subkey.mac([&kind, hash]),
            Err(_) => subkey.mac([&kind, &key.material]),
        }
    }

    /// The version that `tag` makes: the row's `key_version`.
    #[must_use]
    pub fn tag_key_version(&self) -> i32 {
        self.tag.version()
    }
}
