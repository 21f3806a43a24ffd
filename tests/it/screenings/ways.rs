//! The three ways in which rows come back, and which of them.

use super::{
    Back, EMAIL, THREE, THREE_BACK, back, certificate, counts, csv, one_objected, sent, sha256,
};
use crate::hostile::raw::Raw;
use crate::support::{Party, World, objection, on_both};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn rows(text: &str) -> usize {
    text.lines().count() - 1
}

/// Asks until the screening has ended.
fn ended(party: &Party<'_>, id: &str) -> Value {
    let begun = Instant::now();
    loop {
        let answer = party.get(&format!("/v1/screenings/{id}"));
        match answer.status {
            200 => return answer.body,
            202 => assert_eq!(answer.body["status"], "running", "{answer}"),
            _ => panic!("{answer}"),
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not end: {answer}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

on_both! {
    fn a_file_comes_back_with_decisions_and_a_certificate(world) {
        one_objected(&world);
        let crm = world.crm();
        let position = world.app.as_of().position;
        let back = csv(&crm, EMAIL, THREE);
        assert_eq!(back.text(), THREE_BACK);
        assert_eq!(back.header("content-type"), "text/csv");
        assert_eq!(back.header("nejtack-as-of"), position.to_string());
        assert_eq!(back.header("content-length"), back.bytes.len().to_string());
        assert_eq!(back.header("cache-control"), "no-store");
        let certificate = back.completed(&crm);
        assert_eq!(counts(&certificate), [3, 1, 1, 1, 3]);
        assert_eq!(certificate["received"], json!({"bytes": THREE.len(), "sha256": sha256(THREE.as_bytes())}));
        assert_eq!(certificate["as_of"]["position"], position);
        assert_eq!(certificate["client"], "crm");
        assert_eq!(certificate["controllers"], json!(["tandgruppen-goteborg"]));
        assert_eq!((&certificate["channel"], &certificate["keep"]), (&json!("email"), &json!("all")));
        // the certificate is itself an entry, and the next file is decided behind it
        assert_eq!(world.app.as_of().position, position + 1);
        assert_eq!(csv(&crm, EMAIL, THREE).header("nejtack-as-of"), (position + 1).to_string());
    }

    fn a_stream_is_the_same_and_ends_with_its_certificate(world) {
        one_objected(&world);
        let crm = world.crm();
        let back = csv(&crm, &format!("{EMAIL}&stream=true"), THREE);
        assert_eq!(back.text(), THREE_BACK);
        assert_eq!(counts(&back.completed(&crm)), [3, 1, 1, 1, 3]);
    }

    fn a_result_can_be_fetched_later_until_a_restart(world) {
        one_objected(&world);
        let crm = world.crm();
        let request = crm.request("POST", EMAIL).header("Prefer", "wait=1, Respond-Async");
        let answer = back(request.header("Content-Type", "text/csv").body(THREE).send().expect("an answer"));
        assert_eq!(answer.status, 202, "{}", answer.text());
        let id = answer.id().to_owned();
        assert_eq!(answer.header("location"), format!("/v1/screenings/{id}"));
        assert_eq!(answer.header("preference-applied"), "respond-async");
        assert_eq!(answer.problem()["status"], "running");
        assert_eq!(counts(&ended(&crm, &id)), [3, 1, 1, 1, 3]);
        let path = format!("/v1/screenings/{id}/result");
        for _ in 0..2 {
            let result = back(crm.request("GET", &path).send().expect("an answer"));
            assert_eq!(result.text(), THREE_BACK);
            assert_eq!((result.id(), result.header("content-type")), (&*id, "text/csv"));
        }
        // nobody else's, not even an auditor's
        let other = world.client(&json!({"client_id": "annan", "role": "marketing-tool", "controllers": ["tandgruppen"]}));
        other.get(&path).is_problem(404, "not-found");
        let token = crm.token().to_owned();
        drop((crm, other));
        let world = world.restarted();
        let crm = world.stranger().with_token(&token);
        crm.get(&path).is_problem(410, "result-gone");
        assert_eq!(counts(&certificate(&crm, &id)), [3, 1, 1, 1, 3]);
    }

    fn only_the_rows_asked_for_come_back_and_all_are_counted(world) {
        one_objected(&world);
        let crm = world.crm();
        let lines: Vec<&str> = THREE_BACK.split_inclusive('\n').collect();
        for (keep, kept) in [("all", &[1, 2, 3][..]), ("clear", &[3]), ("not_clear", &[1, 2]), ("blocked", &[1]), ("undecidable", &[2])] {
            for stream in [false, true] {
                let back = csv(&crm, &format!("{EMAIL}&keep={keep}&stream={stream}"), THREE);
                let expected: String = [0].iter().chain(kept).map(|line| lines[*line]).collect();
                assert_eq!(back.text(), expected, "{keep}");
                let certificate = back.completed(&crm);
                assert_eq!(counts(&certificate), [3, 1, 1, 1, kept.len() as i64], "{keep}");
                assert_eq!(certificate["keep"], keep);
            }
        }
    }

    fn only_rows_whose_decision_changed_come_back(world) {
        let crm = world.crm();
        let first = csv(&crm, EMAIL, THREE).completed(&crm);
        assert_eq!(counts(&first), [3, 2, 0, 1, 3]);
        let since = first["as_of"]["position"].as_i64().expect("a position");
        let none = csv(&crm, &format!("{EMAIL}&changed_since={since}"), THREE);
        assert_eq!(rows(&none.text()), 0, "{}", none.text());
        assert_eq!(counts(&none.completed(&crm)), [3, 2, 0, 1, 0]);
        let service = world.service();
        let made = service.makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &json!({"emails": ["eva.ek@exempel.example"]})));
        let changed = csv(&crm, &format!("{EMAIL}&changed_since={since}"), THREE);
        assert!(changed.text().ends_with("\nEva Ek;eva.ek@exempel.example;;blocked;email_matched\r\n"), "{}", changed.text());
        let second = changed.completed(&crm);
        assert_eq!((counts(&second), &second["changed_since"]), ([3, 1, 1, 1, 1], &json!(since)));
        // taken back, it is clear again: since then it changed, since the beginning it did not
        let staff = world.staff();
        let id = made["id"].as_str().expect("an id");
        staff.makes(&format!("/v1/objections/{id}/annulments"), &json!({"reason": "wrong_person"}));
        assert_eq!(rows(&csv(&crm, &format!("{EMAIL}&changed_since={since}"), THREE).text()), 0);
        let then = second["as_of"]["position"].as_i64().expect("a position");
        let back = csv(&crm, &format!("{EMAIL}&changed_since={then}"), THREE);
        assert!(back.text().ends_with(";clear;\r\n") && rows(&back.text()) == 1, "{}", back.text());
        for beyond in [world.app.as_of().position + 1, i64::MAX] {
            let path = format!("{EMAIL}&changed_since={beyond}");
            let refused = csv(&crm, &path, THREE);
            assert_eq!((refused.status, &refused.problem()["errors"][0]["pointer"]), (422, &json!("/changed_since")));
        }
    }

    fn each_row_may_name_its_own_controller(world) {
        let service = world.service();
        service.makes("/v1/objections", &objection("spt-1", &["tandgruppen-malmo"], &json!({"emails": ["eva.ek@exempel.example"]})));
        let numbered = json!({"slug": "klinik-ett", "name": "Klinik Ett", "group": "tandgruppen", "organisation_number": "559999-0016"});
        let id = world.operator().makes("/v1/controllers", &numbered)["id"].clone();
        let crm = world.crm();
        let file = format!("email,Klinik\n\
            eva.ek@exempel.example,tandgruppen-goteborg\n\
            eva.ek@exempel.example,tandgruppen-malmo\n\
            eva.ek@exempel.example,559999-0016\n\
            eva.ek@exempel.example, {} \n\
            eva.ek@exempel.example,optiker-ek\n\
            eva.ek@exempel.example,okand\n\
            eva.ek@exempel.example,tandgruppen\n\
            eva.ek@exempel.example,\n", id.as_str().expect("an id"));
        let said = |back: &Back| -> Vec<String> {
            let text = back.text();
            let fields = text.lines().skip(1).map(|line| line.splitn(3, ',').nth(2).expect("three").to_owned());
            fields.collect()
        };
        let back = csv(&crm, "/v1/screenings?channel=email&controller_column=Klinik", file.clone());
        let expected = ["clear,", "blocked,email_matched", "clear,", "clear,", "undecidable,controller_unknown",
            "undecidable,controller_unknown", "undecidable,controller_unknown", "undecidable,controller_missing"];
        assert_eq!(said(&back), expected);
        let certificate = back.completed(&crm);
        assert_eq!(counts(&certificate), [8, 3, 1, 4, 8]);
        let mut controllers: Vec<&str> = certificate["controllers"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        controllers.sort_unstable();
        assert_eq!(controllers, ["klinik-ett", "tandgruppen-goteborg", "tandgruppen-malmo"]);
        // a blank falls to the controller of the request
        let back = csv(&crm, "/v1/screenings?channel=email&controller_column=Klinik&controller=tandgruppen-malmo", file);
        assert_eq!(said(&back).last().expect("a row"), "blocked,email_matched");
    }
}

#[test]
fn lines_of_json_come_back_as_such() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    let lines = "{\"email\": \"anna.karin@exempel.example\", \"x\": [1, {\"y\": null}]}\n\
        {\"email\": \"eva.ek@exempel.example\"}\n{\"kund\": 7}\n";
    for kind in ["application/x-ndjson", "application/jsonl; charset=utf-8"] {
        let back = sent(&crm, EMAIL, kind, lines);
        assert_eq!(counts(&back.completed(&crm)), [3, 1, 1, 1, 3], "{}", back.text());
        assert_eq!(back.header("content-type"), "application/x-ndjson");
        let said: Vec<Value> =
            back.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let decisions: Vec<_> = said.iter().map(|row| &row["nejtack_decision"]).collect();
        assert_eq!(decisions, ["blocked", "clear", "undecidable"]);
        assert_eq!(said[0]["nejtack_reason"], "email_matched");
        assert_eq!(said[0]["x"], json!([1, {"y": null}]));
        assert_eq!(said[2]["nejtack_reason"], "nothing_given");
    }
}

/// The head of a chunked upload on a bare socket.
fn head(token: &str, query: &str) -> String {
    format!(
        "POST {EMAIL}{query} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// Many rows that are all clear.
fn many(rows: usize) -> String {
    (0..rows).map(|n| format!("p{n:07}@exempel.example\r\n")).collect()
}

#[test]
fn a_stream_comes_while_the_upload_is_open_and_a_whole_answer_only_after_it() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let crm = world.crm();
    let file = format!("email\r\n{}", many(60_000));
    let mut raw = Raw::to(&world.url);
    raw.send(head(crm.token(), "&stream=true"));
    raw.send(chunk(&file));
    assert!(raw.hears("p0000000@exempel.example,clear,"), "nothing came");
    raw.send(chunk("sist@exempel.example\r\n"));
    raw.send("0\r\n\r\n");
    assert!(raw.hears("sist@exempel.example,clear,\r\n\r\n0\r\n\r\n"), "no end");

    let mut raw = Raw::to(&world.url);
    raw.send(head(crm.token(), ""));
    raw.send(chunk(&file));
    assert!(!raw.hears_within(Duration::from_millis(700)), "it answered before the end");
    raw.send("0\r\n\r\n");
    let heard = raw.answer();
    assert_eq!((heard.status, heard.body.lines().count()), (200, 60_001));
}

/// The newest screening's certificate, as the database has it.
fn newest_failure(world: &World) -> Option<String> {
    let query =
        "SELECT COALESCE(failure, 'none') AS cell FROM screenings ORDER BY position DESC LIMIT 1";
    crate::store::support::cells(&mut world.place.raw(), query).pop()
}

#[test]
fn a_client_that_goes_away_leaves_a_failed_certificate_and_nothing_else() {
    let world = World::on(nejtack::store::Backend::Sqlite);
    let crm = world.crm();
    for (query, expected) in [
        ("", &["upload_broken_off"][..]),
        ("&stream=true", &["upload_broken_off", "answer_not_taken"]),
    ] {
        let before = world.app.as_of().position;
        let mut raw = Raw::to(&world.url);
        raw.send(head(crm.token(), query));
        raw.send(chunk(&format!("email\r\n{}", many(60_000))));
        if query.is_empty() {
            raw.hears_within(Duration::from_millis(300));
        } else {
            assert!(raw.hears("p0000000@exempel.example,clear,"));
        }
        drop(raw);
        let begun = Instant::now();
        while world.app.as_of().position == before {
            assert!(begun.elapsed() < Duration::from_secs(60), "no certificate: {query}");
            std::thread::sleep(Duration::from_millis(20));
        }
        let failure = newest_failure(&world).expect("a certificate");
        assert!(expected.contains(&failure.as_str()), "{query}: {failure}");
    }
    // no thread of a screening is left
    let begun = Instant::now();
    while threads() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} threads are left", threads());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(csv(&crm, EMAIL, THREE).status, 200);
}

/// Threads of this process that screen. Other tests have some for a moment.
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("it lives").flatten();
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).ok();
    tasks.filter_map(name).filter(|name| name.trim_end() == "screening").count()
}
