//! A ledger in which everything has happened, and copies of it to tamper with.

use crate::store::support::cells;
use crate::support::{Party, World, objection, person, proxy};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use diesel::Connection as _;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use nejtack::app::verify::{Asked, Verdict, verify_database};
use nejtack::crypto::root_key::RootKey;
use nejtack::store::{Backend, Connection, DatabaseUrl};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A ledger, stopped, without the triggers that hold it.
pub(crate) struct Lively {
    folder: tempfile::TempDir,
    root_key: RootKey,
    /// The newest checkpoint.
    pub(crate) checkpoint: String,
}

/// A copy of it, gone with its folder.
pub(crate) struct Copy<'a> {
    of: &'a Lively,
    folder: tempfile::TempDir,
}

impl Lively {
    pub(crate) fn new() -> Self {
        let world = World::on(Backend::Sqlite);
        everything_happens(&world);
        let checkpoint = world.stranger().get("/log/checkpoint").text;
        let folder = tempfile::tempdir().expect("a folder");
        let into = format!("VACUUM INTO '{}'", file(folder.path()).display());
        world.place.raw().batch_execute(&into).expect("copied");
        let root_key = RootKey::read(&world.folder.path().join("root.key")).expect("the key").key;
        let lively = Self { folder, root_key, checkpoint };
        let mut conn = open(lively.folder.path());
        let triggers = "SELECT name AS cell FROM sqlite_schema WHERE type = 'trigger'";
        for trigger in cells(&mut conn, triggers) {
            conn.batch_execute(&format!("DROP TRIGGER {trigger}")).expect("dropped");
        }
        lively
    }

    /// The original; not to be changed.
    pub(crate) fn conn(&self) -> Connection {
        open(self.folder.path())
    }

    pub(crate) fn copy(&self) -> Copy<'_> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::copy(file(self.folder.path()), file(folder.path())).expect("copied");
        Copy { of: self, folder }
    }
}

impl Copy<'_> {
    /// Runs statements, all or none; whether the database let them.
    pub(crate) fn run(&self, statements: &[String]) -> bool {
        let mut conn = open(self.folder.path());
        // Whoever tampers is held by no constraint but keys and types.
        conn.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            .expect("set");
        let all = format!("BEGIN; {}; COMMIT", statements.join("; "));
        conn.batch_execute(&all).is_ok()
    }

    /// What the library behind `nejtack verify` says.
    pub(crate) fn judged(&self, since: Option<&str>) -> Verdict {
        let url = DatabaseUrl::sqlite_file(&file(self.folder.path()));
        let asked = Asked { key: None, since: since.map(str::to_owned) };
        verify_database(&url, &self.of.root_key, &asked, |_, _| ()).expect("it can be judged")
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("nejtack.sqlite")
}

fn open(folder: &Path) -> Connection {
    let path = file(folder);
    let conn = SqliteConnection::establish(path.to_str().expect("UTF-8")).expect("it opens");
    let mut conn = Connection::Sqlite(conn);
    conn.batch_execute("PRAGMA synchronous = OFF").expect("set");
    conn
}

