//! The store, on both databases.

mod append_only;
mod fixture;
mod open;
mod rows;
pub(crate) mod support;
mod together;
