//! `/v1/screenings`

pub(super) mod asked;
pub(super) mod feed;
pub(super) mod read;
pub(super) mod result;
pub(super) mod run;
pub(super) mod sent;
