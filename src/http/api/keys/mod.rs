//! The keys of the instance.

pub(super) mod rotate;
pub(super) mod status;
