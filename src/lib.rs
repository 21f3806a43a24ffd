//! Nejtack: an internal blocklist for direct marketing.
pub mod app;
pub mod blocklist;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod ledger;
pub mod store;
pub mod tabular;
pub mod telemetry;
