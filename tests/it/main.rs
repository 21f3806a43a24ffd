//! One binary for all integration tests: a file a resource.
mod access;
mod at_rest;
mod cli;
mod controllers;
mod crypto;
mod docs;
mod house;
mod identifiers;
mod lookups;
mod objections;
mod store;
mod support;
mod withdrawals;
