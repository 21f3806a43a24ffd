//! OAuth 2.0 client credentials (RFC 6749 §4.4).

mod form;
pub(crate) mod metadata;
pub(crate) mod token;

pub(crate) use form::basic;
