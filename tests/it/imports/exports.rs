//! All that a controller holds, handed out: what is in it, who may, and what it leaves.

use super::administrator;
use crate::support::{Answer, Party, objection, on_both, person, proxy};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// An export, line by line.
pub(super) fn export(party: &Party<'_>, controller: &str) -> (Answer, Vec<Value>) {
    let path = format!("/v1/exports?controller={controller}");
    let answer = Answer::of(party.request("POST", &path));
    let lines = answer.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (answer, lines)
}

/// What was told the clinic in Göteborg alone, its group, everybody, and others.
fn everybody(service: &Party<'_>) -> Vec<String> {
    let of = |reference: &str, controllers: &[&str], email: &str| {
        let body = objection(reference, controllers, &json!({"emails": [email]}));
        service.makes("/v1/objections", &body)["id"].as_str().expect("an id").to_owned()
    };
    vec![
        of("spt-1", &["tandgruppen-goteborg"], "anna.karin@exempel.example"),
        of("spt-2", &["tandgruppen"], "bo.lind@exempel.example"),
        of("spt-3", &[], "eva.ek@exempel.example"),
        of("spt-4", &["tandgruppen-malmo"], "x@exempel.example"),
        of("spt-5", &["optiker-ek"], "y@exempel.example"),
    ]
}

on_both! {
    fn all_that_binds_the_controller_is_in_it_and_nothing_else(world) {
        let admin = administrator(&world);
        let service = world.service();
        let ids = everybody(&service);
        let staff = world.staff();
        staff.makes(&format!("/v1/objections/{}/withdrawals", ids[1]), &json!({"controllers": ["tandgruppen-goteborg"], "channels": ["email"], "reason": "vill ha brevet"}));
        staff.makes(&format!("/v1/objections/{}/withdrawals", ids[2]), &json!({"controllers": ["tandgruppen-malmo"]}));
        staff.makes(&format!("/v1/objections/{}/annulments", ids[0]), &json!({"reason": "wrong_person"}));
        service.makes(&format!("/v1/objections/{}/identifiers", ids[1]), &json!({"person": {"phones": ["070-174 06 05"]}}));
        let (answer, lines) = export(&admin, "tandgruppen-goteborg");
        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(answer.header("content-type"), "application/x-ndjson");
        let held: Vec<&str> = lines.iter().map(|line| line["id"].as_str().expect("an id")).collect();
        assert_eq!(held, ids[..3]);
        assert_eq!(lines[0]["events"][0]["kind"], "annulled");
        assert_eq!(lines[0]["events"][0]["reason"], "wrong_person");
        assert_eq!(lines[1]["events"][0]["channels"], json!(["email"]));
        let reason = &lines[1]["events"][0]["originals"][0];
        assert_eq!((&reason["field"], &reason["value"]), (&json!("reason"), &json!("vill ha brevet")));
        assert_eq!(lines[1]["events"][1]["kind"], "identifiers_added");
        // what was taken back for another clinic is that clinic's affair
        assert_eq!(lines[2]["events"], json!([]));
        assert_eq!(lines[2]["source"], "proxy");
        assert_eq!(lines[2]["details"]["holder_organisation_number"], "5599990008");
        let fields: Vec<&str> = lines[2]["originals"].as_array().expect("a list").iter().map(|one| one["field"].as_str().expect("a field")).collect();
        assert_eq!(fields, ["person", "reference", "proxy"]);
        assert_eq!(lines[2]["originals"][0]["value"]["emails"], json!(["eva.ek@exempel.example"]));
    }

    fn opening_what_was_sealed_is_an_entry_before_a_byte_leaves(world) {
        let admin = administrator(&world);
        everybody(&world.service());
        let before = world.app.as_of().position;
        let (answer, lines) = export(&admin, "tandgruppen-goteborg");
        // `originals.read`, and then `export.completed`
        assert_eq!(world.app.as_of().position, before + 2);
        assert_eq!(answer.header("nejtack-as-of"), (before + 1).to_string());
        let id = answer.header("nejtack-export").to_owned();
        let read = admin.get(&format!("/v1/exports/{id}"));
        assert_eq!((&read.body["status"], &read.body["objections"]), (&json!("completed"), &json!(lines.len())), "{read}");
        assert_eq!(read.body["file"]["bytes"], answer.text.len());
        let hex = |value: &Value| {
            let hex = value.as_str().expect("hexadecimal").to_owned();
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect::<Vec<u8>>()
        };
        let salted = [hex(&read.body["file"]["salt"]), Sha256::digest(&answer.text).to_vec()].concat();
        assert_eq!(hex(&read.body["file"]["digest"]), Sha256::digest(salted).to_vec());
        assert_eq!(read.body["as_of"]["position"], before + 1);
        let other = world.client(&json!({"client_id": "admin-2", "role": "admin"}));
        other.get(&format!("/v1/exports/{id}")).is_problem(404, "not-found");
    }

    fn a_document_is_in_it_and_shredded_originals_are_not(world) {
        let admin = administrator(&world);
        let mut body = objection("spt-1", &["tandgruppen"], &person());
        body["proxy"] = proxy();
        body["proxy"]["document"] = json!({"media_type": "application/pdf", "content": "JVBERi0xLjcKAP8="});
        let id = world.service().makes("/v1/objections", &body)["id"].as_str().expect("an id").to_owned();
        let (_, lines) = export(&admin, "tandgruppen-goteborg");
        let document = lines[0]["originals"].as_array().expect("a list").iter().find(|one| one["field"] == "document").expect("it").clone();
        assert_eq!(document["base64"], "JVBERi0xLjcKAP8=");
        let gone = world.operator().post("/v1/shreddings", &json!({"objection": id, "proof": true}));
        assert_eq!(gone.body["entries"], 1, "{gone}");
        let (answer, lines) = export(&admin, "tandgruppen-goteborg");
        assert_eq!(lines[0]["originals"], json!([]));
        assert!(!answer.text.contains("exempel.example"), "{answer}");
        assert!(lines[0]["tags"].as_array().expect("a list").len() > 3);
    }

    fn who_may_and_for_whom(world) {
        export_is_refused(&world.staff(), "tandgruppen-goteborg", 403, "insufficient-scope");
        let admin = administrator(&world);
        export_is_refused(&admin, "nej", 422, "unprocessable");
        export_is_refused(&admin, "tandgruppen", 422, "unprocessable");
        let bound = world.client(&json!({"client_id": "admin-m", "role": "admin", "controllers": ["tandgruppen-malmo"]}));
        export_is_refused(&bound, "tandgruppen-goteborg", 403, "controller-not-yours");
    }
}

fn export_is_refused(party: &Party<'_>, controller: &str, status: u16, code: &str) {
    let path = format!("/v1/exports?controller={controller}");
    Answer::of(party.request("POST", &path)).is_problem(status, code);
}
