//! Whose number a message came from.

use crate::domain::identifier::Phone;

/// Digits that a country code can be among; with fewer a number is a country's own.
const FEWEST_DIGITS: usize = 10;

/// The sender's number, as a gateway writes it: also E.164 without its `+`
/// ("447700900151"), which aggregators send for foreign numbers. `None` for a short code,
/// a name, and what is several numbers.
#[must_use]
pub fn sender(from: &str, region: &str) -> Option<Phone> {
    let from = from.trim();
    let bare = from.len() >= FEWEST_DIGITS && from.bytes().all(|byte| byte.is_ascii_digit());
    match Phone::parse(from, region) {
        Ok(number) => Some(number),
        Err(_) if bare => Phone::parse(&format!("+{from}"), region).ok(),
        Err(_) => None,
    }
}
