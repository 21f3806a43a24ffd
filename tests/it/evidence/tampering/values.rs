//! SQL literals: reading them, and making others of them.

use super::rows::Chance;
use std::fmt::Write;

/// Another value that the column's type can hold.
pub(super) fn another(literal: &str, of_type: &str, chance: &mut Chance) -> String {
    if literal == "NULL" {
        return match of_type {
            "INTEGER" => "1".to_owned(),
            "BLOB" => blob(&[7; 32]),
            _ => "'elin.berg'".to_owned(),
        };
    }
    match of_type {
        "INTEGER" => integer(literal.parse().expect("a number"), chance),
        "BLOB" => blob(&changed(bytes(literal), chance)),
        _ => quoted(&other_text(&text(literal), chance)),
    }
}

fn integer(value: i64, chance: &mut Chance) -> String {
    let other = match chance.below(6) {
        0 => value.wrapping_add(1),
        1 => value.wrapping_sub(1),
        // what is cut off where a column is read as a smaller number
        2 => value.wrapping_add(1 << 32),
        3 => value.wrapping_add(1 << 16),
        4 => value ^ (1 << chance.below(63)),
        _ => i64::try_from(chance.below(200)).expect("small"),
    };
    other.to_string()
}

fn changed(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    if bytes.is_empty() {
        return vec![0];
    }
    match chance.below(4) {
        0 => drop(bytes.pop()),
        1 => bytes.push(0),
        _ => {
            let at = chance.below(bytes.len());
            bytes[at] ^= 1 << chance.below(8);
        }
    }
    bytes
}

fn other_text(text: &str, chance: &mut Chance) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return "a".to_owned();
    }
    let at = chance.below(chars.len());
    match chance.below(4) {
        0 => drop(chars.remove(at)),
        1 => chars.insert(at, ' '),
        2 => chars.push('\n'),
        _ => chars[at] = if chars[at] == 'a' { 'b' } else { 'a' },
    }
    chars.into_iter().collect()
}

/// What a literal of text says.
pub(super) fn text(literal: &str) -> String {
    let inner = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    inner.unwrap_or_else(|| panic!("no text: {literal}")).replace("''", "'")
}

pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What a literal of bytes says.
pub(super) fn bytes(literal: &str) -> Vec<u8> {
    let hex = literal.strip_prefix("X'").and_then(|rest| rest.strip_suffix('\''));
    let hex = hex.unwrap_or_else(|| panic!("no bytes: {literal}"));
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
    (0..hex.len()).step_by(2).map(byte).collect()
}

pub(super) fn blob(bytes: &[u8]) -> String {
    let mut literal = "X'".to_owned();
    bytes.iter().for_each(|byte| write!(literal, "{byte:02X}").expect("written"));
    literal.push('\'');
    literal
}
