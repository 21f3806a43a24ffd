//! Out and in again: in another instance the same decisions, in the same one nothing
//! changes.

use super::exports::export;
use super::{OWN, Report, administrator, csv, import};
use crate::support::{Party, Setup, World, objection, on_both, person};
use nejtack::store::Backend;
use serde_json::{Value, json};

const BACK: &str = "&format=nejtack";

fn back(party: &Party<'_>, file: &str) -> Report {
    import(party, &format!("{OWN}{BACK}"), "application/x-ndjson", file)
}

const CHANNELS: [&str; 9] = [
    "email",
    "sms",
    "phone",
    "automated_call",
    "post",
    "unaddressed_post",
    "online",
    "profiling",
    "disclosure",
];

/// What a person is told about in each channel.
fn decisions(crm: &Party<'_>, persons: &[Value]) -> Vec<Value> {
    let mut all = Vec::new();
    for persons in persons.chunks(500) {
        let keyed: Vec<Value> = persons
            .iter()
            .enumerate()
            .map(|(at, person)| {
                let mut person = person.clone();
                person["key"] = json!(format!("{at}"));
                person
            })
            .collect();
        let body =
            json!({"controller": "tandgruppen-goteborg", "channels": CHANNELS, "persons": keyed});
        let answer = crm.post("/v1/lookups/batch", &body);
        assert_eq!(answer.status, 200, "{answer}");
        let results = answer.body["results"].as_array().expect("a list");
        all.extend(results.iter().map(|result| result["decisions"].clone()));
    }
    all
}

/// A small world of persons who share numbers and addresses.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

const NUMBERS: [&str; 2] = ["19701104-2392", "19811218-9876"];

fn somebody(dice: &mut Dice) -> Value {
    let mut person = json!({});
    if dice.roll(3) > 0 {
        person["emails"] = json!([format!("person{}@exempel.example", dice.roll(6))]);
    }
    if dice.roll(3) > 0 || person["emails"].is_null() {
        person["phones"] = json!([format!("070-174 06 {:02}", 10 + dice.roll(6))]);
    }
    if dice.roll(3) == 0 {
        person["personnummer"] = json!(NUMBERS[dice.roll(2)]);
    }
    if dice.roll(4) == 0 {
        person["name"] = json!({"given": "Anna", "family": "Åberg"});
        person["addresses"] =
            json!([{"street": format!("Storgatan {}", 1 + dice.roll(3)), "postal_code": "413 01"}]);
    }
    person
}

/// Everything that can happen to an objection.
fn much_happens(world: &World, dice: &mut Dice) {
    let (service, staff) = (world.service(), world.staff());
    let whose: [&[&str]; 4] =
        [&["tandgruppen-goteborg"], &["tandgruppen"], &[], &["tandgruppen-malmo"]];
    for number in 0..25 {
        let body = objection(&format!("spt-{number}"), whose[dice.roll(4)], &somebody(dice));
        let id = service.makes("/v1/objections", &body)["id"].as_str().expect("an id").to_owned();
        let at = |what: &str| format!("/v1/objections/{id}/{what}");
        for _ in 0..dice.roll(3) {
            match dice.roll(5) {
                0 => {
                    let _ = staff.post(&at("annulments"), &json!({"reason": "recycled_number"}));
                }
                1 => {
                    let more = json!({"person": {"emails": [format!("person{}@exempel.example", dice.roll(6))]}});
                    let _ = service.post(&at("identifiers"), &more);
                }
                _ => {
                    let channels: &[&str] =
                        [&["email"][..], &["sms", "post"], &["all"]][dice.roll(3)];
                    let from =
                        [&["tandgruppen-goteborg"][..], &["tandgruppen"], &["tandgruppen-malmo"]]
                            [dice.roll(3)];
                    let _ = staff.post(
                        &at("withdrawals"),
                        &json!({"channels": channels, "controllers": from}),
                    );
                }
            }
        }
    }
}

fn everybody() -> Vec<Value> {
    let mut persons = Vec::new();
    for email in 0..7 {
        for phone in 0..7 {
            for number in [None, Some(NUMBERS[0]), Some(NUMBERS[1])] {
                let mut person = json!({});
                if email < 6 {
                    person["emails"] = json!([format!("person{email}@exempel.example")]);
                }
                if phone < 6 {
                    person["phones"] = json!([format!("070-174 06 {:02}", 10 + phone)]);
                }
                if let Some(number) = number {
                    person["personnummer"] = json!(number);
                }
                persons.push(person);
            }
        }
    }
    for number in 1..4 {
        persons.push(json!({"name": {"given": "Anna", "family": "Åberg"}, "addresses": [{"street": format!("Storgatan {number}"), "postal_code": "413 01"}]}));
    }
    persons
}

