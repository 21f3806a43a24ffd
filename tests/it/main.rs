//! One binary for all integration tests: a file a resource.
mod cli;
mod crypto;
mod hostile;
mod identifiers;
mod linearity;
mod objections;
mod store;
mod support;
