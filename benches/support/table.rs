//! Figures for people and for programs.

use serde::{Deserialize, Serialize};
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

/// A figure and what it counts.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) figure: f64,
    pub(crate) unit: String,
}

impl Figure {
    pub(crate) fn of(figure: f64, unit: &str) -> Option<Self> {
        Some(Self { figure, unit: unit.to_owned() })
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.figure < 100.0 {
            return write!(f, "{:.2} {}", self.figure, self.unit);
        }
        let digits = format!("{:.0}", self.figure);
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        write!(f, "{grouped} {}", self.unit)
    }
}

/// A comparison within the run, and what it should reach.
#[derive(Serialize, Deserialize)]
pub(crate) struct Reach {
    pub(crate) what: String,
    pub(crate) ours: Option<Figure>,
    pub(crate) peer: Option<Figure>,
    /// `Err`: it was not measured, for the reason given.
    pub(crate) found: Result<f64, String>,
    pub(crate) goal: Goal,
}

/// What a comparison should come to.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// So many times as much, at least.
    AtLeast(f64),
    /// So many times as much, at most.
    AtMost(f64),
    /// Less than this share.
    Below(f64),
    /// No more than this, in the unit of our figure.
    NoMore(f64),
    /// It is to be told.
    Stated,
}

impl Reach {
    /// Ours against a peer's.
    pub(crate) fn times(what: &str, ours: f64, peer: f64, unit: &str, goal: Goal) -> Self {
        let what = what.to_owned();
        let (found, ours, peer) = (Ok(ours / peer), Figure::of(ours, unit), Figure::of(peer, unit));
        Self { what, ours, peer, found, goal }
    }

    /// Ours alone.
    pub(crate) fn alone(what: &str, ours: f64, unit: &str, goal: Goal) -> Self {
        let what = what.to_owned();
        Self { what, ours: Figure::of(ours, unit), peer: None, found: Ok(ours), goal }
    }

    /// Not measured, and why.
    pub(crate) fn missing(what: &str, why: &str, goal: Goal) -> Self {
        let (what, why) = (what.to_owned(), why.to_owned());
        Self { what, ours: None, peer: None, found: Err(why), goal }
    }

    fn is_met(&self) -> Option<bool> {
        let found = *self.found.as_ref().ok()?;
        match self.goal {
            Goal::AtLeast(times) => Some(found >= times),
            Goal::AtMost(most) | Goal::NoMore(most) => Some(found <= most),
            Goal::Below(share) => Some(found < share),
            Goal::Stated => None,
        }
    }

    /// The heads of [`Reach::cells`].
    pub(crate) const HEADS: [&str; 6] = ["compared", "ours", "peer", "found", "reach", ""];

    pub(crate) fn cells(&self) -> Vec<String> {
        let share = |share: f64| format!("{:.1} %", share * 100.0);
        let times = |times: f64| format!("{times:.2} x");
        let goal = match self.goal {
            Goal::AtLeast(least) => format!(">= {least} x"),
            Goal::AtMost(most) => format!("<= {most} x"),
            Goal::NoMore(most) => format!("<= {most}"),
            Goal::Below(below) => format!("< {}", share(below)),
            Goal::Stated => "stated".to_owned(),
        };
        let found = match (&self.found, &self.goal) {
            (Err(_), _) | (_, Goal::NoMore(_) | Goal::Stated) => String::new(),
            (Ok(found), Goal::Below(_)) => share(*found),
            (Ok(found), _) => times(*found),
        };
        let met = match (&self.found, self.is_met()) {
            (Err(why), _) => why,
            (_, Some(true)) => "reached",
            (_, Some(false)) => "NOT REACHED",
            _ => "",
        };
        let side =
            |side: &Option<Figure>| side.as_ref().map_or_else(String::new, Figure::to_string);
        vec![self.what.clone(), side(&self.ours), side(&self.peer), found, goal, met.to_owned()]
    }

    pub(crate) fn json(&self) -> Value {
        let mut value = serde_json::to_value(self).expect("it is JSON");
        value["reached"] = json!(self.is_met());
        value
    }

    /// The comparisons in what [`Reach::json`] wrote.
    pub(crate) fn all(compared: &Value) -> Vec<Self> {
        let all = compared.as_array().into_iter().flatten();
        all.map(|one| serde_json::from_value(one.clone()).expect("a comparison")).collect()
    }
}
