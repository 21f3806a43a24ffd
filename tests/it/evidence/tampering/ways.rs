//! Ways to tamper with a ledger, and what must be said of each.

use super::rows::{Chance, Table};
use super::values;
use nejtack::evidence::tree::{Tree, leaf_hash};

/// Something done to a database.
pub(super) struct Done {
    pub(super) what: String,
    pub(super) sql: Vec<String>,
    /// One of these must be named.
    pub(super) tables: Vec<String>,
    /// And one of these positions, if there are any.
    pub(super) positions: Vec<i64>,
    /// It can only be told by a checkpoint kept outside.
    pub(super) only_since: bool,
}

pub(super) type Way = fn(&[Table], &mut Chance) -> Option<Done>;

/// Each as often as it stands here.
pub(super) const WAYS: [(&str, Way); 14] = [
    ("a row deleted", delete),
    ("a row deleted", delete),
    ("a column altered", alter),
    ("a column altered", alter),
    ("a column altered", alter),
    ("a column altered", alter),
    ("two rows in each other's place", swap_rows),
    ("two entries in each other's place", swap_entries),
    ("an entry back-dated", back_date),
    ("tags of two persons exchanged", swap_tags),
    ("a row forged", forge),
    ("the end cut off in good order", truncate),
    ("the end cut off and something left", truncate_untidily),
    ("an entry altered and the tree made anew", make_anew),
];

fn done(what: String, sql: Vec<String>, table: &str, positions: &[i64]) -> Done {
    let tables = vec![table.to_owned()];
    Done { what, sql, tables, positions: positions.to_vec(), only_since: false }
}

fn named<'a>(tables: &'a [Table], name: &str) -> &'a Table {
    tables.iter().find(|table| table.name == name).expect("the table")
}

fn any<'a>(tables: &'a [Table], chance: &mut Chance) -> (&'a Table, &'a Vec<String>) {
    let table = chance.one_of(tables);
    (table, chance.one_of(&table.rows))
}

fn delete(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let (table, row) = any(tables, chance);
    let at: Vec<_> = table.position(row).into_iter().collect();
    Some(done(String::new(), vec![table.delete(row)], &table.name, &at))
}

fn alter(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let table = chance.one_of(tables);
    alter_in(table, chance.below(table.columns.len()), chance)
}

/// Another value in this column of some row.
pub(super) fn alter_in(table: &Table, column: usize, chance: &mut Chance) -> Option<Done> {
    let row: &Vec<String> = chance.one_of(&table.rows);
    let value = values::another(&row[column], &table.columns[column].of_type, chance);
    if value == row[column] {
        return None;
    }
    let mut at: Vec<_> = table.position(row).into_iter().collect();
    if table.place() == Some(column) {
        at.extend(value.parse::<i64>().ok());
    }
    let what = format!("{} from {} to {value}", table.columns[column].name, row[column]);
    Some(done(what, vec![table.set(row, column, &value)], &table.name, &at))
}

/// Two rows of one table, each at the other's position.
fn swap_rows(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let (table, one) = any(tables, chance);
    let (column, other) = (table.place()?, chance.one_of(&table.rows));
    let (a, b) = (table.position(one)?, table.position(other)?);
    if a == b {
        return None;
    }
    let moved = |row: &[String], to: i64| {
        let mut row = row.to_vec();
        row[column] = to.to_string();
        row
    };
    if moved(one, b) == *other {
        return None; // an endpoint enabled again is as it was: nothing would change
    }
    let sql = vec![
        table.delete(one),
        table.delete(other),
        table.insert(&moved(one, b)),
        table.insert(&moved(other, a)),
    ];
    Some(done(format!("{a} and {b}"), sql, &table.name, &[a.min(b)]))
}

