//! Client assertions: `private_key_jwt` (RFC 7523 §3, RFC 7521 §4.2).
//!
//! A client that holds a key of its own signs a short statement instead of sending a
//! secret. Each is good once: the caller keeps its `jti` until it expires.

use serde_json::Value;

use super::client_jwk::ClientJwk;
use super::jws::{CLOCK_SKEW, Jws, Refused};

/// Why an assertion is refused.
pub type AssertionError = Refused;

/// The furthest that `exp` may lie ahead, in seconds: as long as a `jti` is kept. An
/// hour, which stock libraries sign for unless told otherwise, and a minute for clocks.
pub const LONGEST_LIFE: i64 = 3660;
/// The longest `jti`, in characters.
const LONGEST_JTI: usize = 128;

/// A verified assertion. The caller refuses a `jti` that this client has used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Its id.
    pub jti: String,
    /// When the id may be forgotten, in seconds since 1970.
    pub expires_at: i64,
}

/// Whose assertion it claims to be (`sub`), with nothing verified: only for finding the
/// key that `verify_assertion` is then given.
///
/// # Errors
/// `TooLong`, `Malformed`, `Critical` or `Claim("sub")`.
pub fn claimed_client(assertion: &str) -> Result<String, AssertionError> {
    let claims = Jws::read(assertion)?.unverified_claims()?;
    match claims.text("sub")? {
        sub if sub.len() <= 255 => Ok(sub.to_owned()),
        _ => Err(Refused::Claim("sub")),
    }
}

/// Verifies an assertion by the client's registered key. `accepted_audiences` are this
/// service's names (its issuer, its token endpoint); `now` is in seconds since 1970.
/// A `kid` in its header is not looked at: a client has one key.
///
/// # Errors
/// The first thing that is wrong; claims are looked at only once the signature fits.
pub fn verify_assertion(
    assertion: &str,
    key: &ClientJwk,
    client_id: &str,
    accepted_audiences: &[&str],
    now: i64,
) -> Result<Assertion, AssertionError> {
    let jws = Jws::read(assertion)?;
    jws.expect_type(&[None, Some("JWT"), Some("client-authentication+jwt")])?;
    let claims = jws.verify(key.name, key.algorithm, &key.key)?;

    if claims.text("iss")? != client_id {
        return Err(Refused::Issuer);
    }
    if claims.text("sub")? != client_id {
        return Err(Refused::Subject);
    }
    // One audience only: an assertion that others may hold too could be replayed by
    // them (draft-ietf-oauth-rfc7523bis).
    let audience = match claims.get("aud") {
        Some(Value::String(audience)) => audience,
        Some(Value::Array(several)) => match several.as_slice() {
            [Value::String(audience)] => audience,
            _ => return Err(Refused::Audience),
        },
        _ => return Err(Refused::Claim("aud")),
    };
    if !accepted_audiences.contains(&audience.as_str()) {
        return Err(Refused::Audience);
    }
    let expires_at = claims.time("exp")?;
    if expires_at <= now {
        return Err(Refused::Expired);
    }
    if expires_at > now.saturating_add(LONGEST_LIFE) {
        return Err(Refused::LivesTooLong);
    }
    let soon = now.saturating_add(CLOCK_SKEW);
    if claims.time_if_given("nbf")?.is_some_and(|nbf| nbf > soon) {
        return Err(Refused::NotYet);
    }
    if claims.time_if_given("iat")?.is_some_and(|iat| iat > soon) {
        return Err(Refused::FromTheFuture);
    }
    match claims.text("jti")? {
        jti if jti.chars().count() <= LONGEST_JTI => {
            Ok(Assertion { jti: jti.to_owned(), expires_at })
        }
        _ => Err(Refused::Claim("jti")),
    }
}
