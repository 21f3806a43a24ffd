//! Opening: what is there, what is not, and what is not ours.

use std::os::unix::fs::PermissionsExt;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use nejtack::store::{Backend, Connection, DatabaseUrl, Store, StoreError, entries, head};

use super::fixture::{entry, fill};
use super::support::{Place, both, cells, run};

const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgresql];

#[test]
fn a_second_open_finds_what_the_first_one_left() {
    for backend in BACKENDS {
        let place = Place::new(backend);
        fill(&place.open());
        let store = Store::open(&place.url, false).expect("it is there");
        assert_eq!(store.backend(), backend);
        assert_eq!(store.read(|conn| entries::get(conn, 1)), Ok(Some(entry(1))));
        assert_eq!(store.read(head::read).map(|head| head.position), Ok(4));
    }
}

#[test]
fn what_is_missing_is_not_made() {
    for backend in BACKENDS {
        let place = Place::new(backend);
        let missing = |why: &str| {
            let error = Store::open(&place.url, false).expect_err("nothing is there");
            assert!(matches!(error, StoreError::Missing(_)), "{why}: {error:?}");
        };
        missing("nothing");
        if backend == Backend::Sqlite {
            assert!(!place.file().exists());
            std::fs::write(place.file(), "").expect("written");
            missing("an empty file");
            assert_eq!(place.file().metadata().expect("there").len(), 0);
        } else {
            let tables =
                "SELECT tablename::text AS cell FROM pg_tables WHERE schemaname = 'public'";
            assert!(cells(&mut place.raw(), tables).is_empty());
        }
        drop(place.open());
        Store::open(&place.url, false).expect("now it is there");
    }
}

#[test]
fn a_server_or_folder_that_is_away_is_told() {
    let url = DatabaseUrl::parse("postgres://u:hemligt@127.0.0.1:1/d").expect("a URL");
    let error = Store::open(&url, true).expect_err("nobody listens there");
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    let url = DatabaseUrl::parse("postgres://u:hemligt@h:port/d").expect("a URL");
    let unreadable = Store::open(&url, true).expect_err("no such port");
    for error in [error, unreadable] {
        assert!(!format!("{error} {error:?}").contains("hemligt"), "{error:?}");
    }
    let place = Place::new(Backend::Sqlite);
    let url = DatabaseUrl::sqlite_file(&place.file().join("n.db"));
    assert!(Store::open(&url, true).is_err(), "there is no such folder");
}

#[test]
fn a_file_is_its_owners_alone() {
    let place = Place::new(Backend::Sqlite);
    let store = place.open();
    fill(&store);
    for suffix in ["", "-wal", "-shm"] {
        let path = format!("{}{suffix}", place.file().display());
        let mode = std::fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path}");
    }
}

#[test]
fn a_path_may_hold_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a ?mode=memory#%41 å.db");
    let url = DatabaseUrl::sqlite_file(&path);
    drop(Store::open(&url, true).expect("opens"));
    assert!(path.exists());
    Store::open(&url, false).expect("it is there");
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let place = Place::new(Backend::Sqlite);
    std::fs::write(place.file(), "not a database at all, but long enough".repeat(100)).expect("ok");
    let error = Store::open(&place.url, true).expect_err("garbage");
    assert_eq!(error, StoreError::Foreign("the file is not an SQLite database".into()));

    for backend in BACKENDS {
        let place = Place::new(backend);
        run(&mut place.raw(), "CREATE TABLE customers (id INTEGER)").expect("made");
        let before =
            (backend == Backend::Sqlite).then(|| std::fs::read(place.file()).expect("read"));
        for create in [false, true] {
            let error = Store::open(&place.url, create).expect_err("not ours");
            assert!(matches!(error, StoreError::Foreign(_)), "{error:?}");
        }
        if let Some(before) = before {
            assert!(before == std::fs::read(place.file()).expect("read"), "not even WAL was set");
        }

        let place = Place::new(backend);
        run(
            &mut place.raw(),
            "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY); \
             INSERT INTO __diesel_schema_migrations VALUES ('20200101000000'); \
             CREATE TABLE entries (id INTEGER)",
        )
        .expect("made");
        let error = Store::open(&place.url, true).expect_err("diesel's, but not ours");
        assert!(matches!(error, StoreError::Foreign(_)), "{error:?}");
    }
}

