//! One binary for all integration tests: a file a resource.
mod cli;
mod crypto;
mod http;
mod identifiers;
mod store;
