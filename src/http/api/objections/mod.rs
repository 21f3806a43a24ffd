//! Objections, and what happens to them later.

pub(super) mod add_identifiers;
pub(super) mod annul;
pub(super) mod batch;
pub(super) mod get;
pub(super) mod list;
pub(super) mod receipt;
pub(super) mod record;
pub(super) mod record_batch;
pub(super) mod view;
pub(super) mod withdraw;
