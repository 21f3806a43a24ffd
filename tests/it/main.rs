//! One binary for all integration tests.
mod crypto;
mod identifiers;
