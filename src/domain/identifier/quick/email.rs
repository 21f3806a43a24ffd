//! An address of ASCII letters and digits and a few marks, with nothing around it.

use super::{Form, LONGEST};
use crate::domain::identifier::{Grade, Key, Kind};

/// A label of a domain (RFC 1035).
const LONGEST_LABEL: usize = 63;

/// Adds the keys of a plain address. `false`: the rules must read it.
pub fn email(field: &str, keys: &mut Vec<Key>) -> bool {
    let written = field.as_bytes();
    if written.len() > LONGEST {
        return false;
    }
    let Some(address) = Address::read(written.trim_ascii()) else { return false };
    let tag = address.local().iter().position(|byte| *byte == b'+').filter(|tag| *tag > 0);
    let is_gmail = matches!(address.domain(), b"gmail.com" | b"googlemail.com");
    if tag.is_none() && !is_gmail {
        keys.push(address.form.into_key(Kind::Email, Grade::Exact));
        return true;
    }
    let untagged = &address.local()[..tag.unwrap_or(address.at)];
    let without_tag = tag.map(|_| joined(untagged, address.domain()));
    let gmails = if is_gmail { gmails(untagged, address.domain()) } else { None };
    keys.push(address.form.into_key(Kind::Email, Grade::Exact));
    let others = [without_tag, gmails].into_iter().flatten();
    keys.extend(others.map(|form| form.into_key(Kind::Email, Grade::Equivalent)));
    true
}

/// Gmail's own form, where it is another than the one without a tag (and so than the
/// address itself, which is that one or has a tag).
fn gmails(untagged: &[u8], domain: &[u8]) -> Option<Form> {
    let mut bare = Form::new();
    untagged.iter().filter(|byte| **byte != b'.').for_each(|byte| bare.push(*byte));
    let local = if bare.length == 0 { untagged } else { bare.bytes() };
    (local != untagged || domain != b"gmail.com").then(|| joined(local, b"gmail.com"))
}

fn joined(local: &[u8], domain: &[u8]) -> Form {
    let mut form = Form::new();
    form.extend(local);
    form.push(b'@');
    form.extend(domain);
    form
}

/// An address in lower case.
struct Address {
    form: Form,
    /// Where its `@` is.
    at: usize,
}

impl Address {
    #[inline]
    fn read(written: &[u8]) -> Option<Self> {
        let mut form = Form::new();
        form.extend(written);
        let mut seen = lower(&mut form.bytes[..64]);
        if written.len() > 64 {
            let more = lower(&mut form.bytes[64..]);
            seen = Seen { other: seen.other + more.other, at: seen.at + more.at };
        }
        if usize::from(seen.other) + written.len() != 64 * written.len().div_ceil(64)
            || seen.at != 1
        {
            return None;
        }
        let at = form.bytes().iter().position(|byte| *byte == b'@').filter(|at| *at > 0)?;
        is_domain(&form.bytes()[at + 1..]).then_some(Self { form, at })
    }

    fn local(&self) -> &[u8] {
        &self.form.bytes()[..self.at]
    }

    fn domain(&self) -> &[u8] {
        &self.form.bytes()[self.at + 1..]
    }
}

/// What was seen in 64 bytes.
struct Seen {
    /// How many bytes no plain address has. The zeros after one count.
    other: u8,
    /// How many times `@`.
    at: u8,
}

/// Puts 64 bytes in lower case. Without a branch, so that the compiler takes sixteen
/// bytes at a time.
#[inline]
fn lower(bytes: &mut [u8]) -> Seen {
    let (mut plain, mut at) = (0_u8, 0_u8);
    for byte in bytes {
        *byte |= u8::from(byte.wrapping_sub(b'A') < 26) << 5;
        let (letter, digit) = (byte.wrapping_sub(b'a') < 26, byte.wrapping_sub(b'0') < 10);
        let mark = (*byte == b'.') | (*byte == b'-') | (*byte == b'_') | (*byte == b'+');
        plain = plain.wrapping_add(u8::from(letter | digit | mark));
        at = at.wrapping_add(u8::from(*byte == b'@'));
    }
    Seen { other: 64 - plain - at, at }
}

/// Whether every label has a length that a domain's may have and nothing but letters,
/// digits and hyphens, none is an A-label, which the rules must check, and there are
/// two at least.
#[inline]
fn is_domain(domain: &[u8]) -> bool {
    let (mut labels, mut length) = (1, 0);
    for (at, byte) in domain.iter().enumerate() {
        match byte {
            b'_' | b'+' => return false,
            b'.' if length == 0 => return false,
            b'.' => (labels, length) = (labels + 1, 0),
            b'-' if length == 3 && domain[at - 3..].starts_with(b"xn--") => return false,
            _ if length == LONGEST_LABEL => return false,
            _ => length += 1,
        }
    }
    labels > 1 && length > 0
}
