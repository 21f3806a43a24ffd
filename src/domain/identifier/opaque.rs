//! Ids that mean something only to their issuer, and advertising ids.

use unicode_normalization::UnicodeNormalization;

use super::{Grade, Key, Kind, Unreadable, code, folding};

/// An id or the name of its issuer.
const LONGEST: usize = 256;

/// Between an issuer and an id.
const BETWEEN: char = '\u{1f}';

const NO_ISSUER: Unreadable = Unreadable {
    code: code::UNREADABLE,
    detail: "The issuer is missing. An id means something only to its issuer; name it.",
};
const NO_ID: Unreadable = Unreadable {
    code: code::UNREADABLE,
    detail: "Not an advertising id. Write the id as the telephone shows it.",
};
const NOBODYS: Unreadable = Unreadable {
    code: code::PLACEHOLDER,
    detail: "The id of everybody who has turned tracking off. Leave it out.",
};

/// A customer id or cookie id with its issuer. Case-sensitive: many issuers
/// count in letters of both cases.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Opaque {
    kind: Kind,
    canonical: String,
}
super::conceal!(Opaque);

impl Opaque {
    /// Reads an id of this kind.
    ///
    /// # Errors
    /// Which part ("issuer", "value") cannot be one, and why.
    pub fn parse(
        kind: Kind,
        issuer: &str,
        value: &str,
    ) -> Result<Self, (&'static str, Unreadable)> {
        let issuer = trimmed(issuer).map_err(|why| ("issuer", why))?;
        let value = trimmed(value).map_err(|why| ("value", why))?;
        if issuer.is_empty() {
            return Err(("issuer", NO_ISSUER));
        }
        // An issuer is a system's name, most often a host: without case. Control
        // characters are refused, so the separator is unambiguous.
        Ok(Self { kind, canonical: format!("{}{BETWEEN}{value}", lower(&issuer)) })
    }

    /// Issuer and id, joined.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The keys of this id, to store and to probe.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        vec![Key::plain(self.kind, Grade::Exact, self.canonical.as_str())]
    }
}

/// The issuer of the id that a key is of; `None` where the key is of no such id.
#[must_use]
pub fn issuer(key: &Key) -> Option<&str> {
    if !matches!(key.kind, Kind::CustomerId | Kind::CookieId) {
        return None;
    }
    let (issuer, _) = std::str::from_utf8(&key.material).ok()?.split_once(BETWEEN)?;
    Some(issuer)
}

/// The advertising id of a telephone (IDFA, GAID): lower case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AdvertisingId {
    canonical: String,
}
super::conceal!(AdvertisingId);

impl AdvertisingId {
    /// Reads an advertising id.
    ///
    /// # Errors
    /// What is no id, or nobody's: all zeros is what telephones give out when
    /// tracking is off, and would block everyone who has turned it off.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let canonical = lower(&trimmed(text)?);
        let mut letters = canonical.chars().filter(|c| c.is_alphanumeric()).peekable();
        if letters.peek().is_none() {
            Err(NO_ID)
        } else if letters.all(|c| c == '0') {
            Err(NOBODYS)
        } else {
            Ok(Self { canonical })
        }
    }

    /// The form that the exact key is made of.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The keys of this id, to store and to probe.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        vec![Key::plain(Kind::AdvertisingId, Grade::Exact, self.canonical.as_str())]
    }
}

fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).nfc().collect()
}

/// Trimmed and composed, without any control character: an id is one line.
fn trimmed(text: &str) -> Result<String, Unreadable> {
    let text = text.trim();
    folding::check(text, LONGEST)?;
    if text.contains(char::is_control) {
        return Err(code::control_characters());
    }
    Ok(if text.is_ascii() { text.to_owned() } else { text.nfc().collect() })
}
