//! The fields of a row or of a JSON object by their names, in whatever spelling.

use std::collections::HashMap;

/// Where a row's values are.
pub(super) trait Fields {
    /// What the first of these fields says that says anything.
    fn get(&self, names: &[&str]) -> Option<String>;
    /// Whether one of these fields says anything: what is blank is not there.
    fn says(&self, names: &[&str]) -> bool;
    /// Whether the file, or this object, has such a field, blank or not.
    fn has(&self, names: &[&str]) -> bool;
}

/// A name without case, blanks and punctuation.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The headings of a CSV file, and where they stand.
pub(super) struct Headings(HashMap<String, usize>);

impl Headings {
    pub(super) fn of(headings: &[String]) -> Self {
        // Of two that are alike, the first.
        let places = headings.iter().enumerate().rev();
        Self(places.map(|(at, heading)| (folded(heading), at)).collect())
    }

    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.0.get(&folded(name)).copied()
    }

    pub(super) fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.place(name).is_some())
    }
}

/// A row of a CSV file.
pub(super) struct Cells<'a, F> {
    pub(super) headings: &'a Headings,
    /// What the cell at a place says.
    pub(super) cell: F,
}

impl<F: Fn(usize) -> Option<String>> Fields for Cells<'_, F> {
    fn get(&self, names: &[&str]) -> Option<String> {
        let places = names.iter().filter_map(|name| self.headings.place(name));
        places.filter_map(|at| (self.cell)(at)).find(|value| !value.is_empty())
    }

    fn says(&self, names: &[&str]) -> bool {
        self.get(names).is_some()
    }

    fn has(&self, names: &[&str]) -> bool {
        self.headings.any(names)
    }
}

/// A JSON object.
pub(super) struct Members<'a>(pub(super) &'a serde_json::Map<String, serde_json::Value>);

impl Fields for Members<'_> {
    fn get(&self, names: &[&str]) -> Option<String> {
        use serde_json::Value;
        let said = |name: &&str| match self.0.get(*name)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        names.iter().find_map(said)
    }

    fn says(&self, names: &[&str]) -> bool {
        use serde_json::Value;
        let says = |value: &Value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(all) => !all.is_empty(),
            Value::Object(all) => !all.is_empty(),
            Value::Bool(_) | Value::Number(_) => true,
        };
        names.iter().any(|name| self.0.get(*name).is_some_and(says))
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains_key(*name))
    }
}
