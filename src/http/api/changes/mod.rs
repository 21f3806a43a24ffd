//! Hearing of changes.

pub(super) mod acknowledge;
mod asked;
pub(super) mod consumers;
pub(super) mod read;