#[test]
fn what_is_opened_to_be_judged_is_not_written() {
    both(|place, store| {
        fill(store);
        let judged = Store::open_to_read(&place.url).expect("it is current");
        assert_eq!(judged.read(|conn| entries::get(conn, 1)), Ok(Some(entry(1))));
        let to = head::Head { position: 9, time: i64::MAX };
        assert!(judged.write(|conn| head::advance(conn, to)).is_err());
        let older = "DELETE FROM __diesel_schema_migrations WHERE version = \
            (SELECT MAX(version) FROM __diesel_schema_migrations)";
        run(&mut place.raw(), older).expect("written");
        let error = Store::open_to_read(&place.url).expect_err("it is older").to_string();
        assert!(error.contains("older version"), "{error}");
        let empty = Place::new(store.backend());
        let error = Store::open_to_read(&empty.url).expect_err("nothing is there");
        assert!(matches!(error, StoreError::Missing(_)), "{error:?}");
        if store.backend() == Backend::Sqlite {
            assert!(!empty.file().exists());
        }
    });
}

#[test]
fn a_newer_schema_is_refused() {
    both(|place, _| {
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')";
        run(&mut place.raw(), newer).expect("written");
        assert_eq!(Store::open(&place.url, false).err(), Some(StoreError::Newer));
        assert_eq!(Store::open(&place.url, true).err(), Some(StoreError::Newer));
    });
}

#[test]
fn two_instances_may_start_at_once() {
    let place = Place::new(Backend::Postgresql);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| place.open());
        }
    });
    assert_eq!(place.open().read(head::read).map(|head| head.position), Ok(0));
}

#[test]
fn every_migration_is_built_in_for_both() {
    let folders = |database: &str| {
        let path = format!("{}/migrations/{database}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<String> = std::fs::read_dir(path)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
            .collect();
        names.sort();
        names
    };
    assert_eq!(folders("sqlite"), folders("postgresql"));
    both(|place, store| {
        let query = "SELECT version AS cell FROM __diesel_schema_migrations ORDER BY version";
        let numbers: Vec<String> = folders("sqlite")
            .iter()
            .map(|name| name.split('_').next().expect("a number").to_owned())
            .collect();
        assert_eq!(cells(&mut place.raw(), query), numbers);
        let version = store.version().expect("a version");
        assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{version}");
    });
}

fn pragma(conn: &mut Connection, name: &str) -> Result<i64, StoreError> {
    Ok(sql::<BigInt>(&format!("PRAGMA {name}")).get_result(conn)?)
}

#[test]
fn sqlite_is_set_up_to_keep_what_it_is_given() {
    let place = Place::new(Backend::Sqlite);
    let store = place.open();
    let settings = |conn: &mut Connection| {
        assert_eq!(pragma(conn, "busy_timeout")?, 5_000);
        assert_eq!(sql::<Text>("PRAGMA journal_mode").get_result::<String>(conn)?, "wal");
        assert_eq!(pragma(conn, "synchronous")?, 2, "FULL");
        for name in ["foreign_keys", "secure_delete"] {
            assert_eq!(pragma(conn, name)?, 1, "{name}");
        }
        assert_eq!(pragma(conn, "wal_autocheckpoint")?, 1_000);
        assert_eq!(pragma(conn, "journal_size_limit")?, 64 << 20);
        pragma(conn, "query_only")
    };
    assert_eq!(store.read(settings), Ok(1));
    assert_eq!(store.write(settings), Ok(0));
}

#[test]
fn postgresql_is_set_up_to_notice_who_went_away() {
    let place = Place::new(Backend::Postgresql);
    let store = place.open();
    let show = |conn: &mut Connection, name: &str| {
        cells(conn, &format!("SELECT current_setting('{name}') AS cell")).concat()
    };
    let write = store.write(|conn| {
        assert_eq!(show(conn, "transaction_isolation"), "read committed");
        assert_eq!(show(conn, "idle_in_transaction_session_timeout"), "10s");
        Ok(show(conn, "application_name"))
    });
    assert_eq!(write.as_deref(), Ok("nejtack"));
    let read = store.read(|conn| {
        assert_eq!(show(conn, "transaction_isolation"), "repeatable read");
        Ok(show(conn, "transaction_read_only"))
    });
    assert_eq!(read.as_deref(), Ok("on"));
}

#[test]
fn a_setting_that_would_lose_commits_is_overruled() {
    let place = Place::new(Backend::Postgresql);
    let database = cells(&mut place.raw(), "SELECT current_database()::text AS cell").concat();
    let off = format!("ALTER DATABASE {database} SET synchronous_commit = off");
    run(&mut place.raw(), &off).expect("set");
    let told = place
        .open()
        .write(|conn| Ok(cells(conn, "SELECT current_setting('synchronous_commit') AS cell")));
    assert_eq!(told, Ok(vec!["on".to_owned()]));
}
