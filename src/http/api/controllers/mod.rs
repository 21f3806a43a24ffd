//! Controllers (GDPR Art. 4.7).

pub(super) mod add;
pub(super) mod list;
pub(super) mod rename;
