//! What the keys of an object mean.

use std::collections::HashMap;

use super::super::{Column, Mapping, headings, layout};

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Meaning {
    /// Values of this kind; ids that are no objects have this issuer.
    Column(Column, Option<String>),
    /// A person, or members that are as good as the object's own.
    Inside,
    /// `{"of": "email", "value": "…"}`
    Hashes,
    /// A member of ours from an earlier run.
    Ours,
    /// Something else.
    Nothing,
}

/// What the caller says of keys.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Keys {
    pub(super) columns: Vec<Mapping>,
    pub(super) controller: Option<String>,
}

impl Keys {
    pub(in super::super) fn new(columns: &[Mapping], controller: Option<&str>) -> Self {
        Self { columns: columns.to_vec(), controller: controller.map(str::to_owned) }
    }

    fn meaning(&self, key: &str) -> Meaning {
        if layout::ours(key).is_some() {
            return Meaning::Ours;
        }
        if self.controller.as_deref().is_some_and(|name| is_same(name, key)) {
            return Meaning::Column(Column::Controller, None);
        }
        if let Some(mapping) = self.columns.iter().find(|mapping| mapping.names(key)) {
            return Meaning::Column(mapping.column, mapping.issuer.clone());
        }
        match key {
            "person" | "properties" | "contact" | "attributes" | "fields" => Meaning::Inside,
            "hashes" => Meaning::Hashes,
            "customer_ids" => Meaning::Column(Column::CustomerId, None),
            "cookie_ids" => Meaning::Column(Column::CookieId, None),
            "advertising_ids" => Meaning::Column(Column::AdvertisingId, None),
            key => headings::meaning(key)
                .map_or(Meaning::Nothing, |column| Meaning::Column(column, None)),
        }
    }
}

/// Whether a key is the one that the caller named.
pub(super) fn is_same(name: &str, key: &str) -> bool {
    name == key || headings::same(name, key)
}

/// Keys that were met: rows have the same ones again and again.
#[derive(Debug, Default)]
pub(super) struct Met {
    meanings: HashMap<String, Meaning>,
}

/// Keys that are remembered; a file with more of them is read all the same.
const MOST: usize = 1_000;

impl Met {
    pub(super) fn meaning(&mut self, keys: &Keys, key: &str) -> Meaning {
        if let Some(meaning) = self.meanings.get(key) {
            return meaning.clone();
        }
        let meaning = keys.meaning(key);
        if self.meanings.len() < MOST && key.len() < 200 {
            self.meanings.insert(key.to_owned(), meaning.clone());
        }
        meaning
    }

    /// The keys that say something, in the order of their names.
    pub(super) fn known(&self) -> Vec<(&str, Column)> {
        let mut known: Vec<(&str, Column)> = self
            .meanings
            .iter()
            .filter_map(|(key, meaning)| match meaning {
                Meaning::Column(Column::Ignore, _) => None,
                Meaning::Column(column, _) => Some((key.as_str(), *column)),
                _ => None,
            })
            .collect();
        known.sort_unstable_by_key(|(key, _)| *key);
        known
    }

    /// Whether one of the keys is this one.
    pub(super) fn has(&self, name: impl Fn(&str) -> bool) -> bool {
        self.meanings.keys().any(|key| name(key))
    }

    /// Whether something says who a person is.
    pub(super) fn identifies(&self) -> bool {
        self.meanings.values().any(|meaning| match meaning {
            Meaning::Column(column, _) => column.identifies(),
            Meaning::Hashes => true,
            _ => false,
        })
    }
}
