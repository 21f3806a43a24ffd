//! PostgreSQL as a peer: the server that `scripts/with-postgresql` made, reached
//! over its Unix socket, with as many rows as we have keys.

use crate::world::Numbers;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Array, BigInt, Binary};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Set by `scripts/with-postgresql`.
const URL: &str = "NEJTACK_TEST_POSTGRESQL";

/// A database of that server.
pub(crate) struct Postgresql {
    url: String,
    socket: String,
    name: String,
    folder: PathBuf,
    keys: u64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
#[expect(dead_code, reason = "it is fetched, and that is all")]
struct Found {
    #[diesel(sql_type = Binary)]
    tag: Vec<u8>,
}

impl Postgresql {
    /// A new database with this name; none where there is no server.
    pub(crate) fn database(folder: &Path, name: &str) -> Option<Self> {
        let server = std::env::var(URL).ok()?;
        let (_, socket) = server.split_once("host=").expect("a socket's folder");
        let socket = socket.to_owned();
        let mut conn = PgConnection::establish(&server).expect("the server");
        conn.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database");
        let url = format!("postgres://postgres@/{name}?host={socket}");
        let (name, folder) = (name.to_owned(), folder.to_owned());
        Some(Self { url, socket, name, folder, keys: 0 })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url).expect("the database")
    }

    /// How many bytes its server has written to the write-ahead log so far.
    pub(crate) fn logged(&self) -> i64 {
        let told = sql_query("SELECT (pg_current_wal_lsn() - '0/0')::bigint AS count");
        told.get_result::<Count>(&mut self.connect()).expect("a place").count
    }

    /// A table of so many tags, with its index.
    pub(crate) fn fill(&mut self, keys: u64) {
        let fill = format!(
            "CREATE TABLE tags (tag bytea NOT NULL);
            INSERT INTO tags SELECT sha256(int8send(n)) FROM generate_series(1, {keys}) n;
            ALTER TABLE tags ADD PRIMARY KEY (tag);"
        );
        self.connect().batch_execute(&fill).expect("it is filled");
        self.connect().batch_execute("VACUUM ANALYZE tags").expect("it is analysed");
        self.keys = keys;
    }

    /// Prepared selects of one tag a second, half of them there.
    pub(crate) fn single(&self, connections: usize, seconds: f64) -> f64 {
        let script = self.folder.join("select.sql");
        let text = format!(
            "\\set n random(1, {})\nSELECT 1 FROM tags WHERE tag = sha256(int8send(:n));\n",
            2 * self.keys
        );
        std::fs::write(&script, text).expect("a script");
        let mut command = Command::new("pgbench");
        command.args(["-h", &self.socket, "-U", "postgres", "-n", "-M", "prepared", "-j", "1"]);
        command.args(["-c", &connections.to_string(), "-T", &format!("{:.0}", seconds.max(1.0))]);
        let output = command.arg("-f").arg(script).arg(&self.name).output().expect("pgbench");
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rate| rate.split(' ').next()?.parse().ok());
        rate.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
    }

    /// Tags asked for a second, so many in each select, half of them there.
    pub(crate) fn many(&self, connections: usize, count: usize, seconds: f64) -> f64 {
        let answered = AtomicUsize::new(0);
        let warm_up = Duration::from_secs_f64(seconds / 4.0);
        let begin = Instant::now() + warm_up;
        let end = begin + Duration::from_secs_f64(seconds);
        std::thread::scope(|scope| {
            for client in 0..connections {
                let answered = &answered;
                scope.spawn(move || {
                    let mut numbers = Numbers::new(2 * self.keys);
                    numbers.skip(client * count);
                    let batches: Vec<Vec<Vec<u8>>> = (0..5)
                        .map(|_| (0..count).map(|_| tag(1 + numbers.next())).collect())
                        .collect();
                    let mut conn = self.connect();
                    for batch in batches.iter().cycle() {
                        let select = sql_query("SELECT tag FROM tags WHERE tag = ANY($1)");
                        let select = select.bind::<Array<Binary>, _>(batch);
                        let found = select.load::<Found>(&mut conn).expect("tags").len();
                        assert!((count / 3..count).contains(&found), "{found} of {count}");
                        let now = Instant::now();
                        if now >= end {
                            break;
                        }
                        answered.fetch_add(usize::from(now >= begin), Ordering::Relaxed);
                    }
                });
            }
        });
        (answered.into_inner() * count) as f64 / seconds
    }

    /// A table of this file's addresses, a line each, with its index.
    pub(crate) fn fill_addresses(&self, file: &Path) {
        self.psql(&format!(
            "CREATE TABLE blocked (email text NOT NULL);\n\\copy blocked FROM '{}'\n\
             ALTER TABLE blocked ADD PRIMARY KEY (email);\nVACUUM ANALYZE blocked;\n",
            file.display()
        ));
    }

    /// Takes a campaign file in by COPY, joins its e-mail column, and writes all rows
    /// with a decision out by COPY; how long that took.
    pub(crate) fn screen(&self, campaign: &Path, to: &Path) -> Duration {
        let begun = Instant::now();
        self.psql(&format!(
            "BEGIN;\nCREATE TEMP TABLE campaign (email text, phone text) ON COMMIT DROP;\n\
             \\copy campaign FROM '{}' CSV HEADER\nANALYZE campaign;\n\
             \\copy (SELECT c.email, c.phone, CASE WHEN b.email IS NULL THEN 'clear' ELSE 'blocked' END AS decision FROM campaign c LEFT JOIN blocked b ON b.email = c.email) TO '{}' CSV HEADER\n\
             COMMIT;\n",
            campaign.display(),
            to.display()
        ));
        begun.elapsed()
    }

    fn psql(&self, script: &str) {
        let file = self.folder.join("script.sql");
        std::fs::write(&file, script).expect("a script");
        let mut command = Command::new("psql");
        command.args(["-h", &self.socket, "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1", "-f"]);
        let output = command.arg(file).arg(&self.name).output().expect("psql");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{told}");
    }
}

fn tag(number: u64) -> Vec<u8> {
    Sha256::digest(number.to_be_bytes()).to_vec()
}
