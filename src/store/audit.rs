//! All rows of a range of entries, as `nejtack verify` reads them: what is there,
//! whether or not it should be. Nothing here trusts a constraint or a trigger.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::rows::{
    CheckpointRow, ClientVersionRow, ControllerRow, EntryRow, GroupRow, LeafRow,
    MembershipEventRow, ObjectionEventRow, ObjectionRow, OriginalRow, PartyNameRow, RecordKeyRow,
    ReviewClearanceRow, ReviewItemRow, ShreddingRow, SubmissionSaltRow, TagRow,
};
use super::schema::{
    acknowledgements, checkpoints, client_versions, controllers, entries, groups, keys, leaves,
    membership_events, message_clearances, messages, objection_events, objections, originals,
    party_names, record_keys, register_bindings, register_endings, register_versions, registers,
    review_clearances, review_items, screenings, shreddings, submission_salts, tag_generations,
    transfers, webhook_versions,
};
use super::{
    AcknowledgementRow, Connection, KeyRow, MessageClearanceRow, MessageRow, RegisterBindingRow,
    RegisterEndingRow, RegisterRow, RegisterVersionRow, ScreeningRow, StoreError, TagDigestRow,
    TagGenerationRow, TransferRow, WebhookVersionRow,
};

/// The rows of some entries, each table by position.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "a table each")]
pub struct Range {
    pub entries: Vec<EntryRow>,
    pub leaves: Vec<LeafRow>,
    pub salts: Vec<SubmissionSaltRow>,
    pub checkpoints: Vec<CheckpointRow>,
    pub objections: Vec<ObjectionRow>,
    pub events: Vec<ObjectionEventRow>,
    pub tags: Vec<TagRow>,
    pub originals: Vec<OriginalRow>,
    pub record_keys: Vec<RecordKeyRow>,
    pub review_items: Vec<ReviewItemRow>,
    pub clearances: Vec<ReviewClearanceRow>,
    pub controllers: Vec<ControllerRow>,
    pub groups: Vec<GroupRow>,
    pub names: Vec<PartyNameRow>,
    pub memberships: Vec<MembershipEventRow>,
    pub clients: Vec<ClientVersionRow>,
    pub shreddings: Vec<ShreddingRow>,
    pub screenings: Vec<ScreeningRow>,
    pub acknowledgements: Vec<AcknowledgementRow>,
    pub webhooks: Vec<WebhookVersionRow>,
    pub transfers: Vec<TransferRow>,
    pub registers: Vec<RegisterRow>,
    pub register_versions: Vec<RegisterVersionRow>,
    pub register_bindings: Vec<RegisterBindingRow>,
    pub register_endings: Vec<RegisterEndingRow>,
    pub messages: Vec<MessageRow>,
    pub message_clearances: Vec<MessageClearanceRow>,
    pub keys: Vec<KeyRow>,
    pub generations: Vec<TagGenerationRow>,
    pub digests: Vec<TagDigestRow>,
}

/// The tables that belong to entries, in the order in which an entry is checked,
/// and the column that names the entry. Of a checkpoint, it is the last of its tree.
pub const TABLES: [(&str, &str); 29] = [
    ("entries", "position"),
    ("leaves", "position"),
    ("submission_salts", "position"),
    ("objections", "position"),
    ("objection_events", "position"),
    ("originals", "position"),
    ("review_items", "position"),
    ("review_clearances", "position"),
    ("controllers", "position"),
    ("groups", "position"),
    ("party_names", "position"),
    ("membership_events", "position"),
    ("client_versions", "position"),
    ("shreddings", "position"),
    ("screenings", "position"),
    ("acknowledgements", "position"),
    ("webhook_versions", "position"),
    ("transfers", "position"),
    ("registers", "position"),
    ("register_versions", "position"),
    ("register_bindings", "position"),
    ("register_endings", "position"),
    ("messages", "position"),
    ("message_clearances", "position"),
    ("tag_generations", "position"),
    ("tags", "position"),
    ("tag_digests", "position"),
    ("record_keys", "position"),
    ("checkpoints", "size"),
];

const INT: (i64, i64) = (i32::MIN as i64, i32::MAX as i64);
const SMALL: (i64, i64) = (i16::MIN as i64, i16::MAX as i64);

