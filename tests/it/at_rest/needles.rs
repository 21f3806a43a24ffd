//! What is looked for: every planted value in every form in which it could lie
//! about, as bytes.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::collections::BTreeSet;

use crate::crypto::support::hex;

/// Forms of planted values, found in one pass over any bytes.
pub(super) struct Needles {
    /// The form, and what it is a form of.
    forms: Vec<(Vec<u8>, String)>,
    /// Forms by their first two bytes.
    by_start: Vec<Vec<usize>>,
}

impl Needles {
    /// Needles for these values, each with its name.
    pub(super) fn new<'a>(values: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut seen = BTreeSet::new();
        let mut needles = Self { forms: Vec::new(), by_start: vec![Vec::new(); 1 << 16] };
        for (name, value) in values {
            for (how, form) in forms(value) {
                if seen.insert(form.clone()) {
                    needles.by_start[start(&form)].push(needles.forms.len());
                    needles.forms.push((form, format!("{name} {how}")));
                }
            }
        }
        needles
    }

    /// How many forms there are.
    pub(super) fn len(&self) -> usize {
        self.forms.len()
    }

    /// What of it all is in these bytes.
    pub(super) fn found_in(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for at in 0..bytes.len().saturating_sub(1) {
            for form in &self.by_start[start(&bytes[at..])] {
                let (form, name) = &self.forms[*form];
                if bytes[at..].starts_with(form) {
                    found.insert(name.as_str());
                }
            }
        }
        found
    }
}

fn start(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

/// The value itself and its unkeyed digests, in every encoding.
fn forms(value: &[u8]) -> Vec<(String, Vec<u8>)> {
    assert!(value.len() >= 8, "too short to be told from chance: {value:?}");
    let mut forms = encodings("as it is", value);
    for (name, digest) in [
        ("SHA-256", Sha256::digest(value).to_vec()),
        ("SHA-384", Sha384::digest(value).to_vec()),
        ("SHA-512", Sha512::digest(value).to_vec()),
        ("SHA-256 of SHA-256", Sha256::digest(Sha256::digest(value)).to_vec()),
    ] {
        forms.extend(encodings(name, &digest));
    }
    if let Ok(text) = std::str::from_utf8(value) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let bytes =
            |f: fn(u16) -> [u8; 2]| units.iter().flat_map(|unit| f(*unit)).collect::<Vec<_>>();
        forms.push(("in UTF-16 LE".into(), bytes(u16::to_le_bytes)));
        forms.push(("in UTF-16 BE".into(), bytes(u16::to_be_bytes)));
        let escaped = serde_json::to_string(text).expect("JSON");
        forms.push(("as JSON".into(), escaped.trim_matches('"').into()));
        let ascii = |c: char| match c {
            ' '..='~' => c.to_string(),
            c => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        };
        forms.push(("as ASCII JSON".into(), text.chars().map(ascii).collect::<String>().into()));
        let percent = |byte: &u8| match byte {
            byte if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) => {
                char::from(*byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        };
        forms.push(("in a URL".into(), value.iter().map(percent).collect::<String>().into()));
    }
    forms
}

fn encodings(name: &str, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let lower = hex(bytes);
    let mut forms = vec![
        (name.to_owned(), bytes.to_vec()),
        (format!("{name} in HEX"), lower.to_uppercase().into()),
        (format!("{name} in hex"), lower.into()),
    ];
    for shift in 0..3 {
        for (engine, kind) in [(&STANDARD_NO_PAD, "base64"), (&URL_SAFE_NO_PAD, "base64url")] {
            forms.push((format!("{name} in {kind} +{shift}"), inner(engine, shift, bytes)));
        }
    }
    forms
}

/// The characters of base64 that do not depend on what stands before or after,
/// with the value `shift` bytes into it.
fn inner(engine: &GeneralPurpose, shift: usize, bytes: &[u8]) -> Vec<u8> {
    let text = engine.encode([&[0; 3][..shift], bytes].concat()).into_bytes();
    let whole = (shift + bytes.len()) * 8 / 6;
    text[(shift * 8).div_ceil(6)..whole].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "Xerxes.Ödmark@kvistenlöv.example";

    #[test]
    fn every_form_is_found_wherever_it_lies() {
        let needles = Needles::new([("the address", VALUE.as_bytes())]);
        assert!(needles.len() > 40);
        let noise = |n: u32| (0..5000_u32).map(move |i| (i.wrapping_mul(2_654_435_761) >> n) as u8);
        let folder = tempfile::tempdir().expect("a folder");
        for (how, form) in forms(VALUE.as_bytes()) {
            for before in 0..4 {
                let file = folder.path().join("scratch");
                let clean: Vec<u8> = noise(3).take(1000 + before).chain(noise(7)).collect();
                std::fs::write(&file, &clean).expect("written");
                assert_eq!(
                    needles.found_in(&std::fs::read(&file).expect("read")).len(),
                    0,
                    "{how}"
                );
                let planted = [&clean[..1000 + before], &form, &clean[1000 + before..]].concat();
                std::fs::write(&file, planted).expect("written");
                assert!(
                    !needles.found_in(&std::fs::read(&file).expect("read")).is_empty(),
                    "{how}"
                );
            }
        }
    }

    #[test]
    fn base64_of_a_text_around_the_value_is_found() {
        let needles = Needles::new([("the address", VALUE.as_bytes())]);
        for before in ["", "a", "ab", "abc", "{\"email\":\""] {
            for after in ["", "x", "xy", "\"}"] {
                let text = STANDARD_NO_PAD.encode(format!("{before}{VALUE}{after}"));
                assert!(!needles.found_in(text.as_bytes()).is_empty(), "{before:?} {after:?}");
                let digest = STANDARD_NO_PAD.encode(Sha256::digest(VALUE));
                assert!(!needles.found_in(digest.as_bytes()).is_empty());
            }
        }
        assert!(needles.found_in(b"").is_empty() && needles.found_in(b"x").is_empty());
    }

    #[test]
    fn the_value_at_the_very_end_is_found() {
        let needles = Needles::new([("the address", VALUE.as_bytes())]);
        assert_eq!(needles.found_in(VALUE.as_bytes()).len(), 1);
        let cut = &VALUE.as_bytes()[..VALUE.len() - 1];
        assert!(needles.found_in(cut).is_empty());
    }
}
