//! Loading a version: all of a file or nothing of it.

use super::{
    NOT_ON_IT, ON_IT, asked, csv, days_ago, decision, load, loaded, nix, nix_of, phone, sent,
    versions_with_rows,
};
use crate::support::{Answer, on_both};
use serde_json::{Value, json};
use std::fmt::Write as _;

on_both! {
    fn a_file_with_broken_rows_is_refused_whole(world) {
        nix_of(&world, 9, &[ON_IT]);
        let mut file = "Telefonnummer\n".to_owned();
        for number in 0..60 {
            let _ = match number % 2 {
                0 => writeln!(file, "070-174 06 {:02}", 30 + number),
                _ => writeln!(file, "ring efter 17"),
            };
        }
        let answer = load(&world, "nix-telefon", 1, &file);
        answer.is_problem(422, "unprocessable").at("/3", "unreadable").at("/5", "unreadable");
        assert_eq!(answer.body["errors"].as_array().expect("a list").len(), 20, "{answer}");
        let detail = answer.body["detail"].as_str().expect("a detail");
        assert!(detail.starts_with("Line 3: ") && detail.contains("stays"), "{detail}");
        assert!(!answer.text.contains("ring efter"), "values are not repeated: {answer}");
        assert_eq!(versions_with_rows(&world), 1, "nothing of it is left");
        let crm = world.crm();
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(ON_IT)), "phone"), "blocked", "the old one stays in force");
        assert_eq!(decision(&asked(&crm, &["phone"], &phone("070-174 06 30")), "phone"), "clear");
        let version = &world.operator().get("/v1/registers").body["registers"][0]["version"];
        assert_eq!(version["date"], days_ago(9), "{version}");
    }

    fn a_row_broken_late_in_a_long_file_leaves_nothing(world) {
        nix(&world);
        let mut file = many(40_000);
        file.push_str("inget nummer\n");
        load(&world, "nix-telefon", 1, &file).is_problem(422, "unprocessable").at("/40002", "unreadable");
        assert_eq!(versions_with_rows(&world), 0);
    }

    fn a_file_that_is_none_is_refused(world) {
        nix(&world);
        let admin = world.operator();
        for (file, code) in [
            ("", "empty"),
            ("Telefonnummer\r\n", "empty"),
            ("E-post\neva.ek@exempel.example\n", "nothing_readable"),
            ("Något;Annat\n1;2\n", "no_column"),
            ("Telefonnummer;Namn\n\"070-174 06 21;Bo\n", "quote_not_closed"),
            ("Telefonnummer;Namn\n070-174 06 21\n", "too_few_fields"),
        ] {
            let answer = load(&world, "nix-telefon", 1, file);
            answer.is_problem(422, "unprocessable");
            let codes = answer.body["errors"].as_array().expect("a list").iter();
            assert!(codes.clone().any(|error| error["code"] == code), "{file:?}: {answer}");
            assert!(answer.body["detail"].as_str().is_some_and(|told| told.starts_with("Line ")), "{answer}");
        }
        let date = format!("date={}", days_ago(1));
        sent(&admin, "nix-telefon", &date, "application/json", "{}").is_problem(415, "unsupported-media-type");
        sent(&admin, "nix-telefon", &date, "text/plain", "x").is_problem(415, "unsupported-media-type");
        sent(&admin, "nix-telefon", &date, "text/csv", "PK\x03\x04blad").is_problem(415, "unsupported-media-type");
        sent(&admin, "nix-telefon", &format!("{date}&columns=nej"), "text/csv", "a").at("/columns", "columns");
        sent(&admin, "finns-inte", &date, "text/csv", csv(&[ON_IT])).is_problem(404, "not-found");
        for date in ["", "date=", "date=2026-13-01", "date=i+dag"] {
            sent(&admin, "nix-telefon", date, "text/csv", csv(&[ON_IT])).is_problem(400, "malformed");
        }
        assert_eq!(versions_with_rows(&world), 0);
    }

    fn the_old_version_counts_until_the_new_one_does(world) {
        nix_of(&world, 9, &[ON_IT]);
        let crm = world.crm();
        let before = loaded(&load(&world, "nix-telefon", 1, &csv(&[NOT_ON_IT])));
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(ON_IT)), "phone"), "clear");
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(NOT_ON_IT)), "phone"), "blocked");
        world.app.housekeeping();
        assert_eq!(versions_with_rows(&world), 1, "what the old one held is gone");
        let versions = world.operator().get("/v1/registers/nix-telefon/versions?limit=1").body;
        assert_eq!(versions["versions"][0]["id"], before["id"], "{versions}");
        let next = versions["next"].as_str().expect("a next page");
        let older = world.operator().get(&format!("/v1/registers/nix-telefon/versions?after={next}")).body;
        let older = &older["versions"][0];
        assert_eq!((&older["date"], &older["in_force"]), (&json!(days_ago(9)), &json!(false)), "it stays on record");
        assert_ne!(older["digest"], before["digest"], "{older}");
    }

    fn an_older_day_and_one_to_come_are_refused(world) {
        nix_of(&world, 9, &[ON_IT]);
        load(&world, "nix-telefon", 10, &csv(&[ON_IT])).is_problem(422, "unprocessable").at("/date", "older_than_in_force");
        let admin = world.operator();
        sent(&admin, "nix-telefon", "date=2999-01-01", "text/csv", csv(&[ON_IT])).at("/date", "in_the_future");
    }

    fn the_same_file_again_is_the_same_version(world) {
        nix_of(&world, 9, &[ON_IT]);
        let head = world.app_position();
        let first = world.operator().get("/v1/registers").body["registers"][0]["version"].clone();
        let again = load(&world, "nix-telefon", 9, &csv(&[ON_IT]));
        assert_eq!(loaded(&again)["id"], first["id"]);
        assert_eq!(world.app_position(), head, "nothing was recorded");
        let other = loaded(&load(&world, "nix-telefon", 9, &csv(&[ON_IT, NOT_ON_IT])));
        assert_ne!(other["id"], first["id"], "a corrected file of that day replaces it");
        world.app.housekeeping();
        assert_eq!(versions_with_rows(&world), 1);
    }

    fn a_retry_gets_the_first_answer(world) {
        nix(&world);
        let send = |days: u64, file: &str, key: &str| {
            let path = format!("/v1/registers/nix-telefon/versions?date={}", days_ago(days));
            let request = world.operator().request("POST", &path).header("Content-Type", "text/csv");
            Answer::of(request.header("Idempotency-Key", key).body(file.to_owned()))
        };
        let first = send(5, &csv(&[ON_IT]), "a");
        send(3, &csv(&[NOT_ON_IT]), "b");
        let again = send(5, &csv(&[ON_IT]), "a");
        assert_eq!((again.status, &again.body["version"]["id"]), (201, &first.body["version"]["id"]), "{again}");
        assert_eq!(again.body["receipt"], first.body["receipt"], "{again}");
        send(5, &csv(&[NOT_ON_IT]), "a").is_problem(409, "idempotency-key-reused");
        send(5, &csv(&[NOT_ON_IT]), "c").at("/date", "older_than_in_force");
        world.app.housekeeping();
        assert_eq!(versions_with_rows(&world), 1);
    }

    fn a_dry_run_checks_every_row_and_leaves_nothing(world) {
        nix(&world);
        let (admin, head) = (world.operator(), world.app_position());
        let query = format!("date={}&dry_run=true", days_ago(1));
        let answer = sent(&admin, "nix-telefon", &query, "text/csv", csv(&[ON_IT]));
        assert_eq!((answer.status, &answer.body["status"]), (200, &json!("checked")), "{answer}");
        assert_eq!((&answer.body["version"]["rows"], &answer.body["receipt"]), (&json!(1), &Value::Null), "{answer}");
        sent(&admin, "nix-telefon", &query, "text/csv", csv(&["nej"])).at("/2", "unreadable");
        assert_eq!((versions_with_rows(&world), world.app_position()), (0, head));
    }

    fn files_come_as_others_write_them(world) {
        nix(&world);
        let admin = world.operator();
        let date = format!("date={}", days_ago(1));
        for (query, kind, file) in [
            (date.clone(), "text/csv", b"070-174 06 21\n08-465 004 10\n".to_vec()),
            (date.clone(), "application/x-ndjson", b"{\"phone\": \"+46 70 174 06 21\"}\n".to_vec()),
            (format!("{date}&columns=phone:Abonnent"), "text/csv", b"Abonnent;Namn\n0701740621;Bo\n".to_vec()),
            (date.clone(), "text/csv", utf16("Telefon\r\n0701740621\r\n")),
        ] {
            loaded(&sent(&admin, "nix-telefon", &query, kind, file));
            assert_eq!(decision(&asked(&world.crm_again(), &["phone"], &phone(ON_IT)), "phone"), "blocked", "{query} {kind}");
        }
    }

    fn two_hundred_thousand_rows_go_through(world) {
        nix(&world);
        let mut file = many(200_000);
        file.push_str(ON_IT);
        let version = loaded(&load(&world, "nix-telefon", 1, &file));
        assert_eq!(version["rows"], 200_001, "{version}");
        assert_eq!(decision(&asked(&world.crm(), &["phone"], &phone(ON_IT)), "phone"), "blocked");
    }
}

/// Numbers of the documented ranges, again and again.
fn many(rows: usize) -> String {
    let mut file = String::with_capacity(rows * 16);
    file.push_str("Telefonnummer\n");
    for number in 0..rows {
        let _ = writeln!(file, "0980-319 {:03}", 200 + number % 100);
    }
    file
}

fn utf16(text: &str) -> Vec<u8> {
    let marked = "\u{feff}".encode_utf16().chain(text.encode_utf16());
    marked.flat_map(u16::to_le_bytes).collect()
}
