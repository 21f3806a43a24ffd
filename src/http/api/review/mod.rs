//! What could not be read.

pub(super) mod clear;
pub(super) mod list;
