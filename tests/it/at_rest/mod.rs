//! No identifier in the clear, or under an unkeyed hash, in the database, its
//! WAL, a backup or a log line: known values are planted through every operation
//! of the real program, and all bytes it leaves are searched for them.

mod needles;
mod plant;
mod shredding;

use crate::cli::nejtack;
use crate::crypto::support::{ed25519_key, ed25519_x};
use crate::store::support::{Place, cells, run};
use crate::support::Answer;
use jsonwebtoken::{Algorithm, Header};
use needles::Needles;
use nejtack::store::Backend;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The real program, serving, with everything it says kept in files.
struct Live {
    folder: tempfile::TempDir,
    process: Child,
    url: String,
    admin_secret: String,
}

/// Somebody with a token.
struct Party<'a> {
    live: &'a Live,
    token: String,
}

impl Live {
    /// An instance in its own folder; its database there, or at this URL.
    fn start(database: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let command = || {
            let mut command = nejtack();
            command.env("NEJTACK_LOG", "trace").env("NEJTACK_DATA", &data);
            if let Some(url) = database {
                command.env("NEJTACK_DATABASE_URL", url);
            }
            command
        };
        let add = ["clients", "add", "admin", "--role", "admin", "--json"];
        let made = command().args(add).output().expect("it runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
        let file = |name| fs::File::create(folder.path().join(name)).expect("a file");
        let mut serve = command();
        serve.args(["serve", "--listen", "127.0.0.1:0"]);
        let process =
            serve.stdout(file("stdout")).stderr(file("stderr")).stdin(Stdio::null()).spawn();
        let mut live = Self {
            process: process.expect("it starts"),
            url: String::new(),
            admin_secret: made["client_secret"].as_str().expect("a secret").to_owned(),
            folder,
        };
        live.url = live.wait_for("nejtack: serving ");
        live
    }

    /// The rest of the line on stderr that begins like this.
    fn wait_for(&mut self, beginning: &str) -> String {
        for _ in 0..1200 {
            let told = fs::read_to_string(self.folder.path().join("stderr")).expect("stderr");
            let complete = told.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            if let Some(rest) =
                complete.map(str::trim_end).find_map(|line| line.strip_prefix(beginning))
            {
                return rest.to_owned();
            }
            assert!(
                self.process.try_wait().expect("it can be asked").is_none(),
                "it ended: {told}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it does not serve");
    }

    fn party(&self, token: &str) -> Party<'_> {
        Party { live: self, token: token.to_owned() }
    }

    fn token(&self, id: &str, secret: &str) -> String {
        let form =
            [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        let answer = self.party("").form("/oauth2/token", &form);
        answer.body["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// A client with a key pair, and a token by an assertion with this id.
    fn by_assertion(&self, admin: &Party<'_>, jti: &str) {
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": ed25519_x([3; 32])});
        let body = json!({"client_id": "nyckel", "role": "auditor", "jwk": jwk});
        assert_eq!(admin.send("/v1/clients", &[], &body).status, 201);
        let exp = chrono::Utc::now().timestamp() + 300;
        let claims =
            json!({"iss": "nyckel", "sub": "nyckel", "aud": self.url, "exp": exp, "jti": jti});
        let header = Header::new(Algorithm::EdDSA);
        let assertion =
            jsonwebtoken::encode(&header, &claims, &ed25519_key([3; 32])).expect("signed");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let first = self.party("").form("/oauth2/token", &form);
        assert_eq!(first.status, 200, "{first}");
        assert_eq!(self.party("").form("/oauth2/token", &form).status, 401);
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// All files of the folder, logs included, with their bytes.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.is_file() {
                    let name = path.strip_prefix(self.folder.path()).expect("within");
                    files.insert(name.display().to_string(), fs::read(&path).expect("read"));
                }
            }
        }
        files
    }

    /// Ends it as systemd does.
    fn terminate(&mut self) {
        let killed = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(killed.expect("kill runs").success());
        assert_eq!(self.process.wait().expect("it ends").code(), Some(0));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Party<'_> {
    fn request(&self, method: &str, path: &str) -> reqwest::blocking::RequestBuilder {
        let client = crate::support::http().build().expect("a client");
        let request =
            client.request(method.parse().expect("a method"), format!("{}{path}", self.live.url));
        match self.token.as_str() {
            "" => request,
            token => request.bearer_auth(token),
        }
    }

    fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path).header("X-Actor", "elin.berg"))
    }

    fn send(&self, path: &str, headers: &[(&str, String)], body: &Value) -> Answer {
        let mut request = self.request("POST", path).json(body);
        if !headers.iter().any(|(name, _)| *name == "X-Actor") {
            request = request.header("X-Actor", "elin.berg");
        }
        Answer::of(
            headers.iter().fold(request, |request, (name, value)| request.header(*name, value)),
        )
    }

    fn raw(&self, path: &str, kind: &str, body: &str) -> Answer {
        let request = self.request("POST", path).header("X-Actor", "elin.berg");
        Answer::of(request.header("Content-Type", kind).body(body.to_owned()))
    }

    fn form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        Answer::of(self.request("POST", path).form(form))
    }
}

