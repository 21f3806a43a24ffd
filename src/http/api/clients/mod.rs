//! The programs that may call this service.

pub(super) mod add;
pub(super) mod change;
pub(super) mod disable;
pub(super) mod list;
pub(super) mod rotate;
pub(super) mod static_key;
pub(super) mod token;
