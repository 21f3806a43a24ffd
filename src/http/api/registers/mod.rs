//! `/v1/registers`

pub(super) mod add;
pub(super) mod bind;
pub(super) mod bindings;
mod body;
pub(super) mod end;
pub(super) mod list;
pub(super) mod load;
pub(super) mod versions;