/// Two entries with all that belongs to them.
fn swap_entries(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let entries = named(tables, "entries");
    let mut pick = || {
        let row: &Vec<String> = chance.one_of(&entries.rows);
        entries.position(row).expect("a position")
    };
    let (a, b) = (pick(), pick());
    if a == b {
        return None;
    }
    let mut sql = Vec::new();
    for table in
        tables.iter().filter(|table| table.at("position").is_some() && table.name != "head")
    {
        for (from, to) in [(a, -1), (b, a), (-1, b)] {
            sql.push(format!("UPDATE {} SET position = {to} WHERE position = {from}", table.name));
        }
    }
    if chance.often() {
        // and their texts say so
        for (from, to) in [(a, b), (b, a)] {
            sql.push(format!(
                "UPDATE entries SET body = replace(body, '\"position\":{from},', \
                 '\"position\":{to},') WHERE position = {to}"
            ));
        }
    }
    Some(done(format!("{a} and {b}"), sql, "entries", &[a.min(b)]))
}

fn back_date(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let entries = named(tables, "entries");
    let row = chance.one_of(&entries.rows);
    let (at, time) = (entries.position(row)?, entries.at("time")?);
    let earlier = format!("time - {}", 1 + chance.below(5_000_000));
    let mut sql = vec![entries.set(row, time, &earlier)];
    if chance.often() {
        // and the text says the same
        sql.push(format!(
            "UPDATE entries SET body = json_set(body, '$.time', strftime('%Y-%m-%dT%H:%M:%S', \
             time / 1000000, 'unixepoch') || printf('.%06dZ', time % 1000000)) WHERE position = {at}"
        ));
        for table in ["objections", "objection_events"] {
            sql.push(format!(
                "UPDATE {table} SET received_at = (SELECT time FROM entries WHERE position = {at}) \
                 WHERE position = {at}"
            ));
        }
    }
    Some(done(format!("{at}"), sql, "entries", &[at]))
}

fn swap_tags(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let tags = named(tables, "tags");
    let (one, other) = (chance.one_of(&tags.rows), chance.one_of(&tags.rows));
    let column = tags.at("tag")?;
    if one[column] == other[column] {
        return None;
    }
    let sql = vec![tags.set(one, column, &other[column]), tags.set(other, column, &one[column])];
    let at = tags.position(one)?.min(tags.position(other)?);
    Some(done(format!("{at}"), sql, "tags", &[at]))
}

/// A row like another, at another place.
fn forge(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let (table, row) = any(tables, chance);
    let last = i64::try_from(named(tables, "entries").rows.len()).expect("few");
    let mut row = row.clone();
    for (at, column) in table.columns.iter().enumerate() {
        // Rows of a version that is in no ledger are being written, and count for nothing.
        if table.name == "register_rows" && column.name == "version" {
            continue;
        }
        let is_place = table.place() == Some(at);
        if is_place && chance.often() {
            let anywhere = i64::try_from(chance.below(40)).expect("small") - 4;
            row[at] = if chance.often() { last + anywhere } else { anywhere }.to_string();
        } else if !is_place && (column.pk > 0 || column.name == "id") {
            row[at] = values::another(&row[at], &column.of_type, chance);
        }
    }
    let at: Vec<_> = table.position(&row).into_iter().collect();
    Some(done(format!("{at:?}"), vec![table.insert(&row)], &table.name, &at))
}

/// Up to where an entry tells of rows at earlier positions: without it, they do not
/// fit any more.
fn told_of(tables: &[Table]) -> i64 {
    // A version of a register tells that the rows of the one before may be gone.
    let telling = ["shreddings", "tag_generations", "register_versions"];
    let telling = telling.map(|name| named(tables, name));
    let positions =
        telling.iter().flat_map(|table| table.rows.iter().map(|row| table.position(row)));
    positions.flatten().max().expect("all are there")
}

/// The sizes of checkpoints before the last entry, and the last entry.
fn cuts(tables: &[Table]) -> (Vec<i64>, i64) {
    let checkpoints = named(tables, "checkpoints");
    let sizes = checkpoints.rows.iter().filter_map(|row| checkpoints.position(row));
    let last = i64::try_from(named(tables, "entries").rows.len()).expect("few");
    let least = told_of(tables);
    (sizes.filter(|size| (least..last).contains(size)).collect(), last)
}

