//! XChaCha20-Poly1305 with a random nonce in front.
//!
//! The 192-bit nonce is what makes random nonces safe for any number of messages
//! (draft-irtf-cfrg-xchacha-03 §2.1).

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use super::random;

const NONCE: usize = 24;

/// A key that seals. It is zeroized on drop (the crate's `zeroize` feature).
pub(super) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Appends nonce ‖ ciphertext ‖ authenticator to `head`, which stays in the clear
    /// (put it under `aad` too where it matters).
    pub(super) fn seal_after(&self, mut head: Vec<u8>, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce = random::bytes::<NONCE>();
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
            .expect("a message is shorter than 256 GiB");
        head.reserve_exact(NONCE + sealed.len());
        head.extend_from_slice(&nonce);
        head.extend_from_slice(&sealed);
        head
    }

    /// What was sealed; `None` if anything differs, be it one bit of `aad`.
    pub(super) fn open(&self, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        self.0.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad }).ok()
    }
}
