//! Invariant 1: the databases themselves refuse to change or forget a row of
//! the ledger, tried with raw SQL on every table that there is.

use nejtack::store::head::Head;
use nejtack::store::{
    Backend, Connection, StoreError, TagRow, entries, generations, head, registers, tags, webhooks,
};

use super::fixture::{digest, entry, fill, id, piece, register_version, tag_row};
use super::support::{both, cells, run};

/// The tables of `migrations/README.md` whose rows neither change nor go.
const APPEND_ONLY: [&str; 28] = [
    "acknowledgements",
    "checkpoints",
    "client_versions",
    "controllers",
    "entries",
    "groups",
    "instance",
    "keys",
    "leaves",
    "membership_events",
    "message_clearances",
    "messages",
    "objection_events",
    "objections",
    "originals",
    "party_names",
    "register_bindings",
    "register_endings",
    "register_versions",
    "registers",
    "review_clearances",
    "review_items",
    "screenings",
    "transfers",
    "shreddings",
    "tag_generations",
    "usage",
    "webhook_versions",
];
/// Those whose rows never change, and may go.
const MAY_GO: [&str; 4] =
    ["idempotency_keys", "record_keys", "submission_salts", "used_assertions"];
/// Those whose rows never change, and go behind a rotation that replaced them.
const REPLACED: [(&str, &str); 2] = [("tag_digests", "version"), ("tags", "key_version")];
/// Those whose rows never change, come before their version is in the ledger, and go when
/// it was replaced.
const STAGED: [&str; 1] = ["register_rows"];
/// That which moves forward.
const FORWARD: [&str; 2] = ["head", "webhook_cursors"];
/// Those that say what is still to be sent: what is sent never changes, and they go when
/// they have ended.
const OUTGOING: [&str; 1] = ["webhook_deliveries"];
/// diesel's own.
const NOT_OURS: [&str; 1] = ["__diesel_schema_migrations"];

