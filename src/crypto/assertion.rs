//! Client assertions: private_key_jwt (RFC 7523 §3, RFC 7521).
use super::client_jwk::ClientJwk;
/// A verified assertion. The caller refuses a `jti` it has seen, until `expires_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Its id, at most 128 characters.
    pub jti: String,
    /// When the id may be forgotten, in seconds.
    pub expires_at: i64,
}
/// Why an assertion is refused (RFC 6749 §5.2: `invalid_client` whichever it is).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssertionError {
    /// More to come.
    Malformed,
}
/// Whose assertion it claims to be (`sub`), before anything is verified: only to find the key.
pub fn claimed_client(assertion: &str) -> Result<String, AssertionError> {
    todo!()
}
/// Verifies an assertion by the client's registered key; `now` in seconds since 1970.
pub fn verify_assertion(
    assertion: &str,
    key: &ClientJwk,
    client_id: &str,
    accepted_audiences: &[&str],
    now: i64,
) -> Result<Assertion, AssertionError> {
    todo!()
}
