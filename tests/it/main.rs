//! One binary for all integration tests.
mod cli;
mod crypto;
mod identifiers;
