//! Shredding: after it nothing opens what was posted, no byte of the keys is left in
//! the files, and everybody is blocked as before.

use super::from_hex;
use crate::cli::Folder;
use crate::store::support::{cells, run};
use crate::support::{Party, Setup, World, objection, on_both, person};
use nejtack::app::shred::Retention;
use nejtack::evidence::checkpoint::LogKey;
use nejtack::evidence::receipt::Receipt;
use nejtack::store::Backend;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Every wrapped key of this purpose, and every salt of a submission.
fn keys(world: &World, purpose: i16) -> Vec<Vec<u8>> {
    let hex = |column: &str| match world.place.url.backend() {
        Backend::Sqlite => format!("hex({column})"),
        Backend::Postgresql => format!("upper(encode({column}, 'hex'))"),
    };
    let (wrapped, salt) = (hex("wrapped"), hex("salt"));
    let mut found = cells(
        &mut world.place.raw(),
        &format!("SELECT {wrapped} AS cell FROM record_keys WHERE purpose = {purpose}"),
    );
    if purpose == 0 {
        let salts = format!("SELECT {salt} AS cell FROM submission_salts");
        found.extend(cells(&mut world.place.raw(), &salts));
    }
    found.iter().map(|hex| from_hex(hex)).collect()
}

/// The bytes that a database leaves: SQLite's files; on PostgreSQL, once it was
/// vacuumed, its rows.
fn left(world: &World) -> BTreeMap<String, Vec<u8>> {
    match world.place.url.backend() {
        Backend::Sqlite => {
            let file = world.place.file();
            let beside = |end: &str| {
                let path = file.with_file_name(format!("nejtack.db{end}"));
                (format!("nejtack.db{end}"), std::fs::read(path).unwrap_or_default())
            };
            ["", "-wal"].map(beside).into()
        }
        Backend::Postgresql => {
            let mut raw = world.place.raw();
            run(&mut raw, "VACUUM FULL").expect("vacuumed");
            let mut table = |name: &str| {
                let path = format!(
                    "SELECT encode(pg_read_binary_file(pg_relation_filepath('{name}')), 'hex') AS cell"
                );
                run(&mut world.place.raw(), "CHECKPOINT").expect("written to the files");
                (name.to_owned(), from_hex(&cells(&mut raw, &path).remove(0)))
            };
            ["record_keys", "submission_salts", "entries"].map(&mut table).into()
        }
    }
}

/// Where any of these bytes are.
fn found(sought: &[Vec<u8>], left: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let holds = |bytes: &[u8]| {
        sought.iter().any(|one| bytes.windows(one.len()).any(|window| window == one))
    };
    left.iter().filter(|(_, bytes)| holds(bytes)).map(|(name, _)| name.clone()).collect()
}

/// The client of this id, with a new secret.
fn again<'a>(world: &'a World, id: &str) -> Party<'a> {
    let path = format!("/v1/clients/{id}/secrets");
    let secret = world.operator().makes(&path, &json!(null))["client_secret"].clone();
    world.holder(id, &secret).acting_as("elin.berg")
}

/// An objection with a value that cannot be read, and a later event.
fn posted(world: &World) -> Value {
    let service = world.service();
    let mut person = person();
    person["phones"] = json!(["070-174 06 05", "ring mig"]);
    let made = service.makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person));
    let more = json!({"person": {"emails": ["ny.adress@exempel.example"]}});
    let path = format!("/v1/objections/{}/identifiers", made["id"].as_str().unwrap());
    service.makes(&path, &more);
    world.crm();
    let body = json!({"client_id": "reception", "role": "staff", "controllers": ["tandgruppen"], "scopes": ["identifiers:read"]});
    world.client(&body);
    made
}

fn blocks(world: &World) {
    let crm = again(world, "crm");
    for one in [person(), json!({"emails": ["ny.adress@exempel.example"]})] {
        assert_eq!(crm.decision("tandgruppen-goteborg", "email", &one), "blocked");
    }
}

