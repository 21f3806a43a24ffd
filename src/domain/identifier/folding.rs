//! How characters are levelled before a value is read, for all kinds alike.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{Unreadable, code};

/// The first digit of each run of ten that Unicode 14 calls decimal (Nd),
/// beyond ASCII; NFKC has already turned fullwidth and mathematical ones.
const ZEROS: [u32; 61] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50,
    0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0, 0x1D7CE,
];

/// Whether the character shows nothing: zero-width, bidirectional and other
/// format characters, which copying from web pages and Word leaves behind.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2
        | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F
        | 0xFE00..=0xFE0F | 0xFEFF | 0xFFF9..=0xFFFB | 0x110BD | 0x110CD
        | 0x13430..=0x13438 | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// Refuses what is too long to be a value of its kind, and what carries
/// control characters (one NUL would abort a whole group in PostgreSQL).
pub(super) fn check(text: &str, limit: usize) -> Result<(), Unreadable> {
    // `nth` stops at the limit, so that a megabyte costs no more than a line.
    if text.chars().nth(limit).is_some() {
        return Err(code::too_long());
    }
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(code::control_characters());
    }
    Ok(())
}

/// Text that holds a number: compatibility forms composed (NFKC), format
/// characters dropped, digits of any script and dashes of any width in ASCII.
pub(super) fn number(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfkc().filter(|c| !is_invisible(*c)).map(|c| dash(digit(c))).collect())
}

/// Letters and digits as they are compared in names and streets: without case
/// and without marks (å ä→a, ö ø→o, é→e), since half the world's systems lose
/// them. Punctuation stays; what it means depends on where it stands.
pub(in crate::domain) fn words(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase(); // which is all that the rest would do
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)) {
        for lower in c.to_lowercase().filter(|c| !is_combining_mark(*c)) {
            match lower {
                'ø' | 'œ' => folded.push('o'),
                'æ' => folded.push('a'),
                'ł' => folded.push('l'),
                'đ' | 'ð' => folded.push('d'),
                'þ' => folded.push_str("th"),
                'ß' => folded.push_str("ss"),
                other => folded.push(dash(digit(other))),
            }
        }
    }
    folded
}

/// The same digit in ASCII, whatever its script.
fn digit(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let code = u32::from(c);
    ZEROS
        .iter()
        .find_map(|zero| code.checked_sub(*zero).filter(|value| *value < 10))
        .and_then(|value| char::from_digit(value, 10))
        .unwrap_or(c)
}

/// The hyphen, for every dash that Word or a web page puts in its place.
fn dash(c: char) -> char {
    match u32::from(c) {
        0x2D7
        | 0x58A
        | 0x5BE
        | 0x1400
        | 0x1806
        | 0x2010..=0x2015
        | 0x2043
        | 0x2212
        | 0x2E17
        | 0x2E1A
        | 0x2E3A
        | 0x2E3B
        | 0x2E40
        | 0x2E5D
        | 0x301C
        | 0x3030
        | 0x30A0 => '-',
        _ => c,
    }
}
