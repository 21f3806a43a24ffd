//! Several values in one field. CRMs keep "08-…; 070-…" in one column; what is
//! clearly several is split, and nothing is guessed.

use super::{folding, phone};

/// Words that stand between two values.
const OR: [&str; 9] = ["el", "eller", "och", "samt", "alt", "alternativt", "or", "and", "resp"];

/// The e-mail addresses in a field, display names included. Commas in quotes,
/// in angle brackets and in `Surname, Given <address>` separate nothing.
pub(super) fn emails(field: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let quotes_pair = field.matches('"').count().is_multiple_of(2);
    let (mut part, mut quoted, mut bracketed) = (String::new(), false, false);
    for c in field.chars() {
        match c {
            '"' if quotes_pair => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            _ => {}
        }
        if !quoted && !bracketed && matches!(c, ';' | ',' | '|' | '\n' | '\r') {
            push(&mut parts, &mut part);
        } else {
            part.push(c);
        }
    }
    push(&mut parts, &mut part);

    let mut addresses: Vec<String> = Vec::new();
    for part in parts {
        // "Åberg, Anna <anna@…>" came apart at its own comma.
        let surname = |before: &String| !before.contains('@');
        while part.ends_with('>') && addresses.last().is_some_and(surname) {
            addresses.pop();
        }
        addresses.extend(at_spaces(&part));
    }
    addresses
}

/// Splits at white space, slashes and "eller" where each piece is an address.
fn at_spaces(part: &str) -> Vec<String> {
    if part.contains(['<', '"', '(']) || part.matches('@').count() < 2 {
        return vec![part.to_owned()];
    }
    let pieces: Vec<&str> = part
        .split_whitespace()
        .flat_map(|piece| {
            if piece.matches('@').count() > 1 { piece.split('/').collect() } else { vec![piece] }
        })
        .filter(|piece| !is_or(piece) && !matches!(*piece, "/" | "&" | "+" | ""))
        .collect();
    if pieces.iter().all(|piece| piece.contains('@') && piece.len() > 2) {
        pieces.into_iter().map(str::to_owned).collect()
    } else {
        vec![part.to_owned()]
    }
}

/// The telephone numbers in a field. An extension stays with its number.
pub(super) fn phones(field: &str) -> Vec<String> {
    let folded = folding::number(field);
    let mut parts: Vec<String> = Vec::new();
    let (mut part, mut digits) = (String::new(), 0_usize);
    let mut remark: Option<bool> = None; // inside parentheses: whether they hold letters
    for (at, c) in folded.char_indices() {
        let rest = &folded[at + c.len_utf8()..];
        let full = digits >= phone::FEWEST_DIGITS;
        let cut = match (c, remark) {
            ('(', None) => {
                remark = Some(false);
                false
            }
            (')', Some(letters)) => {
                remark = None;
                // "070-… (jobb) 08-…": a remark ends its number.
                letters && full && rest.contains(|c: char| c.is_ascii_digit())
            }
            (_, Some(letters)) => {
                remark = Some(letters || c.is_alphabetic());
                false
            }
            (',' | ';' | '|' | '&' | '\n' | '\r', None) => !phone::starts_with_label(rest),
            // "08/465 004 00" is one number, "070-174 06 05/070-174 06 06" two.
            ('/', None) => full && !phone::starts_with_label(rest),
            ('+', None) if full => {
                push(&mut parts, &mut part);
                digits = 0;
                false
            }
            (space, None) if space.is_whitespace() => {
                rest.split_whitespace().next().is_some_and(is_or)
            }
            _ => false,
        };
        if cut {
            if c == ')' {
                part.push(c);
            }
            push(&mut parts, &mut part);
            digits = 0;
            continue;
        }
        digits += usize::from(c.is_ascii_digit());
        part.push(c);
    }
    push(&mut parts, &mut part);
    parts.iter().flat_map(|part| at_full_numbers(without_or(part))).collect()
}

/// A part that began with "eller", without it.
fn without_or(part: &str) -> &str {
    match part.split_once(char::is_whitespace) {
        Some((word, rest)) if is_or(word) => rest.trim_start(),
        _ => part,
    }
}

/// "0701740605 0701740606": too long for one, and each piece is a whole number.
fn at_full_numbers(part: &str) -> Vec<String> {
    let count = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let whole = |piece: &str| count(piece) >= phone::FEWEST_DIGITS;
    if count(part) > phone::MOST_DIGITS
        && !part.contains(char::is_alphabetic)
        && part.split_whitespace().all(whole)
    {
        part.split_whitespace().map(str::to_owned).collect()
    } else {
        vec![part.to_owned()]
    }
}

fn is_or(word: &str) -> bool {
    let word = word.strip_suffix('.').unwrap_or(word);
    OR.iter().any(|or| word.eq_ignore_ascii_case(or))
}

fn push(parts: &mut Vec<String>, part: &mut String) {
    let whole = std::mem::take(part);
    let trimmed = whole.trim();
    if !trimmed.is_empty() {
        parts.push(trimmed.to_owned());
    }
}
