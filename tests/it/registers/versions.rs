//! Which file may follow which, and what comes of the same one again.

use super::{
    NOT_ON_IT, ON_IT, asked, csv, days_ago, decision, load, loaded, nix, nix_of, phone, sent,
};
use crate::support::{Answer, World, on_both};
use nejtack::evidence::receipt::Receipt;
use serde_json::{Value, json};
use std::sync::Barrier;

/// So many numbers of the documented ranges.
fn numbers(count: usize) -> String {
    let rows: Vec<_> = (0..count).map(|number| format!("0980-319 {:03}", 200 + number)).collect();
    csv(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn of_day(world: &World, days: u64, more: &str, file: &str) -> Answer {
    let query = format!("date={}{more}", days_ago(days));
    sent(&world.operator(), "nix-telefon", &query, "text/csv", file)
}

fn versions(world: &World) -> Vec<Value> {
    let listed = world.operator().get("/v1/registers/nix-telefon/versions").body;
    listed["versions"].as_array().expect("a list").clone()
}

const TWO: &str = "Nr A;Nr B\n070-174 06 21;070-174 06 22\n070-174 06 23;070-174 06 24\n";

on_both! {
    fn the_same_file_with_other_columns_is_another_version(world) {
        nix(&world);
        let one = loaded(&of_day(&world, 1, "&columns=phone:Nr+A", TWO));
        let crm = world.crm();
        assert_eq!(decision(&asked(&crm, &["phone"], &phone("070-174 06 22")), "phone"), "clear");
        let both = loaded(&of_day(&world, 1, "&columns=phone:Nr+A,phone:Nr+B", TWO));
        assert_ne!(one["id"], both["id"], "{both}");
        assert_eq!(decision(&asked(&crm, &["phone"], &phone("070-174 06 22")), "phone"), "blocked");
        let column = |number: u32, heading: &str| json!({"read_as": "phone", "number": number, "heading": heading});
        assert_eq!(both["columns_used"], json!([column(1, "Nr A"), column(2, "Nr B")]), "{both}");
        let listed = versions(&world);
        assert_eq!((&listed[0]["columns_used"], &listed[1]["columns_used"]), (&both["columns_used"], &json!([column(1, "Nr A")])));
        let head = world.app_position();
        assert_eq!(loaded(&of_day(&world, 1, "&columns=phone:Nr+A,phone:Nr+B", TWO))["id"], both["id"]);
        assert_eq!(world.app_position(), head, "nothing was recorded");
    }

    fn a_retry_with_other_columns_is_none(world) {
        nix(&world);
        let send = |columns: &str| {
            let path = format!("/v1/registers/nix-telefon/versions?date={}&columns={columns}", days_ago(1));
            let request = world.operator().request("POST", &path).header("Content-Type", "text/csv");
            Answer::of(request.header("Idempotency-Key", "k").body(TWO))
        };
        let first = send("phone:Nr+A");
        assert_eq!(loaded(&send("phone:Nr+A"))["id"], first.body["version"]["id"]);
        send("phone:Nr+B").is_problem(409, "idempotency-key-reused");
    }

    fn of_two_at_once_the_later_day_is_in_force(world) {
        nix(&world);
        let mut later = 0;
        for round in 0..12_u64 {
            let slug = format!("lista-{round}");
            let new = json!({"slug": slug, "name": slug, "preset": "nix-telefon"});
            world.operator().makes("/v1/registers", &new);
            let together = Barrier::new(2);
            let one = |days: u64| {
                together.wait();
                std::thread::sleep(std::time::Duration::from_micros(days * round * 100));
                load(&world, &slug, days, &csv(&[ON_IT]))
            };
            let (old, new) = std::thread::scope(|scope| {
                let old = scope.spawn(|| one(2));
                let new = one(1);
                (old.join().expect("it ends"), new)
            });
            for answer in [&old, &new] {
                assert!([201, 409, 422].contains(&answer.status), "{answer}");
            }
            let listed = world.operator().get(&format!("/v1/registers/{slug}/versions")).body;
            let dates: Vec<_> = listed["versions"].as_array().expect("a list").iter().map(|own| own["date"].to_string()).collect();
            assert!(dates.is_sorted_by(|newer, older| newer >= older), "{dates:?}");
            later += usize::from(new.status == 201);
        }
        assert!(later > 0, "the later one was always refused");
    }

    fn a_file_that_was_cut_off_is_refused(world) {
        nix(&world);
        let first = of_day(&world, 9, "", &numbers(80));
        assert_eq!((loaded(&first)["rows"].clone(), &first.body["rows_before"]), (json!(80), &Value::Null), "{first}");
        let cut = of_day(&world, 1, "", &numbers(63));
        cut.is_problem(422, "unprocessable").at("/allow_shrink", "fewer_rows");
        let told = cut.body["detail"].as_str().expect("a detail");
        assert!(told.contains("80") && told.contains("63"), "{told}");
        of_day(&world, 1, "&dry_run=true", &numbers(1)).at("/allow_shrink", "fewer_rows");
        assert_eq!(versions(&world).len(), 1);
        assert_eq!(decision(&asked(&world.crm(), &["phone"], &phone("0980-319 279")), "phone"), "blocked", "it stays in force");
        let fifth = of_day(&world, 1, "", &numbers(64));
        assert_eq!((loaded(&fifth)["rows"].clone(), &fifth.body["rows_before"]), (json!(64), &json!(80)), "{fifth}");
        loaded(&of_day(&world, 1, "&allow_shrink=true", &numbers(49)));
        loaded(&of_day(&world, 1, "", &numbers(1)));
    }

    fn a_wrong_date_can_be_taken_back(world) {
        nix_of(&world, 1, &[ON_IT]);
        let wrong = versions(&world)[0]["id"].as_str().expect("an id").to_owned();
        of_day(&world, 9, "", &csv(&[ON_IT])).at("/date", "older_than_in_force");
        let stranger = "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b99";
        of_day(&world, 9, &format!("&replaces={stranger}"), &csv(&[ON_IT])).is_problem(409, "event-not-possible");
        let mended = of_day(&world, 9, &format!("&replaces={wrong}"), &csv(&[ON_IT]));
        assert_eq!(loaded(&mended)["date"], days_ago(9));
        let receipt = mended.body["receipt"].as_str().expect("a receipt");
        let entry: Value = serde_json::from_str(&Receipt::read(receipt).expect("one").extra.entry).expect("JSON");
        assert_eq!(entry["register"]["replaces"], json!(wrong), "{entry}");
        let listed = versions(&world);
        assert_eq!((&listed[0]["date"], &listed[0]["in_force"]), (&json!(days_ago(9)), &json!(true)), "{listed:?}");
        of_day(&world, 9, &format!("&replaces={wrong}"), &csv(&[NOT_ON_IT])).is_problem(409, "event-not-possible");
        // The same request again finds its own version in force.
        assert_eq!(loaded(&of_day(&world, 9, &format!("&replaces={wrong}"), &csv(&[ON_IT])))["id"], listed[0]["id"]);
        let world = world.restarted();
        assert_eq!(versions(&world)[0]["date"], days_ago(9));
    }

    fn a_day_that_no_register_is_of_is_refused(world) {
        nix(&world);
        let admin = world.operator();
        for date in ["1989-12-31", "0001-01-01", "-0001-01-01", "-262143-01-01"] {
            let answer = sent(&admin, "nix-telefon", &format!("date={date}"), "text/csv", csv(&[ON_IT]));
            answer.is_problem(422, "unprocessable").at("/date", "out_of_range");
        }
        loaded(&sent(&admin, "nix-telefon", "date=1990-01-01", "text/csv", csv(&[ON_IT])));
    }

    fn its_age_is_in_the_metrics(world) {
        nix_of(&world, 50, &[ON_IT]);
        let metrics = world.stranger().get("/metrics").text;
        for line in ["nejtack_register_age_days{register=\"nix-telefon\"} 50", "nejtack_register_days_left{register=\"nix-telefon\"} 9"] {
            assert!(metrics.contains(line), "{line}: {metrics}");
        }
        loaded(&load(&world, "nix-telefon", 0, &csv(&[ON_IT])));
        assert!(world.stranger().get("/metrics").text.contains("nejtack_register_age_days{register=\"nix-telefon\"} 0"));
    }
}
