//! Endpoints of webhooks.

pub(super) mod add;
mod asked;
pub(super) mod deliveries;
pub(super) mod disable;
pub(super) mod enable;
pub(super) mod get;
pub(super) mod list;
pub(super) mod redeliver;
pub(super) mod rotate;
pub(super) mod test;
