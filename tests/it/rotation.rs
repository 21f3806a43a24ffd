//! Rotation of the tag key: while it runs nothing waits and nobody is cleared who
//! objected, and after it nothing is left of the old tags.

use crate::cli::nejtack;
use crate::shutdown::Instance;
use crate::store::support::{cells, run};
use crate::support::{Answer, Party, World, objection, on_both, person};
use nejtack::store::Backend;
use serde_json::{Value, json};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Ends the load, however the test goes on: threads that nobody ends are waited for.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn mail(who: &str) -> Value {
    json!({"emails": [format!("{who}@exempel.example")]})
}

/// Rotates, and waits until all is done.
pub(crate) fn rotate(world: &World) -> i64 {
    let operator = world.operator();
    let begun = operator.post("/v1/keys/rotations", &json!(null));
    assert_eq!(begun.status, 202, "{begun}");
    done(&operator)
}

/// Waits for a rotation; the version that is in use then.
fn done(operator: &Party<'_>) -> i64 {
    let begun = Instant::now();
    loop {
        let status = operator.get("/v1/keys").body;
        if status["rotation"].is_null() {
            assert_eq!(status["keys"][0]["purpose"], "tag");
            return status["keys"][0]["version"].as_i64().expect("a version");
        }
        assert_eq!(status["rotation"]["failed"], Value::Null, "{status}");
        assert!(begun.elapsed() < Duration::from_secs(120), "{status}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The generations of tags that are in the database.
fn generations(world: &World) -> Vec<String> {
    let each = "SELECT DISTINCT CAST(key_version AS TEXT) AS cell FROM tags ORDER BY 1";
    cells(&mut world.place.raw(), each)
}

/// Records many objections at once.
fn many(service: &Party<'_>, name: &str, count: usize) {
    let all: Vec<_> = (0..count)
        .map(|number| {
            objection(&format!("{name}-{number}"), &[], &mail(&format!("{name}-{number}")))
        })
        .collect();
    for some in all.chunks(500) {
        let answer = service.post("/v1/objections/batch", &json!(some));
        assert_eq!(answer.text.matches("\"recorded\"").count(), some.len(), "{answer}");
    }
}

/// The decisions on `{name}-{number}` for all of these.
fn decisions(crm: &Party<'_>, name: &str, count: usize) -> Vec<String> {
    let persons: Vec<_> = (0..count).map(|number| mail(&format!("{name}-{number}"))).collect();
    let body =
        json!({"controller": "tandgruppen-malmo", "channels": ["email"], "persons": persons});
    let answer = crm.post("/v1/lookups/batch", &body);
    let results = answer.body["results"].as_array().unwrap_or_else(|| panic!("{answer}"));
    results.iter().map(|one| one["decisions"]["email"].as_str().unwrap().to_owned()).collect()
}

fn all_are(decisions: &[String], what: &str) {
    assert!(decisions.iter().all(|one| one == what), "{decisions:?}");
}

on_both! {
    fn a_rotation_under_load_clears_nobody(world) {
        let (service, crm, operator) = (world.service(), world.crm(), world.operator());
        many(&service, "forr", 1_500);
        let (over, acknowledged) = (AtomicBool::new(false), Mutex::new(Vec::<String>::new()));
        std::thread::scope(|scope| {
            let _ends = Ends(&over);
            for thread in 0..3 {
                let (service, over, acknowledged) = (&service, &over, &acknowledged);
                scope.spawn(move || {
                    for number in 0.. {
                        let who = format!("under-{thread}-{number}");
                        service.makes("/v1/objections", &objection(&who, &[], &mail(&who)));
                        acknowledged.lock().unwrap().push(who);
                        if over.load(Ordering::Relaxed) { break; }
                    }
                });
            }
            for thread in 0..2 {
                let (crm, over, acknowledged) = (&crm, &over, &acknowledged);
                scope.spawn(move || {
                    for number in 0.. {
                        let newest = acknowledged.lock().unwrap().iter().rev().nth(number % 5).cloned();
                        for who in newest.iter().cloned().chain([format!("forr-{}", number * 7 % 1_500)]) {
                            assert_eq!(crm.decision("tandgruppen-malmo", "email", &mail(&who)), "blocked", "{who}");
                        }
                        assert_eq!(crm.decision("tandgruppen-malmo", "email", &mail(&format!("fri-{thread}"))), "clear");
                        if over.load(Ordering::Relaxed) { break; }
                    }
                });
            }
            let begun = operator.post("/v1/keys/rotations", &json!(null));
            assert_eq!((begun.status, &begun.body["rotation"]["to"]), (202, &json!(2)), "{begun}");
            operator.post("/v1/keys/rotations", &json!(null)).is_problem(409, "event-not-possible");
            assert_eq!(done(&operator), 2);
            assert_eq!(rotate(&world), 3);
            over.store(true, Ordering::Relaxed);
        });
        assert_eq!(generations(&world), ["3"]);
        let acknowledged = acknowledged.into_inner().unwrap();
        assert!(acknowledged.len() > 10, "{}", acknowledged.len());
        let world = world.restarted();
        let crm = again(&world, "crm");
        for who in &acknowledged {
            assert_eq!(crm.decision("tandgruppen-malmo", "email", &mail(who)), "blocked", "{who}");
        }
        all_are(&decisions(&crm, "forr", 1_500), "blocked");
        all_are(&decisions(&crm, "fri", 300), "clear");
    }

    fn events_before_and_after_a_rotation_mean_the_same(world) {
        let (service, crm, staff) = (world.service(), world.crm(), world.staff());
        let made = service.makes("/v1/objections", &objection("spt-1", &[], &person()));
        let events = |path: &str, body: &Value| service.makes(&format!("/v1/objections/{}/{path}", made["id"].as_str().unwrap()), body);
        events("identifiers", &json!({"person": mail("fore")}));
        rotate(&world);
        events("identifiers", &json!({"person": mail("efter")}));
        let ask = |person: &Value| crm.decision("tandgruppen-malmo", "email", person);
        for one in [&person(), &mail("fore"), &mail("efter")] {
            assert_eq!(ask(one), "blocked", "{one}");
        }
        // met by tags of both generations, it is one reason
        service.makes("/v1/objections", &objection("spt-2", &[], &person()));
        let mut both = person();
        both["emails"] = json!(["fore@exempel.example", "efter@exempel.example"]);
        let body = json!({"controller": "tandgruppen-malmo", "channels": ["email"], "person": both});
        let reasons = crm.post("/v1/lookups", &body).body["reasons"].clone();
        let by_mail = reasons.as_array().unwrap().iter().filter(|one| one["matched"] == "email");
        assert_eq!(by_mail.count(), 1, "{reasons}");
        // a personnummer of the old generation is compared with one of the new
        let other = json!({"personnummer": "19701105-2391", "emails": ["fore@exempel.example"]});
        let body = json!({"controller": "tandgruppen-malmo", "channels": ["email", "sms"], "person": other});
        let found = crm.post("/v1/lookups", &body).body["decisions"].clone();
        assert_eq!(found, json!({"email": "blocked", "sms": "clear"}));
        let taken = staff.makes("/v1/withdrawals", &json!({"person": person()}));
        assert_eq!(taken["withdrawals"].as_array().map(Vec::len), Some(2), "{taken}");
        assert_eq!(ask(&mail("efter")), "clear");
        let world = world.restarted();
        assert_eq!(again(&world, "crm").decision("tandgruppen-malmo", "email", &mail("fore")), "clear");
        assert_eq!(world.optician().decision("optiker-ek", "email", &mail("fore")), "blocked");
    }

    fn tags_that_were_tampered_with_are_not_laundered(world) {
        let service = world.service();
        service.makes("/v1/objections", &objection("spt-1", &[], &person()));
        let off = match world.place.url.backend() {
            Backend::Sqlite => "DROP TRIGGER tags_update",
            Backend::Postgresql => "ALTER TABLE tags DISABLE TRIGGER tags_never_changes",
        };
        run(&mut world.place.raw(), off).expect("as the owner of the database");
        run(&mut world.place.raw(), "UPDATE tags SET kind = kind % 7 + 1 WHERE ordinal = 0").expect("tampered");
        let operator = world.operator();
        operator.post("/v1/keys/rotations", &json!(null));
        let begun = Instant::now();
        let status = loop {
            let status = operator.get("/v1/keys").body;
            assert!(!status["rotation"].is_null(), "{status}");
            if status["rotation"]["failed"].is_string() { break status; }
            assert!(begun.elapsed() < Duration::from_secs(60), "{status}");
        };
        assert!(status["rotation"]["failed"].as_str().unwrap().contains("nejtack verify"), "{status}");
        assert_eq!(status["keys"][0]["version"], 1);
        assert!(generations(&world).contains(&"1".to_owned()));
    }
}

/// The client of this id, with a new secret.
fn again<'a>(world: &'a World, id: &str) -> Party<'a> {
    let path = format!("/v1/clients/{id}/secrets");
    let secret = world.operator().makes(&path, &json!(null))["client_secret"].clone();
    world.holder(id, &secret)
}

#[test]
fn another_instance_follows_a_rotation() {
    let world = World::on(Backend::Postgresql);
    let (service, crm) = (world.service(), world.crm());
    many(&service, "forr", 1_200);
    let beside = world.beside();
    let there = |party: &Party<'_>| beside.party().with_token(party.token());
    let (other_service, other_crm) = (there(&service), there(&crm));
    all_are(&decisions(&other_crm, "forr", 1_200), "blocked");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for (name, writer, reader) in [("har", &service, &other_crm), ("dar", &other_service, &crm)]
        {
            let over = &over;
            scope.spawn(move || {
                for number in 0.. {
                    let who = format!("{name}-{number}");
                    writer.makes("/v1/objections", &objection(&who, &[], &mail(&who)));
                    for one in [mail(&who), mail(&format!("forr-{}", number % 1_200))] {
                        let found = reader.decision("tandgruppen-malmo", "email", &one);
                        assert_eq!(found, "blocked", "{one}");
                    }
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        for version in 2..5 {
            assert_eq!(rotate(&world), version);
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(generations(&world), ["4"]);
    all_are(&decisions(&other_crm, "forr", 1_200), "blocked");
    let third = world.beside();
    let fresh = third.party().with_token(crm.token());
    all_are(&decisions(&fresh, "forr", 1_200), "blocked");
    all_are(&decisions(&fresh, "fri", 200), "clear");
}

/// What one instance has begun and left, another ends; with nobody at it, an
/// instance by itself.
#[test]
fn a_rotation_that_nobody_is_at_is_gone_on_with() {
    for backend in [Backend::Sqlite, Backend::Postgresql] {
        let world = World::on(backend);
        many(&world.service(), "forr", 300);
        world.crm();
        // as a process leaves it that was killed right after the first entry
        let rows = "SELECT CAST(MAX(version) AS TEXT) AS cell FROM keys WHERE purpose = 'tag'";
        world.operator().post("/v1/keys/rotations", &json!(null));
        world.app.close();
        assert_eq!(cells(&mut world.place.raw(), rows), ["2"]);
        let world = world.restarted();
        world.app.resume_rotation();
        world.app.resume_rotation();
        assert_eq!(done(&world.operator()), 2);
        assert_eq!(generations(&world), ["2"]);
        all_are(&decisions(&again(&world, "crm"), "forr", 300), "blocked");
    }
}

/// The bytes of the tags of a generation.
fn tags_of(world: &World, version: i32) -> Vec<Vec<u8>> {
    let query = format!("SELECT hex(tag) AS cell FROM tags WHERE key_version = {version}");
    let hex = cells(&mut world.place.raw(), &query);
    hex.iter().map(|hex| crate::at_rest::from_hex(hex)).collect()
}

#[test]
fn no_byte_of_an_old_tag_is_left_in_the_files() {
    let world = World::on(Backend::Sqlite);
    let service = world.service();
    many(&service, "forr", 1_000);
    for number in 0..20 {
        service.makes("/v1/objections", &objection(&format!("spt-{number}"), &[], &person()));
    }
    let old = tags_of(&world, 1);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _ends = Ends(&over);
        scope.spawn(|| {
            for number in 0.. {
                let who = format!("under-{number}");
                service.makes("/v1/objections", &objection(&who, &[], &mail(&who)));
                if over.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        assert_eq!(rotate(&world), 2);
        over.store(true, Ordering::Relaxed);
    });
    world.app.housekeeping();
    let left = |tags: &[Vec<u8>]| {
        let file = world.place.file();
        let wal = file.with_file_name("nejtack.db-wal");
        let bytes = [std::fs::read(file).unwrap(), std::fs::read(wal).unwrap_or_default()].concat();
        let sought: std::collections::HashSet<_> = tags.iter().map(Vec::as_slice).collect();
        bytes.windows(32).filter(|window| sought.contains(window)).count()
    };
    assert!(left(&tags_of(&world, 2)) > 1_000, "not even the new ones can be found");
    assert_eq!(left(&old), 0);
}

/// What a rotation is at, by the rows.
#[derive(Debug, PartialEq, Eq)]
enum Stage {
    Wrapping,
    Removing,
    Neither,
}

fn stage(instance: &Instance) -> Stage {
    let mut raw = crate::at_rest::open_sqlite(&instance.folder().data.join("nejtack.sqlite"));
    run(&mut raw, "PRAGMA busy_timeout = 5000").expect("set");
    let query = "SELECT CASE \
        WHEN EXISTS (SELECT 1 FROM tags WHERE key_version > g) THEN 'wrapping' \
        WHEN EXISTS (SELECT 1 FROM tags WHERE key_version = g) \
            AND EXISTS (SELECT 1 FROM tags WHERE key_version < g) \
            AND NOT EXISTS (SELECT 1 FROM tags WHERE key_version < g AND position = \
                (SELECT MIN(position) FROM tags WHERE key_version = g)) THEN 'removing' \
        ELSE '' END AS cell \
        FROM (SELECT COALESCE(MAX(version), 1) AS g FROM tag_generations)";
    match cells(&mut raw, query).remove(0).as_str() {
        "wrapping" => Stage::Wrapping,
        "removing" => Stage::Removing,
        _ => Stage::Neither,
    }
}

#[test]
fn a_kill_in_the_middle_loses_nothing_and_the_next_start_goes_on() {
    let instance = Instance::started();
    let crm = ["clients", "add", "crm", "--role", "marketing-tool"];
    instance.folder().done(&[&crm[..], &["--controller", "tandgruppen-malmo"]].concat());
    let server = instance.serve();
    let http = crate::support::http().build().expect("a client");
    let token = instance.token("sparrtjanst");
    let all: Vec<_> = (0..4_000)
        .map(|number| objection(&format!("k-{number}"), &[], &mail(&format!("k-{number}"))))
        .collect();
    for some in all.chunks(1_000) {
        let url = format!("{}/v1/objections/batch", server.url());
        let answer = Answer::of(http.post(url).bearer_auth(&token).json(&json!(some)));
        assert_eq!(answer.text.matches("\"recorded\"").count(), some.len());
    }
    server.kill();
    let (mut wrapping, mut removing) = (0, 0);
    for round in 0..40 {
        let server = instance.serve();
        // Until some of it is done, and not all.
        let wanted = if wrapping == 0 { Stage::Wrapping } else { Stage::Removing };
        let mut asked = nejtack()
            .args(["keys", "rotate", "--data"])
            .arg(&instance.folder().data)
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        let begun = Instant::now();
        while stage(&instance) != wanted && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(1));
        }
        server.kill();
        asked.wait().expect("it ends");
        match stage(&instance) {
            Stage::Wrapping => wrapping += 1,
            Stage::Removing => removing += 1,
            Stage::Neither => {}
        }
        instance.folder().done(&["verify"]); // in the middle, while nobody serves
        let server = instance.serve();
        let crm = instance.token("crm");
        for some in all.chunks(1_000) {
            let persons: Vec<_> = some.iter().map(|one| one["person"].clone()).collect();
            let body =
                json!({"controller": "tandgruppen-malmo", "channels": ["sms"], "persons": persons});
            let url = format!("{}/v1/lookups/batch", server.url());
            let found = Answer::of(http.post(url).bearer_auth(&crm).json(&body));
            let blocked = found.text.matches("\"sms\":\"blocked\"").count();
            assert_eq!(blocked, some.len(), "round {round}");
        }
        let begun = Instant::now();
        while !instance.folder().json(&["keys", "status"])["rotation"].is_null() {
            assert!(begun.elapsed() < Duration::from_secs(60), "nobody goes on with it");
            instance.folder().done(&["verify"]); // while it goes on
        }
        instance.folder().done(&["verify"]);
        server.kill();
        if wrapping > 0 && removing > 0 {
            return;
        }
    }
    panic!("not in the middle of each: {wrapping} while wrapping, {removing} while removing");
}
