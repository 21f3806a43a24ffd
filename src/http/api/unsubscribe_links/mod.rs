//! `/v1/unsubscribe-links`

pub(super) mod create;
