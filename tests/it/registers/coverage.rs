//! That somebody is not on a register is told only by what every one of its rows has.

use super::{ON_IT, asked, days_ago, decision, load, loaded, nix, phone, sent, warned, with};
use crate::support::{Answer, Party, World, on_both};
use nejtack::domain::identifier::{Kind, KindSet};
use serde_json::{Value, json};

const ISSUER: &str = "crm.tandgruppen.example";

/// A register of these things that closes a channel to the group, with a version.
fn listed(world: &World, holds: &[&str], channel: &str, file: &str) -> Value {
    let admin = world.operator();
    let columns = holds.contains(&"customer_ids").then(|| format!("customer_id@{ISSUER}:Kundnr"));
    admin.makes(
        "/v1/registers",
        &json!({"slug": "listan", "name": "Listan", "holds": holds,
        "channels": [channel], "max_age_days": 30, "columns": columns}),
    );
    admin.makes("/v1/registers/listan/bindings", &json!({"controllers": ["tandgruppen"]}));
    loaded(&load(world, "listan", 1, file))
}

fn at_home() -> Value {
    json!({"name": {"given": "Eva", "family": "Ek"},
        "addresses": [{"street": "Storgatan 1", "postal_code": "413 01", "city": "Göteborg"}]})
}

fn id(issuer: &str) -> Value {
    json!({"customer_ids": [{"issuer": issuer, "value": "K-2"}]})
}

/// What was decided of the one channel, and why it is open.
fn said<'a>(answer: &'a Answer, channel: &str) -> (&'a str, Vec<&'a str>) {
    (decision(answer, channel), warned(answer))
}

const OPEN: (&str, &[&str]) = ("undecidable", &["register_unchecked"]);
const CLEAR: (&str, &[&str]) = ("clear", &[]);

fn is(answer: &Answer, channel: &str, expected: (&str, &[&str])) {
    assert_eq!(said(answer, channel), (expected.0, expected.1.to_vec()), "{answer}");
}

fn merged(one: Value, other: Value) -> Value {
    let (mut one, Value::Object(other)) = (one, other) else { panic!("an object") };
    one.as_object_mut().expect("an object").extend(other);
    one
}

