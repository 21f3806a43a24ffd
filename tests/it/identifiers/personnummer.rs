//! Personnummer and samordningsnummer.

use chrono::{Datelike, NaiveDate};
use nejtack::domain::identifier::{Grade, Personnummer, code};
use proptest::prelude::*;

use super::{cases, meet, today, with_personnummer};

/// Adds the check digit to eight digits of date and three of serial.
fn number(date: &str, serial: u16) -> String {
    let eleven = format!("{date}{serial:03}");
    let sum: u32 = eleven[2..]
        .bytes()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    format!("{eleven}{}", (10 - sum % 10) % 10)
}

/// The same number as CRMs write it, without its century.
fn ten(twelve: &str, sign: &str) -> String {
    format!("{}{sign}{}", &twelve[2..8], &twelve[8..])
}

fn canonical(text: &str) -> String {
    match Personnummer::parse(text, today()) {
        Ok(number) => number.canonical().to_owned(),
        Err(why) => why.code.to_owned(),
    }
}

fn grade(objector: &str, looked_up: &str) -> Option<Grade> {
    meet(&with_personnummer(objector), &with_personnummer(looked_up))
}

#[test]
fn is_read_however_it_is_written() {
    for text in [
        "197011042392",
        "19701104-2392",
        "19701104 2392",
        "19701104 - 2392",
        "1970 11 04 2392",
        "7011042392",
        "701104-2392",
        "701104 2392",
        " 701104\u{2013}2392 ",
        "701104\u{2212}2392",
        "７０１１０４－２３９２",
        "701104\u{200b}-2392",
        "19701104+2392",
    ] {
        assert_eq!(canonical(text), "197011042392", "{text}");
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for text in [
        "",
        "70110-42392",
        "701104--2392",
        "701104-+2392",
        "-7011042392",
        "70110423925",
        "701104-239",
        "701104-T239",
        "SE701104-2392",
        "0197011042392",
        "701104/2392",
    ] {
        assert_eq!(canonical(text), code::UNREADABLE, "{text}");
    }
    assert_eq!(canonical("701104-2393"), code::CHECK_DIGIT);
    assert_eq!(canonical(&number("19701104", 0)), code::UNREADABLE);
    assert_eq!(canonical(&number("19701304", 238)), code::DATE);
    assert_eq!(canonical(&number("19700229", 238)), code::DATE);
    assert_eq!(canonical(&number("20261123", 238)), code::DATE);
    assert_eq!(canonical(&number("17701104", 238)), code::DATE);
    assert_eq!(canonical("701104\0-2392"), code::CONTROL_CHARACTERS);
    assert_eq!(canonical(&" 7".repeat(40)), code::TOO_LONG);
}

#[test]
fn the_century_follows_the_sign() {
    // Born this year, up to today; tomorrow's date is a hundred years ago.
    assert_eq!(canonical(&ten(&number("20261122", 238), "-")), number("20261122", 238));
    assert_eq!(canonical(&ten(&number("19261123", 238), "-")), number("19261123", 238));
    assert_eq!(canonical(&ten(&number("20261122", 238), "")), number("20261122", 238));
    // With + from the year in which one turns a hundred.
    assert_eq!(canonical(&ten(&number("19261224", 238), "+")), number("19261224", 238));
    assert_eq!(canonical(&ten(&number("18990101", 238), "+")), number("18990101", 238));
    assert_eq!(canonical(&ten(&number("19150101", 239), "+")), number("19150101", 239));
    // 29 February: 2000 had one, 1900 had none.
    assert_eq!(canonical(&ten(&number("20000229", 238), "-")), number("20000229", 238));
    assert_eq!(canonical(&ten(&number("20000229", 238), "+")), code::DATE);
}

#[test]
fn a_lost_plus_gives_a_possible_match() {
    let old = number("19150101", 239);
    assert_eq!(grade(&old, &ten(&old, "+")), Some(Grade::Exact));
    assert_eq!(grade(&old, &ten(&old, "-")), Some(Grade::Possible));
    assert_eq!(grade(&ten(&old, ""), &old), Some(Grade::Possible));
    let young = number("20150101", 239);
    assert_eq!(grade(&young, &ten(&young, "-")), Some(Grade::Exact));
    assert_eq!(grade(&young, &ten(&young, "+")), None);
    assert_eq!(grade(&young, &old), None);
    // Nobody is 156 years old.
    let reading = Personnummer::parse("701104-2392", today()).expect("readable");
    assert_eq!(reading.keys().len(), 1);
}

#[test]
fn samordningsnummer_are_read() {
    for date in ["19701164", "19701160", "19700064", "19700060", "20260061", "19700091"] {
        for serial in [238, 980, 989] {
            let twelve = number(date, serial);
            assert_eq!(canonical(&twelve), twelve);
            assert_eq!(canonical(&ten(&twelve, "-")), twelve);
        }
    }
    assert_eq!(canonical(&number("19701192", 238)), code::DATE);
    assert_eq!(canonical(&number("19700290", 238)), code::DATE);
    assert_eq!(canonical(&number("19700004", 238)), code::DATE);
    assert_eq!(canonical(&number("19700092", 238)), code::DATE);
    assert_ne!(canonical(&number("19701164", 238)), canonical(&number("19701104", 238)));
}

#[test]
fn organisation_numbers_are_refused() {
    for text in ["559999-0008", "16559999-0008", "165599990008", "5599990008"] {
        assert_eq!(canonical(text), code::ORGANISATION_NUMBER, "{text}");
    }
    assert_eq!(
        canonical(&format!("16{}", ten(&number("19701104", 238), ""))),
        code::ORGANISATION_NUMBER
    );
}

fn any_number() -> impl Strategy<Value = String> {
    (
        1900_i32..=2025,
        1_u32..=365,
        prop_oneof![Just(238_u16), Just(239), 980_u16..990],
        any::<bool>(),
    )
        .prop_map(|(year, day, serial, coordination)| {
            let date = NaiveDate::from_yo_opt(year, day).expect("a date");
            let shift = if coordination { 60 } else { 0 };
            let date = format!("{year}{:02}{:02}", date.month(), date.day() + shift);
            number(&date, serial)
        })
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn every_spelling_meets(
        twelve in any_number(),
        dash in prop_oneof!["", "-", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}", "\u{2212}", "－", " - "],
    ) {
        prop_assert_eq!(canonical(&twelve), twelve.clone());
        let long = format!("{}{dash}{}", &twelve[..8], &twelve[8..]);
        prop_assert_eq!(grade(&twelve, &long), Some(Grade::Exact));
        let day: u32 = twelve[6..8].parse().expect("digits");
        let born = format!("{}{:02}", &twelve[..6], day % 60); // a samordningsnummer adds 60
        let old = born.as_str() < "19261123";
        let short = ten(&twelve, &dash);
        let expected = if old { Grade::Possible } else { Grade::Exact };
        prop_assert_eq!(grade(&twelve, &short), Some(expected));
        let century = if &twelve[..4] <= "1926" { Some(Grade::Exact) } else { None };
        prop_assert_eq!(grade(&twelve, &ten(&twelve, "+")), century);
    }

    #[test]
    fn a_changed_digit_is_never_read(twelve in any_number(), at in 0_usize..10, digit in 0_u8..10) {
        let mut changed = ten(&twelve, "").into_bytes();
        prop_assume!(changed[at] != b'0' + digit);
        changed[at] = b'0' + digit;
        let changed = String::from_utf8(changed).expect("digits");
        prop_assert_eq!(canonical(&changed), code::CHECK_DIGIT);
    }

    #[test]
    fn any_day_can_be_today(days in 0_i64..3_000_000, text in "[0-9]{6}[-+]?[0-9]{4}") {
        let today = NaiveDate::MIN + chrono::Duration::days(days * 60);
        let _ = Personnummer::parse(&text, today);
        let _ = Personnummer::parse("701104-2392", today);
    }
}
