//! How several values become one string of bytes, or one key, unambiguously.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A secret of 32 bytes that leaves memory with its owner.
pub(super) type Seed = Zeroizing<[u8; 32]>;

/// HMAC-SHA-256 (RFC 2104), its key already taken in: clone it and go on.
pub(super) type Hmac256 = Hmac<Sha256>;

/// The parts, each behind its length: no two lists of parts give the same bytes.
pub(super) fn frame(parts: &[&[u8]]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        framed.extend_from_slice(&(part.len() as u64).to_be_bytes());
        framed.extend_from_slice(part);
    }
    framed
}

/// A subkey for one use (HKDF-SHA-256, RFC 5869). The salt is left out (§3.1 allows
/// it): every key here is uniformly random already.
pub(super) fn derive(key: &[u8; 32], purpose: &[&[u8]]) -> Seed {
    let mut subkey = Seed::default();
    Hkdf::<Sha256>::new(None, key)
        .expand(&frame(purpose), subkey.as_mut_slice())
        .expect("HKDF gives up to 8,160 bytes");
    subkey
}

/// HMAC-SHA-256 under this key.
pub(super) fn hmac(key: &[u8; 32]) -> Hmac256 {
    Hmac256::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// The HMAC of these parts put after one another: frame them first unless at most the
/// last varies in length.
pub(super) fn mac(hmac: &Hmac256, parts: &[&[u8]]) -> [u8; 32] {
    let mut hmac = hmac.clone();
    for part in parts {
        hmac.update(part);
    }
    hmac.finalize().into_bytes().into()
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}
