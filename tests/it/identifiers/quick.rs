//! The quick paths give what the rules give, or step aside: for a million values, as
//! they are usually written and as nobody should write them.

use nejtack::domain::identifier::{
    Key, Kind, KindSet, Reading, Rules, Side, quick, read, read_into, read_without_quick_paths,
};
use nejtack::domain::person::Person;

use super::{cases, rules, today, with_email, with_personnummer, with_phone};
use crate::support::random::Random;
use proptest::prelude::*;

/// How many values, if another number is wanted.
const VALUES: &str = "NEJTACK_TEST_QUICK_VALUES";
/// The same values in each run.
const SEED: u64 = 0x6e65_6a74_6163_6b04;

fn how_many() -> usize {
    match std::env::var(VALUES) {
        Ok(text) => text.parse().expect("a number of values"),
        Err(_) if cfg!(debug_assertions) => 20_000,
        Err(_) => 1_000_000,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Email,
    Phone,
    Personnummer,
}

impl Of {
    fn person(self, text: &str) -> Person {
        match self {
            Self::Email => with_email(text),
            Self::Phone => with_phone(text),
            Self::Personnummer => with_personnummer(text),
        }
    }

    /// The keys, if the quick path takes the value.
    fn quickly(self, text: &str, rules: &Rules<'_>) -> Option<Vec<Key>> {
        let mut keys = Vec::new();
        let read = match self {
            Self::Email => quick::email(text, &mut keys),
            Self::Phone => quick::phone(text, rules.region, &mut keys),
            Self::Personnummer => quick::personnummer(text, rules.today, &mut keys),
        };
        assert!(read || keys.is_empty(), "{self:?} stepped aside and left keys: {text:?}");
        read.then_some(keys)
    }
}

/// All that two readings tell.
#[track_caller]
fn hold_equal(quick: &Reading, slow: &Reading, person: &Person, told: &str) {
    let same = quick.keys == slow.keys
        && quick.warnings == slow.warnings
        && quick.unread == slow.unread
        && quick.unreadable == slow.unreadable
        && (quick.given, quick.readable) == (slow.given, slow.readable);
    assert!(
        same,
        "{told}: the quick path differs for {:?} {:?} {:?}: {quick:?} and {slow:?}",
        person.emails, person.phones, person.personnummer
    );
}

#[track_caller]
fn hold_alike(of: Of, text: &str, rules: &Rules<'_>) {
    let person = of.person(text);
    let slow = read_without_quick_paths(&person, "/person", rules, Side::Probe);
    hold_equal(&read(&person, "/person", rules, Side::Probe), &slow, &person, "read");
    if let Some(mut keys) = of.quickly(text, rules) {
        keys.sort_by(|a, b| a.material.cmp(&b.material));
        assert_eq!(keys, slow.keys, "{of:?} alone: {text:?}");
    }
}

#[test]
fn a_million_values_are_read_as_the_rules_read_them() {
    let mut random = Random::new(SEED);
    let (mut taken, mut plain) = (0, 0);
    for number in 0..how_many() {
        let of = [Of::Email, Of::Phone, Of::Personnummer][random.below(3)];
        let mut text = usual(of, &mut random);
        let hostile = random.below(2) == 0;
        for _ in 0..if hostile { 1 + random.below(3) } else { 0 } {
            mutate(&mut text, &mut random);
        }
        let region = ["SE", "SE", "SE", "se", "NO", "GB", "", "å"][random.below(8)];
        let rules = Rules { region, ..rules() };
        hold_alike(of, &text, &rules);
        if !hostile && rules.region == "SE" {
            plain += 1;
            taken += usize::from(of.quickly(&text, &rules).is_some());
        }
        if number % 1_000 == 0 {
            let rules = Rules { refused: KindSet::of(&Kind::EVERY), ..rules };
            let person = of.person(&text);
            let slow = read_without_quick_paths(&person, "", &rules, Side::Probe);
            hold_equal(&read(&person, "", &rules, Side::Probe), &slow, &person, "refused");
        }
    }
    assert_eq!(taken, plain, "a value written as usual was not taken by its quick path");
}

#[test]
fn whole_persons_are_read_alike_into_one_reading() {
    let mut random = Random::new(SEED + 1);
    let mut reading = Reading::default();
    for _ in 0..how_many() / 20 {
        let mut some = |of, most: usize| -> Vec<String> {
            (0..random.below(most + 1))
                .map(|_| {
                    let mut text = usual(of, &mut random);
                    (0..random.below(3)).for_each(|_| mutate(&mut text, &mut random));
                    text
                })
                .collect()
        };
        let mut person = Person {
            emails: some(Of::Email, 3),
            phones: some(Of::Phone, 3),
            personnummer: some(Of::Personnummer, 1).pop(),
            ..Person::default()
        };
        person.emails.extend(person.emails.first().cloned());
        for side in [Side::Probe, Side::Store] {
            read_into(&mut reading, &person, "/persons/7", &rules(), side);
            let slow = read_without_quick_paths(&person, "/persons/7", &rules(), side);
            hold_equal(&reading, &slow, &person, "read_into");
        }
    }
}

/// Every ASCII character, and what is easily mistaken for one, at every place.
#[test]
fn every_neighbour_of_a_usual_value_is_read_alike() {
    let examples = [
        (Of::Email, "A.b+c-d_e@gmail.com"),
        (Of::Email, "a@x.example"),
        (Of::Phone, "+46 (0)70-174 06 05"),
        (Of::Phone, "0701740605"),
        (Of::Phone, "4684650400 0"),
        (Of::Personnummer, "19701104-2392"),
        (Of::Personnummer, "701104+2392"),
    ];
    for (of, text) in examples {
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
            for c in (0..128).map(char::from).chain(ODD.iter().flat_map(|odd| odd.chars())) {
                let inserted = format!("{}{c}{}", &text[..at], &text[at..]);
                hold_alike(of, &inserted, &rules());
                let replaced = format!("{}{c}{}", &text[..at], text.get(at + 1..).unwrap_or(""));
                hold_alike(of, &replaced, &rules());
            }
        }
    }
}

