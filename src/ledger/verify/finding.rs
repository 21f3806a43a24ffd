//! What does not fit, in words.

use super::VerifyError;
use crate::domain::Position;
use crate::store::StoreError;

/// The first row that does not fit. Nothing in it is about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The table; several where one of them is wrong and the rest does not tell which.
    pub tables: Vec<&'static str>,
    /// Where in it.
    pub place: Place,
    /// What is wrong.
    pub what: String,
}

/// Where a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The table as a whole, or its one row.
    Table,
    /// At an entry's position.
    Position(Position),
    /// One of an entry's rows: position and number.
    Numbered(Position, i32),
    /// A checkpoint's size.
    Size(Position),
    /// A key: purpose and version.
    Key(String, i32),
}

impl Finding {
    /// About a table's row at a position (of checkpoints: a size).
    pub(super) fn at(table: &'static str, place: Position, what: impl Into<String>) -> Self {
        let place =
            if table == "checkpoints" { Place::Size(place) } else { Place::Position(place) };
        Self { tables: vec![table], place, what: what.into() }
    }

    /// About one of several rows of an entry.
    pub(super) fn numbered(
        table: &'static str,
        (position, number): (Position, i32),
        what: impl Into<String>,
    ) -> Self {
        let place = Place::Numbered(position, number);
        Self { tables: vec![table], place, what: what.into() }
    }

    /// About a table, or its one row.
    pub(super) fn table(table: &'static str, what: impl Into<String>) -> Self {
        Self { tables: vec![table], place: Place::Table, what: what.into() }
    }

    /// About a key of the instance.
    pub(super) fn key(purpose: &str, version: i32, what: impl Into<String>) -> Self {
        let place = Place::Key(purpose.to_owned(), version);
        Self { tables: vec!["keys"], place, what: what.into() }
    }

    /// About one of several tables.
    pub(super) fn among(
        tables: Vec<&'static str>,
        position: Position,
        what: impl Into<String>,
    ) -> Self {
        Self { tables, place: Place::Position(position), what: what.into() }
    }

    /// The entry, or the size of the checkpoint, that it is about.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self.place {
            Place::Position(at) | Place::Numbered(at, _) | Place::Size(at) => Some(at),
            Place::Table | Place::Key(..) => None,
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.tables.join(" or "))?;
        match &self.place {
            Place::Table => {}
            Place::Position(at) => write!(f, ", position {at}")?,
            Place::Numbered(at, number) => write!(f, ", position {at}, number {number}")?,
            Place::Size(at) => write!(f, ", size {at}")?,
            Place::Key(purpose, version) => write!(f, ", {purpose} key, version {version}")?,
        }
        write!(f, ": {}", self.what)
    }
}

/// Why judging ended early.
pub(super) enum Stop {
    /// Something does not fit.
    Wrong(Box<Finding>),
    /// It cannot be told.
    Failed(VerifyError),
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Self::Wrong(Box::new(finding))
    }
}

impl From<VerifyError> for Stop {
    fn from(error: VerifyError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(VerifyError::Store(error))
    }
}
