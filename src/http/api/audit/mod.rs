//! Who asked how much.

pub(super) mod list;
