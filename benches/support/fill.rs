//! Fills an instance with any number of persons who have objected, much quicker
//! than they could be posted.
//!
//! What a look-up meets is genuine: objections as one that was posted, and a
//! tag of each e-mail address made by the service's own rules and keys. The other
//! tags are random: there are not millions of telephone numbers and personnummer
//! that are nobody's, and for time and memory only their number and place count.
//! So is the log: its tree ends in a signed head, as opening asks, but its inner
//! hashes are random and its entries empty; `nejtack verify` would say so.

use chrono::Utc;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Binary, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use nejtack::crypto::keyring::Keyring;
use nejtack::crypto::random;
use nejtack::crypto::root_key::RootKey;
use nejtack::domain::identifier::{Key, Kind, KindSet, Rules, Side, read};
use nejtack::domain::person::Person;
use nejtack::evidence::checkpoint::LogSigner;
use nejtack::evidence::tree::{self, HASH, Tree};
use nejtack::ledger::keys::unwrapped;
use nejtack::store::{Connection, head, instance, keys};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::sync_channel;

/// Persons written at once.
const CHUNK: u64 = 20_000;

/// What was filled in.
#[derive(Clone, Copy)]
pub(crate) struct Filled {
    pub(crate) persons: u64,
    pub(crate) keys: u64,
}

/// The e-mail address of the person with this number, who may have none.
pub(crate) fn email(number: u64) -> String {
    format!("person{number:08}@exempel.example")
}

/// What persons have, and how many of ten have it: each digit of a person's
/// number decides one thing, so every mix occurs, as often as it should.
pub(crate) const MIX: [(&str, u64); 5] = [
    ("an e-mail address", 9),
    ("a mobile number", 7),
    ("a personnummer", 6),
    ("a name at a postal address", 8),
    ("of these a second given name", 3),
];

/// Whether the person has what stands at this place of [`MIX`].
fn has(number: u64, place: u32) -> bool {
    let share = MIX[place as usize].1;
    let nothing_else = place == 0 && (1..4).all(|other| !has(number, other));
    nothing_else || number / 10_u64.pow(place) % 10 < share
}

/// Whether the person has an e-mail address, and can be met by it.
pub(crate) fn has_email(number: u64) -> bool {
    has(number, 0)
}

/// What the person has, as bits.
fn shape(number: u64) -> i64 {
    (0..5).filter(|place| has(number, *place)).map(|place| 1 << place).sum()
}

/// A person who has what these bits say.
fn example(shape: i64) -> Person {
    let has = |place: i64| shape >> place & 1 == 1;
    let given = if has(4) { "Prova Exempla" } else { "Prova" };
    let address = json!({"street": "Exempelgatan 12", "postal_code": "413 01", "city": "Göteborg"});
    let mut person = json!({
        "name": null, "personnummer": null, "emails": [], "phones": [], "addresses": [],
        "customer_ids": [], "cookie_ids": [], "advertising_ids": [], "hashes": []
    });
    let mut set = |field: &str, value: Value| person[field] = value;
    if has(0) {
        set("emails", json!([email(0)]));
    }
    if has(1) {
        set("phones", json!(["070-174 06 05"]));
    }
    if has(2) {
        set("personnummer", json!("19701104-2392"));
    }
    if has(3) {
        set("name", json!({"given": given, "family": "Ekberg"}));
        set("addresses", json!([address]));
    }
    serde_json::from_value(person).expect("a person")
}

/// The keys that an objection of this person is stored under.
fn stored(person: &Person) -> Vec<Key> {
    let today = Utc::now().date_naive();
    let rules = Rules { region: "SE", other_regions: &[], today, refused: KindSet::NONE };
    read(person, "/person", &rules, Side::Store).keys
}

