//! Quick paths for values written as they usually are.
//!
//! Each either gives exactly the keys that the rules beside this folder give on the
//! probing side, or steps aside and changes nothing; what is wrong with a value only
//! the rules say. What a look-up asks about is nearly always written in one of a few
//! plain ways, and a campaign asks about millions. Whatever is stored is read by the
//! rules alone.

mod email;
mod personnummer;
mod phone;

pub use email::email;
pub use personnummer::personnummer;
pub use phone::phone;

use super::{Grade, Key, Kind};
use crate::domain::sha256;

/// The longest canonical form of a quick path: two blocks of SHA-256, less what it adds.
const LONGEST: usize = 119;

/// A canonical form as it is built up. Nothing checks the bounds but the language:
/// callers keep to `LONGEST`.
struct Form {
    /// Zeros after `length`.
    bytes: [u8; 128],
    length: usize,
}

impl Form {
    #[inline]
    const fn new() -> Self {
        Self { bytes: [0; 128], length: 0 }
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    #[inline]
    fn extend(&mut self, more: &[u8]) {
        self.bytes[self.length..self.length + more.len()].copy_from_slice(more);
        self.length += more.len();
    }

    /// Its key.
    #[inline]
    fn into_key(mut self, kind: Kind, grade: Grade) -> Key {
        Key { kind, grade, material: sha256::in_place(&mut self.bytes, self.length).into() }
    }
}
