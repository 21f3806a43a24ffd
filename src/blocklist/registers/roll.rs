//! The keys of one version of a register, in the index that objections have too.

use crate::blocklist::index::{Found, Index};
use crate::crypto::tag::Tag;
use crate::domain::identifier::{Grade, Kind};

/// The keys of a version: sixteen bytes each.
#[derive(Default)]
pub struct Roll(Index);

impl Roll {
    /// Takes in a key: none is found before [`Roll::settle`].
    pub fn load(&mut self, tag: &Tag, kind: Kind, grade: Grade) {
        // Whose row it was is nobody's business: all rows are one record.
        self.0.load(tag, Found { slot: 0, kind, grade });
    }

    /// Ends loading.
    pub fn settle(&mut self) {
        self.0.settle();
    }

    /// How many different keys there are.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.0.keys()
    }

    /// The kinds and grades by which a tag is in it.
    pub(super) fn find(&self, tag: &Tag) -> impl Iterator<Item = (Kind, Grade)> + use<'_> {
        self.0.find(tag).map(|found| (found.kind, found.grade))
    }
}