/// Writes so many persons' objections into the instance in this folder, which
/// holds one that was posted: the others are like it.
pub(crate) fn fill(folder: &Path, persons: u64) -> Filled {
    let file = folder.join("nejtack.sqlite");
    let root = RootKey::read(&folder.join("root.key")).expect("a root key").key;
    let conn = SqliteConnection::establish(&file.to_string_lossy()).expect("it opens");
    let (mut conn, keyring, origin, before) = opened(conn, &root);
    let counts = prepare(&mut conn);
    let time = Utc::now().timestamp_micros();
    let mut keys = 0;
    let (sender, receiver) = sync_channel(4);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for first in (0..persons).step_by(CHUNK as usize) {
                let last = persons.min(first + CHUNK);
                let tags = (first..last).flat_map(|number| tag_of(&keyring, number)).collect();
                sender.send((first, last, tags)).expect("it is written");
            }
            drop(sender);
        });
        for _ in (0..persons).step_by(CHUNK as usize) {
            let (first, last, tags): (u64, u64, Vec<u8>) = receiver.recv().expect("the next");
            write(&mut conn, before, time, (first, last), tags);
            keys += (first..last).map(|number| counts[&shape(number)]).sum::<u64>();
        }
    });
    let size = before + persons as i64;
    sign(&mut conn, &keyring, &origin, (size, time));
    restore(&mut conn);
    Filled { persons, keys }
}

/// The instance's keys, the log's name, and how far its ledger has come.
fn opened(conn: SqliteConnection, root: &RootKey) -> (SqliteConnection, Keyring, String, i64) {
    let mut conn = Connection::Sqlite(conn);
    let rows = keys::all(&mut conn).expect("keys");
    let origin = instance::get(&mut conn).expect("an instance").expect("an instance").origin;
    let before = head::read(&mut conn).expect("a head").position;
    let Connection::Sqlite(conn) = conn else { unreachable!("it is SQLite") };
    (conn, unwrapped(root, rows).expect("its keys"), origin, before)
}

/// The tag of a person's address, or 32 bytes of nothing.
fn tag_of(keyring: &Keyring, number: u64) -> [u8; 32] {
    if !has_email(number) {
        return [0; 32];
    }
    let person = Person { emails: vec![email(number)], ..Person::default() };
    let keys = stored(&person);
    assert_eq!(keys.len(), 1, "an address without a tag has one key");
    keyring.tag(&keys[0]).0
}

/// Turns off what slows down writing, and says what each kind of person has;
/// how many keys that is.
fn prepare(conn: &mut SqliteConnection) -> BTreeMap<i64, u64> {
    let put = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE;
        PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;
        PRAGMA temp_store = MEMORY;
        CREATE TEMP TABLE triggers AS SELECT name, sql FROM main.sqlite_master
            WHERE type = 'trigger' AND name IN ('tags_insert', 'objections_insert', 'entries_insert');
        DROP TRIGGER tags_insert; DROP TRIGGER objections_insert; DROP TRIGGER entries_insert;
        CREATE TEMP TABLE n (i INTEGER PRIMARY KEY);
        CREATE TEMP TABLE shapes (shape INTEGER, ordinal INTEGER, kind INTEGER, grade INTEGER,
            PRIMARY KEY (shape, ordinal)) WITHOUT ROWID;
        CREATE TEMP TABLE of_person (i INTEGER PRIMARY KEY, shape INTEGER);";
    conn.batch_execute(put).expect("it can be prepared");
    let numbers = format!(
        "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < {})
        INSERT INTO n SELECT i FROM c",
        CHUNK - 1
    );
    conn.batch_execute(&numbers).expect("numbers");
    let mut counts = BTreeMap::new();
    for shape in (0..100_000).map(shape).collect::<std::collections::BTreeSet<_>>() {
        let keys = stored(&example(shape));
        for (ordinal, key) in keys.iter().enumerate() {
            let (kind, grade) = (key.kind as i64, key.grade as i64);
            let row = format!("INSERT INTO shapes VALUES ({shape}, {ordinal}, {kind}, {grade})");
            conn.batch_execute(&row).expect("a row");
        }
        counts.insert(shape, keys.len() as u64);
    }
    counts
}

