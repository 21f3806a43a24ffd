//! Access tokens (RFC 9068).
use super::keyring::Keyring;
/// What a token is to say.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// `iss`: this service's public URL.
    pub issuer: &'a str,
    /// `aud`.
    pub audience: &'a str,
    /// `sub`: for client credentials the client itself (RFC 9068 §2.2).
    pub subject: &'a str,
    /// `client_id`.
    pub client_id: &'a str,
    /// `scope`, here as single scopes.
    pub scopes: &'a [&'a str],
    /// Seconds until it expires.
    pub lifetime: i64,
}
/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// `sub`.
    pub subject: String,
    /// `client_id`.
    pub client_id: String,
    /// `scope`, split.
    pub scopes: Vec<String>,
    /// `iat`, in seconds.
    pub issued_at: i64,
    /// `exp`, in seconds.
    pub expires_at: i64,
    /// `jti`.
    pub id: String,
}
/// Why a token is refused (RFC 6750: `invalid_token` whichever it is). Says nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// More to come.
    Malformed,
}
/// Signs access tokens with the current Token key.
pub struct TokenSigner {}
/// Verifies access tokens of every version of the Token key.
pub struct TokenVerifier {}
impl Keyring {
    /// The signer; make it once.
    #[must_use]
    pub fn token_signer(&self) -> TokenSigner {
        todo!()
    }
    /// The verifier; make it once.
    #[must_use]
    pub fn token_verifier(&self) -> TokenVerifier {
        todo!()
    }
}
impl TokenSigner {
    /// A signed token; `now` in seconds since 1970.
    #[must_use]
    pub fn issue(&self, grant: &Grant<'_>, now: i64) -> String {
        todo!()
    }
}
impl TokenVerifier {
    /// What the token says, if it is ours, for this audience, and of this moment.
    pub fn verify(
        &self,
        token: &str,
        issuer: &str,
        audience: &str,
        now: i64,
    ) -> Result<AccessToken, TokenError> {
        todo!()
    }
    /// The public keys as a JWK Set (RFC 7517 §5).
    #[must_use]
    pub fn jwks(&self) -> serde_json::Value {
        todo!()
    }
}
