//! What may be missing: what an `originals.shredded` entry says was destroyed.
//!
//! The one place that decides it. No entry of that kind exists yet, so nothing may
//! be missing.

use crate::domain::Position;
use crate::store::{Connection, StoreError};

/// What entries say was destroyed.
pub(super) struct Gone;

impl Gone {
    /// Reads what was destroyed, from the whole ledger: the entry that says so comes
    /// after the one that it is about.
    #[expect(clippy::unnecessary_wraps, reason = "it will read rows")]
    pub(super) fn read(_conn: &mut Connection) -> Result<Self, StoreError> {
        Ok(Self)
    }

    /// Whether the key of this purpose of the entry at `position` was destroyed:
    /// then it must be missing, and else it must be there. The salt of what was
    /// submitted goes with purpose 0.
    pub(super) fn covers(&self, _purpose: i16, _position: Position) -> bool {
        false
    }
}
