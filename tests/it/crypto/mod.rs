//! Keys, tags, sealing and tokens.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod assertion;
mod client_jwk;
mod digest;
mod keyring;
mod root_key;
mod sealing;
mod secret;
pub(crate) mod support;
mod tag;
mod token;
mod unsubscribe_link;
