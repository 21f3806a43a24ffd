//! What the bodies of several operations share.

pub(crate) mod answers;
pub(crate) mod direct;
pub(crate) mod moment;
pub(crate) mod person;
pub(crate) mod proxy;
pub(crate) mod relationship;
pub(crate) mod transfers;
pub(crate) mod words;
