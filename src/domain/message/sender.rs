//! Whose number a message came from.

use crate::domain::identifier::Rules;
use std::borrow::Cow;

/// Digits that a country code can be among; with fewer a number is a country's own.
const FEWEST_DIGITS: usize = 10;

/// The sender's number, so that it is read the same wherever it is recorded: as a gateway
/// writes it, or with the `+` of E.164 where it was left out ("447700900151"), as
/// aggregators do with foreign numbers. `None` for a short code, a name, and what is
/// several numbers.
#[must_use]
pub fn sender<'a>(from: &'a str, rules: &Rules<'_>) -> Option<Cow<'a, str>> {
    let from = from.trim();
    if rules.is_phone(from) {
        return Some(from.into());
    }
    let bare = from.len() >= FEWEST_DIGITS && from.bytes().all(|byte| byte.is_ascii_digit());
    let whole = format!("+{from}");
    (bare && rules.is_phone(&whole)).then(|| whole.into())
}
