//! Personnummer and samordningsnummer.

use chrono::{Datelike, NaiveDate};

use super::{Grade, Key, Kind, Unreadable, code, folding};

/// With spaces between the digits.
const LONGEST: usize = 64;
/// Nobody is known to have lived longer than 122 years; beyond this a
/// two-digit year has one reading.
const OLDEST: i32 = 130;

const NOT_A_NUMBER: Unreadable = Unreadable {
    code: code::UNREADABLE,
    detail: "Not a personnummer or samordningsnummer. Write it as ÅÅÅÅMMDD-NNNN.",
};
const CHECK_DIGIT: Unreadable = Unreadable {
    code: code::CHECK_DIGIT,
    detail: "The check digit is wrong: a digit is mistyped. Compare with the source.",
};
const DATE: Unreadable = Unreadable {
    code: code::DATE,
    detail: "The date does not exist or lies in the future. Write it as ÅÅÅÅMMDD-NNNN.",
};
const ORGANISATION: Unreadable = Unreadable {
    code: code::ORGANISATION_NUMBER,
    detail: "An organisation number. The right to object is a person's; write a personnummer.",
};

/// A personnummer or samordningsnummer with its century: twelve digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Personnummer {
    canonical: String,
    /// The person a hundred years older, whose `+` a CRM may have lost.
    older: Option<String>,
}
super::conceal!(Personnummer);

impl Personnummer {
    /// Reads ten or twelve digits; `today` (in Europe/Stockholm) tells the
    /// century of ten.
    ///
    /// # Errors
    /// What no living or dead person can have for a number.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, Unreadable> {
        folding::check(text.trim(), LONGEST)?;
        let (digits, sign) = digits_of(&folding::number(text))?;
        let (latest, older) = years(&digits, sign, today)?;
        let ten = &digits[digits.len() - 10..];
        let written = |year: i32| -> String {
            let rest = ten[2..].iter().map(|digit| char::from(b'0' + digit));
            format!("{year:04}").chars().chain(rest).collect()
        };
        Ok(Self { canonical: written(latest), older: older.map(written) })
    }

    /// Twelve digits.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The keys of this number, to store and to probe.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let exact = Key::plain(Kind::Personnummer, Grade::Exact, self.canonical.as_str());
        let older = self.older.as_deref();
        let older = older.map(|older| Key::plain(Kind::Personnummer, Grade::Possible, older));
        std::iter::once(exact).chain(older).collect()
    }
}

/// The year that ten or twelve digits belong to, and the one a hundred years
/// earlier where a `+` may have been lost; or why they are nobody's number.
pub(super) fn years(
    digits: &[u8],
    sign: Option<char>,
    today: NaiveDate,
) -> Result<(i32, Option<i32>), Unreadable> {
    let (century, ten) = digits.split_at(digits.len() - 10);
    if !luhn_holds(ten) {
        return Err(CHECK_DIGIT);
    }
    let century = century
        .iter()
        .fold(None, |sum, digit| Some(sum.unwrap_or_default() * 10 + i32::from(*digit)));
    // Lag (1974:174): the third digit of an organisation number is 2 or more.
    if century == Some(16) || ten[2] >= 2 {
        return Err(ORGANISATION);
    }
    if ten[6..9] == [0, 0, 0] {
        return Err(NOT_A_NUMBER);
    }
    let year = i32::from(ten[0] * 10 + ten[1]);
    let date = Date { month: ten[2] * 10 + ten[3], day: ten[4] * 10 + ten[5] };
    let is_past = |year: &i32| date.in_year(*year).is_some_and(|date| date <= today);
    let this_century = today.year() - today.year().rem_euclid(100);
    let latest = match (century, sign) {
        (Some(century @ 18..=20), _) => Some(century * 100 + year).filter(is_past),
        (Some(_), _) => None,
        // Folkbokföringslagen (1991:481) 18 §: from the year one turns a hundred.
        (None, Some('+')) => [this_century - 100 + year, this_century - 200 + year]
            .into_iter()
            .find(|year| *year <= today.year() - 100 && is_past(year)),
        (None, _) => [this_century + year, this_century - 100 + year].into_iter().find(is_past),
    }
    .ok_or(DATE)?;
    let older = (century.is_none() && sign != Some('+'))
        .then_some(latest - 100)
        .filter(|older| today.year() - older <= OLDEST && is_past(older));
    Ok((latest, older))
}

/// The digits, and the sign before the last four if there is one.
fn digits_of(text: &str) -> Result<(Vec<u8>, Option<char>), Unreadable> {
    let mut digits = Vec::with_capacity(12);
    let mut sign = None;
    for c in text.chars() {
        match c {
            '0'..='9' if digits.len() < 12 => digits.push(c as u8 - b'0'),
            '-' | '+' if sign.is_none() => sign = Some((c, digits.len())),
            c if c.is_whitespace() => {}
            _ => return Err(NOT_A_NUMBER),
        }
    }
    let well_placed = sign.is_none_or(|(_, at)| at + 4 == digits.len());
    if well_placed && matches!(digits.len(), 10 | 12) {
        Ok((digits, sign.map(|(sign, _)| sign)))
    } else {
        Err(NOT_A_NUMBER)
    }
}

/// The Luhn check over ten digits, the last of which is the check digit.
fn luhn_holds(ten: &[u8]) -> bool {
    let sum: u32 = ten
        .iter()
        .enumerate()
        .map(|(at, digit)| match u32::from(*digit) * if at % 2 == 0 { 2 } else { 1 } {
            product @ 10.. => product - 9,
            product => product,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Month and day as they stand in the number.
#[derive(Clone, Copy)]
struct Date {
    month: u8,
    day: u8,
}

impl Date {
    /// The first day that can be meant; `None` if there is none. In a
    /// samordningsnummer 60 is added to the day, and an unknown month or day
    /// is 00 (as in Skatteverket's own test data).
    fn in_year(self, year: i32) -> Option<NaiveDate> {
        let (month, day) = (u32::from(self.month), u32::from(self.day));
        match day.checked_sub(60) {
            None => NaiveDate::from_ymd_opt(year, month, day),
            Some(day) if month == 0 => NaiveDate::from_ymd_opt(year, 1, 1).filter(|_| day <= 31),
            Some(day) => NaiveDate::from_ymd_opt(year, month, day.max(1)),
        }
    }
}
