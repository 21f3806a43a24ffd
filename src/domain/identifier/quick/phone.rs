//! A Swedish number of ASCII digits, spaces, hyphens and parentheses.

use super::Form;
use crate::domain::identifier::{Grade, Key, Kind, phone};

/// Longer than any number without a remark.
const LONGEST: usize = 32;
/// `0046` and the longest Swedish numbers' thirteen digits would be more: rare.
const MOST_DIGITS: usize = 16;

/// Adds the key of a plain Swedish number; `region` as for the rules. `false`: they
/// must read it.
pub fn phone(field: &str, region: &str, keys: &mut Vec<Key>) -> bool {
    let written = field.as_bytes();
    if written.len() > LONGEST {
        return false;
    }
    let mut written = written.trim_ascii();
    let plus = written.first() == Some(&b'+');
    if plus {
        written = &written[1..];
    }
    let (mut digits, mut length) = ([0_u8; MOST_DIGITS], 0);
    for byte in written {
        match byte {
            b'0'..=b'9' if length < MOST_DIGITS => {
                digits[length] = *byte;
                length += 1;
            }
            b' ' | b'-' | b'(' | b')' => {}
            _ => return false,
        }
    }
    let Some(national) = national(plus, &digits[..length], region) else { return false };
    let mut form = Form::new();
    form.extend(b"+46");
    form.extend(national);
    keys.push(form.into_key(Kind::Phone, Grade::Exact));
    true
}

/// The digits that a Swedish number has after its country code or zero.
fn national<'a>(plus: bool, digits: &'a [u8], region: &str) -> Option<&'a [u8]> {
    let national = match digits {
        [b'4', b'6', b'0', national @ ..] | [b'4', b'6', national @ ..] if plus => national,
        _ if plus => return None,
        [b'0', b'0', b'4', b'6', b'0', national @ ..] | [b'0', b'0', b'4', b'6', national @ ..] => {
            national
        }
        [b'0', b'0', ..] => return None,
        _ if !region.eq_ignore_ascii_case("SE") => return None,
        [b'0', national @ ..] => national,
        mobile if phone::is_swedish_mobile(mobile) => mobile,
        [b'4', b'6', national @ ..] if national.len() == 9 => national,
        _ => return None,
    };
    phone::is_swedish(national).then_some(national)
}
