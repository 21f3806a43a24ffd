//! An import again, a dry one, by somebody else; and what was taken back meanwhile.

use super::{OWN, administrator, csv, email, import};
use crate::support::{Answer, on_both};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const LIST: &str = "E-post;Datum\r\nanna.karin@exempel.example;2019-03-01\r\nbo.lind@exempel.example;2019-03-02\r\nAnna.Karin@EXEMPEL.example;2019-03-01\r\n";

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("hexadecimal");
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"))
        .collect()
}

on_both! {
    fn running_it_again_records_nothing_twice(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let first = csv(&admin, "csv", LIST);
        assert_eq!(first.counts(), [2, 1, 0, 0], "{}", first.answer);
        let again = csv(&admin, "csv", LIST);
        assert_eq!(again.counts(), [0, 3, 0, 0], "{}", again.answer);
        assert_eq!(again.lines[1]["id"], first.lines[1]["id"]);
        // by another administrator, and by the operator
        let other = world.client(&json!({"client_id": "admin-2", "role": "admin"})).acting_as("maja.lund");
        assert_eq!(csv(&other, "csv", LIST).counts(), [0, 3, 0, 0]);
        assert_eq!(csv(&world.operator(), "csv", LIST).counts(), [0, 3, 0, 0]);
        // what covers more, is of another date or for another clinic is more
        assert_eq!(csv(&admin, "csv&channels=sms", LIST).counts(), [2, 1, 0, 0]);
        assert_eq!(csv(&admin, "csv", "email,datum\nbo.lind@exempel.example,2024-01-01\n").counts(), [1, 0, 0, 0]);
        let malmo = "/v1/imports?controller=tandgruppen&format=csv";
        assert_eq!(import(&admin, malmo, "text/csv", LIST).counts(), [2, 1, 0, 0]);
        assert_eq!(crm.decision("tandgruppen-malmo", "post", &json!({"emails": ["bo.lind@exempel.example"]})), "blocked");
    }

    fn what_was_taken_back_stays_taken_back(world) {
        let (admin, crm, staff) = (administrator(&world), world.crm(), world.staff());
        csv(&admin, "csv", LIST);
        let bo = json!({"emails": ["bo.lind@exempel.example"]});
        staff.makes("/v1/withdrawals", &json!({"person": bo, "controllers": ["tandgruppen-goteborg"]}));
        assert_eq!(email(&crm, "bo.lind@exempel.example"), "clear");
        assert_eq!(csv(&admin, "csv", LIST).counts(), [0, 3, 0, 0]);
        let other = world.client(&json!({"client_id": "admin-2", "role": "admin"}));
        assert_eq!(csv(&other, "csv", LIST).counts(), [0, 3, 0, 0]);
        assert_eq!(email(&crm, "bo.lind@exempel.example"), "clear");
        // a no of a later date is another no
        csv(&admin, "csv", "email,datum\nbo.lind@exempel.example,2024-01-01\n");
        assert_eq!(email(&crm, "bo.lind@exempel.example"), "blocked");
    }

    fn a_dry_run_says_what_would_happen_and_records_nothing(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let before = world.app.as_of();
        let report = csv(&admin, "csv&dry_run=true", LIST);
        assert_eq!(report.statuses(), ["checked", "checked", "known"], "{}", report.answer);
        assert_eq!(report.import["status"], "checked");
        assert_eq!(report.import["receipt"], Value::Null);
        assert_eq!(report.answer.header("nejtack-import"), "");
        assert_eq!(world.app.as_of(), before);
        assert_eq!(email(&crm, "bo.lind@exempel.example"), "clear");
        csv(&admin, "csv", LIST);
        assert_eq!(csv(&admin, "csv&dry_run=true", LIST).counts(), [0, 3, 0, 0]);
    }

    fn the_certificate_is_an_entry_and_tells_which_file_it_was(world) {
        let admin = administrator(&world);
        let report = csv(&admin, "csv", LIST);
        let id = report.answer.header("nejtack-import").to_owned();
        let read = admin.get(&format!("/v1/imports/{id}"));
        assert_eq!(read.body, report.import, "{read}");
        assert_eq!(read.body["client"], "admin");
        assert_eq!(read.body["actor"], "elin.berg");
        assert_eq!(read.body["controllers"], json!(["tandgruppen-goteborg"]));
        assert_eq!(read.body["file"]["bytes"], LIST.len());
        let salted = [bytes(&read.body["file"]["salt"]), Sha256::digest(LIST).to_vec()].concat();
        assert_eq!(bytes(&read.body["file"]["digest"]), Sha256::digest(salted).to_vec());
        assert!(read.body["receipt"].as_str().expect("a receipt").starts_with("c2sp.org/tlog-proof@v1"));
        // for its own client and for auditors
        let auditor = world.client(&json!({"client_id": "auditor", "role": "auditor"}));
        assert_eq!(auditor.get(&format!("/v1/imports/{id}")).status, 200);
        let other = world.client(&json!({"client_id": "admin-2", "role": "admin"}));
        other.get(&format!("/v1/imports/{id}")).is_problem(404, "not-found");
        admin.get(&format!("/v1/exports/{id}")).is_problem(404, "not-found");
    }

    fn lines_come_while_the_list_does(world) {
        let admin = administrator(&world);
        let path = format!("{OWN}&format=csv&stream=true");
        let report = import(&admin, &path, "text/csv", LIST);
        assert_eq!(report.counts(), [2, 1, 0, 0], "{}", report.answer);
        assert_eq!(report.import["status"], "completed");
        import(&admin, &path, "text/csv", "färg;form\nröd;rund\n").answer.is_problem(422, "unprocessable");
    }

    fn a_long_list_is_taken_whole_and_in_order(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let mut list = "email\n".to_owned();
        for number in 0..3_000 {
            list.push_str(&format!("person{number}@exempel.example\n"));
        }
        let report = csv(&admin, "csv", list);
        assert_eq!(report.counts(), [3_000, 0, 0, 0]);
        assert!(report.lines.iter().zip(1..).all(|(line, row)| line["row"] == row));
        assert_eq!(email(&crm, "person2999@exempel.example"), "blocked");
    }

    fn who_may_and_for_whom(world) {
        let staff = world.staff();
        csv(&staff, "csv", LIST).answer.is_problem(403, "insufficient-scope");
        let bound = world.client(&json!({"client_id": "admin-m", "role": "admin", "controllers": ["tandgruppen-malmo"]}));
        csv(&bound, "csv", LIST).answer.is_problem(403, "controller-not-yours");
        let admin = administrator(&world);
        import(&admin, "/v1/imports?controller=nej&format=csv", "text/csv", LIST).answer.is_problem(422, "unprocessable").at("/controller", "unknown_controller");
        csv(&admin, "csv&channels=brev", LIST).answer.is_problem(422, "unprocessable").at("/channels", "unknown_word");
        csv(&admin, "ods", LIST).answer.is_problem(400, "malformed");
        import(&admin, &format!("{OWN}&format=mailchimp"), "application/json", "[]").answer.is_problem(415, "unsupported-media-type");
        import(&admin, &format!("{OWN}&format=nejtack&channels=email"), "application/x-ndjson", "{}").answer.is_problem(422, "unprocessable").at("/channels", "not_here");
        Answer::of(world.stranger().request("POST", &format!("{OWN}&format=csv")).body("x")).is_problem(401, "unauthorized");
    }
}