fn write(
    conn: &mut SqliteConnection,
    before: i64,
    time: i64,
    (first, last): (u64, u64),
    emails: Vec<u8>,
) {
    let place = before + 1 + first as i64;
    let count = (last - first) as i64;
    let of_person = (first..last)
        .map(|number| format!("({},{})", number - first, shape(number)))
        .collect::<Vec<_>>()
        .join(",");
    conn.batch_execute(&format!(
        "BEGIN; DELETE FROM of_person; INSERT INTO of_person VALUES {of_person};
        INSERT INTO entries (position, time, kind, subject, client, actor, body)
            SELECT {place} + i, {time}, 'objection.recorded', NULL, 'sparrtjanst', NULL, '{{}}'
            FROM n WHERE i < {count};
        INSERT INTO objections SELECT {place} + i, unhex(printf('%016x', {place} + i) || hex(randomblob(8))),
            t.client, t.actor, t.source, t.right_used, t.channels, t.binding, t.objected_at,
            {time}, NULL, t.content_digest, t.warnings, t.details, t.purpose, t.legal_basis
            FROM n CROSS JOIN (SELECT * FROM objections ORDER BY position LIMIT 1) t
            WHERE i < {count};"
    ))
    .expect("objections are written");
    let tags = format!(
        "INSERT INTO tags
            (key_version, position, ordinal, objection, kind, grade, tag, normaliser_version)
        SELECT 1, {place} + p.i, s.ordinal, {place} + p.i, s.kind, s.grade,
            CASE s.kind WHEN {} THEN substr(?, p.i * 32 + 1, 32) ELSE randomblob(32) END, 1
        FROM of_person p CROSS JOIN shapes s ON s.shape = p.shape",
        Kind::Email as i64
    );
    sql_query(tags).bind::<Binary, _>(emails).execute(conn).expect("tags are written");
    conn.batch_execute("COMMIT").expect("they are there");
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Binary)]
    hashes: Vec<u8>,
}

/// Ends the ledger here, with a signed head of its log.
fn sign(conn: &mut SqliteConnection, keyring: &Keyring, origin: &str, (size, time): (i64, i64)) {
    let mut hashes = Vec::new();
    for place in tree::edge(size as u64) {
        let find = sql_query("SELECT hashes FROM leaves WHERE position = ?");
        let found = find.bind::<BigInt, _>(place.position).load::<Found>(conn).expect("leaves");
        let row = match found.into_iter().next() {
            Some(found) => found.hashes,
            None => {
                let row: Vec<u8> = (0..=place.position.trailing_zeros())
                    .flat_map(|_| random::bytes::<HASH>())
                    .collect();
                let put = sql_query("INSERT INTO leaves (position, salt, hashes) VALUES (?, ?, ?)");
                let put = put.bind::<BigInt, _>(place.position);
                let put = put.bind::<Binary, _>(random::bytes::<32>().to_vec());
                put.bind::<Binary, _>(&row).execute(conn).expect("a leaf");
                row
            }
        };
        hashes.push(tree::hash_in(&row, place.level).expect("its hash"));
    }
    let root = Tree::continued(size as u64, hashes).root().expect("a root");
    let signer = LogSigner::new(origin, keyring.log_seed().1).expect("a log");
    let note = signer.sign(size as u64, root).expect("a checkpoint");
    let put = sql_query("INSERT INTO checkpoints (size, note) VALUES (?, ?)");
    put.bind::<BigInt, _>(size).bind::<Text, _>(note).execute(conn).expect("a checkpoint");
    let head = format!("UPDATE head SET position = {size}, time = {time}");
    conn.batch_execute(&head).expect("a head");
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = Text)]
    sql: String,
}

/// The triggers, as they were.
fn restore(conn: &mut SqliteConnection) {
    let triggers = sql_query("SELECT sql FROM triggers").load::<Trigger>(conn).expect("triggers");
    assert_eq!(triggers.len(), 3, "the triggers are known by name");
    for trigger in triggers {
        conn.batch_execute(&trigger.sql).expect("a trigger");
    }
}
