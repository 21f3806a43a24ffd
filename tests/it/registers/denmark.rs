//! Denmark's Robinson list, in its own layout and encoding.

use super::{days_ago, decision, loaded, sent};
use crate::support::{Answer, Party, World, on_both};
use serde_json::{Value, json};

/// A record as the CPR office writes it, in ISO 8859-1.
fn record(name: &str, street: &str, postcode: &str, history: &str) -> Vec<u8> {
    let text = format!(
        "{name:<34}#{street:<34}#{:<34}#{postcode:<25}#{history:<3}#0101#1234#012 #03#  tv\r\n",
        ""
    );
    latin1(&text)
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("ISO 8859-1")).collect()
}

fn headed(records: &[Vec<u8>]) -> Vec<u8> {
    let mut file = latin1(
        "Robinsonlisten udgivet den 1. oktober 2026\r\nPersonnavn                        #Standardadresse                   #Bynavn                           #Postnr. og postdistrikt   #\r\n",
    );
    records.iter().for_each(|record| file.extend_from_slice(record));
    file
}

fn denmark(world: &World) {
    let admin = world.operator();
    admin.makes(
        "/v1/registers",
        &json!({"slug": "robinson", "name": "Robinsonlisten", "preset": "dk-robinson"}),
    );
    admin.makes("/v1/controllers", &json!({"slug": "klinik-kobenhavn", "name": "Klinik København", "region": "DK", "group": "tandgruppen"}));
    admin.makes(
        "/v1/registers/robinson/bindings",
        &json!({"controllers": ["klinik-kobenhavn", "tandgruppen-malmo"]}),
    );
}

fn load(world: &World, file: Vec<u8>) -> Answer {
    sent(&world.operator(), "robinson", &format!("date={}", days_ago(30)), "text/plain", file)
}

fn at(given: &str, family: &str, street: &str, postcode: &str) -> Value {
    json!({"name": {"given": given, "family": family}, "addresses": [{"street": street, "postal_code": postcode, "city": "København Ø"}]})
}

fn said(crm: &Party<'_>, controller: &str, person: &Value) -> String {
    let body = json!({"controller": controller, "channels": ["post"], "person": person});
    let answer = crm.post("/v1/lookups", &body);
    assert_eq!(answer.status, 200, "{answer}");
    decision(&answer, "post").to_owned()
}

on_both! {
    fn the_list_blocks_whom_it_names(world) {
        denmark(&world);
        let version = loaded(&load(&world, headed(&[
            record("Ærø-Østergaard,Åse Kirsten", "Nørre Allé 12, 3 tv", "2100 København Ø", ""),
            record("Skovgaard,Søren", "Smørumvej 7 B", "2700 Brønshøj", "*"),
        ])));
        assert_eq!(version["rows"], 2, "{version}");
        let crm = world.crm();
        let clinic = "klinik-kobenhavn";
        assert_eq!(said(&crm, clinic, &at("Åse", "Østergaard", "Nørre Allé 12, 3. tv.", "2100")), "blocked");
        assert_eq!(said(&crm, clinic, &at("Søren", "Skovgaard", "Smørumvej 7B", "2700")), "blocked", "also at the last address");
        assert_eq!(said(&crm, clinic, &at("Åse", "Østergaard", "Nørre Allé 12", "2100")), "blocked", "no flat was given");
        assert_eq!(said(&crm, clinic, &at("Åse", "Østergaard", "Nørre Allé 12, 2. th", "2100")), "undecidable", "another flat");
        assert_eq!(said(&crm, clinic, &at("Mette", "Holm", "Nørre Allé 12, 3. tv", "2100")), "clear");
        // A Swedish clinic says whose postcode it is.
        assert_eq!(said(&crm, "tandgruppen-malmo", &at("Søren", "Skovgaard", "Smørumvej 7 B", "DK-2700")), "blocked");
        assert_eq!(said(&crm, "tandgruppen-malmo", &at("Søren", "Skovgaard", "Smørumvej 7 B", "2700")), "undecidable");
        assert_eq!(said(&crm, "tandgruppen-malmo", &at("Søren", "Skovgaard", "Smørumvej 7 B", "NO-2700")), "clear");
    }

    fn it_is_one_person_however_the_letters_are_written(world) {
        denmark(&world);
        loaded(&load(&world, headed(&[
            record("Nørgård,Åse", "Ågade 1", "2100 København Ø", ""),
            record("Kjaer,Soeren", "Sct. Pauls Gade 2", "2100 København Ø", ""),
        ])));
        let crm = world.crm();
        let clinic = "klinik-kobenhavn";
        for (given, family, street) in [
            ("Åse", "Nørgaard", "Ågade 1"),
            ("Aase", "Nørgård", "Aagade 1"),
            ("Åse", "Noergaard", "Ågade 1"),
            ("Søren", "Kjær", "Sankt Pauls Gade 2"),
            ("Soeren", "Kjær", "Skt. Pauls Gade 2"),
        ] {
            assert_eq!(said(&crm, clinic, &at(given, family, street, "2100")), "blocked", "{given} {family}, {street}");
        }
        assert_eq!(said(&crm, clinic, &at("Åse", "Nordgård", "Ågade 1", "2100")), "clear");
    }

    fn what_is_no_list_is_refused_by_its_lines(world) {
        denmark(&world);
        let good = record("Skovgaard,Søren", "Smørumvej 7 B", "2700 Brønshøj", "");
        let broken = load(&world, headed(&[
            good.clone(),
            record("Skovgaard Søren", "Smørumvej 7 B", "2700 Brønshøj", ""),
            record("Skovgaard,Søren", "Smørumvej 7 B", "Brønshøj", ""),
            latin1("Skovgaard,Søren;Smørumvej 7 B;2700\r\n"),
            record("Skovgaard,Søren", "", "2700 Brønshøj", ""),
        ]));
        broken.is_problem(422, "unprocessable");
        broken.at("/4", "name_missing").at("/5", "postcode_missing").at("/6", "layout").at("/7", "unreadable");
        // In UTF-8 every field stands at another place.
        let utf8 = String::from_utf8(headed(&[]).iter().chain(&good).copied().map(char::from).collect::<String>().into_bytes());
        load(&world, utf8.expect("UTF-8").into_bytes()).at("/3", "layout");
        load(&world, headed(&[])).at("/1", "empty");
        load(&world, vec![b'x'; 3 << 20]).is_problem(422, "unprocessable");
        assert_eq!(crate::registers::versions_with_rows(&world), 0);
        sent(&world.operator(), "robinson", &format!("date={}", days_ago(1)), "text/csv", "Namn\nx").is_problem(415, "unsupported-media-type");
    }
}
