//! Digests of content: keyed ones to compare, salted ones to commit to.
use super::keyring::Keyring;
impl Keyring {
    /// A keyed digest, under the current Digest key.
    #[must_use]
    pub fn digest(&self, context: &str, bytes: &[u8]) -> [u8; 32] {
        todo!()
    }
    /// The digest under every version of the key, newest first: what to look for.
    #[must_use]
    pub fn digests(&self, context: &str, bytes: &[u8]) -> Vec<[u8; 32]> {
        todo!()
    }
}
/// SHA-256(salt ‖ bytes): a commitment that tells nothing without its salt.
#[must_use]
pub fn salted(salt: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    todo!()
}
/// SHA-256, of what is not guessable.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    todo!()
}
/// Whether two strings of bytes are equal, in a time that depends on their lengths only.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    todo!()
}
