//! Nejtack ("no thanks"): an internal blocklist for direct marketing.
//!
//! It records objections (GDPR Art. 21.2–21.3) in an append-only ledger and
//! answers, before anything is sent, whether a person is `blocked`, `clear` or
//! `undecidable`. There is one way to write and one way to read.
//!
//! * Write: [`http`] parses → [`app`] checks who may say this → [`domain`]
//!   normalises → [`crypto`] tags and seals → the sequencer of [`ledger`] commits
//!   a whole group in one transaction, with its leaves in the log → only then 201,
//!   with a receipt.
//! * Read: [`http`] parses → [`domain`] normalises → [`crypto`] tags → [`ledger`]
//!   makes sure that memory is as new as the question → [`blocklist`] probes
//!   memory → a decision that names the position it is true at.
//!
//! # Where things are
//!
//! | room | what it is for |
//! | --- | --- |
//! | [`domain`] | what an objection is, whom it binds, when two identifiers are the same; pure |
//! | [`crypto`] | keys under one root key, tags, sealing, tokens |
//! | [`blocklist`] | the in-memory index and what it decides; pure |
//! | [`evidence`] | the log: its tree, its signed checkpoints, receipts; pure |
//! | [`store`] | the only place that names diesel: SQLite and PostgreSQL |
//! | [`ledger`] | the one writer, and memory that follows the ledger; ties store, evidence and blocklist |
//! | [`tabular`] | lines and arrays of any length in, results out, in flat memory |
//! | [`app`] | use cases, a file each |
//! | [`http`] | routes, bodies, problems, tokens, the OpenAPI document |
//! | [`jobs`] | what an instance does by itself |
//! | [`cli`] | a file a command; every command but `verify` is a client of the same API |
//! | [`config`] | every option as flag and variable; the only reader of the environment |
//! | [`telemetry`] | the log |
//!
//! Imports point one way: `main → cli → {http, jobs} → app → {ledger, tabular} →
//! {blocklist, evidence, store} → crypto → domain`.
//!
//! # What never happens
//!
//! 1. No route deletes, and no statement updates or deletes a row of the ledger:
//!    triggers in both databases refuse it.
//! 2. No 201 before the commit is durable; no decision from a position older than
//!    the last 201 given before the question came.
//! 3. No personal data in the clear in a URL of ours, a log line, a metric, an error's text, a
//!    panic message, or any file in the clear.
//! 4. Nothing that an objection service receives tells whether the person was known.
//! 5. `domain` names no framework, only `store` names diesel, `http` never names
//!    `store`, only `config` reads the environment.
//! 6. An unreadable contact point of the asked channel is never answered `clear`;
//!    an unknown key version or a memory that cannot follow makes an instance not
//!    ready, never `clear`.
pub mod app;
pub mod blocklist;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod evidence;
pub mod http;
pub mod jobs;
pub mod ledger;
pub mod store;
pub mod tabular;
pub mod telemetry;
