//! One binary for all integration tests: a file a resource.
mod cli;
mod crypto;
mod hostile;
mod identifiers;
mod objections;
mod store;
mod support;
