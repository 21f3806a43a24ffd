//! Nejtack: an internal blocklist for direct marketing.
pub mod app;
pub mod blocklist;
pub mod crypto;
pub mod domain;
pub mod store;
