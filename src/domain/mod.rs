//! What an objection is, whom it binds and when two identifiers are the same.
//!
//! Pure: no HTTP, SQL, environment, wall clock or randomness; what it needs of
//! those (today's date, the default region) is passed in.

pub mod account;
pub mod channel;
pub mod client;
pub mod controller;
pub mod decision;
pub mod fault;
pub mod identifier;
pub mod message;
pub mod objection;
pub mod person;
pub mod proxy;
pub mod register;
pub(crate) mod sha256;
pub mod unsubscribe_link;

/// The place of an entry in the ledger, counted from 1; 0 is "before the first".
pub type Position = i64;

/// A moment in UTC, kept to the microsecond.
pub type Time = chrono::DateTime<chrono::Utc>;
