//! The rules of identifiers: a table case for each sentence, and laws that
//! hold for every spelling.
//!
//! Values are from ranges that belong to nobody: PTS's and Ofcom's fictional
//! numbers, personnummer with serials 238, 239 and 980-989, `.example`.

mod email;
mod fuzz;
mod hashed;
mod opaque;
mod personnummer;
mod phone;
mod postal;
mod quick;
mod reading;

use chrono::NaiveDate;
use nejtack::domain::identifier::{Grade, Key, KindSet, Reading, Rules, Side, read};
use nejtack::domain::person::{Address, Name, Person};
use proptest::test_runner::Config;

/// Enough to find what is wrong, few enough to run at every build.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date")
}

fn rules() -> Rules<'static> {
    Rules { region: "SE", other_regions: &[], today: today(), refused: KindSet::NONE }
}

fn stored(person: &Person) -> Reading {
    read(person, "/person", &rules(), Side::Store)
}

fn probed(person: &Person) -> Reading {
    read(person, "/person", &rules(), Side::Probe)
}

/// The best grade at which stored and probed keys meet.
fn meeting(stored: &[Key], probed: &[Key]) -> Option<Grade> {
    stored
        .iter()
        .flat_map(|ours| {
            probed
                .iter()
                .filter(|theirs| ours.kind == theirs.kind && ours.material == theirs.material)
                .map(|theirs| ours.grade.meet(theirs.grade))
        })
        .min()
}

/// How a look-up of one person meets the objection of another.
fn meet(objector: &Person, looked_up: &Person) -> Option<Grade> {
    meeting(&stored(objector).keys, &probed(looked_up).keys)
}

fn with_email(email: &str) -> Person {
    Person { emails: vec![email.to_owned()], ..Person::default() }
}

fn with_phone(phone: &str) -> Person {
    Person { phones: vec![phone.to_owned()], ..Person::default() }
}

fn with_personnummer(number: &str) -> Person {
    Person { personnummer: Some(number.to_owned()), ..Person::default() }
}

fn at(given: &str, family: &str, street: &str, postal_code: &str) -> Person {
    Person {
        name: Some(Name { given: Some(given.to_owned()), family: Some(family.to_owned()) }),
        addresses: vec![Address {
            street: Some(street.to_owned()),
            postal_code: Some(postal_code.to_owned()),
            city: None,
        }],
        ..Person::default()
    }
}

fn codes(reading: &Reading) -> Vec<(&str, &str)> {
    reading.warnings.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_ref())).collect()
}
