//! Withdrawals of all that a person has said.

pub(super) mod record;