on_both! {
    fn a_list_of_numbers_says_nothing_of_addresses(world) {
        let admin = world.operator();
        admin.makes("/v1/registers", &json!({"slug": "reservasjon", "name": "R", "preset": "no-reservasjon", "region": "SE"}));
        admin.makes("/v1/registers/reservasjon/bindings", &json!({"controllers": ["tandgruppen"]}));
        let version = loaded(&load(&world, "reservasjon", 1, &format!("Telefon\n{ON_IT}\n")));
        assert_eq!(version["every_row_has"], json!(["phones"]), "{version}");
        let crm = world.crm();
        is(&asked(&crm, &["post"], &at_home()), "post", OPEN);
        is(&asked(&crm, &["post"], &merged(at_home(), phone("070-174 06 30"))), "post", OPEN);
        is(&asked(&crm, &["phone"], &phone("070-174 06 30")), "phone", CLEAR);
        assert_eq!(decision(&asked(&crm, &["post"], &phone(ON_IT)), "post"), "blocked", "who is on it is");
    }

    fn ids_are_compared_with_those_of_their_issuer(world) {
        let version = listed(&world, &["customer_ids"], "email", "Kundnr\nK-1\nK-3\n");
        assert_eq!(version["every_row_has"], json!([format!("customer_ids@{ISSUER}")]), "{version}");
        let crm = world.crm();
        is(&asked(&crm, &["email"], &id(ISSUER)), "email", CLEAR);
        is(&asked(&crm, &["email"], &id("CRM.Tandgruppen.example")), "email", CLEAR);
        is(&asked(&crm, &["email"], &id("butik.example")), "email", OPEN);
    }

    fn a_row_without_a_number_leaves_numbers_open(world) {
        let file = format!("Personnummer;Telefon\n19701104-2392;\n;{ON_IT}\n");
        let version = listed(&world, &["personnummer", "phones"], "phone", &file);
        assert_eq!(version["every_row_has"], json!([]), "{version}");
        let crm = world.crm();
        is(&asked(&crm, &["phone"], &phone("070-174 06 30")), "phone", OPEN);
        assert_eq!(decision(&asked(&crm, &["phone"], &phone(ON_IT)), "phone"), "blocked");
        // Where each row says who it is, that will do.
        loaded(&load(&world, "listan", 0, &format!("Personnummer;Telefon\n19701104-2392;\n19701105-2391;{ON_IT}\n")));
        is(&asked(&crm, &["phone"], &phone("070-174 06 30")), "phone", OPEN);
        is(&asked(&crm, &["phone"], &json!({"personnummer": "19900101-2385"})), "phone", CLEAR);
        // And it is so after a restart too.
        drop(crm);
        let world = world.restarted();
        let crm = world.crm_again();
        is(&asked(&crm, &["phone"], &phone("070-174 06 30")), "phone", OPEN);
        is(&asked(&crm, &["phone"], &json!({"personnummer": "19900101-2385"})), "phone", CLEAR);
    }

    fn what_cannot_be_read_may_be_what_is_listed(world) {
        listed(&world, &["addresses"], "phone", "Förnamn;Efternamn;Gatuadress;Postnummer\nBo;Ek;Storgatan 2;413 01\n");
        let crm = world.crm();
        let asks = |person: &Value| asked(&crm, &["phone"], person);
        is(&asks(&at_home()), "phone", CLEAR);
        let mut two = merged(at_home(), phone("070-174 06 30"));
        two["addresses"].as_array_mut().expect("a list").push(json!({"street": "Storgatan 2", "postal_code": "41", "city": "Göteborg"}));
        let answer = asks(&two);
        assert_eq!(decision(&answer, "phone"), "undecidable", "{answer}");
        assert!(warned(&answer).contains(&"register_unchecked"), "{answer}");
        let body = json!({"controller": "tandgruppen-goteborg", "channels": ["phone"], "persons": [at_home(), two]});
        let batch = crm.post("/v1/lookups/batch", &body);
        let of = |at: usize| batch.body["results"][at]["decisions"]["phone"].clone();
        assert_eq!((of(0), of(1)), (json!("clear"), json!("undecidable")), "{batch}");
    }

    fn a_hash_in_a_row_makes_it_a_broken_one(world) {
        nix(&world);
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let date = format!("date={}", days_ago(1));
        for (kind, columns, file) in [
            ("text/csv", "&columns=phone:Ett,phone:Annat", format!("Ett;Annat\n{ON_IT};\n{ON_IT};{hash}\n")),
            ("text/csv", "&columns=phone_sha256:Annat", format!("Telefon;Annat\n{ON_IT};\n{ON_IT};{hash}\n")),
            ("application/x-ndjson", "", format!("{{\"phone\": \"{ON_IT}\"}}\n\n{{\"phone\": \"{ON_IT}\", \"phone_sha256\": \"{hash}\"}}\n")),
        ] {
            let answer = sent(&world.operator(), "nix-telefon", &format!("{date}{columns}"), kind, file);
            answer.is_problem(422, "unprocessable").at("/3", "hash_not_recordable");
        }
        // Of what the register does not hold, nothing is kept, hashed or not.
        let file = format!("Telefon;email_sha256\n{ON_IT};{hash}\n");
        loaded(&load(&world, "nix-telefon", 1, &file));
    }

    fn a_kind_that_is_refused_here_lets_nothing_be_loaded(world) {
        let file = format!("Förnamn;Efternamn;Gatuadress;Postnummer;Telefon\nBo;Ek;Storgatan 2;413 01;{ON_IT}\n");
        listed(&world, &["phones", "addresses"], "phone", &file);
        let world = world.restarted_with(|settings| settings.refused = KindSet::of(&[Kind::Phone]));
        let answer = load(&world, "listan", 0, &file);
        answer.is_problem(422, "unprocessable").at("/register", "kind_refused");
        assert!(answer.body["detail"].as_str().is_some_and(|told| told.contains("phones")), "{answer}");
        let world = world.restarted_with(|settings| settings.refused = KindSet::NONE);
        assert_eq!(decision(&asked(&world.crm_again(), &["phone"], &phone(ON_IT)), "phone"), "blocked", "the version in force stays");
    }

    fn a_screened_row_says_so_too(world) {
        let version = listed(&world, &["personnummer", "phones"], "phone", &format!("Personnummer;Telefon\n19701104-2392;\n;{ON_IT}\n"));
        assert_eq!(version["columns_used"][1], json!({"read_as": "phone", "number": 2, "heading": "Telefon"}), "{version}");
        let back = screened(&world.crm(), &format!("Mobil\n070-174 06 30\n{ON_IT}\n"));
        assert_eq!(back.lines().skip(1).map(ending).collect::<Vec<_>>(), ["register_unchecked", "register_matched"], "{back}");
    }

    fn who_is_lifted_needs_not_be_asked(world) {
        let admin = world.operator();
        admin.makes("/v1/registers", &json!({"slug": "listan", "name": "Listan", "holds": ["phones", "emails"],
            "channels": ["phone"], "max_age_days": 30, "lifted_by": {"consent": true}}));
        admin.makes("/v1/registers/listan/bindings", &json!({}));
        loaded(&load(&world, "listan", 1, &format!("Telefon;E-post\n{ON_IT};\n;eva.ek@exempel.example\n")));
        let crm = world.crm();
        is(&with(&crm, &["phone"], &phone("070-174 06 30"), &json!({"relationship": {"kind": "consent"}})), "phone", CLEAR);
        is(&asked(&crm, &["phone"], &phone("070-174 06 30")), "phone", OPEN);
    }
}

fn screened(party: &Party<'_>, file: &str) -> String {
    let path = "/v1/screenings?controller=tandgruppen-goteborg&channel=phone";
    let request = party.request("POST", path).header("Content-Type", "text/csv");
    let answer = Answer::of(request.body(file.to_owned()));
    assert_eq!(answer.status, 200, "{answer}");
    answer.text
}

/// The last field of a row.
fn ending(line: &str) -> &str {
    line.rsplit([';', ',']).next().unwrap_or_default()
}
