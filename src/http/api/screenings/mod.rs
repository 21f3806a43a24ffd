//! `/v1/screenings`

mod asked;
mod feed;
pub(super) mod read;
pub(super) mod result;
pub(super) mod run;
mod sent;
