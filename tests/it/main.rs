//! One binary for all integration tests: a file a resource.
mod access;
mod cli;
mod crypto;
mod identifiers;
mod objections;
mod store;
mod support;