fn tables(backend: Backend, conn: &mut Connection) -> Vec<String> {
    cells(
        conn,
        match backend {
            Backend::Sqlite => {
                "SELECT name AS cell FROM sqlite_schema \
                 WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
            }
            Backend::Postgresql => {
                "SELECT tablename::text AS cell FROM pg_tables \
                 WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            }
        },
    )
}

fn columns(backend: Backend, conn: &mut Connection, table: &str) -> Vec<String> {
    let query = match backend {
        Backend::Sqlite => format!("SELECT name AS cell FROM pragma_table_info('{table}')"),
        Backend::Postgresql => format!(
            "SELECT attname::text AS cell FROM pg_attribute \
             WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum"
        ),
    };
    cells(conn, &query)
}

/// The columns of each unique key, with commas.
fn keys(backend: Backend, conn: &mut Connection, table: &str) -> Vec<String> {
    let query = match backend {
        Backend::Sqlite => format!(
            "SELECT (SELECT group_concat(name) FROM pragma_index_info(i.name)) AS cell \
             FROM pragma_index_list('{table}') AS i WHERE i.\"unique\" \
             UNION SELECT group_concat(name) FROM pragma_table_info('{table}') WHERE pk > 0"
        ),
        Backend::Postgresql => format!(
            "SELECT string_agg(a.attname, ',' ORDER BY a.attnum) AS cell FROM pg_index i \
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
             WHERE i.indrelid = '{table}'::regclass AND i.indisunique GROUP BY i.indexrelid"
        ),
    };
    cells(conn, &query)
}

/// Each unique key as `ON CONFLICT` names it: a partial one with its condition.
fn targets(backend: Backend, conn: &mut Connection, table: &str) -> Vec<String> {
    let query = match backend {
        Backend::Sqlite => format!(
            "SELECT '(' || (SELECT group_concat(name) FROM pragma_index_info(i.name)) || ')' \
                || CASE WHEN i.partial THEN (SELECT substr(sql, instr(sql, ' WHERE ')) \
                    FROM sqlite_schema WHERE name = i.name) ELSE '' END AS cell \
             FROM pragma_index_list('{table}') AS i WHERE i.\"unique\" \
             UNION SELECT '(' || group_concat(name) || ')' FROM pragma_table_info('{table}') \
                WHERE pk > 0 HAVING count(*) > 0"
        ),
        Backend::Postgresql => format!(
            "SELECT '(' || string_agg(a.attname, ',' ORDER BY a.attnum) || ')' \
                || coalesce(' WHERE ' || pg_get_expr(i.indpred, i.indrelid), '') AS cell \
             FROM pg_index i \
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
             WHERE i.indrelid = '{table}'::regclass AND i.indisunique \
             GROUP BY i.indexrelid, i.indpred, i.indrelid"
        ),
    };
    cells(conn, &query)
}

/// All rows of a table as text.
fn content(backend: Backend, conn: &mut Connection, table: &str) -> Vec<String> {
    let query = match backend {
        Backend::Sqlite => {
            let quoted: Vec<String> = columns(backend, conn, table)
                .iter()
                .map(|column| format!("quote({column})"))
                .collect();
            format!("SELECT {} AS cell FROM {table} ORDER BY 1", quoted.join("||','||"))
        }
        Backend::Postgresql => format!("SELECT t::text AS cell FROM {table} AS t ORDER BY 1"),
    };
    cells(conn, &query)
}

/// Statements that change rows, in every way that we know.
fn changes(backend: Backend, conn: &mut Connection, table: &str) -> Vec<String> {
    let columns = columns(backend, conn, table);
    let (keys, targets) = (keys(backend, conn, table), targets(backend, conn, table));
    assert!(!keys.is_empty(), "{table} has no key");
    let mut all = Vec::new();
    for column in &columns {
        all.push(format!("UPDATE {table} SET {column} = {column}"));
        for target in &targets {
            all.push(format!(
                "INSERT INTO {table} SELECT * FROM {table} WHERE true \
                 ON CONFLICT {target} DO UPDATE SET {column} = excluded.{column}"
            ));
        }
    }
    match backend {
        Backend::Sqlite => {
            all.push(format!("UPDATE OR REPLACE {table} SET {0} = {0}", columns[0]));
            for verb in ["REPLACE", "INSERT OR REPLACE"] {
                all.push(format!("{verb} INTO {table} SELECT * FROM {table}"));
            }
            // by one key alone: the columns of all the others get new values
            for key in &keys {
                let fresh = |column: &String| {
                    let in_key = key.split(',').any(|part| part == column);
                    let elsewhere =
                        keys.iter().any(|key| key.split(',').any(|part| part == column));
                    if in_key || !elsewhere {
                        return column.clone();
                    }
                    format!(
                        "CASE typeof({column}) WHEN 'integer' THEN {column} + 1000 \
                         WHEN 'text' THEN {column} || 'x' ELSE randomblob(length({column})) END"
                    )
                };
                let row: Vec<String> = columns.iter().map(fresh).collect();
                all.push(format!("REPLACE INTO {table} SELECT {} FROM {table}", row.join(", ")));
            }
        }
        Backend::Postgresql => {
            all.push(format!("UPDATE {table} SET {0} = {0} WHERE false", columns[0]));
            all.push(format!("TRUNCATE {table} CASCADE"));
            let replica = "SET LOCAL session_replication_role = replica";
            all.push(format!("{replica}; UPDATE {table} SET {0} = {0}", columns[0]));
            all.push(format!("{replica}; TRUNCATE {table} CASCADE"));
        }
    }
    all
}

/// By the table's own trigger: one of another table, hit by CASCADE, is not enough.
fn refused(conn: &mut Connection, table: &str, statement: &str) {
    match run(conn, statement) {
        Err(StoreError::Refused(why)) if why.contains(table) => {}
        Err(StoreError::Duplicate) => {}
        other => panic!("{statement}: {other:?}"),
    }
}

#[test]
fn invariant_1_every_table_is_in_a_list() {
    both(|place, store| {
        let mut known: Vec<&str> =
            [&APPEND_ONLY[..], &MAY_GO, &STAGED, &FORWARD, &OUTGOING, &NOT_OURS].concat();
        known.extend(REPLACED.map(|(table, _)| table));
        known.sort_unstable();
        let mut found = tables(store.backend(), &mut place.raw());
        found.sort_unstable();
        assert_eq!(found, known, "and see migrations/README.md");
    });
}

#[test]
fn invariant_1_no_row_changes() {
    both(|place, store| {
        fill(store);
        let (backend, conn) = (store.backend(), &mut place.raw());
        for table in tables(backend, conn) {
            let known = table.as_str();
            if [&NOT_OURS[..], &FORWARD, &OUTGOING].concat().contains(&known) {
                continue;
            }
            let before = content(backend, conn, &table);
            assert!(!before.is_empty(), "{table} is empty: nothing was tried");
            for statement in changes(backend, conn, &table) {
                refused(conn, &table, &statement);
            }
            assert_eq!(content(backend, conn, &table), before, "{table}");
        }
    });
}

#[test]
fn invariant_1_no_row_of_the_ledger_goes() {
    both(|place, store| {
        fill(store);
        let (backend, conn) = (store.backend(), &mut place.raw());
        for table in tables(backend, conn) {
            let delete = format!("DELETE FROM {table}");
            if APPEND_ONLY.contains(&table.as_str()) || FORWARD.contains(&table.as_str()) {
                let before = content(backend, conn, &table);
                refused(conn, &table, &delete);
                if backend == Backend::Postgresql {
                    refused(
                        conn,
                        &table,
                        &format!("SET LOCAL session_replication_role = replica; {delete}"),
                    );
                    refused(conn, &table, &format!("DELETE FROM {table} WHERE false"));
                }
                assert_eq!(content(backend, conn, &table), before, "{table}");
            } else if MAY_GO.contains(&table.as_str()) {
                run(conn, &delete).expect("these may go");
                assert!(content(backend, conn, &table).is_empty(), "{table}");
            }
        }
    });
}

#[test]
fn tags_go_behind_a_rotation_alone() {
    both(|place, store| {
        fill(store); // puts generation 2 into use
        let of = |version| TagRow { key_version: version, ..tag_row(1, 0) };
        store
            .write(|conn| {
                tags::insert(conn, &[of(2), of(3)])?;
                generations::insert_digests(conn, &[digest(1, 1), digest(3, 1)])
            })
            .expect("written");
        let conn = &mut place.raw();
        for (table, version) in REPLACED {
            for kept in ["true", &format!("{version} = 2"), &format!("{version} >= 2")] {
                refused(conn, table, &format!("DELETE FROM {table} WHERE {kept}"));
            }
            run(conn, &format!("DELETE FROM {table} WHERE {version} < 2")).expect("replaced");
            let left = format!("SELECT CAST({version} AS TEXT) AS cell FROM {table} ORDER BY 1");
            assert!(cells(conn, &left).iter().all(|version| version != "1"), "{table}");
            assert!(cells(conn, &left).len() > 1, "{table}");
        }
    });
}

#[test]
fn rows_of_a_register_come_before_their_version_and_go_behind_another() {
    both(|place, store| {
        fill(store); // puts version 71 of register 60 into force
        let conn = &mut place.raw();
        refused(conn, "register_rows", "DELETE FROM register_rows");
        let late = store.write(|conn| registers::insert_pieces(conn, &[piece(71, 1)]));
        assert!(matches!(&late, Err(StoreError::Refused(why)) if why.contains("register_rows")));
        store.write(|conn| registers::insert_pieces(conn, &[piece(72, 0)])).expect("staged");
        let of = |conn: &mut Connection, version| registers::forget_pieces(conn, &id(version), 10);
        assert_eq!(store.write(|conn| of(conn, 72)), Ok(1), "what was never in force may go");
        store.write(|conn| registers::insert_pieces(conn, &[piece(73, 0)])).expect("staged");
        let next = register_version(4, 73);
        store.write(|conn| registers::insert_versions(conn, &[next])).expect("in force");
        assert_eq!(store.write(|conn| of(conn, 71)), Ok(1), "what was replaced may go");
        assert!(store.write(|conn| of(conn, 73)).is_err(), "what is in force stays");
    });
}

/// `INSERT OR REPLACE` could hit a rowid that no trigger has heard of.
#[test]
fn no_sqlite_table_has_a_hidden_key() {
    both(|place, store| {
        if store.backend() != Backend::Sqlite {
            return;
        }
        let hidden = cells(
            &mut place.raw(),
            "SELECT t.name AS cell FROM pragma_table_list AS t \
             WHERE t.type = 'table' AND t.schema = 'main' AND NOT t.wr \
             AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND t.name NOT LIKE '!_!_%' ESCAPE '!' \
             AND (SELECT group_concat(c.type) FROM pragma_table_info(t.name) AS c WHERE c.pk > 0) \
                 <> 'INTEGER'",
        );
        assert_eq!(hidden, Vec::<String>::new());
    });
}

#[test]
fn the_head_never_goes_back() {
    both(|place, store| {
        fill(store);
        let now = store.read(head::read).expect("a head");
        for back in [
            Head { position: now.position - 1, ..now },
            Head { time: now.time - 1, ..now },
            Head { position: 0, time: 0 },
            Head { position: now.position + 1, time: now.time - 1 },
        ] {
            let error = store.write(|conn| head::advance(conn, back));
            assert!(matches!(error, Err(StoreError::Refused(_))), "{back:?}: {error:?}");
        }
        let mut conn = place.raw();
        for statement in [
            "INSERT INTO head (id, position, time) VALUES (1, 0, 0)",
            "UPDATE head SET position = position - 1",
        ] {
            refused(&mut conn, "head", statement);
        }
        assert!(run(&mut conn, "INSERT INTO head (id, position, time) VALUES (2, 0, 0)").is_err());
        assert!(run(&mut conn, "UPDATE head SET id = 2").is_err());
        if store.backend() == Backend::Sqlite {
            refused(&mut conn, "head", "REPLACE INTO head (id, position, time) VALUES (1, 0, 0)");
        } else {
            refused(
                &mut conn,
                "head",
                "INSERT INTO head (id, position, time) VALUES (1, 0, 0) \
                 ON CONFLICT (id) DO UPDATE SET position = 0",
            );
            refused(&mut conn, "head", "TRUNCATE head");
        }
        assert_eq!(store.read(head::read), Ok(now));
        let on = Head { position: now.position + 1, time: now.time };
        store.write(|conn| head::advance(conn, on)).expect("forward it goes");
        assert_eq!(store.read(head::read), Ok(on));
    });
}

#[test]
fn a_cursor_of_webhooks_never_goes_back() {
    both(|place, store| {
        fill(store);
        let id = id(60);
        let moved = |from, to| store.write(|conn| webhooks::advance(conn, &id, from, to));
        assert_eq!(moved(Some(4), 9), Ok(true));
        assert_eq!(moved(Some(4), 12), Ok(false), "it has moved meanwhile");
        assert_eq!(moved(None, 12), Ok(false), "it has one");
        let back = moved(Some(9), 8);
        assert!(matches!(back, Err(StoreError::Refused(_))), "{back:?}");
        let conn = &mut place.raw();
        refused(conn, "webhook_cursors", "UPDATE webhook_cursors SET position = position - 1");
        if store.backend() == Backend::Sqlite {
            refused(
                conn,
                "webhook_cursors",
                "REPLACE INTO webhook_cursors SELECT webhook, 0 FROM webhook_cursors",
            );
        } else {
            refused(conn, "webhook_cursors", "TRUNCATE webhook_cursors");
        }
        assert_eq!(store.read(|conn| webhooks::cursor(conn, &id)), Ok(Some(9)));
    });
}

#[test]
fn what_webhooks_send_never_changes_and_goes_when_it_has_ended() {
    both(|place, store| {
        fill(store);
        let conn = &mut place.raw();
        let table = "webhook_deliveries";
        for column in ["kind", "body"] {
            refused(conn, table, &format!("UPDATE {table} SET {column} = {column} || 'x'"));
        }
        for column in ["position", "created_at"] {
            refused(conn, table, &format!("UPDATE {table} SET {column} = {column} + 1"));
        }
        refused(conn, table, &format!("DELETE FROM {table} WHERE status = 'pending'"));
        if store.backend() == Backend::Postgresql {
            refused(conn, table, &format!("TRUNCATE {table}"));
        }
        run(conn, &format!("UPDATE {table} SET status = 'given_up', ended_at = 7")).expect("ended");
        run(conn, &format!("DELETE FROM {table}")).expect("it may go");
    });
}

#[test]
fn entries_follow_one_another() {
    both(|_, store| {
        let refused = |rows: &[nejtack::store::EntryRow]| {
            let error = store.write(|conn| entries::insert(conn, rows));
            assert!(matches!(error, Err(StoreError::Refused(_))), "{error:?}");
        };
        refused(&[entry(2)]);
        refused(&[entry(0)]);
        refused(&[entry(-1)]);
        refused(&[entry(1), entry(3)]);
        refused(&[entry(2), entry(1)]);
        let older = |position| nejtack::store::EntryRow { time: 999, ..entry(position) };
        refused(&[entry(1), older(2)]);
        store.write(|conn| entries::insert(conn, &[entry(1), entry(2)])).expect("in order");
        refused(&[older(3)]);
        refused(&[entry(4)]);
        let same = nejtack::store::EntryRow { time: entry(2).time, ..entry(3) };
        store.write(|conn| entries::insert(conn, &[same])).expect("at the same time");
    });
}
