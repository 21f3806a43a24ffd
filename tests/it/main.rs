//! One binary for all integration tests: a file a resource.
mod cli;
mod controllers;
mod crypto;
mod http;
mod house;
mod identifiers;
mod lookups;
mod objections;
mod store;
mod support;
mod withdrawals;
