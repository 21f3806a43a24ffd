//! Identifiers that came hashed, as audience files carry them.

use base64::Engine;
use base64::engine::general_purpose::{
    STANDARD_NO_PAD_INDIFFERENT as STANDARD, URL_SAFE_NO_PAD_INDIFFERENT as URL_SAFE,
};

use super::{Grade, Key, Kind, Unreadable, code, folding};
use crate::domain::person::HashOf;

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
