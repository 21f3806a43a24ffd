//! The end of what was posted about persons.

pub(super) mod shred;
