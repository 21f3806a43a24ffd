//! Denmark's Robinson list, as the CPR office gives it out: a record a line, each field at
//! its place with `#` behind it, in ISO 8859-1.
//!
//! The layout is that of "Specifikationer for Robinsonlisten" (cpr.dk), counted from 1:
//!
//! | field | from | length |
//! | --- | --- | --- |
//! | name, `Efternavn,Fornavn` without a blank between | 1 | 34 |
//! | street, house number, floor, side or door | 36 | 34 |
//! | locality | 71 | 34 |
//! | postcode, a blank, postal district | 106 | 25 |
//! | `*` where the person no longer lives there | 132 | 3 |
//!
//! The codes of municipality, street and house that follow are not read. A person has one
//! record or two, of the address today and of the last one before it, and is found by both.
//!
//! "The first records" tell the list's date and the columns' names; how is not specified.
//! Assumed: they are at most [`HEADINGS`] lines before the first record, in which there is
//! no `#` (a date) or no digit (names of columns): a record has both. Also assumed: lines end in LF or CRLF, and blank ones are no records.

use crate::domain::person::{Address, Name, Person};

/// Lines before the first record, at most.
pub const HEADINGS: u64 = 5;

/// A line is told apart from a file without lines by this.
const LONGEST: usize = 4_096;

/// The places of the separators that are read, from 0.
const SEPARATORS: [usize; 4] = [34, 69, 104, 130];

/// Takes a list's bytes in order.
#[derive(Default)]
pub struct Robinson {
    carry: Vec<u8>,
    line: u64,
    begun: bool,
}

/// Why a line is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Shorter than the fields that are read, or a separator is not at its place.
    Layout,
    /// No name of the form `Efternavn,Fornavn`.
    Name,
    /// Four digits are not at the postcode's place.
    Postcode,
}

impl Broken {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Layout => "layout",
            Self::Name => "name_missing",
            Self::Postcode => "postcode_missing",
        }
    }

    /// A sentence for people.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Layout => {
                "Not a record of the Robinson list: # must stand at places 35, 70, 105 and 131. Send the file as the CPR office gives it out, in ISO 8859-1."
            }
            Self::Name => "The name at place 1 is not written Efternavn,Fornavn.",
            Self::Postcode => "Four digits must stand at place 106, the postcode.",
        }
    }
}

impl Robinson {
    /// Takes the next bytes; `take` gets each record with its line, counted from 1.
    pub fn push(&mut self, bytes: &[u8], mut take: impl FnMut(u64, Result<Person, Broken>)) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            if self.carry.is_empty() {
                self.line(line, &mut take);
            } else {
                let mut whole = std::mem::take(&mut self.carry);
                whole.extend_from_slice(line);
                self.line(&whole, &mut take);
            }
            rest = after;
        }
        // Of a file without line breaks no more is kept than it takes to say so.
        let room = LONGEST.saturating_sub(self.carry.len());
        self.carry.extend_from_slice(&rest[..rest.len().min(room)]);
    }

    /// What is left when no more bytes come.
    pub fn finish(mut self, mut take: impl FnMut(u64, Result<Person, Broken>)) {
        let last = std::mem::take(&mut self.carry);
        if !last.is_empty() {
            self.line(&last, &mut take);
        }
    }

    fn line(&mut self, line: &[u8], take: &mut impl FnMut(u64, Result<Person, Broken>)) {
        self.line += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.trim_ascii().is_empty() {
            return;
        }
        let record = record(line);
        let heading = !line.contains(&b'#') || !line.iter().any(u8::is_ascii_digit);
        if !self.begun && self.line <= HEADINGS && heading {
            return;
        }
        self.begun = true;
        take(self.line, record);
    }
}

fn record(line: &[u8]) -> Result<Person, Broken> {
    if line.len() >= LONGEST || SEPARATORS.iter().any(|at| line.get(*at) != Some(&b'#')) {
        return Err(Broken::Layout);
    }
    let name = text(&line[..34]);
    let (family, given) = name.split_once(',').ok_or(Broken::Name)?;
    if family.trim().is_empty() || given.trim().is_empty() {
        return Err(Broken::Name);
    }
    let postcode = postcode(line).ok_or(Broken::Postcode)?;
    let address = Address {
        street: Some(text(&line[35..69])),
        postal_code: Some(format!("DK-{postcode}")),
        city: None,
    };
    let name =
        Name { given: Some(given.trim().to_owned()), family: Some(family.trim().to_owned()) };
    Ok(Person { name: Some(name), addresses: vec![address], ..Person::default() })
}

fn postcode(line: &[u8]) -> Option<&str> {
    let digits = line.get(105..109)?;
    digits.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(digits).unwrap_or_default())
}

/// ISO 8859-1: each byte is the character of its number.
fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect::<String>().trim().to_owned()
}
