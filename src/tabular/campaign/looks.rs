//! What a value looks like, for files without a heading. Whether it really is
//! one of its kind is for its reader to say.

use super::Column;

/// What the value looks like; `None` for blanks and all else.
pub(super) fn like(value: &str) -> Option<Column> {
    let value = value.trim();
    if value.len() > 254 {
        return None;
    }
    if is_email(value) {
        Some(Column::Email)
    } else if is_personnummer(value) {
        Some(Column::Personnummer)
    } else if is_phone(value) {
        Some(Column::Phone)
    } else {
        None
    }
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    let odd = |c: char| c.is_whitespace() || matches!(c, '@' | ',' | ';' | '|' | '"' | '<' | '>');
    !local.is_empty() && domain.contains('.') && !local.contains(odd) && !domain.contains(odd)
}

/// Digits as telephone numbers are written; also `4,67E+10`, which was one.
fn is_phone(value: &str) -> bool {
    let damaged = value.split_once("E+").is_some_and(|(number, power)| {
        let number = number.replace([',', '.'], "");
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits(&number) && digits(power)
    });
    if damaged {
        return true;
    }
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let punctuation = |c: char| c.is_ascii_digit() || " +-()/.\u{a0}\u{2013}\u{2011}".contains(c);
    let begins = value.starts_with('+')
        || value.starts_with('(')
        || digits.starts_with('0')
        || digits.starts_with("46")
        || (digits.starts_with('7') && digits.len() == 9);
    (7..=17).contains(&digits.len()) && begins && value.chars().all(punctuation)
}

/// A date and four digits, the last of which checks the others. Ten digits that
/// begin with 0 and have no hyphen are rather a telephone number.
fn is_personnummer(value: &str) -> bool {
    let bytes = value.as_bytes();
    let hyphen = bytes.len() > 5 && matches!(bytes[bytes.len() - 5], b'-' | b'+');
    let digits: Vec<u32> = value.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() + usize::from(hyphen) != bytes.len() {
        return false;
    }
    let ten = match digits.as_slice() {
        [1, 8 | 9, ten @ ..] | [2, 0, ten @ ..] if ten.len() == 10 => ten,
        [first, ..] if digits.len() == 10 && (hyphen || *first != 0) => &digits[..],
        _ => return false,
    };
    let (month, day) = (ten[2] * 10 + ten[3], ten[4] * 10 + ten[5]);
    let sum: u32 = ten
        .iter()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    month <= 12 && matches!(day, 1..=31 | 60..=91) && sum.is_multiple_of(10)
}
