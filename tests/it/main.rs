//! One binary for all integration tests: a file a resource.
mod crypto;
mod house;
mod identifiers;