/// A table's columns that are narrower than SQLite's integers, with their range.
type Narrow = (&'static str, &'static [(&'static str, (i64, i64))]);

const NARROW: [Narrow; 13] = [
    ("objections", &[("channels", INT)]),
    ("objection_events", &[("channels", INT)]),
    ("originals", &[("ordinal", INT), ("key_purpose", SMALL)]),
    ("transfers", &[("channels", INT)]),
    ("review_items", &[("ordinal", INT)]),
    ("membership_events", &[("began", (0, 1))]),
    (
        "tags",
        &[
            ("ordinal", INT),
            ("kind", SMALL),
            ("grade", SMALL),
            ("key_version", INT),
            ("normaliser_version", INT),
        ],
    ),
    ("record_keys", &[("purpose", SMALL), ("data_key_version", INT)]),
    ("shreddings", &[("purpose", SMALL)]),
    ("register_versions", &[("key_version", INT), ("normaliser_version", INT)]),
    ("register_bindings", &[("channels", INT)]),
    ("tag_generations", &[("version", INT), ("from_version", INT)]),
    ("tag_digests", &[("version", INT)]),
];

macro_rules! within {
    ($conn:expr, $from:expr, $to:expr, $table:ident($column:ident $(, $then:ident)*) as $row:ty) => {
        $table::table
            .filter($table::$column.ge($from))
            .filter($table::$column.le($to))
            .order(($table::$column, $($table::$then),*))
            .select(<$row>::as_select())
            .load($conn)?
    };
}

/// All rows at positions from `from` to `to`, both included.
pub fn range(conn: &mut Connection, from: i64, to: i64) -> Result<Range, StoreError> {
    Ok(Range {
        entries: within!(conn, from, to, entries(position) as EntryRow),
        leaves: within!(conn, from, to, leaves(position) as LeafRow),
        salts: within!(conn, from, to, submission_salts(position) as SubmissionSaltRow),
        checkpoints: within!(conn, from, to, checkpoints(size) as CheckpointRow),
        objections: within!(conn, from, to, objections(position) as ObjectionRow),
        events: within!(conn, from, to, objection_events(position) as ObjectionEventRow),
        tags: by_generation(conn, ("tags", "key_version"), |conn, version| {
            super::tags::within(conn, version, (from, to))
        })?,
        originals: within!(conn, from, to, originals(position, ordinal) as OriginalRow),
        record_keys: within!(conn, from, to, record_keys(position, purpose) as RecordKeyRow),
        review_items: within!(conn, from, to, review_items(position, ordinal, id) as ReviewItemRow),
        clearances: within!(conn, from, to, review_clearances(position) as ReviewClearanceRow),
        controllers: within!(conn, from, to, controllers(position) as ControllerRow),
        groups: within!(conn, from, to, groups(position) as GroupRow),
        names: within!(conn, from, to, party_names(position, party) as PartyNameRow),
        memberships: within!(
            conn,
            from,
            to,
            membership_events(position, group_id, controller_id) as MembershipEventRow
        ),
        clients: within!(conn, from, to, client_versions(position, client) as ClientVersionRow),
        shreddings: within!(
            conn,
            from,
            to,
            shreddings(position, purpose, first_position) as ShreddingRow
        ),
        screenings: within!(conn, from, to, screenings(position) as ScreeningRow),
        acknowledgements: within!(conn, from, to, acknowledgements(position) as AcknowledgementRow),
        webhooks: within!(conn, from, to, webhook_versions(position) as WebhookVersionRow),
        transfers: within!(conn, from, to, transfers(position) as TransferRow),
        registers: within!(conn, from, to, registers(position) as RegisterRow),
        register_versions: within!(
            conn,
            from,
            to,
            register_versions(position) as RegisterVersionRow
        ),
        register_bindings: within!(
            conn,
            from,
            to,
            register_bindings(position) as RegisterBindingRow
        ),
        register_endings: within!(conn, from, to, register_endings(position) as RegisterEndingRow),
        messages: within!(conn, from, to, messages(position) as MessageRow),
        message_clearances: within!(
            conn,
            from,
            to,
            message_clearances(position) as MessageClearanceRow
        ),
        keys: within!(conn, from, to, keys(position, purpose, version) as KeyRow),
        generations: within!(conn, from, to, tag_generations(position) as TagGenerationRow),
        digests: by_generation(conn, ("tag_digests", "version"), |conn, version| {
            super::generations::digests(conn, version, (from, to))
        })?,
    })
}

/// The rows of each generation that there is, one after the other: the key begins
/// with it.
fn by_generation<R>(
    conn: &mut Connection,
    table: (&str, &str),
    of: impl Fn(&mut Connection, i32) -> Result<Vec<R>, StoreError>,
) -> Result<Vec<R>, StoreError> {
    let mut rows = Vec::new();
    for version in versions(conn, table)? {
        // What is no i32 is told by `cut_off`.
        if let Ok(version) = i32::try_from(version) {
            rows.extend(of(conn, version)?);
        }
    }
    Ok(rows)
}

/// Every generation that a table has rows of, ascending.
fn versions(conn: &mut Connection, (table, column): (&str, &str)) -> Result<Vec<i64>, StoreError> {
    let mut all: Vec<i64> = Vec::new();
    loop {
        let beyond = all.last().map_or(String::new(), |last| format!("WHERE {column} > {last}"));
        let next = format!(
            "SELECT CAST({column} AS BIGINT) AS a, CAST(0 AS BIGINT) AS b FROM {table} {beyond} \
             ORDER BY {column} LIMIT 1"
        );
        match pairs(conn, &next)?.pop() {
            Some((version, _)) => all.push(version),
            None => return Ok(all),
        }
    }
}

/// How far one can read from `from` on, at most to `to`, with no more than so many
/// bytes of sealed originals; at least one entry.
pub fn fitting(conn: &mut Connection, from: i64, to: i64, most: i64) -> Result<i64, StoreError> {
    let sizes = pairs(
        conn,
        &format!(
            "SELECT position AS a, CAST(SUM(length(sealed)) AS BIGINT) AS b FROM originals \
             WHERE position BETWEEN {from} AND {to} GROUP BY position ORDER BY position"
        ),
    )?;
    let mut bytes = 0_i64;
    for (position, size) in sizes {
        bytes = bytes.saturating_add(size);
        if bytes > most && position > from {
            return Ok(position - 1);
        }
    }
    Ok(to)
}

/// The first row before the first entry there can be, or after `end`: its table
/// and place.
pub fn outside(
    conn: &mut Connection,
    bound: Bound,
) -> Result<Option<(&'static str, i64)>, StoreError> {
    let mut first: Option<(&'static str, i64)> = None;
    // Keys that came with the instance have no entry.
    let keys = [("keys", "position")].into_iter().filter(|_| bound != Bound::BelowFirst);
    for (table, column) in TABLES.into_iter().chain(keys) {
        let beyond = match bound {
            // the empty tree has a checkpoint too
            Bound::BelowFirst if column == "size" => "< 0".to_owned(),
            Bound::BelowFirst => "< 1".to_owned(),
            Bound::Above(end) => format!("> {end}"),
        };
        let query = format!(
            "SELECT {column} AS a, {column} AS b FROM {table} WHERE {column} {beyond} \
             ORDER BY {column} LIMIT 1"
        );
        let found = pairs(conn, &query)?.pop().map(|(position, _)| (table, position));
        first = match (first, found) {
            (Some(first), Some(found)) if found.1 < first.1 => Some(found),
            (first, found) => first.or(found),
        };
    }
    Ok(first)
}

/// Where no row may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Before the first entry.
    BelowFirst,
    /// After this position.
    Above(i64),
}

/// The first row within these positions that holds a number which its column
/// cannot: SQLite keeps any, and reading it as the column's type cuts it off.
pub fn cut_off(
    conn: &mut Connection,
    from: i64,
    to: i64,
) -> Result<Option<(&'static str, i64)>, StoreError> {
    if matches!(conn, Connection::Postgresql(_)) {
        return Ok(None); // has types of its own
    }
    let mut first: Option<(&'static str, i64)> = None;
    for (table, columns) in NARROW {
        let fits = |(column, (least, most)): &(&str, (i64, i64))| {
            format!("{column} NOT BETWEEN {least} AND {most}")
        };
        let generation = match table {
            "tags" => Some("key_version"),
            "tag_digests" => Some("version"),
            _ => None,
        };
        // Their key begins with the generation: without it, all rows would be read.
        let of = match generation {
            Some(column) => {
                let each = versions(conn, (table, column))?;
                let each: Vec<_> = each.iter().map(i64::to_string).collect();
                format!("{column} IN ({}) AND", each.join(", "))
            }
            None => String::new(),
        };
        let query = format!(
            "SELECT position AS a, position AS b FROM {table} WHERE {of} position BETWEEN {from} \
             AND {to} AND ({}) ORDER BY position LIMIT 1",
            columns.iter().map(fits).collect::<Vec<_>>().join(" OR ")
        );
        if let Some((position, _)) = pairs(conn, &query)?.pop()
            && first.is_none_or(|(_, least)| position < least)
        {
            first = Some((table, position));
        }
    }
    Ok(first)
}

/// Every row of `head`: place and time of the newest entry.
pub fn heads(conn: &mut Connection) -> Result<Vec<(i64, i64)>, StoreError> {
    pairs(conn, "SELECT position AS a, time AS b FROM head ORDER BY id")
}

/// Whether the tables of one row have another number in their key than that row's,
/// or versions of keys are none; which.
pub fn odd(conn: &mut Connection) -> Result<Option<&'static str>, StoreError> {
    for (table, odd) in [
        ("head", "id IS DISTINCT FROM 1"),
        ("instance", "only_one IS DISTINCT FROM 1"),
        ("keys", "version NOT BETWEEN 1 AND 2147483647 OR position < 0"),
    ] {
        let query = format!(
            "SELECT CAST(COUNT(*) AS BIGINT) AS a, CAST(0 AS BIGINT) AS b FROM {table} WHERE {odd}"
        );
        if pairs(conn, &query)?.iter().any(|(count, _)| *count > 0) {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = BigInt)]
    a: i64,
    #[diesel(sql_type = BigInt)]
    b: i64,
}

fn pairs(conn: &mut Connection, query: &str) -> Result<Vec<(i64, i64)>, StoreError> {
    let query = diesel::sql_query(query);
    let rows: Vec<Pair> = match conn {
        Connection::Sqlite(conn) => query.load(conn)?,
        Connection::Postgresql(conn) => query.load(conn)?,
    };
    Ok(rows.into_iter().map(|row| (row.a, row.b)).collect())
}
