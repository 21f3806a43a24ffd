//! Registers in screened files.

use super::{NOT_ON_IT, ON_IT, days_ago, nix, nix_of};
use crate::support::{Answer, Party, on_both};
use nejtack::evidence::receipt::Receipt;
use serde_json::{Value, json};

const PHONE: &str = "/v1/screenings?controller=tandgruppen-goteborg&channel=phone";

fn screened(party: &Party<'_>, path: &str, kind: &str, file: &str) -> String {
    let request = party.request("POST", path).header("Content-Type", kind).body(file.to_owned());
    let answer = Answer::of(request);
    assert_eq!(answer.status, 200, "{answer}");
    answer.text
}

on_both! {
    fn rows_say_what_registers_say(world) {
        nix_of(&world, 3, &[ON_IT]);
        let (fresh, lapsed) = (days_ago(89), days_ago(90));
        let file = format!("Namn;Mobil;relationship;relationship_ended_at;similar_offer;relationship_given_at\n\
            Eva;{ON_IT};;;;\nBo;{NOT_ON_IT};;;;\nAnna;{ON_IT};customer;;ja;\nPer;{ON_IT};kund;2020-01-01;ja;\n\
            Ulla;{ON_IT};samtycke;;;{fresh}\nPia;{ON_IT};samtycke;;;{lapsed}\nIda;{ON_IT};granne;;;\nOla;;;;;\n");
        let back = screened(&world.crm(), PHONE, "text/csv", &file);
        let ends: Vec<_> = back.lines().skip(1).map(|line| line.rsplitn(3, ';').collect::<Vec<_>>()).collect();
        let said: Vec<_> = ends.iter().map(|end| (end[1], end[0])).collect();
        assert_eq!(said, [
            ("blocked", "register_matched"), ("clear", ""), ("clear", ""), ("blocked", "register_matched"),
            ("clear", ""), ("blocked", "register_matched"), ("blocked", "register_matched"), ("undecidable", "nothing_given"),
        ], "{back}");
    }

    fn lines_of_json_say_it_too(world) {
        nix_of(&world, 3, &[ON_IT]);
        let file = format!("{{\"phone\": \"{ON_IT}\"}}\n\
            {{\"phone\": \"{ON_IT}\", \"relationship\": {{\"kind\": \"customer\", \"similar_offer\": true}}}}\n\
            {{\"email\": \"eva.ek@exempel.example\"}}\n");
        let back = screened(&world.crm(), PHONE, "application/x-ndjson", &file);
        let lines: Vec<_> = back.lines().collect();
        assert!(lines[0].contains("\"blocked\"") && lines[0].contains("register_matched"), "{back}");
        assert!(lines[1].contains("\"clear\""), "{back}");
        assert!(lines[2].contains("\"undecidable\"") && lines[2].contains("register_unchecked"), "{back}");
    }

    fn a_register_that_cannot_tell_is_the_reason(world) {
        nix(&world);
        let back = screened(&world.crm(), PHONE, "text/csv", &format!("Mobil\n{ON_IT}\n"));
        assert!(back.ends_with("undecidable;register_missing\n") || back.ends_with("undecidable,register_missing\n"), "{back}");
    }

    fn a_screening_can_add_one(world) {
        nix_of(&world, 3, &[ON_IT]);
        let optician = world.optician();
        let path = "/v1/screenings?controller=optiker-ek&channel=phone";
        let file = format!("Mobil\n{ON_IT}\n");
        assert!(screened(&optician, path, "text/csv", &file).contains("clear"));
        assert!(screened(&optician, &format!("{path}&registers=nix-telefon"), "text/csv", &file).contains("register_matched"));
        let request = optician.request("POST", &format!("{path}&registers=nix-telefon,nej"));
        Answer::of(request.header("Content-Type", "text/csv").body(file)).is_problem(422, "unprocessable").at("/registers/1", "unknown_register");
    }

    fn its_certificate_says_which_versions_counted(world) {
        nix_of(&world, 3, &[ON_IT]);
        let admin = world.operator();
        admin.makes("/v1/registers", &json!({"slug": "annan", "name": "Annan", "preset": "nix-telefon"}));
        admin.makes("/v1/registers", &json!({"slug": "breven", "name": "Breven", "preset": "nix-adresserat"}));
        for slug in ["annan", "breven"] {
            admin.makes(&format!("/v1/registers/{slug}/bindings"), &json!({}));
        }
        let version = admin.get("/v1/registers/nix-telefon/versions").body["versions"][0]["id"].clone();
        let crm = world.crm();
        let request = crm.request("POST", PHONE).header("Content-Type", "text/csv");
        let id = Answer::of(request.body(format!("Mobil\n{ON_IT}\n"))).header("Nejtack-Screening").to_owned();
        let certificate = crm.get(&format!("/v1/screenings/{id}")).body;
        assert_eq!(certificate["registers"], json!([
            {"slug": "annan", "version": null, "date": null, "standing": "missing"},
            {"slug": "nix-telefon", "version": version, "date": days_ago(3), "standing": "in_force"},
        ]), "{certificate}");
        let receipt = Receipt::read(certificate["receipt"].as_str().expect("one")).expect("a receipt");
        let entry: Value = serde_json::from_str(&receipt.extra.entry).expect("JSON");
        assert!(entry["screening"]["registers"].as_str().is_some_and(|told| told.contains(version.as_str().expect("an id"))), "{entry}");
    }

    fn only_what_may_have_changed_comes_back(world) {
        nix_of(&world, 3, &[ON_IT]);
        let (crm, since) = (world.crm(), world.app_position());
        let path = format!("{PHONE}&changed_since={since}");
        let file = format!("Mobil\n{ON_IT}\n{NOT_ON_IT}\n");
        assert_eq!(screened(&crm, &path, "text/csv", &file).lines().count(), 1, "the heading");
        crate::registers::loaded(&crate::registers::load(&world, "nix-telefon", 1, &crate::registers::csv(&[ON_IT])));
        assert_eq!(screened(&crm, &path, "text/csv", &file).lines().count(), 3);
    }
}
