//! Identifiers that came hashed, as audience files carry them.

use base64::Engine;
use base64::engine::general_purpose::{
    STANDARD_NO_PAD_INDIFFERENT as STANDARD, URL_SAFE_NO_PAD_INDIFFERENT as URL_SAFE,
};

use super::{Grade, Key, Kind, Unreadable, code, folding};
use crate::domain::person::HashOf;

/// SHA-256 of the empty text.
const NOTHING: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];
/// Hexadecimal has 64 characters.
const LONGEST: usize = 128;

const NOT_A_HASH: Unreadable = Unreadable {
    code: code::UNREADABLE,
    detail: "Not a SHA-256. Write its 32 bytes as 64 hexadecimal digits or as base64.",
};
/// A hash cannot be recorded: it protects nothing, and an objection must be
/// met by every spelling.
pub const NOT_RECORDABLE: Unreadable = Unreadable {
    code: code::HASH_NOT_RECORDABLE,
    detail: "A hash can be looked up, but not recorded. Send the e-mail address or the number.",
};

/// SHA-256 of an e-mail address or a telephone number, made elsewhere.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Hashed {
    kind: Kind,
    bytes: [u8; 32],
}
super::conceal!(Hashed);

impl Hashed {
    /// Reads hexadecimal or base64, with or without padding, of either alphabet.
    ///
    /// # Errors
    /// What is not 32 bytes.
    pub fn parse(of: HashOf, text: &str) -> Result<Self, Unreadable> {
        let text = text.trim();
        folding::check(text, LONGEST)?;
        let bytes = if text.len() == 64 {
            from_hexadecimal(text)
        } else {
            STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
        };
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(NOT_A_HASH)?;
        Ok(Self { kind: kind(of), bytes })
    }

    /// Whether nothing at all was hashed: a blank.
    #[must_use]
    pub fn is_of_nothing(&self) -> bool {
        self.bytes == NOTHING
    }

    /// The hash in hexadecimal.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The key to probe: the bytes themselves, over which tags are made. The
    /// grade of a match is that of the stored key.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        vec![Key::plain(self.kind, Grade::Exact, self.bytes)]
    }
}

/// The kind of what was hashed.
#[must_use]
pub const fn kind(of: HashOf) -> Kind {
    match of {
        HashOf::Email => Kind::Email,
        HashOf::Phone => Kind::Phone,
    }
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let nibble = |byte: &u8| char::from(*byte).to_digit(16);
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::try_from(nibble(pair.first()?)? * 16 + nibble(pair.get(1)?)?).ok())
        .collect()
}
