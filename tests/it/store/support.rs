//! A database of its own for each test, on SQLite and on PostgreSQL.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use nejtack::store::{Backend, Connection, DatabaseUrl, Store, StoreError};

/// Where tests find a PostgreSQL server.
const SERVER: &str = "NEJTACK_TEST_POSTGRESQL";

/// A place for one database, gone with the test.
pub(crate) struct Place {
    pub(crate) url: DatabaseUrl,
    home: Home,
}

enum Home {
    Folder(tempfile::TempDir),
    Server { admin: String, name: String },
}

impl Place {
    /// A place with no database in it yet (PostgreSQL: an empty one).
    pub(crate) fn new(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::within(tempfile::tempdir().expect("a folder")),
            Backend::Postgresql => {
                let admin = std::env::var(SERVER);
                Self::on(
                    admin.unwrap_or_else(|_| panic!("{SERVER} names no server: run scripts/test")),
                )
            }
        }
    }

    /// An empty database on this PostgreSQL server.
    pub(crate) fn on(admin: String) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("nejtack_test_{}_{number}", std::process::id());
        administer(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        administer(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0"));
        let url = DatabaseUrl::parse(&other_database(&admin, &name)).expect("a URL");
        Self { url, home: Home::Server { admin, name } }
    }

    /// A place for SQLite whose file is in memory; where the system has no such
    /// place, a usual one.
    pub(crate) fn in_memory() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        Self::within(folder.expect("a folder"))
    }

    fn within(folder: tempfile::TempDir) -> Self {
        let url = DatabaseUrl::sqlite_file(&folder.path().join("nejtack.db"));
        Self { url, home: Home::Folder(folder) }
    }

    pub(crate) fn file(&self) -> std::path::PathBuf {
        match &self.home {
            Home::Folder(folder) => folder.path().join("nejtack.db"),
            Home::Server { .. } => panic!("PostgreSQL has no file here"),
        }
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.url, true).expect("the store opens")
    }

    /// A connection past the store: none of its settings, every right.
    pub(crate) fn raw(&self) -> Connection {
        match &self.home {
            Home::Folder(_) => {
                let path = self.file();
                let path = path.to_str().expect("a path in UTF-8");
                Connection::Sqlite(SqliteConnection::establish(path).expect("opens"))
            }
            Home::Server { admin, name } => {
                let url = other_database(admin, name);
                Connection::Postgresql(PgConnection::establish(&url).expect("connects"))
            }
        }
    }
}

impl Place {
    /// A PostgreSQL database that is a copy of another as it is now.
    pub(crate) fn like(other: &Self) -> Self {
        let copy = Self::new(Backend::Postgresql);
        if let (Home::Server { admin, name }, Home::Server { name: from, .. }) =
            (&copy.home, &other.home)
        {
            administer(admin, &format!("DROP DATABASE {name}"));
            administer(admin, &format!("CREATE DATABASE {name} TEMPLATE {from}"));
        }
        copy
    }

    /// Drops a PostgreSQL database, whoever is connected.
    pub(crate) fn abandon(&self) {
        if let Home::Server { admin, name } = &self.home {
            administer(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// Runs a test on an open store on each database.
pub(crate) fn both(test: impl Fn(&Place, &Store)) {
    for backend in [Backend::Sqlite, Backend::Postgresql] {
        let place = Place::new(backend);
        test(&place, &place.open());
    }
}

fn administer(admin: &str, command: &str) {
    let mut conn = PgConnection::establish(admin).expect("the test server answers");
    conn.batch_execute(command).expect("the test server obeys");
}

fn other_database(admin: &str, name: &str) -> String {
    let (base, query) = admin.split_once('?').unwrap_or((admin, ""));
    let (server, _) = base.rsplit_once('/').expect("a database in the URL");
    format!("{server}/{name}?{query}")
}

#[derive(QueryableByName)]
struct Cell {
    #[diesel(sql_type = Text)]
    cell: String,
}

/// The one column of a query, which it calls "cell".
pub(crate) fn cells(conn: &mut Connection, query: &str) -> Vec<String> {
    let rows: Vec<Cell> = diesel::sql_query(query).load(conn).expect(query);
    rows.into_iter().map(|row| row.cell).collect()
}

/// Runs one statement, as the store would tell its error.
pub(crate) fn run(conn: &mut Connection, statement: &str) -> Result<(), StoreError> {
    conn.batch_execute(statement).map_err(StoreError::from)
}
