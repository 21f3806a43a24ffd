//! Ten or twelve ASCII digits, with `-` or `+` before the last four or without.

use chrono::NaiveDate;

use crate::domain::identifier::{Grade, Key, Kind, personnummer};

/// Adds the keys of a plain personnummer. `false`: the rules must read it.
pub fn personnummer(text: &str, today: NaiveDate, keys: &mut Vec<Key>) -> bool {
    read(text, today, keys).is_some()
}

fn read(text: &str, today: NaiveDate, keys: &mut Vec<Key>) -> Option<()> {
    let text = text.as_bytes().trim_ascii();
    let (front, last) = text.split_at_checked(text.len().checked_sub(4)?)?;
    let (front, sign) = match front {
        [front @ .., b'-'] => (front, Some('-')),
        [front @ .., b'+'] => (front, Some('+')),
        front => (front, None),
    };
    if !matches!(front.len(), 6 | 8) {
        return None;
    }
    let (mut digits, length) = ([0; 12], front.len() + 4);
    for (place, byte) in digits.iter_mut().zip(front.iter().chain(last)) {
        *place = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
    }
    let digits = &digits[..length];
    // The same arithmetic as the rules': it is quick.
    let (latest, older) = personnummer::years(digits, sign, today).ok()?;
    let latest = written(latest, digits)?;
    let older = match older {
        Some(older) => Some(written(older, digits)?),
        None => None,
    };
    let key =
        |grade, form: &[u8; 12]| Key { kind: Kind::Personnummer, grade, material: form[..].into() };
    keys.push(key(Grade::Exact, &latest));
    keys.extend(older.map(|older| key(Grade::Possible, &older)));
    Some(())
}

/// The year in four digits, and the last eight.
fn written(year: i32, digits: &[u8]) -> Option<[u8; 12]> {
    let mut rest = u16::try_from(year).ok().filter(|year| (1_000..10_000).contains(year))?;
    let mut form = [0; 12];
    for place in form[..4].iter_mut().rev() {
        *place = b'0' + u8::try_from(rest % 10).ok()?;
        rest /= 10;
    }
    for (place, digit) in form[4..].iter_mut().zip(&digits[digits.len() - 8..]) {
        *place = b'0' + digit;
    }
    Some(form)
}