/// Every kind of entry and of row, more than once.
pub(crate) fn everything_happens(world: &World) {
    let (service, staff, admin) = (world.service(), world.staff(), world.operator());
    let reader = world.client(&json!({"client_id": "dataskyddsombud", "role": "staff",
        "controllers": ["tandgruppen"], "scopes": ["identifiers:read"]}));
    let reader = reader.acting_as("maja.lund");
    let crm = world.crm();
    parties(world, &admin);
    let mut all = Vec::new();
    for number in 0..12 {
        let mut body = objection(&format!("spt-{number}"), &["tandgruppen"], &somebody(number));
        if number % 3 == 0 {
            let content = STANDARD.encode(format!("FULLMAKT nummer {number}").repeat(20));
            body["proxy"]["document"] = json!({"media_type": "text/plain", "content": content});
        }
        all.push(service.makes("/v1/objections", &body)["id"].as_str().expect("id").to_owned());
    }
    files_are_screened(&crm);
    changes_are_heard_of(&crm, &admin);
    lists_come_and_go(&admin);
    registers_are_loaded(world);
    tags_change_and_originals_go(world, &all);
    let lines: Vec<_> = (20..32)
        .map(|number| objection(&format!("spt-{number}"), &[], &somebody(number)))
        .collect();
    let batch = service.post("/v1/objections/batch", &json!(lines));
    assert_eq!(batch.status, 200, "{batch}");
    let of = |id: &str, what: &str| format!("/v1/objections/{id}/{what}");
    for (number, id) in all.iter().enumerate() {
        match number % 6 {
            0 => {
                let body = json!({"channels": ["email"], "reason": "vill ha nyhetsbrevet"});
                staff.makes(&of(id, "withdrawals"), &body);
            }
            1 => {
                let emails = [format!("ny.{number}@exempel.example")];
                let more = json!({"person": {"emails": emails, "phones": ["ring hem"]}});
                service.makes(&of(id, "identifiers"), &more);
            }
            2 => drop(staff.makes(&of(id, "annulments"), &json!({"reason": "wrong_person"}))),
            3 => {
                let mut wide = proxy();
                wide["rights"] = json!(["object_to_direct_marketing", "withdraw_objection"]);
                service.makes(&of(id, "withdrawals"), &json!({"proxy": wide}));
            }
            4 => assert_eq!(reader.get(&format!("/v1/objections/{id}")).status, 200),
            _ => {}
        }
    }
    let same = json!({"person": {"personnummer": "19701104-2392"}});
    assert_eq!(staff.post_once("/v1/withdrawals", "alla", &same).status, 201);
    let items = staff.get("/v1/review").body["items"].clone();
    for item in items.as_array().expect("a list").iter().take(3) {
        let path = format!("/v1/review/{}/clearances", item["id"].as_str().expect("an id"));
        staff.makes(&path, &json!({"outcome": "unusable"}));
    }
    messages_come(world, &staff);
}

/// Some say stop, some are left for staff, who settle some of them.
fn messages_come(world: &World, staff: &Party<'_>) {
    let gateway = world.client(&json!({"client_id": "egen", "role": "sms-gateway",
        "controllers": ["tandgruppen"], "sms": {"form": "json"}}));
    let mut left = Vec::new();
    for (number, text) in (0..).zip(["STOPP", "hej", "sluta inte", "När då?", "JA", "STOP ALLT"])
    {
        let from = format!("070-174 06 {}", 50 + number);
        let body = json!({"id": format!("mo-{number}"), "from": from, "text": text});
        let made = gateway.makes("/v1/inbound-sms", &body);
        if made["outcome"] == "review" {
            left.push(made["id"].as_str().expect("an id").to_owned());
        }
    }
    for (id, outcome) in left.iter().zip(["objection_recorded", "no_objection", "unusable"]) {
        staff.makes(&format!("/v1/review/{id}/clearances"), &json!({"outcome": outcome}));
    }
}

/// Acknowledged, and told to endpoints that come and go.
fn changes_are_heard_of(crm: &Party<'_>, admin: &Party<'_>) {
    for position in [3, 7] {
        crm.makes("/v1/changes/acknowledgements", &json!({"position": position}));
    }
    for number in 0..2 {
        let url = format!("https://crm{number}.example/hooks");
        let made = admin.makes("/v1/webhooks", &json!({"url": url}));
        let of = |what: &str| format!("/v1/webhooks/{}/{what}", made["id"].as_str().expect("id"));
        for change in ["rotations", "disablements", "enablements", "disablements"] {
            assert_eq!(admin.post(&of(change), &json!({})).status, 201, "{change}");
        }
    }
}

/// Some whole, one broken.
fn files_are_screened(crm: &Party<'_>) {
    let path = "/v1/screenings?controller=tandgruppen-malmo&channel=email&changed_since=1";
    for file in
        ["E-post;Mobil\nbo.ek1@exempel.example;\nx;y\n", "email\nbo.ek2@exempel.example", ""]
    {
        let request = crm.request("POST", path).header("Content-Type", "text/csv");
        let status = if file.is_empty() { 422 } else { 200 };
        assert_eq!(request.body(file).send().expect("an answer").status(), status);
    }
}