/// Needles for all that was planted and all secrets, the root key among them.
fn needles(live: &Live, secrets: &[(&'static str, String)]) -> (Needles, Needles) {
    let planted = plant::PLANTED
        .iter()
        .flat_map(|(name, forms)| forms.iter().map(move |form| (*name, form.as_bytes())));
    let secret = secrets.iter().map(|(name, value)| (*name, value.as_bytes()));
    let own = ("admin's secret", live.admin_secret.as_bytes());
    let sought = Needles::new(planted.chain(secret).chain([own]));
    let file = fs::read_to_string(live.data().join("root.key")).expect("the root key");
    let hex = file.split_whitespace().nth(1).expect("the key");
    let bytes: Vec<u8> = (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex"))
        .collect();
    assert_eq!(bytes.len(), 32);
    (sought, Needles::new([("root key", &bytes[..])]))
}

/// Nothing sought may be in any of these; the root key is in its own file alone.
fn search(files: &BTreeMap<String, Vec<u8>>, (sought, root): &(Needles, Needles)) {
    for (name, bytes) in files {
        let found = sought.found_in(bytes);
        assert!(found.is_empty(), "in {name}: {found:#?}");
        let is_key_file = name == "data/root.key";
        assert_eq!(root.found_in(bytes).is_empty(), !is_key_file, "the root key, in {name}");
    }
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[test]
fn sqlite_keeps_nothing_in_the_clear_in_database_wal_copy_or_log() {
    let mut live = Live::start(None);
    let secrets = plant::everywhere(&live);
    let needles = needles(&live, &secrets);
    assert!(needles.0.len() > 2000, "{}", needles.0.len());

    let copy = live.folder.path().join("copy.sqlite");
    let database = live.data().join("nejtack.sqlite");
    let mut raw = open_sqlite(&database);
    run(&mut raw, &format!("VACUUM INTO '{}'", copy.display())).expect("copied");
    drop(raw);
    let running = live.files();
    for name in
        ["data/nejtack.sqlite", "data/nejtack.sqlite-wal", "copy.sqlite", "stderr", "stdout"]
    {
        assert!(running.contains_key(name), "no {name} in {:?}", running.keys());
    }
    // what is searched is where the data is: what may be in the clear is found there
    for name in ["data/nejtack.sqlite-wal", "copy.sqlite"] {
        assert!(
            !Needles::new([("a slug", &b"tandgruppen-malmo"[..])])
                .found_in(&running[name])
                .is_empty(),
            "{name}"
        );
    }
    let log = String::from_utf8_lossy(&running["stderr"]);
    assert!(log.contains("POST /v1/objections 201") && log.contains("client=sparrtjanst"), "{log}");
    search(&running, &needles);
    assert_eq!(mode(&live.data()), 0o700);
    for file in ["root.key", "nejtack.sqlite", "nejtack.sqlite-wal"] {
        assert_eq!(mode(&live.data().join(file)), 0o600, "{file}");
    }
    live.terminate();
    search(&live.files(), &needles);
}

pub(crate) fn open_sqlite(file: &Path) -> nejtack::store::Connection {
    use diesel::Connection as _;
    let path = file.to_str().expect("UTF-8");
    nejtack::store::Connection::Sqlite(diesel::SqliteConnection::establish(path).expect("opens"))
}

#[test]
fn postgresql_keeps_nothing_in_the_clear_in_tables_wal_or_log() {
    let place = Place::new(Backend::Postgresql);
    let mut raw = place.raw();
    let begun = cells(&mut raw, "SELECT pg_walfile_name(pg_current_wal_lsn()) AS cell").remove(0);
    let mut live = Live::start(Some(&place.url.redacted()));
    let secrets = plant::everywhere(&live);
    let needles = needles(&live, &secrets);
    live.terminate();

    let mut bytes = live.files();
    let tables = cells(
        &mut raw,
        "SELECT tablename::text AS cell FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    assert!(tables.len() > 20, "{tables:?}");
    for table in &tables {
        // as pg_dump writes it, and with each bytea's own bytes besides
        let rows = cells(&mut raw, &format!("SELECT t::text AS cell FROM \"{table}\" AS t"));
        let own: Vec<u8> = rows.iter().flat_map(|row| decoded(row)).collect();
        bytes.insert(format!("table {table}"), [rows.join("\n").into_bytes(), own].concat());
    }
    let all = bytes.values().map(Vec::len).sum::<usize>();
    assert!(all > 20_000, "{all} bytes");
    let slug = Needles::new([("a slug", &b"tandgruppen-malmo"[..])]);
    assert!(!slug.found_in(&bytes["table party_names"]).is_empty());
    search(&bytes, &needles);

    let segments = "SELECT name AS cell FROM pg_ls_waldir() WHERE length(name) = 24 AND name >= '%' \
                    AND name <= pg_walfile_name(pg_current_wal_insert_lsn()) ORDER BY name";
    let mut is_there = false;
    for name in cells(&mut raw, &segments.replace('%', &begun)) {
        let read =
            format!("encode(pg_read_binary_file('pg_wal/{name}', 0, 100000000, true), 'hex')");
        let text = cells(&mut raw, &format!("SELECT coalesce({read}, '') AS cell")).remove(0);
        let segment = from_hex(&text);
        is_there |= !slug.found_in(&segment).is_empty();
        search(&BTreeMap::from([(format!("WAL segment {name}"), segment)]), &needles);
    }
    assert!(is_there, "the WAL that was read is not where the data went");
}

/// The bytes of every `\x…` in a row's text.
fn decoded(row: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in row.split("\\x").skip(1) {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        bytes.extend(from_hex(&part[..digits]));
    }
    bytes
}

pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("hex") as u8;
    text.as_bytes().chunks_exact(2).map(|two| digit(two[0]) << 4 | digit(two[1])).collect()
}
