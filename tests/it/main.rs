//! One binary for all integration tests: a file a resource.
mod access;
mod at_rest;
mod cli;
mod controllers;
mod crypto;
mod hostile;
mod house;
mod http;
mod identifiers;
mod linearity;
mod lookups;
mod objections;
mod store;
mod support;
mod withdrawals;