/// A whole list, one that breaks off, and all that a clinic holds.
fn lists_come_and_go(admin: &Party<'_>) {
    let import = |path: &str, file: Vec<u8>| {
        let request = admin.request("POST", path).header("Content-Type", "text/csv").body(file);
        assert_eq!(request.send().expect("an answer").status(), 200);
    };
    let path = "/v1/imports?controller=optiker-ek&format=csv";
    import(
        path,
        b"email;datum\nlista1@exempel.example;2019-01-01\nlista2@exempel.example;\n".to_vec(),
    );
    import(path, b"email\nlista3@exempel.example\n\"\xC3\xA5".to_vec());
    let request = admin.request("POST", "/v1/exports?controller=optiker-ek");
    assert_eq!(request.send().expect("an answer").status(), 200);
}

/// One twice, whose first rows are gone, and another; bound, and one of them no more.
fn registers_are_loaded(world: &World) {
    let admin = world.operator();
    for (slug, preset, heading) in
        [("nix-telefon", "nix-telefon", "Telefon"), ("norge", "no-reservasjon", "Phone")]
    {
        admin.makes("/v1/registers", &json!({"slug": slug, "name": slug, "preset": preset}));
        for (date, number) in [("2026-01-02", "070-174 06 90"), ("2026-01-03", "070-174 06 91")] {
            let path = format!("/v1/registers/{slug}/versions?date={date}");
            let file = format!("{heading}\n+46 {}\n", &number[1..]);
            let request = admin.request("POST", &path).header("Content-Type", "text/csv");
            assert_eq!(request.body(file).send().expect("an answer").status(), 201);
        }
        let bindings = format!("/v1/registers/{slug}/bindings");
        let body = json!({"controllers": ["optikerna"], "channels": ["profiling"]});
        let id = admin.makes(&bindings, &body)["id"].as_str().expect("an id").to_owned();
        admin.makes(&format!("{bindings}/{id}/endings"), &json!({}));
        admin.makes(&bindings, &body);
    }
    world.app.housekeeping(); // and what was replaced is gone
}

/// Some are shredded, all tags wrapped, twice.
fn tags_change_and_originals_go(world: &World, all: &[String]) {
    let operator = world.operator();
    for (id, proof) in [(&all[5], true), (&all[11], false)] {
        let gone = operator.post("/v1/shreddings", &json!({"objection": id, "proof": proof}));
        assert_eq!(gone.body["entries"], 1, "{gone}");
    }
    for version in [2, 3] {
        assert_eq!(crate::rotation::rotate(world), version);
    }
}

fn parties(world: &World, admin: &Party<'_>) {
    for (slug, name) in [("optikerna", "Optikerna"), ("gymmen", "Gymmen")] {
        admin.makes("/v1/groups", &json!({"slug": slug, "name": name}));
    }
    let numbered = json!({"slug": "klinik-ett", "name": "Klinik Ett", "group": "optikerna",
        "organisation_number": "559999-0016"});
    admin.makes("/v1/controllers", &numbered);
    admin.makes("/v1/groups/optikerna/members", &json!({"controller": "optiker-ek"}));
    admin.makes("/v1/groups/optikerna/departures", &json!({"controller": "optiker-ek"}));
    admin.makes("/v1/controllers/optiker-ek/names", &json!({"slug": "ek-optik"}));
    admin.makes("/v1/controllers/klinik-ett/names", &json!({"name": "Klinik Nummer Ett"}));
    drop(world.optician());
    admin.makes("/v1/clients/crm/static-keys", &json!({}));
    admin.makes("/v1/clients/optiker-crm/disablements", &json!({}));
}

/// One of several persons; every other has something that cannot be read, and some
/// are the same.
fn somebody(number: u32) -> Value {
    if number.is_multiple_of(5) {
        return person();
    }
    let mut somebody = json!({
        "name": {"given": "Bo", "family": format!("Ek {number}")},
        "emails": [format!("bo.ek{number}@exempel.example")],
        "phones": [format!("070-174 06 {:02}", 10 + number)],
    });
    if number.is_multiple_of(2) {
        somebody["phones"] = json!(["ring efter 17", format!("031-390 06 {:02}", 10 + number)]);
    }
    somebody
}
