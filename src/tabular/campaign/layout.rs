//! What was found out about a file: what each column holds, and what stands
//! before the rows.

use super::boundary::Dialect;
use super::json::Keys;
use super::{Column, DECISION, Encoding, REASON};

/// What was found out about a file from its beginning.
#[derive(Debug, Clone)]
pub struct Layout {
    pub(super) dialect: Dialect,
    pub(super) encoding: Encoding,
    /// What goes out before the rows: a `sep=` line, blank lines, the heading.
    pub(super) before: String,
    /// Fields of a row, columns of ours from an earlier run included.
    pub(super) width: usize,
    /// Where columns of ours from an earlier run stand, in order.
    pub(super) ours: Vec<usize>,
    /// Which of them holds the decision.
    pub(super) decided: Option<usize>,
    /// The columns that say who a person is.
    pub(super) sources: Vec<Source>,
    /// Where the row says whose campaign it belongs to.
    pub(super) controller: Option<usize>,
    pub(super) controller_heading: Option<String>,
    /// The heading, cell by cell; none in a file without one.
    pub(super) headings: Vec<String>,
    /// Whether a column says what the sender has to do with the person.
    pub(super) relationship: bool,
    pub(super) slots: Slots,
    /// What keys mean, in NDJSON.
    pub(super) keys: Option<Keys>,
}

/// A column that says who a person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) column: Column,
    /// Its place in a row, from 0.
    pub(super) at: usize,
    /// Which of its kind it is, from 0: where its value goes.
    pub(super) slot: usize,
    pub(super) issuer: Option<String>,
    pub(super) heading: Option<String>,
}

/// How many values of each kind a row has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Slots {
    pub(super) emails: usize,
    pub(super) phones: usize,
    pub(super) addresses: usize,
    pub(super) customer_ids: usize,
    pub(super) cookie_ids: usize,
    pub(super) advertising_ids: usize,
    pub(super) hashes: usize,
    pub(super) personnummers: usize,
    /// The whole name is needed, since an address is matched with it.
    pub(super) names: bool,
}

/// A column that is used, for the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used<'a> {
    /// What it holds.
    pub column: Column,
    /// Its place, from 1; `None` in NDJSON.
    pub position: Option<usize>,
    /// Its heading, one that is known or that the caller named: never what a
    /// row holds. `None` in a file without a heading.
    pub heading: Option<&'a str>,
}

impl Layout {
    /// Writes what goes out before the rows, in the file's encoding.
    pub fn heading(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.encoding.mark());
        self.encoding.write(&self.before, out);
    }

    /// The columns that are used.
    #[must_use]
    pub fn columns_used(&self) -> Vec<Used<'_>> {
        let sources = self.sources.iter().map(|source| Used {
            column: source.column,
            position: self.keys.is_none().then_some(source.at + 1),
            heading: source.heading.as_deref(),
        });
        let controller = self.controller.map(|at| Used {
            column: Column::Controller,
            position: Some(at + 1),
            heading: self.controller_heading.as_deref(),
        });
        sources.chain(controller).collect()
    }

    /// The heading, cell by cell; empty where the file has none.
    #[must_use]
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// How the file was written, as far as its beginning tells.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The character between fields; `None` in NDJSON.
    #[must_use]
    pub fn delimiter(&self) -> Option<char> {
        self.dialect.delimiter.map(char::from)
    }
}

/// Which of our columns a heading names, in any case.
pub(super) fn ours(heading: &str) -> Option<&'static str> {
    [DECISION, REASON].into_iter().find(|ours| heading.trim().eq_ignore_ascii_case(ours))
}

/// Whether the value is a decision, as an earlier run wrote it.
pub(super) fn is_decision(value: &str) -> bool {
    matches!(value, "blocked" | "undecidable" | "clear")
}

/// Whether the last two fields are ours.
pub(super) fn is_decided(row: &[String]) -> bool {
    row.len() > 2 && is_decision(&row[row.len() - 2])
}

/// Gives each column its place among those of its kind.
pub(super) fn place(sources: &mut [Source]) -> Slots {
    let mut slots = Slots::default();
    let next = |count: &mut usize| {
        *count += 1;
        *count - 1
    };
    let of = |column| sources.iter().filter(|source| source.column == column).count();
    let (streets, postal_codes) = (of(Column::Street), of(Column::PostalCode));
    // Two streets and one postcode are two lines of one address.
    let addresses = if postal_codes == 0 { streets.min(1) } else { postal_codes };
    let (mut street, mut postal_code, mut city) = (0, 0, 0);
    for source in sources {
        source.slot = match source.column {
            Column::Email => next(&mut slots.emails),
            Column::Phone => next(&mut slots.phones),
            Column::Personnummer => next(&mut slots.personnummers),
            Column::CustomerId => next(&mut slots.customer_ids),
            Column::CookieId => next(&mut slots.cookie_ids),
            Column::AdvertisingId => next(&mut slots.advertising_ids),
            Column::EmailSha256 | Column::PhoneSha256 => next(&mut slots.hashes),
            Column::Street => next(&mut street).min(addresses.saturating_sub(1)),
            Column::PostalCode => next(&mut postal_code),
            Column::City => next(&mut city).min(addresses.saturating_sub(1)),
            _ => 0,
        };
    }
    slots.addresses = addresses;
    slots.names = addresses > 0;
    slots
}