on_both! {
    fn what_was_shredded_is_gone_and_blocks_as_before(world) {
        let made = posted(&world);
        let staff = again(&world, "reception");
        let path = format!("/v1/objections/{}", made["id"].as_str().unwrap());
        let before = staff.get(&path).body;
        assert!(before["record"]["originals"]["person"].is_array(), "{before}");
        assert!(staff.get("/v1/review").body["items"][0]["value"].is_string());
        let (originals, proofs) = (keys(&world, 0), keys(&world, 1));
        assert!(originals.len() > 2 && !proofs.is_empty());
        assert!(!found(&originals, &left(&world)).is_empty(), "they cannot even be found");

        let done = world.operator().post("/v1/shreddings", &json!({"older_than_days": 0}));
        assert_eq!((done.status, &done.body["records"], &done.body["more"]), (200, &json!(2), &json!(false)), "{done}");
        let files = left(&world);
        assert_eq!(found(&originals, &files), Vec::<String>::new());
        assert!(!found(&proofs, &files).is_empty(), "the proof has a period of its own");
        let twice = world.operator().post("/v1/shreddings", &json!({"older_than_days": 0}));
        assert_eq!(twice.body, json!({"records": 0, "entries": 0, "waiting": 0, "more": false}));

        let after = staff.get(&path).body;
        assert!(after["record"]["originals"].get("person").is_none() && after["record"]["originals"]["proxy"].is_array(), "{after}");
        assert_eq!(staff.get("/v1/review").body["items"][0].get("value"), Some(&Value::Null));
        blocks(&world);
        let later = again(&world, "sparrtjanst").get(&format!("{path}/receipt")).text;
        let key = LogKey::read(&world.stranger().get("/log/key").text).unwrap();
        let receipt = Receipt::read(&later).unwrap();
        receipt.check(&key).unwrap();
        assert_eq!(receipt.extra.submission_salt, None);
        let first = Receipt::read(made["receipt"].as_str().unwrap()).unwrap();
        assert_eq!((first.check(&key).is_ok(), first.extra.entry), (true, receipt.extra.entry));

        let both = world.operator().post("/v1/shreddings", &json!({"older_than_days": 0, "proof": true}));
        assert_eq!(both.body["records"], json!(1), "{both}");
        assert_eq!(found(&proofs, &left(&world)), Vec::<String>::new());
        let world = world.restarted();
        blocks(&world);
    }

    fn one_objection_is_shredded_and_the_others_stay(world) {
        let made = posted(&world);
        let other = again(&world, "sparrtjanst").makes("/v1/objections", &objection("spt-2", &[], &person()));
        let asked = json!({"objection": made["id"], "proof": true});
        let done = world.operator().post("/v1/shreddings", &asked);
        assert_eq!((&done.body["records"], &done.body["entries"]), (&json!(3), &json!(1)), "{done}");
        let staff = again(&world, "reception");
        let view = |made: &Value| staff.get(&format!("/v1/objections/{}", made["id"].as_str().unwrap())).body;
        assert_eq!(view(&made)["record"]["originals"], json!({}));
        assert!(view(&other)["record"]["originals"]["person"].is_array());
        blocks(&world);
        let nobody = json!({"objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42"});
        world.operator().post("/v1/shreddings", &nobody).is_problem(404, "not-found");
        for wrong in [json!({}), json!({"objection": made["id"], "older_than_days": 1})] {
            world.operator().post("/v1/shreddings", &wrong).is_problem(400, "malformed");
        }
    }
}

/// Two days pass.
fn two_days_pass(world: &World) {
    let mut raw = world.place.raw();
    let off = match world.place.url.backend() {
        Backend::Sqlite => "DROP TRIGGER IF EXISTS entries_update",
        Backend::Postgresql => "ALTER TABLE entries DISABLE TRIGGER entries_append_only",
    };
    run(&mut raw, off).expect("as the owner of the database");
    run(&mut raw, "UPDATE entries SET time = time - 172800000000").expect("older");
}

#[test]
fn what_is_due_goes_by_itself_and_an_idle_ledger_does_not_grow() {
    for backend in [Backend::Sqlite, Backend::Postgresql] {
        let retention = Retention { originals: Some(1), proof: Some(3) };
        let world = World::with(backend, Setup { retention, ..Setup::default() });
        posted(&world);
        let staff = again(&world, "reception");
        let item = staff.get("/v1/review").body["items"][0]["id"].clone();
        let path = format!("/v1/review/{}/clearances", item.as_str().expect("an id"));
        staff.makes(&path, &json!({"outcome": "unusable"}));
        let kept = keys(&world, 0);
        world.app.shred_what_is_due();
        assert_eq!(keys(&world, 0), kept, "too early");
        two_days_pass(&world);
        world.app.shred_what_is_due();
        assert_eq!(found(&kept, &left(&world)), Vec::<String>::new());
        assert!(!keys(&world, 1).is_empty(), "a proxy goes when its own time is over");
        let newest = world.app.as_of().position;
        for _ in 0..3 {
            two_days_pass(&world);
            world.app.shred_what_is_due();
        }
        assert!(keys(&world, 1).is_empty());
        assert_eq!(world.app.as_of().position, newest + 1, "a shredding was the reason of others");
        blocks(&world);
    }
}

#[test]
fn staff_have_thirty_days_for_what_nobody_could_read_however_short_the_time_is() {
    let retention = Retention { originals: Some(1), proof: None };
    let world = World::with(Backend::Sqlite, Setup { retention, ..Setup::default() });
    posted(&world);
    let value = || again(&world, "reception").get("/v1/review").body["items"][0]["value"].clone();
    two_days_pass(&world);
    world.app.shred_what_is_due();
    assert_eq!(value(), "ring mig");
    for _ in 0..15 {
        two_days_pass(&world);
    }
    world.app.shred_what_is_due();
    assert_eq!(value(), Value::Null);
}

#[test]
fn nothing_is_kept_where_none_is_to_be_but_what_nobody_could_read() {
    let retention = Retention { originals: Some(0), proof: None };
    let world = World::with(Backend::Sqlite, Setup { retention, ..Setup::default() });
    let made = posted(&world);
    let fields = "SELECT field AS cell FROM originals WHERE key_purpose = 0";
    assert_eq!(cells(&mut world.place.raw(), fields), ["unread"]);
    world.app.shred_what_is_due();
    assert_eq!(again(&world, "reception").get("/v1/review").body["items"][0]["value"], "ring mig");
    let path = format!("/v1/objections/{}", made["id"].as_str().unwrap());
    assert_eq!(again(&world, "sparrtjanst").get(&path).body["reference"], Value::Null);
    let again =
        again(&world, "sparrtjanst").post("/v1/objections", &objection("spt-1", &[], &person()));
    again.is_problem(409, "reference-reused");
}

#[test]
fn the_command_shreds_beside_a_server_and_without_one() {
    let folder = Folder::started();
    let without = folder.json(&["originals", "shred", "--older-than", "0"]);
    assert_eq!(without["records"], 0);
    let serving = folder.serve();
    let told = folder.done(&["originals", "shred", "--older-than", "0", "--proof"]);
    assert_eq!(told, "Nothing was left to shred.\n");
    serving.kill();
    let id = "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42";
    assert!(folder.refused(&["originals", "shred", "--objection", id]).contains("Nothing here"));
}
