//! Telephone numbers.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

use super::{Grade, Key, Kind, Unreadable, code, folding};

/// A number as written, with punctuation and an extension.
const LONGEST: usize = 64;
/// From this many digits on, what follows may be an extension or a remark.
pub(super) const FEWEST_DIGITS: usize = 7;
/// E.164 has fifteen, and `00` may stand before them.
pub(super) const MOST_DIGITS: usize = 17;
/// Longer than any switchboard's: rather a second number.
const LONGEST_EXTENSION: usize = 6;
/// What stands before an extension, or says that the number is a switchboard.
const LABELS: [&str; 6] = ["ext", "extension", "ankn", "anknytning", "vx", "växel"];
/// Near regions where no zero is dialled first, so that a number without one
/// is how it is written at home.
const HOME_NUMBERS: [&str; 16] = [
    "DK", "NO", "IS", "EE", "LV", "LU", "PL", "CZ", "ES", "PT", "IT", "GR", "MT", "CY", "US", "CA",
];

const NOT_A_NUMBER: Unreadable = Unreadable {
    code: code::UNREADABLE,
    detail: "Not a telephone number. Write it as +46 70 174 06 05, without remarks.",
};
pub(super) const WHICH_COUNTRY: Unreadable = Unreadable {
    code: code::AMBIGUOUS,
    detail: "The country cannot be told. Write the number with + and its country code.",
};
const TWO_OR_MORE: Unreadable = Unreadable {
    code: code::AMBIGUOUS,
    detail: "Perhaps several numbers. Write one number in each item of the list.",
};

/// A telephone number in E.164, with an extension if it has one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    /// `+46701740605`, or `+4684650400;ext=12` as RFC 3966 writes it.
    canonical: String,
}
super::conceal!(Phone);

impl Phone {
    /// Reads one number; `region` (ISO 3166, "SE") is where a number that
    /// begins with 0 belongs.
    ///
    /// # Errors
    /// What is not one number, or could be a number of several countries.
    pub fn parse(text: &str, region: &str) -> Result<Self, Unreadable> {
        folding::check(text.trim(), LONGEST)?;
        let written = Written::read(&folding::number(text))?;
        let mut canonical = e164(&written, region)?;
        if !written.extension.is_empty() {
            if canonical.len() <= FEWEST_DIGITS {
                return Err(NOT_A_NUMBER); // it could not be read back
            }
            canonical.push_str(";ext=");
            canonical.push_str(&written.extension);
        }
        Ok(Self { canonical })
    }

    /// The numbers in a field that may hold several, as far as they can be read.
    #[must_use]
    pub fn all(field: &str, region: &str) -> Vec<Self> {
        let parts = super::several::phones(field);
        parts.iter().filter_map(|part| Self::parse(part, region).ok()).collect()
    }

    /// The form that the exact key is made of.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The keys of this number, to store and to probe. A number with an
    /// extension has no key without: its owner must not block a switchboard.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        vec![Key::hashed(Kind::Phone, Grade::Exact, &self.canonical)]
    }

    /// The keys that only a hash made elsewhere can meet, and that are stored
    /// beside [`Phone::keys`]: some platforms hash E.164 without its `+`.
    #[must_use]
    pub fn platform_keys(&self) -> Vec<Key> {
        match self.canonical.strip_prefix('+') {
            Some(digits) if !digits.contains(';') => {
                vec![Key::hashed(Kind::Phone, Grade::Equivalent, digits)]
            }
            _ => Vec::new(),
        }
    }
}

/// Whether numbers of this region can be read: for checking a controller's
/// default region when it is set.
#[must_use]
pub fn knows_region(region: &str) -> bool {
    region_of(region).is_some()
}

/// Whether the text goes on with an extension of the number before it.
pub(super) fn starts_with_label(text: &str) -> bool {
    let word = text.trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    is_label(word)
}

fn is_label(word: &str) -> bool {
    let word = word.to_lowercase();
    LABELS.contains(&word.as_str())
}

/// What was written, as digits.
struct Written {
    /// It began with `+`.
    plus: bool,
    digits: String,
    extension: String,
}

impl Written {
    fn read(text: &str) -> Result<Self, Unreadable> {
        let text = text.trim();
        let text = match text.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => &text[4..],
            _ => text,
        };
        let mut written =
            Self { plus: false, digits: String::with_capacity(20), extension: String::new() };
        let mut separated = false;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let full = written.digits.len() >= FEWEST_DIGITS;
            match c {
                '0'..='9' if separated => return Err(TWO_OR_MORE),
                '0'..='9' if written.digits.len() == MOST_DIGITS => return Err(NOT_A_NUMBER),
                '0'..='9' => written.digits.push(c),
                '+' if !written.plus && written.digits.is_empty() => written.plus = true,
                '(' if remark(rest).contains(char::is_alphabetic) => {
                    if !full {
                        return Err(NOT_A_NUMBER);
                    }
                    return written.with_remark(rest);
                }
                '/' if full => separated = true,
                ',' | ';' => separated = true,
                '(' | ')' | '[' | ']' | '-' | '.' | '/' | ':' | '_' | '\'' | '’' => {}
                c if c.is_whitespace() => {}
                c if c.is_alphabetic() && full => {
                    written.extension = extension(rest)?;
                    return Ok(written);
                }
                _ => return Err(NOT_A_NUMBER),
            }
            at += c.len_utf8();
        }
        Ok(written)
    }

    /// Cuts at "(jobb)", keeps the extension of "(ankn 12)", and refuses a
    /// remark that holds another number.
    fn with_remark(mut self, rest: &str) -> Result<Self, Unreadable> {
        let inside = remark(rest);
        let after = rest[1 + inside.len()..].trim_start_matches(')');
        if after.contains(|c: char| c.is_alphanumeric()) {
            return Err(TWO_OR_MORE);
        }
        let inside = inside.trim();
        if starts_with_label(inside) {
            self.extension = extension(inside)?;
        } else if inside.chars().filter(char::is_ascii_digit).count() >= FEWEST_DIGITS {
            return Err(TWO_OR_MORE);
        }
        Ok(self)
    }
}