#[test]
fn lengths_at_the_borders_are_read_alike() {
    for local in 0..130 {
        for domain in [1, 2, 20, 55, 56, 62, 63, 64, 65] {
            let (local, domain) = ("a".repeat(local), "b".repeat(domain));
            hold_alike(Of::Email, &format!("{local}@{domain}.example"), &rules());
            hold_alike(Of::Email, &format!("{local}+x@gmail.com{domain}"), &rules());
            hold_alike(
                Of::Email,
                &format!(" {}@a.{domain}\t", local.replace("aa", "a.")),
                &rules(),
            );
        }
    }
    for digits in 0..20 {
        for before in
            ["", "0", "00", "+", "+46", "+460", "+4600", "0046", "00460", "46", "460", "7"]
        {
            for first in ["70", "71", "25", "67", "8", "1", "0", "74"] {
                let text = format!("{before}{first}{}", "1".repeat(digits));
                hold_alike(Of::Phone, &text, &rules());
                hold_alike(Of::Phone, &text, &Rules { region: "DK", ..rules() });
            }
        }
        hold_alike(Of::Personnummer, &"19701104239219701104".repeat(2)[..digits], &rules());
    }
    for blanks in [1, 30, 64, 100, 4_096] {
        for (of, text) in [(Of::Email, "a@x.example"), (Of::Phone, "0701740605")] {
            hold_alike(of, &format!("{}{text}", " ".repeat(blanks)), &rules());
            hold_alike(of, &format!("{text}{}", "\n".repeat(blanks)), &rules());
        }
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn centuries_are_told_alike_on_every_day(days in -40_000_i64..200_000, seed in any::<u64>()) {
        let text = usual(Of::Personnummer, &mut Random::new(seed));
        let today = today() + chrono::TimeDelta::days(days);
        hold_alike(Of::Personnummer, &text, &Rules { today, ..rules() });
    }
}

/// What does not belong in a value, or only seems to.
const ODD: [&str; 58] = [
    "\u{200b}", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2212}", "\u{ff0d}", "\u{ff0b}", "\u{ff10}",
    "\u{661}", "\u{a0}", "\u{2009}", "\u{3000}", "\u{feff}", "\u{ad}", "\u{301}", "\u{85}", "å",
    "Å", "İ", "ß", "ſ", "\u{212a}", "ａ", "＠", "．", "。", "·", "\0", "\u{1f}", "\u{7f}", "\u{b}",
    "\u{c}", "\n", "\r", "\t", " ", ".", "..", ",", ";", "/", "|", "&", "+", "-", "_", "@", "(",
    ")", "<", ">", "\"", "'", ":", "xn--", "--", " eller ", " ankn 12",
];