#[test]
fn another_instance_decides_the_same_of_everybody_at_every_channel() {
    let setup = Setup { seal_personnummer: true, ..Setup::default() };
    for seed in 1..=4 {
        let mut dice = Dice(seed);
        let backend = if seed % 2 == 0 { Backend::Postgresql } else { Backend::Sqlite };
        let (one, other) = (World::with(backend, setup), World::with(Backend::Sqlite, setup));
        much_happens(&one, &mut dice);
        let (answer, lines) = export(&administrator(&one), "tandgruppen-goteborg");
        assert_eq!(answer.status, 200, "{answer}");
        let there = administrator(&other);
        let report = back(&there, &answer.text);
        assert_eq!(report.counts(), [lines.len() as i64, 0, 0, 0], "{}", report.answer);
        let persons = everybody();
        let (was, is) = (decisions(&one.crm(), &persons), decisions(&other.crm(), &persons));
        for ((person, was), is) in persons.iter().zip(&was).zip(&is) {
            assert_eq!(was, is, "seed {seed}: {person}");
        }
        // again, and back home: nothing more
        let all = lines.len() as i64;
        assert_eq!(back(&there, &answer.text).counts(), [0, all, 0, 0]);
        let before = one.app.as_of().position;
        assert_eq!(back(&administrator_again(&one), &answer.text).counts(), [0, all, 0, 0]);
        assert_eq!(one.app.as_of().position, before + 2, "a client, its import, and nothing else");
        // and what came is handed out again as it is
        let (again, _) = export(&there, "tandgruppen-goteborg");
        let third = World::with(Backend::Sqlite, setup);
        assert_eq!(back(&administrator(&third), &again.text).counts(), [all, 0, 0, 0]);
        assert_eq!(decisions(&third.crm(), &persons), was);
    }
}

fn administrator_again(world: &World) -> Party<'_> {
    world.client(&json!({"client_id": "admin-igen", "role": "admin"})).acting_as("elin.berg")
}

on_both! {
    fn what_was_added_later_comes_with_the_next_export_and_what_was_taken_back_here_stays_so(world) {
        let other = World::on(Backend::Sqlite);
        let (admin, there) = (administrator(&world), administrator(&other));
        let service = world.service();
        let body = objection("spt-1", &["tandgruppen"], &json!({"emails": ["anna.karin@exempel.example"]}));
        let id = service.makes("/v1/objections", &body)["id"].as_str().expect("an id").to_owned();
        let (first, _) = export(&admin, "tandgruppen-goteborg");
        assert_eq!(back(&there, &first.text).counts(), [1, 0, 0, 0]);
        let crm = other.crm();
        let anna = json!({"emails": ["anna.karin@exempel.example"]});
        other.staff().makes("/v1/withdrawals", &json!({"person": anna, "channels": ["email"]}));
        service.makes(&format!("/v1/objections/{id}/identifiers"), &json!({"person": {"phones": ["070-174 06 05"]}}));
        let (second, _) = export(&admin, "tandgruppen-goteborg");
        assert_eq!(back(&there, &second.text).counts(), [1, 0, 0, 0]);
        let phone = json!({"phones": ["070-174 06 05"]});
        assert_eq!(crm.decision("tandgruppen-goteborg", "sms", &phone), "blocked");
        assert_eq!(crm.decision("tandgruppen-goteborg", "email", &phone), "clear");
        assert_eq!(crm.decision("tandgruppen-goteborg", "email", &anna), "clear");
        assert_eq!(back(&there, &second.text).counts(), [0, 1, 0, 0]);
        // a withdrawal of elsewhere is not an import's to bring to what is known here
        world.staff().makes(&format!("/v1/objections/{id}/withdrawals"), &json!({"channels": ["all"]}));
        let (third, _) = export(&admin, "tandgruppen-goteborg");
        assert_eq!(back(&there, &third.text).counts(), [0, 1, 0, 0]);
        assert_eq!(crm.decision("tandgruppen-goteborg", "sms", &phone), "blocked");
    }

    fn tags_alone_are_taken_back_where_their_key_is_and_refused_elsewhere(world) {
        let admin = administrator(&world);
        let id = world.service().makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()))["id"].as_str().expect("an id").to_owned();
        world.operator().post("/v1/shreddings", &json!({"objection": id, "proof": true}));
        let (answer, _) = export(&admin, "tandgruppen-goteborg");
        let other = World::on(Backend::Sqlite);
        let report = back(&administrator(&other), &answer.text);
        assert_eq!(report.statuses(), ["refused"], "{}", report.answer);
        assert_eq!(report.lines[0]["problem"]["errors"][0]["code"], "tags_of_another_key");
        // the same key, and the objection is not there: as in an instance restored from a backup
        let lost = answer.text.replace(&id, "01a22355-9a8f-70d5-a555-cd226967fbec");
        crate::rotation::rotate(&world);
        let crm = world.crm();
        let anna = json!({"personnummer": "19701104-2392"});
        world.staff().makes(&format!("/v1/objections/{id}/annulments"), &json!({"reason": "forged"}));
        assert_eq!(crm.decision("tandgruppen-goteborg", "email", &anna), "clear");
        let report = back(&admin, &lost);
        assert_eq!(report.statuses(), ["recorded"], "{}", report.answer);
        for person in [anna, json!({"emails": ["anna.karin@exempel.example"]}), json!({"phones": ["070-174 06 05"]})] {
            assert_eq!(crm.decision("tandgruppen-goteborg", "email", &person), "blocked");
        }
        assert_eq!(crm.decision("tandgruppen-malmo", "email", &json!({"phones": ["070-174 06 05"]})), "clear");
        verified(&world);
    }

    fn a_personnummer_that_was_only_tagged_is_told_to_be_lost(world) {
        world.service().makes("/v1/objections", &objection("spt-1", &["tandgruppen"], &person()));
        let (answer, _) = export(&administrator(&world), "tandgruppen-goteborg");
        let other = World::on(Backend::Sqlite);
        let report = back(&administrator(&other), &answer.text);
        assert_eq!(report.counts(), [1, 0, 0, 0], "{}", report.answer);
        assert_eq!(report.lines[0]["warnings"][0]["code"], "tags_of_another_key", "{}", report.answer);
        assert!(report.lines[0]["warnings"][0]["detail"].as_str().expect("a text").contains("personnummer"));
        verified(&other);
    }
}