fn cut(table: &Table, end: i64) -> Option<String> {
    let column = &table.columns[table.place()?].name;
    Some(format!("DELETE FROM {} WHERE {column} > {end}", table.name))
}

fn move_head(end: i64) -> String {
    format!(
        "UPDATE head SET position = {end}, time = COALESCE((SELECT time FROM entries WHERE \
         position = {end}), 0)"
    )
}

/// Everything after a checkpoint goes, and nothing points there any more.
fn truncate(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let (sizes, _) = cuts(tables);
    let end = *chance.one_of(&sizes);
    let mut sql: Vec<_> = tables.iter().filter_map(|table| cut(table, end)).collect();
    sql.push(move_head(end));
    Some(Done { only_since: true, ..done(format!("after {end}"), sql, "entries", &[]) })
}

fn truncate_untidily(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let (sizes, last) = cuts(tables);
    let end = *chance.one_of(&sizes);
    let all_but = |left: &[&str]| -> Vec<String> {
        let gone = tables.iter().filter(|table| !left.contains(&table.name.as_str()));
        gone.filter_map(|table| cut(table, end)).collect()
    };
    Some(match chance.below(5) {
        0 => {
            let sql = cut(named(tables, "entries"), end).into_iter().collect();
            done(format!("only the entries after {end}"), sql, "entries", &[end + 1])
        }
        1 => {
            let sql = all_but(&["checkpoints"]);
            done(format!("but checkpoints and head, after {end}"), sql, "entries", &[end + 1])
        }
        2 => done(format!("but the head, after {end}"), all_but(&[]), "head", &[]),
        3 => {
            let table = chance.one_of(tables);
            let positions = table.rows.iter().filter_map(|row| table.position(row));
            let first = positions.filter(|at| *at > end).min()?;
            let mut sql = all_but(&[&table.name]);
            sql.push(move_head(end));
            // a checkpoint proves that there were entries
            let (table, first) = match &*table.name {
                "checkpoints" => ("entries", end + 1),
                name => (name, first),
            };
            done(format!("but {table}, after {end}"), sql, table, &[first])
        }
        _ => {
            // not where a group ended
            let end = i64::try_from(chance.below(usize::try_from(last).ok()?)).ok()?;
            if sizes.contains(&end) || end < told_of(tables) {
                return None;
            }
            let mut sql: Vec<_> = tables.iter().filter_map(|table| cut(table, end)).collect();
            sql.push(move_head(end));
            done(format!("in a group, after {end}"), sql, "checkpoints", &[end])
        }
    })
}

/// What only the signature stands against.
fn make_anew(tables: &[Table], chance: &mut Chance) -> Option<Done> {
    let (entries, leaves) = (named(tables, "entries"), named(tables, "leaves"));
    let (body, salt, hashes) = (entries.at("body")?, leaves.at("salt")?, leaves.at("hashes")?);
    let row = chance.one_of(&entries.rows);
    let altered = entries.position(row)?;
    let begins = row[body].find("\"submission\":\"")? + "\"submission\":\"".len();
    let mut text = row[body].clone();
    let with = if &text[begins..=begins] == "A" { "B" } else { "A" };
    text.replace_range(begins..=begins, with);
    let mut sql = vec![entries.set(row, body, &text)];
    let mut tree = Tree::default();
    let mut at = 0;
    while let Some(row) = entries.rows.iter().find(|row| entries.position(row) == Some(at + 1)) {
        at += 1;
        let leaf = leaves.rows.iter().find(|row| leaves.position(row) == Some(at))?;
        let body = if at == altered { &text } else { &row[body] };
        let new = tree.append(leaf_hash(&values::text(body), &values::bytes(&leaf[salt]))).ok()?;
        let new = values::blob(&new);
        if new != leaf[hashes] {
            sql.push(leaves.set(leaf, hashes, &new));
        }
    }
    let checkpoints = named(tables, "checkpoints");
    let sizes = checkpoints.rows.iter().filter_map(|row| checkpoints.position(row));
    let signed = sizes.filter(|size| *size >= altered).min()?;
    Some(done(format!("{altered}"), sql, "checkpoints", &[signed]))
}
