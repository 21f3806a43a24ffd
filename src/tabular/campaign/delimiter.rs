//! Which delimiter a file has, told from its first rows.

use super::boundary::{Dialect, Open};
use super::{cell, looks};

/// In the order in which they win where nothing tells them apart.
const CANDIDATES: [u8; 4] = [b';', b'\t', b',', b'|'];
/// What a file of one column gets, unless it occurs in its rows.
const FOR_ONE_COLUMN: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at.
const ROWS: usize = 50;

/// The delimiter of the file that begins with `text`. `known` says how many of a
/// row's fields are headings that mean something.
pub(super) fn detect(text: &str, cr: bool, last: bool, known: impl Fn(&[String]) -> usize) -> u8 {
    let mut best = (b',', Score::default());
    for delimiter in CANDIDATES {
        let dialect = Dialect { delimiter: Some(delimiter), cr };
        let rows = sample(text, dialect, last, ROWS);
        let score = Score::of(&rows, &known);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    if best.1.fields > 1 {
        return best.0;
    }
    let free = FOR_ONE_COLUMN.into_iter().find(|delimiter| !text.as_bytes().contains(delimiter));
    free.unwrap_or(FOR_ONE_COLUMN[0])
}

/// Ordered: the better comes later.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// Headings that mean something.
    known: usize,
    /// Fields that are an address or a number and nothing else.
    telling: usize,
    /// Rows that have as many fields as the first; none if it has one.
    alike: usize,
    /// Fields in the first row.
    fields: usize,
}

impl Score {
    fn of(rows: &[Vec<String>], known: impl Fn(&[String]) -> usize) -> Self {
        let Some(first) = rows.first() else { return Self::default() };
        let alike = rows.iter().filter(|row| row.len() == first.len()).count();
        Self {
            known: known(first),
            telling: rows.iter().flatten().filter(|value| looks::like(value).is_some()).count(),
            alike: if first.len() > 1 { alike } else { 0 },
            fields: first.len(),
        }
    }
}

/// The first rows that have come whole, blank lines left out.
pub(super) fn sample(text: &str, dialect: Dialect, last: bool, most: usize) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut at, mut ends) = (0, Vec::new());
    while at < text.len() && rows.len() < most {
        ends.clear();
        let row = dialect.row(text.as_bytes(), at, last, &mut ends);
        let (content, next) = match row {
            Ok(end) => (end.content, end.next),
            // What stands before the quote still tells, and the fault is met later.
            Err(Open::Quote(_)) if rows.is_empty() => {
                ends.push(text.len());
                (text.len(), text.len())
            }
            Err(_) => break,
        };
        if content > at {
            let mut from = at;
            let fields = ends.iter().map(|to| {
                let field = cell::heading(&text[from..*to]);
                from = to + 1;
                field
            });
            rows.push(fields.collect());
        }
        at = next;
    }
    rows
}
