//! Look-ups.

pub(super) mod batch;
pub(super) mod look_up;
pub mod measured;
pub(super) mod parts;
