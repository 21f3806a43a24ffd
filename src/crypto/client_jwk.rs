//! A client's registered public key (RFC 7517).
/// A checked public key with its one algorithm.
#[derive(Debug, Clone)]
pub struct ClientJwk {}
/// Why a JWK is refused at registration; `Display` is a sentence for the person registering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JwkError(pub &'static str);
impl ClientJwk {
    /// Checks a JWK: OKP/Ed25519, EC/P-256 or RSA of at least 2048 bits.
    pub fn parse(jwk: &serde_json::Value) -> Result<Self, JwkError> {
        todo!()
    }
    /// The public members alone, to store; `parse` reads it again.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        todo!()
    }
    /// The one algorithm an assertion may use.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        todo!()
    }
    /// RFC 7638 thumbprint, base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        todo!()
    }
}
