//! The keys of the instance.

pub(super) mod status;
