//! Look-ups.

pub(super) mod batch;
pub(super) mod look_up;
pub(super) mod parts;
