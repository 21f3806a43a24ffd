//! E-mail addresses.

use std::borrow::Cow;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;

use super::{Grade, Key, Kind, Unreadable, code, folding};

/// RFC 5321: 64 for the local part, 255 for the domain, and the `@`.
const LONGEST: usize = 320;
/// With a display name around it.
const LONGEST_WRITTEN: usize = 1_000;

/// What no host name holds, so that a bracket left over makes the address
/// unreadable rather than another address. The underscore occurs.
const NEVER_IN_DOMAINS: AsciiDenyList = AsciiDenyList::new(true, "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~");

const NOT_AN_ADDRESS: Unreadable = Unreadable {
    code: code::UNREADABLE,
    detail: "Not an e-mail address. Write it as name@domain.example.",
};
const TWO_OR_MORE: Unreadable = Unreadable {
    code: code::AMBIGUOUS,
    detail: "Perhaps several e-mail addresses, or one with a space in it. Write one address in each item of the list.",
};

/// An e-mail address in its canonical form: lower case, NFC, the domain as an
/// A-label.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email {
    local: String,
    domain: String,
}
super::conceal!(Email);

impl Email {
    /// Reads one address, as a mail program, a link or a CRM writes it.
    ///
    /// # Errors
    /// What is not one address. Typing errors are not repaired: a guess could
    /// be somebody else's address.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        folding::check(text.trim(), LONGEST_WRITTEN)?;
        let visible: String = text.chars().filter(|c| !folding::is_invisible(*c)).collect();
        let address = address_of(&visible);
        let address = address.as_ref();
        folding::check(address, LONGEST)?;
        if address.contains(char::is_whitespace) {
            return Err(if address.contains('@') { TWO_OR_MORE } else { NOT_AN_ADDRESS });
        }
        let (local, domain) = address.split_once('@').ok_or(NOT_AN_ADDRESS)?;
        if domain.contains('@') {
            return Err(TWO_OR_MORE);
        }
        Ok(Self { local: local_part(local)?, domain: a_label(domain)? })
    }

    /// The form that the exact key is made of.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// The keys of this address, to store and to probe.
    ///
    /// A `+tag` never makes another mailbox, and neither do Gmail's dots; where
    /// others do the same it is not known, so their dots stay, and so does
    /// Yahoo's `-`: `anna-karin@` is not `anna@`.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let mut forms = Forms::starting_with(self.canonical());
        let untagged = without_tag(&self.local);
        forms.add(untagged, &self.domain);
        if self.is_gmail() {
            forms.add(&without_dots(untagged), "gmail.com");
        }
        forms.into_keys()
    }

    /// The keys that only a hash made elsewhere can meet, and that are stored
    /// beside [`Email::keys`]: Google drops Gmail's dots but keeps the domain
    /// and, in older instructions, the tag; UID2 leaves googlemail.com alone;
    /// and all hash an internationalised domain as it is written.
    #[must_use]
    pub fn platform_keys(&self) -> Vec<Key> {
        let mut forms = Forms::starting_with(self.canonical());
        if self.is_gmail() {
            forms.add(&without_dots(&self.local), &self.domain);
            for domain in ["gmail.com", "googlemail.com"] {
                forms.add(&without_dots(without_tag(&self.local)), domain);
            }
        }
        if self.domain.contains("xn--") {
            let (written, readable) = idna::domain_to_unicode(&self.domain);
            if readable.is_ok() {
                forms.add(&self.local, &written);
                forms.add(without_tag(&self.local), &written);
            }
        }
        let ours = self.keys();
        forms.into_keys().into_iter().filter(|key| !ours.contains(key)).collect()
    }

    fn is_gmail(&self) -> bool {
        matches!(self.domain.as_str(), "gmail.com" | "googlemail.com")
    }
}

/// The canonical form first, then what is equivalent to it, each once.
struct Forms(Vec<String>);

impl Forms {
    fn starting_with(canonical: String) -> Self {
        Self(vec![canonical])
    }

    fn add(&mut self, local: &str, domain: &str) {
        let form = format!("{local}@{domain}");
        if !self.0.contains(&form) {
            self.0.push(form);
        }
    }

    fn into_keys(self) -> Vec<Key> {
        let grades = std::iter::once(Grade::Exact).chain(std::iter::repeat(Grade::Equivalent));
        self.0
            .iter()
            .zip(grades)
            .map(|(form, grade)| Key::hashed(Kind::Email, grade, form))
            .collect()
    }
}

/// The part before the first `+`, unless nothing would be left.
fn without_tag(local: &str) -> &str {
    match local.split_once('+') {
        Some((name, _)) if !name.is_empty() => name,
        _ => local,
    }
}

/// Without Gmail's dots, unless nothing would be left.
fn without_dots(local: &str) -> Cow<'_, str> {
    let bare = local.replace('.', "");
    if bare.is_empty() { Cow::Borrowed(local) } else { Cow::Owned(bare) }
}

/// The bare address in what a mail program, a link or a spreadsheet wrote.
fn address_of(text: &str) -> Cow<'_, str> {
    let mut text = text.trim();
    // A display name may itself hold angle brackets; the address comes last.
    if let Some(open) = text.rfind('<')
        && let Some(close) = text[open..].find('>')
        && text[open + close + 1..].trim().is_empty()
    {
        text = text[open + 1..open + close].trim();
    } else if text.ends_with(')')
        && let Some((address, comment)) = text.split_once('(')
        && !comment.contains('@')
    {
        text = address.trim(); // RFC 5322, 3.2.2: a comment
    }
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            text = inner.trim();
        }
    }
    match text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        Some(_) => from_link(&text[7..]),
        None => Cow::Borrowed(text),
    }
}

/// The address of a `mailto:` link (RFC 6068): no query, no percent signs.
fn from_link(text: &str) -> Cow<'_, str> {
    let text = text.split_once('?').map_or(text, |(address, _)| address).trim();
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten().and_then(|pair| {
            let hex = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(hex(pair[0])? * 16 + hex(pair[1])?).ok()
        });
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The local part, or why it is none. A quoted one is read only where the
/// quotes are superfluous.
fn local_part(text: &str) -> Result<String, Unreadable> {
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    if bare.is_empty() || bare.contains(['<', '>', '(', ')', '[', ']', '\\', ',', ';', ':', '"']) {
        return Err(NOT_AN_ADDRESS);
    }
    // Character by character: a Greek sigma at the end of one spelling must not
    // differ from the same letter elsewhere.
    Ok(bare.nfc().flat_map(char::to_lowercase).nfc().collect())
}

/// The domain as it is sent (UTS 46, non-transitional), with at least one dot:
/// marketing reaches nobody at `localhost`.
fn a_label(domain: &str) -> Result<String, Unreadable> {
    let to_ascii = |domain: &str| {
        Uts46::new()
            .to_ascii(domain.as_bytes(), NEVER_IN_DOMAINS, Hyphens::Allow, DnsLength::Ignore)
            .map(Cow::into_owned)
            .map_err(|_| NOT_AN_ADDRESS)
    };
    let ascii = to_ascii(domain)?;
    // A form that is not read back as itself would be another tag the next time.
    if to_ascii(&ascii)? != ascii {
        return Err(NOT_AN_ADDRESS);
    }
    let bare = ascii.strip_suffix('.').unwrap_or(&ascii);
    let labels_fit = bare.split('.').all(|label| (1..=63).contains(&label.len()));
    if labels_fit && bare.contains('.') && bare.len() <= 253 {
        Ok(bare.to_owned())
    } else {
        Err(NOT_AN_ADDRESS)
    }
}
