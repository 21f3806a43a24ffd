//! One binary for all integration tests: a file a resource.
mod batch;
mod cli;
mod controllers;
mod crypto;
mod hostile;
mod house;
mod identifiers;
mod linearity;
mod lookups;
mod objections;
mod shutdown;
mod store;
mod support;
mod tls;
mod withdrawals;
