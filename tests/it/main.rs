//! One binary for all integration tests: a file a resource.
#![expect(clippy::unwrap_used, reason = "a test that unwraps says enough by its line")]

mod access;
mod at_rest;
mod batch;
mod changes;
mod cli;
mod controllers;
mod crypto;
mod direct;
mod docs;
mod evidence;
mod faults;
mod fence;
mod hostile;
mod house;
mod http;
mod identifiers;
mod imports;
mod linearity;
mod links;
mod lookups;
mod messages;
mod objections;
mod oracle;
mod registers;
mod rotation;
mod screenings;
mod shutdown;
mod store;
mod support;
mod tabular;
mod tls;
mod webhooks;
mod withdrawals;
