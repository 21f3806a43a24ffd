//! Lists that are taken over.

pub(super) mod asked;
pub(super) mod line;
pub(super) mod read;
pub(super) mod run;
