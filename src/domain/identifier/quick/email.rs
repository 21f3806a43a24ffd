//! An address of ASCII letters and digits and a few marks, with nothing around it.

use super::{Form, LONGEST};
use crate::domain::identifier::{Grade, Key, Kind};

/// A label of a domain (RFC 1035).
const LONGEST_LABEL: usize = 63;

/// The lower case of what may stand in a plain local part; 0 for all else.
const LOCAL: [u8; 256] = plain(b".-_+");
/// The same of a plain domain.
const DOMAIN: [u8; 256] = plain(b".-");

const fn plain(marks: &[u8]) -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = marks[at];
        at += 1;
    }
    table
}

/// Adds the keys of a plain address. `false`: the rules must read it.
pub(in super::super) fn email(field: &str, keys: &mut Vec<Key>) -> bool {
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
        let at = written.iter().position(|byte| *byte == b'@').filter(|at| *at > 0)?;
        let mut form = Form::new();
        form.length = written.len();
        let (local, domain) = form.bytes[..written.len()].split_at_mut(at);
        domain[0] = b'@';
        let is_plain = lower(&written[..at], local, &LOCAL)
            && lower(&written[at + 1..], &mut domain[1..], &DOMAIN);
        (is_plain && is_domain(&domain[1..])).then_some(Self { form, at })
    }

    fn local(&self) -> &[u8] {
        &self.form.bytes()[..self.at]
    }

    fn domain(&self) -> &[u8] {
        &self.form.bytes()[self.at + 1..]
    }
}

/// Puts the bytes into their places in lower case; `false` if the table lacks one.
#[inline]
fn lower(written: &[u8], places: &mut [u8], table: &[u8; 256]) -> bool {
    let mut every = true;
    for (place, byte) in places.iter_mut().zip(written) {
        *place = table[usize::from(*byte)];
        every &= *place != 0;
    }
    every
}

/// Whether every label has a length that a domain's may have, none is an A-label,
/// which the rules must check, and there are two at least.
#[inline]
fn is_domain(domain: &[u8]) -> bool {
    let mut labels = 0;
    for label in domain.split(|byte| *byte == b'.') {
        if label.is_empty() || label.len() > LONGEST_LABEL || label.starts_with(b"xn--") {
            return false;
        }
        labels += 1;
    }
    labels > 1
}
