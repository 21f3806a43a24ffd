//! Why a whole file is refused.

use std::borrow::Cow;

/// What is wrong with a file. Never carries a value from a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line as an editor counts them; 1 where the whole file is meant.
    pub line: u64,
    /// A stable word for programs; one of [`Fault::CODES`].
    pub code: &'static str,
    /// A sentence for people: what is wrong and what to do.
    pub detail: Cow<'static, str>,
}

impl Fault {
    /// Nothing is in the file.
    pub const EMPTY: &'static str = "empty";
    /// A workbook rather than a text file.
    pub const SPREADSHEET: &'static str = "spreadsheet";
    /// Something else that is no text.
    pub const BINARY: &'static str = "binary";
    /// Bytes that are no text in the encoding of what came before.
    pub const ENCODING: &'static str = "encoding";
    /// A quote was opened and never closed.
    pub const QUOTE_NOT_CLOSED: &'static str = "quote_not_closed";
    /// A row longer than [`super::LONGEST_ROW`].
    pub const ROW_TOO_LONG: &'static str = "row_too_long";
    /// No column that says who a person is.
    pub const NO_COLUMN: &'static str = "no_column";
    /// More columns than a worksheet has.
    pub const TOO_MANY_COLUMNS: &'static str = "too_many_columns";
    /// A heading that `columns` names is not in the file.
    pub const COLUMN_MISSING: &'static str = "column_missing";
    /// The heading that `controller_column` names is not in the file.
    pub const CONTROLLER_COLUMN_MISSING: &'static str = "controller_column_missing";
    /// `columns` cannot be read.
    pub const COLUMNS: &'static str = "columns";
    /// A line that is no JSON object.
    pub const NOT_AN_OBJECT: &'static str = "not_an_object";

    /// Every code.
    pub const CODES: [&'static str; 12] = [
        Self::EMPTY,
        Self::SPREADSHEET,
        Self::BINARY,
        Self::ENCODING,
        Self::QUOTE_NOT_CLOSED,
        Self::ROW_TOO_LONG,
        Self::NO_COLUMN,
        Self::TOO_MANY_COLUMNS,
        Self::COLUMN_MISSING,
        Self::CONTROLLER_COLUMN_MISSING,
        Self::COLUMNS,
        Self::NOT_AN_OBJECT,
    ];

    /// A fault at a line.
    pub(in crate::tabular) fn at(
        line: u64,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { line, code, detail: detail.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.detail)
    }
}

impl std::error::Error for Fault {}