/// What the parenthesis at the start of the text holds.
fn remark(text: &str) -> &str {
    let inside = text.strip_prefix('(').unwrap_or(text);
    inside.split_once(')').map_or(inside, |(inside, _)| inside)
}

/// The digits of "ankn. 12"; none for "vx", which says switchboard.
fn extension(text: &str) -> Result<String, Unreadable> {
    let label = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    if !is_label(&text[..label]) {
        return Err(NOT_A_NUMBER);
    }
    let mut digits = String::new();
    for c in text[label..].chars() {
        match c {
            '0'..='9' if digits.len() == LONGEST_EXTENSION => return Err(TWO_OR_MORE),
            '0'..='9' => digits.push(c),
            '.' | ':' | '=' | '-' | ')' | ',' | ';' | '#' => {}
            c if c.is_whitespace() => {}
            _ => return Err(NOT_A_NUMBER),
        }
    }
    Ok(digits)
}

/// The number in E.164.
fn e164(written: &Written, region: &str) -> Result<String, Unreadable> {
    let digits = written.digits.as_str();
    if digits.len() < 3 {
        return Err(NOT_A_NUMBER);
    }
    if written.plus {
        return international(digits);
    }
    if let Some(digits) = digits.strip_prefix("00") {
        return international(digits);
    }
    let swedish = region.eq_ignore_ascii_case("SE");
    match digits.strip_prefix('0') {
        Some(national) if swedish => sweden(national),
        Some(_) => national(digits, region_of(region).ok_or(WHICH_COUNTRY)?),
        None if swedish && is_swedish_mobile(digits.as_bytes()) => sweden(digits), // Excel took the zero
        None => bare(digits, region),
    }
}

/// Digits without `+`, `00` or a zero before them.
fn bare(digits: &str, region: &str) -> Result<String, Unreadable> {
    let at_home = HOME_NUMBERS.iter().any(|home| region.eq_ignore_ascii_case(home));
    if let Some(region) = region_of(region).filter(|_| at_home)
        && let Ok(number) = PHONE_NUMBER_UTIL.parse(digits, Some(region))
        && number.national_number.to_string() == digits
        && let Ok(number) = whole(&number)
    {
        return Ok(number);
    }
    match digits.strip_prefix("46") {
        Some(national) if national.len() == 9 && !national.starts_with('0') => sweden(national),
        _ => Err(WHICH_COUNTRY),
    }
}

/// Digits with the country code first.
fn international(digits: &str) -> Result<String, Unreadable> {
    match digits.strip_prefix("46") {
        // "+46 (0)70", and "+46 070", which is as common.
        Some(national) => sweden(national.strip_prefix('0').unwrap_or(national)),
        None => {
            let number = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None);
            whole(&number.map_err(|_| NOT_A_NUMBER)?)
        }
    }
}

/// Digits as they are dialled within a region.
fn national(digits: &str, region: Region) -> Result<String, Unreadable> {
    whole(&PHONE_NUMBER_UTIL.parse(digits, Some(region)).map_err(|_| NOT_A_NUMBER)?)
}

/// The number in E.164, if it is one there too: the library takes a national
/// prefix off at each reading, and "+43 000…" would be another number each time.
fn whole(number: &rlibphonenumber::PhoneNumber) -> Result<String, Unreadable> {
    let written = number.format_as(PhoneNumberFormat::E164).into_owned();
    let same = PHONE_NUMBER_UTIL
        .parse(&written, None)
        .is_ok_and(|again| is_whole(&again) && again.format_as(PhoneNumberFormat::E164) == written);
    if same { Ok(written) } else { Err(NOT_A_NUMBER) }
}

/// Whether the number is as long as its country's are. A number with a digit
/// lost must be unreadable rather than clear; "valid" would ask more, and
/// refuses numbers that are in use.
fn is_whole(number: &rlibphonenumber::PhoneNumber) -> bool {
    matches!(number.is_possible_with_reason(), Ok(NumberLengthType::IsPossible))
}

/// A Swedish number from its digits without zero or country code.
fn sweden(national: &str) -> Result<String, Unreadable> {
    if !is_swedish(national.as_bytes()) {
        return Err(NOT_A_NUMBER);
    }
    let mut number = String::with_capacity(24);
    number.push_str("+46");
    number.push_str(national);
    Ok(number)
}

/// By length alone: mobiles have nine, 071 (machines), 025 and 067 up to thirteen.
pub(super) fn is_swedish(national: &[u8]) -> bool {
    match national {
        [b'7', b'0' | b'2' | b'3' | b'6' | b'9', ..] => national.len() == 9,
        [b'7', b'1', ..] => (9..=13).contains(&national.len()),
        [b'2', b'5', ..] | [b'6', b'7', ..] => (6..=13).contains(&national.len()),
        [b'1'..=b'9', ..] => (6..=10).contains(&national.len()),
        _ => false,
    }
}

pub(super) fn is_swedish_mobile(digits: &[u8]) -> bool {
    digits.len() == 9 && matches!(digits, [b'7', b'0' | b'2' | b'3' | b'6' | b'9', ..])
}

fn region_of(region: &str) -> Option<Region> {
    let region: Region = region.to_ascii_uppercase().parse().ok()?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| region)
}
