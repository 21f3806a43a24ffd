//! Client secrets and static keys.
use super::keyring::Keyring;
/// Which kind of secret a text is; told by its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// `njs_…`: a client's secret for the token endpoint.
    Client,
    /// `njt_…`: a static bearer key.
    StaticKey,
}
impl SecretKind {
    /// The kind of this text, if it is well formed.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        todo!()
    }
}
/// A new secret, to be shown once. `Debug` does not show it.
pub struct Secret(zeroize::Zeroizing<String>);
impl Secret {
    /// A new random secret.
    #[must_use]
    pub fn generate(kind: SecretKind) -> Self {
        todo!()
    }
    /// The text to show, once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        todo!()
    }
}
impl Keyring {
    /// The keyed hash to store.
    #[must_use]
    pub fn secret_hash(&self, secret: &str) -> [u8; 32] {
        todo!()
    }
    /// The hash under every version of the key, newest first: what to look for
    /// when a static key comes.
    #[must_use]
    pub fn secret_hashes(&self, secret: &str) -> Vec<[u8; 32]> {
        todo!()
    }
    /// Whether this is the secret whose hash was stored, in constant time.
    #[must_use]
    pub fn secret_matches(&self, secret: &str, stored: &[u8]) -> bool {
        todo!()
    }
}
