//! Groups of controllers.

pub(super) mod add;
pub(super) mod join;
pub(super) mod leave;
pub(super) mod list;