/// Changes a value a little.
fn mutate(text: &mut String, random: &mut Random) {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let place = random.below(places.len());
    let (at, next) = (places[place], places.get(place + 1).copied().unwrap_or(text.len()));
    match random.below(10) {
        0..=3 => text.insert_str(at, ODD[random.below(ODD.len())]),
        4..=5 => text.replace_range(at..next, ODD[random.below(ODD.len())]),
        6 => text.replace_range(at..next, ""),
        7 => text.truncate(at),
        8 => text.insert(at, char::from(u8::try_from(random.below(128)).expect("a byte"))),
        _ => {
            let again = text[at..].to_owned();
            text.push_str(&again);
        }
    }
}

/// A value as it is usually written, of somebody who does not exist.
fn usual(of: Of, random: &mut Random) -> String {
    let mut text = match of {
        Of::Email => email(random),
        Of::Phone => phone(random),
        Of::Personnummer => personnummer(random),
    };
    if random.below(20) == 0 {
        text.insert(0, ' ');
    }
    if random.below(20) == 0 {
        text.push([' ', '\t', '\n', '\r'][random.below(4)]);
    }
    text
}

fn email(random: &mut Random) -> String {
    const NAMES: [&str; 12] = [
        "anna",
        "Anna-Karin",
        "erik.ek",
        "ERIK",
        "a",
        "info",
        "a_b",
        "o.l.a",
        "x1",
        "1970",
        ".a",
        "n.",
    ];
    const DOMAINS: [&str; 8] = [
        "exempel.example",
        "Exempel.Example",
        "a.example",
        "mail.a-b.example",
        "gmail.com",
        "GMail.com",
        "googlemail.com",
        "x--y.example",
    ];
    let mut local = NAMES[random.below(NAMES.len())].to_owned();
    for _ in 0..random.below(3) {
        local.push_str([".", "", "-", "_"][random.below(4)]);
        local.push_str(NAMES[random.below(NAMES.len())]);
    }
    if random.below(2) == 0 {
        local.push_str(&random.below(100_000).to_string());
    }
    if random.below(6) == 0 {
        local.insert_str(random.below(2) * local.len(), "+nyhetsbrev");
    }
    format!("{local}@{}", DOMAINS[random.below(DOMAINS.len())])
}

/// From the ranges for fiction.
fn phone(random: &mut Random) -> String {
    let last = random.below(95) + 5;
    let (area, rest) = [
        ("70", format!("17406{last:02}")),
        ("8", format!("465004{last:02}")),
        ("31", format!("39006{last:02}")),
        ("980", format!("3192{last:02}")),
    ][random.below(4)]
    .clone();
    let mut number = match random.below(if area == "70" { 8 } else { 6 }) {
        0 | 1 => format!("0{area}-"),
        2 => format!("+46{area}"),
        3 => format!("+46 (0){area} "),
        4 => format!("0046{area} "),
        5 => format!("(0{area}) "),
        6 => area.to_owned(),
        _ => format!("46{area}"),
    };
    for (at, digit) in rest.chars().enumerate() {
        if at > 1 && random.below(4) == 0 {
            number.push([' ', '-'][random.below(2)]);
        }
        number.push(digit);
    }
    number
}

/// With a serial that nobody gets, and the right check digit.
fn personnummer(random: &mut Random) -> String {
    const SERIALS: [&str; 6] = ["238", "239", "980", "984", "987", "989"];
    let year = 1900 + random.below(126);
    let (month, day) = (1 + random.below(12), 1 + random.below(28));
    let coordination = if random.below(5) == 0 { 60 } else { 0 };
    let front = format!("{year}{month:02}{:02}", day + coordination);
    let serial = SERIALS[random.below(SERIALS.len())];
    let nine = format!("{}{serial}", &front[2..]);
    let sum: u32 = nine
        .bytes()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    let check = (10 - sum % 10) % 10;
    let front = if random.below(2) == 0 { front.as_str() } else { &front[2..] };
    let sign = if front.len() == 6 && year < 1926 { "+" } else { ["-", ""][random.below(2)] };
    format!("{front}{sign}{serial}{check}")
}
