//! The transparency log. Its checkpoint and key are for anybody.

pub(super) mod checkpoint;
pub(super) mod key;
pub(super) mod tile;
