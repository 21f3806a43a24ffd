//! A campaign file: a row for each person that somebody wants to write to. It
//! comes in as a stream, and each row goes out as it came but for two columns,
//! [`DECISION`] and [`REASON`], which are the last two.
//!
//! A [`Cutter`] takes the bytes in order, finds out what the file is, and cuts it
//! into [`Block`]s of whole rows, which are answered one by one or side by side.
//! Nothing here holds more of a file than a few blocks.
//!
//! - A blank line is no row; it goes out as it came, even where rows are left out.
//! - A row with more or fewer fields than the heading, or with something behind a
//!   closing quote, keeps its place and carries [`Row::fault`]: nobody can tell
//!   which value belongs where, so it must be answered undecidable.
//! - Columns of ours from an earlier run are dropped before the new ones are
//!   added, so answering an answered file gives the same file.
//! - A file without a heading goes out without one.

mod block;
mod boundary;
mod cell;
mod column;
mod columns;
mod cutter;
mod delimiter;
mod encoding;
mod fault;
mod headings;
mod json;
mod layout;
mod looks;
mod person;
mod row;
mod sniff;

pub use block::{Block, Outcome};
pub use column::{Column, Mapping};
pub use cutter::Cutter;
pub use encoding::Encoding;
pub use fault::Fault;
pub use layout::{Layout, Used};
pub use row::Row;

pub(in crate::tabular) use encoding::Decoder;

/// Which headings are known: those of a program alone, or all of the usual ones.
#[derive(Debug, Clone, Copy)]
pub(in crate::tabular) struct Known(
    pub(in crate::tabular) Option<&'static [(&'static str, Column)]>,
);

impl Known {
    /// What a column with this heading holds.
    fn meaning(self, heading: &str) -> Option<Column> {
        let Some(own) = self.0 else { return headings::meaning(heading) };
        own.iter().find(|(name, _)| headings::same(name, heading)).map(|(_, column)| *column)
    }
}

/// The heading of the column that holds the decision.
pub const DECISION: &str = "nejtack_decision";
/// The heading of the column that says why.
pub const REASON: &str = "nejtack_reason";

/// A row may have this many bytes, so that a quote that is never closed is
/// found out before it has swallowed the file.
pub const LONGEST_ROW: usize = 2 << 20;

/// How a campaign file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Fields between delimiters, quoted where they must be.
    Csv,
    /// A JSON object a line.
    Ndjson,
}

/// What the caller says about a file.
#[derive(Debug, Clone)]
pub struct Options {
    /// How it is written.
    pub format: Format,
    /// What headings mean that are not known, or mean something else here.
    pub columns: Vec<Mapping>,
    /// The heading of the column that says whose campaign a row belongs to.
    pub controller_column: Option<String>,
}