/// The ledger still tells the truth: events point at what they came with.
#[track_caller]
fn verified(world: &World) {
    use nejtack::app::verify::{Asked, Verdict, verify_database};
    use nejtack::crypto::root_key::RootKey;
    let root_key = RootKey::read(&world.folder.path().join("root.key")).expect("the key").key;
    let asked = Asked { key: None, since: None };
    let verdict = verify_database(&world.place.url, &root_key, &asked, |_, _| ()).expect("judged");
    assert!(matches!(verdict, Verdict::Sound(_)), "{verdict:?}");
}

#[test]
fn what_is_no_export_is_refused_line_by_line() {
    let world = World::on(Backend::Sqlite);
    let admin = administrator(&world);
    world.service().makes(
        "/v1/objections",
        &objection("spt-1", &["tandgruppen"], &json!({"emails": ["anna.karin@exempel.example"]})),
    );
    let (answer, lines) = export(&admin, "tandgruppen-goteborg");
    let other = World::on(Backend::Sqlite);
    let there = administrator(&other);
    let altered = |change: fn(&mut Value)| {
        let mut line = lines[0].clone();
        change(&mut line);
        line.to_string()
    };
    let file = [
        "{}".to_owned(),
        "inget".to_owned(),
        altered(|line| line["nejtack"] = json!("objection/2")),
        altered(|line| line["channels"] = json!(["rök"])),
        altered(|line| line["channels"] = json!([])),
        altered(|line| line["objected_at"] = json!("2999-01-01T00:00:00Z")),
        altered(|line| line["right"] = json!("access")),
        altered(|line| line["source"] = json!("orakel")),
        altered(|line| line["events"] = json!([{"id": line["id"], "kind": "raderad", "at": ""}])),
        altered(|line| line["originals"] = json!([{"field": "../etc", "value": "x"}])),
        altered(|line| line["mer"] = json!(1)),
    ];
    let report = back(&there, &file.join("\n"));
    assert_eq!(report.counts(), [0, 0, 0, 11], "{}", report.answer);
    // tags that somebody made up under our key's name are nobody's
    let forged = altered(|line| {
        line["originals"] = json!([]);
        line["tag_key"]["check"] = json!("AAAA");
    });
    assert_eq!(back(&there, &forged).counts(), [0, 0, 0, 1]);
    assert_eq!(back(&there, &answer.text).counts(), [1, 0, 0, 0]);
    // a list of another program is none of ours
    let told = csv(&there, "nejtack", "email\nx@exempel.example\n");
    told.answer.is_problem(415, "unsupported-media-type");
}
