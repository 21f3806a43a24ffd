//! Digests of content: keyed ones to find and compare by, salted ones to commit to.
//!
//! No unkeyed and unsalted digest of anything guessable is stored anywhere: a
//! reference may hold a personnummer, and there are few enough of those to try all.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::framing::{Hmac256, frame, mac};
use super::keyring::Keyring;

impl Keyring {
    /// A keyed digest (HMAC-SHA-256), under the current Digest key. `context` keeps
    /// digests for different uses apart.
    #[must_use]
    pub fn digest(&self, context: &str, bytes: &[u8]) -> [u8; 32] {
        keyed(self.digest.current().1, context, bytes)
    }

    /// The digest under every version of the key, newest first: what to look for.
    #[must_use]
    pub fn digests(&self, context: &str, bytes: &[u8]) -> Vec<[u8; 32]> {
        self.digest.newest_first().map(|key| keyed(key, context, bytes)).collect()
    }
}

pub(super) fn keyed(key: &Hmac256, context: &str, bytes: &[u8]) -> [u8; 32] {
    mac(key, &[&frame(&[context.as_bytes()]), bytes])
}

/// SHA-256(salt ‖ bytes): a commitment that tells nothing without its salt.
#[must_use]
pub fn salted(salt: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix(salt).chain_update(bytes).finalize().into()
}

/// SHA-256, of what is not guessable.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Whether two strings of bytes are equal, in a time that depends on their lengths only.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
