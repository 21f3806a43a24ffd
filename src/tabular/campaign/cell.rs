//! What a field says, without what programs wrap it in.

use super::Column;

/// Adds what the field says to `value`: quotes taken off, doubled ones halved,
/// and Excel's `="070…"` and `'+46…` unwrapped.
pub(super) fn read(field: &str, column: Column, value: &mut String) {
    match field.as_bytes().first() {
        None => {}
        Some(b'"') => {
            let start = value.len();
            unquote(field, value);
            if let Some((from, to)) = wrapped(&value[start..], column) {
                value.truncate(start + to);
                value.drain(start..start + from);
            }
        }
        Some(first) if *first > b'=' || first.is_ascii_digit() => value.push_str(field),
        Some(_) => {
            let (from, to) = wrapped(field, column).unwrap_or((0, field.len()));
            value.push_str(&field[from..to]);
        }
    }
}

/// What a heading says.
pub(super) fn heading(field: &str) -> String {
    let mut value = String::new();
    read(field, Column::Ignore, &mut value);
    value.trim().to_owned()
}

/// Takes the quotes off; what stands behind the closing one is kept.
fn unquote(field: &str, value: &mut String) {
    let mut rest = &field[1..];
    while let Some(quote) = memchr::memchr(b'"', rest.as_bytes()) {
        value.push_str(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                value.push('"');
                rest = after;
            }
            None => break,
        }
    }
    value.push_str(rest);
}

/// What is inside `="…"` or behind `'`, as places in the text.
fn wrapped(text: &str, column: Column) -> Option<(usize, usize)> {
    let trimmed = text.trim();
    let start = text.len() - text.trim_start().len();
    let end = start + trimmed.len();
    if let Some(inner) = trimmed.strip_prefix("=\"") {
        return inner.strip_suffix('"').map(|inner| (start + 2, start + 2 + inner.len()));
    }
    let marked = trimmed.strip_prefix('\'')?;
    if column != Column::Email {
        return Some((start + 1, end));
    }
    // An address may begin with an apostrophe of its own; one in a pair of them,
    // or one that guards against formulas, is not its own.
    match marked.strip_suffix('\'') {
        Some(inner) => Some((start + 1, start + 1 + inner.len())),
        None if marked.starts_with(['=', '+', '-', '@']) => Some((start + 1, end)),
        None => None,
    }
}
