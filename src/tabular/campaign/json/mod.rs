//! NDJSON: a person a line, as a JSON object.
//!
//! Members may be a look-up's (`emails`, `phones`, `addresses`, …), also within
//! `person`, or flat ones whose names are read as headings are (`"E-post"`). A
//! key that comes twice is read twice. A line that is no object has no place for
//! an answer, so that the file is refused.

mod keys;
mod read;
mod splice;
mod unseen;

pub(super) use keys::Keys;
pub(super) use read::{Object, Reader};
pub(super) use splice::splice;
pub(super) use unseen::Unseen;

use super::Fault;

/// What JSON allows around a value (RFC 8259 §2).
pub(super) fn trim(line: &str) -> &str {
    line.trim_matches([' ', '\t', '\r', '\n'])
}

pub(super) fn not_an_object(line: u64) -> Fault {
    Fault::at(
        line,
        Fault::NOT_AN_OBJECT,
        "The line is no JSON object. Write one object a line, as {\"emails\": [\"…\"]}, and UTF-8.",
    )
}
