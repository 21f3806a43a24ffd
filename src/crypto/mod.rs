//! Keys, tags, sealing and tokens.
//!
//! Everything here hangs on one root key ([`root_key`]), which is a file and never
//! in the database. Under it lie the versioned keys of the [`keyring`], one set per
//! purpose; from those come keyed tags ([`tag`]), sealed originals ([`sealing`]),
//! keyed digests ([`digest`]), client secrets ([`secret`]), access tokens ([`token`])
//! and sealed unsubscribe links ([`unsubscribe_link`]). [`assertion`] checks what a
//! client signed with a key of its own.
//!
//! Imports only `domain`. No clock and no SQL: times are passed in. The only file
//! it touches is the root key's. All randomness of the crate comes from [`random`].
//! No error or `Debug` here carries a key, a value or a token.

mod aead;
pub mod assertion;
pub mod client_jwk;
pub mod digest;
mod framing;
pub mod jws;
pub mod keyring;
mod midstates;
pub mod random;
pub mod root_key;
pub mod sealing;
pub mod secret;
pub mod tag;
pub mod token;
pub mod twilio;
pub mod unsubscribe_link;
mod wrapped_key;
