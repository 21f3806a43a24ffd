//! Hostile input: nothing panics, nothing is slow, nothing is repeated.

use std::time::{Duration, Instant};

use nejtack::domain::identifier::{Rules, Side, code, read};
use nejtack::domain::person::{Address, Hash, HashOf, Name, OpaqueId, Person};
use proptest::prelude::*;

use super::{cases, rules};

/// The same text in every field.
fn everywhere(text: &str) -> Person {
    let some = Some(text.to_owned());
    let id = OpaqueId { issuer: text.to_owned(), value: text.to_owned() };
    let address = |street: &str, postal_code: &str| Address {
        street: Some(street.to_owned()),
        postal_code: Some(postal_code.to_owned()),
        city: some.clone(),
    };
    Person {
        name: Some(Name { given: some.clone(), family: some.clone() }),
        personnummer: some.clone(),
        emails: vec![text.to_owned(), format!("{text}@a.example"), format!("a@{text}.example")],
        phones: vec![text.to_owned(), format!("+{text}"), format!("0701740605{text}")],
        addresses: vec![address(text, text), address(text, "413 01"), address("Storgatan 1", text)],
        customer_ids: vec![id.clone()],
        cookie_ids: vec![id],
        advertising_ids: vec![text.to_owned()],
        hashes: [HashOf::Email, HashOf::Phone].map(|of| Hash { of, value: text.to_owned() }).into(),
    }
}

fn read_everywhere(text: &str) {
    for side in [Side::Store, Side::Probe] {
        for region in ["SE", "GB", "US", "IT", "", "å"] {
            let reading = read(&everywhere(text), "/person", &Rules { region, ..rules() }, side);
            assert!(reading.readable <= reading.given);
            assert_eq!(
                reading.given - reading.readable,
                reading
                    .warnings
                    .iter()
                    .filter(|fault| !fault.pointer.starts_with("/person/name"))
                    .count()
            );
            assert!(
                reading.warnings.iter().all(|fault| code::EVERY.contains(&fault.code.as_ref()))
            );
            let mut seen = std::collections::HashSet::new();
            assert!(reading.keys.iter().all(|key| seen.insert((key.kind, key.material.clone()))));
        }
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_text(text in "\\PC{0,40}") {
        read_everywhere(&text);
    }

    #[test]
    fn any_characters(characters in proptest::collection::vec(any::<char>(), 0..40)) {
        read_everywhere(&characters.into_iter().collect::<String>());
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        read_everywhere(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn what_almost_is_an_identifier(
        text in "(mailto:|tel:|c/o |box |s:t |lgh |\\+46|0|1|7|g\\.|tr|[()<>\"@,;/.% +-]|ankn|el | eller |å|xn--){0,16}",
    ) {
        read_everywhere(&text);
    }
}

#[test]
fn long_input_costs_no_more_than_its_length() {
    let started = Instant::now();
    for pattern in [
        "a", "0", "å", "\u{301}", "(", ")", "a@", "<", "\"", "c/o", " ", "+", "1 ", "g. ", ",",
        "\u{fdfa}", ", a",
    ] {
        for length in [63, 199, 4_000, 300_000] {
            let text = pattern.repeat(length / pattern.len());
            let reading = read(&everywhere(&text), "", &rules(), Side::Store);
            assert!(reading.unread.iter().all(|unread| unread.value.chars().count() <= 4_096));
        }
    }
    // Some 15 MB altogether; quadratic work on 300,000 characters would take hours.
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn many_values_cost_no_more_than_their_number() {
    let started = Instant::now();
    let emails = (0..20_000).map(|n| format!("anna{n}@a.example")).collect();
    let person = Person { emails, ..Person::default() };
    let reading = read(&person, "", &rules(), Side::Probe);
    assert_eq!((reading.readable, reading.keys.len()), (20_000, 20_000));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}
