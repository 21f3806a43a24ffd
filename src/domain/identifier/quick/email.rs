//! An address of ASCII letters and digits and a few marks, with nothing around it.

use memchr::{memchr, memchr2};

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
    let tag = if address.marks { memchr(b'+', address.local()) } else { None };
    let tag = tag.filter(|tag| *tag > 0);
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
    /// Whether there is `_` or `+` before it.
    marks: bool,
}

impl Address {
    #[inline]
    fn read(written: &[u8]) -> Option<Self> {
        let mut form = Form::new();
        form.extend(written);
        let (first, second) = form.bytes.split_at_mut(64);
        let mut seen = lower(first);
        if written.len() > 64 {
            seen = seen.and(&lower(second));
        }
        if usize::from(seen.other) + written.len() != seen.of || seen.at != 1 {
            return None;
        }
        let at = memchr(b'@', form.bytes()).filter(|at| *at > 0)?;
        let domain = &form.bytes()[at + 1..];
        let marks = seen.marks > 0;
        let is_plain = !marks || memchr2(b'_', b'+', domain).is_none();
        (is_plain && is_domain(domain)).then_some(Self { form, at, marks })
    }

    fn local(&self) -> &[u8] {
        &self.form.bytes()[..self.at]
    }

    fn domain(&self) -> &[u8] {
        &self.form.bytes()[self.at + 1..]
    }
}

/// What was seen in so many bytes.
struct Seen {
    of: usize,
    /// How many bytes no plain address has. The zeros after one count.
    other: u8,
    /// How many times `@`.
    at: u8,
    /// How many marks that a local part may have, but no plain domain.
    marks: u8,
}

impl Seen {
    const fn and(&self, more: &Self) -> Self {
        Self {
            of: self.of + more.of,
            other: self.other + more.other,
            at: self.at + more.at,
            marks: self.marks + more.marks,
        }
    }
}

/// Puts 64 bytes in lower case. Without a branch, so that the compiler takes sixteen
/// at a time.
#[inline]
fn lower(bytes: &mut [u8]) -> Seen {
    let of = bytes.len();
    let (mut other, mut at, mut marks) = (0_u8, 0_u8, 0_u8);
    for byte in bytes {
        *byte |= u8::from(byte.wrapping_sub(b'A') < 26) << 5;
        let (letter, digit) = (byte.wrapping_sub(b'a') < 26, byte.wrapping_sub(b'0') < 10);
        let is_at = *byte == b'@';
        let mark = (*byte == b'_') | (*byte == b'+');
        let plain = letter | digit | mark | is_at | (*byte == b'.') | (*byte == b'-');
        other = other.wrapping_add(u8::from(!plain));
        at = at.wrapping_add(u8::from(is_at));
        marks = marks.wrapping_add(u8::from(mark));
    }
    Seen { of, other, at, marks }
}

/// Whether every label has a length that a domain's may have, none is an A-label,
/// which the rules must check, and there are two at least.
#[inline]
fn is_domain(mut domain: &[u8]) -> bool {
    let mut labels = 1;
    loop {
        let end = memchr(b'.', domain).unwrap_or(domain.len());
        if end == 0 || end > LONGEST_LABEL || domain.starts_with(b"xn--") {
            return false;
        }
        if end == domain.len() {
            return labels > 1;
        }
        domain = &domain[end + 1..];
        labels += 1;
    }
}
