//! All rows of a ledger as SQL has them, and chance.

use crate::store::support::cells;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use nejtack::store::Connection;

/// What the log knows nothing of.
const OUTSIDE: [&str; 6] = [
    "__diesel_schema_migrations",
    "idempotency_keys",
    "usage",
    "used_assertions",
    "webhook_cursors",
    "webhook_deliveries",
];

/// A table and its rows.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Each as its columns' SQL literals.
    pub(super) rows: Vec<Vec<String>>,
}

#[derive(QueryableByName, Debug, Clone)]
pub(super) struct Column {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Text)]
    pub(super) of_type: String,
    /// 0, or its place in the key.
    #[diesel(sql_type = Integer)]
    pub(super) pk: i32,
}

/// Every table of the ledger.
pub(super) fn tables(conn: &mut Connection) -> Vec<Table> {
    let query = "SELECT name AS cell FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let names = cells(conn, query);
    let ours = names.into_iter().filter(|name| !OUTSIDE.contains(&name.as_str()));
    ours.map(|name| table(conn, name)).collect()
}

fn table(conn: &mut Connection, name: String) -> Table {
    let query = format!(
        "SELECT name, type AS of_type, CAST(pk AS INTEGER) AS pk FROM pragma_table_info('{name}')"
    );
    let columns: Vec<Column> = diesel::sql_query(query).load(conn).expect("columns");
    let quoted: Vec<_> = columns.iter().map(|column| format!("quote({})", column.name)).collect();
    let query = format!("SELECT {} AS cell FROM {name}", quoted.join(" || char(31) || "));
    let rows = cells(conn, &query);
    let rows = rows.iter().map(|row| row.split('\u{1f}').map(str::to_owned).collect());
    Table { rows: rows.collect(), name, columns }
}

impl Table {
    /// What the program calls it.
    pub(super) fn at(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The column that names the entry.
    pub(super) fn place(&self) -> Option<usize> {
        if matches!(self.name.as_str(), "head" | "keys") {
            return None; // its position is what it says, not where it is
        }
        self.at("position").or(self.at("size"))
    }

    pub(super) fn position(&self, row: &[String]) -> Option<i64> {
        self.place().map(|at| row[at].parse().expect("a number"))
    }

    /// `WHERE` that hits this row alone.
    pub(super) fn only(&self, row: &[String]) -> String {
        let keys = self.columns.iter().zip(row).filter(|(column, _)| column.pk > 0);
        let keys: Vec<_> =
            keys.map(|(column, value)| format!("{} = {value}", column.name)).collect();
        format!("WHERE {}", keys.join(" AND "))
    }

    pub(super) fn delete(&self, row: &[String]) -> String {
        format!("DELETE FROM {} {}", self.name, self.only(row))
    }

    pub(super) fn set(&self, row: &[String], column: usize, value: &str) -> String {
        let column = &self.columns[column].name;
        format!("UPDATE {} SET {column} = {value} {}", self.name, self.only(row))
    }

    pub(super) fn insert(&self, row: &[String]) -> String {
        format!("INSERT INTO {} VALUES ({})", self.name, row.join(", "))
    }
}

/// Chance that can be had again (SplitMix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("below a usize")
    }

    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    pub(super) fn often(&mut self) -> bool {
        self.below(3) > 0
    }
}
