//! HMAC-SHA-256 for tags: its key taken in once, two blocks for each short message.

use zeroize::Zeroize;

use crate::domain::sha256::{self, State};

/// A block of SHA-256.
const BLOCK: usize = 64;

/// The two states that HMAC (RFC 2104) starts from under one key: SHA-256 after the
/// key and `ipad`, and after the key and `opad`. As secret as the key: they leave memory
/// with the keyring. Copies at work are not wiped, since the keyring outlives them all.
pub(super) struct Midstates {
    inner: State,
    outer: State,
}

impl Midstates {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let after = |pad: u8| {
            let mut block = [pad; BLOCK];
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            let state = sha256::after(sha256::START, &block);
            block.zeroize();
            state
        };
        Self { inner: after(0x36), outer: after(0x5c) }
    }

    /// The HMAC of these parts put after one another.
    #[inline(always)]
    pub(super) fn mac<const PARTS: usize>(&self, parts: [&[u8]; PARTS]) -> [u8; 32] {
        let inner = sha256::finish(self.inner, BLOCK as u64, parts);
        sha256::finish(self.outer, BLOCK as u64, [&inner])
    }
}

impl Drop for Midstates {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}
