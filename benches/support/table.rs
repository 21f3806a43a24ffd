//! Figures for people and for programs.

use serde_json::{Value, json};

/// A table whose first column is text and whose others are figures.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn headed(heads: &[&str]) -> Self {
        Self { rows: vec![heads.iter().map(|&head| head.to_owned()).collect()] }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let wide = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        for row in &self.rows {
            for (column, cell) in row.iter().enumerate() {
                let width = wide(column);
                if column == 0 {
                    write!(f, "{cell:<width$}")?;
                } else {
                    write!(f, "  {cell:>width$}")?;
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A comparison within the run, and what it should reach.
pub(crate) struct Reach {
    pub(crate) what: &'static str,
    /// `None`: there is nothing to measure yet, for the reason given.
    pub(crate) found: Result<f64, &'static str>,
    pub(crate) goal: Goal,
}

/// What a comparison should come to.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// So many times as much, at least.
    AtLeast(f64),
    /// Less than this share.
    Below(f64),
}

impl Reach {
    fn is_met(&self) -> Option<bool> {
        let found = self.found.ok()?;
        Some(match self.goal {
            Goal::AtLeast(times) => found >= times,
            Goal::Below(share) => found < share,
        })
    }

    pub(crate) fn cells(&self) -> Vec<String> {
        let share = |share: f64| format!("{:.1} %", share * 100.0);
        let (found, goal) = match (self.found, self.goal) {
            (Ok(found), Goal::AtLeast(times)) => (format!("{found:.1} x"), format!(">= {times} x")),
            (Ok(found), Goal::Below(below)) => (share(found), format!("< {}", share(below))),
            (Err(_), Goal::AtLeast(times)) => ("-".to_owned(), format!(">= {times} x")),
            (Err(_), Goal::Below(below)) => ("-".to_owned(), format!("< {}", share(below))),
        };
        let met = match (self.found, self.is_met()) {
            (Err(why), _) => why,
            (_, Some(true)) => "reached",
            _ => "NOT REACHED",
        };
        vec![self.what.to_owned(), found, goal, met.to_owned()]
    }

    pub(crate) fn json(&self) -> Value {
        let (goal, number) = match self.goal {
            Goal::AtLeast(times) => ("at_least", times),
            Goal::Below(share) => ("below", share),
        };
        json!({"what": self.what, "found": self.found.ok(), goal: number, "reached": self.is_met()})
    }
}
