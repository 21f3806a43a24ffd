//! Telephone numbers.

use nejtack::domain::identifier::{Grade, Phone, code, phone};
use proptest::prelude::*;

use super::{cases, codes, meet, probed, with_phone};

fn canonical(text: &str) -> String {
    in_region(text, "SE")
}

fn in_region(text: &str, region: &str) -> String {
    match Phone::parse(text, region) {
        Ok(phone) => phone.canonical().to_owned(),
        Err(why) => why.code.to_owned(),
    }
}

fn grade(objector: &str, looked_up: &str) -> Option<Grade> {
    meet(&with_phone(objector), &with_phone(looked_up))
}

#[test]
fn a_swedish_number_is_read_however_it_is_written() {
    for text in [
        "0701740605",
        "070-174 06 05",
        "070 174 06 05",
        "070/174 06 05",
        "(070) 174 06 05",
        "070.174.06.05",
        "070\u{2013}174\u{a0}06\u{2009}05",
        "070\u{2011}1740605",
        "+46701740605",
        "+46 70 174 06 05",
        "+46 (0)70 174 06 05",
        "+46(0)701740605",
        "+46 070-174 06 05",
        "0046701740605",
        "0046 (0)70-174 06 05",
        "00 46 70 174 06 05",
        "(+46) 70 174 06 05",
        "tel:+46-70-174-06-05",
        "TEL: 070-174 06 05",
        "701740605",
        "70-174 06 05",
        "46701740605",
        "46 70 174 06 05",
        "０７０－１７４０６０５",
        "＋４６ ７０ １７４ ０６ ０５",
        "٠٧٠١٧٤٠٦٠٥",
        "०७०१७४०६०५",
        "\u{202a}070-174 06 05\u{202c}",
        "070-174\u{200b} 06 05",
        "070-174 06 05 (jobb)",
        "070-174 06 05 (ring efter 17)",
        "070-174 06 05 vx",
        "070-174 06 05\t",
    ] {
        assert_eq!(canonical(text), "+46701740605", "{text}");
    }
    assert_eq!(canonical("08-465 004 00"), "+46846500400");
    assert_eq!(canonical("08/465 004 00"), "+46846500400");
    assert_eq!(canonical("46 8 465 004 00"), "+46846500400");
    assert_eq!(canonical("0980-319 200"), "+46980319200");
    assert_eq!(canonical("031-390 06 00"), "+46313900600");
    assert_eq!(canonical("040 628 04 99"), "+46406280499");
}

#[test]
fn numbers_that_libphonenumber_calls_invalid_are_read() {
    // PTS gives 071 to machines; made-up digits.
    assert_eq!(canonical("0719 000 000 00"), "+4671900000000");
    assert_eq!(canonical("071-900 00 00"), "+46719000000");
    assert_eq!(canonical("+46 719 00 00 00 000"), "+46719000000000");
}

#[test]
fn other_bare_digits_are_undecidable() {
    for text in
        ["84650400", "846500400", "711740605", "741740605", "4670174060", "467017406055", "112"]
    {
        assert_eq!(canonical(text), code::AMBIGUOUS, "{text}");
    }
    // Elsewhere nine digits that begin with 7 are no Swedish mobile.
    assert_eq!(in_region("701740605", "FI"), code::AMBIGUOUS);
}

#[test]
fn an_extension_stays_in_the_key() {
    for text in [
        "08-465 004 00 ankn 12",
        "08-465 004 00 ankn. 12",
        "08-465 004 00, ankn 12",
        "08-465 004 00 anknytning 12",
        "08-465 004 00 (ankn 12)",
        "08-465 004 00 ext 12",
        "08-465 004 00 EXT.12",
        "+46 8 465 004 00;ext=12",
        "0846500400ankn12",
    ] {
        assert_eq!(canonical(text), "+46846500400;ext=12", "{text}");
        assert_eq!(probed(&with_phone(text)).readable, 1, "{text}");
        assert_eq!(grade(text, "08-465 004 00"), None, "{text}");
        assert_eq!(grade("08-465 004 00", text), None, "{text}");
        assert_eq!(grade(text, "08-465 004 00 ankn 13"), None, "{text}");
        assert_eq!(grade(text, "08-465 004 00 ankn 12"), Some(Grade::Exact), "{text}");
    }
    assert_eq!(canonical("08-465 004 00 vx"), "+46846500400");
    assert_eq!(canonical("08-465 004 00 (växel)"), "+46846500400");
}

#[test]
fn other_letters_are_unreadable() {
    for text in [
        "ring efter 17",
        "ankn 12",
        "070-174 06 05 Anna",
        "mobil 070-174 06 05",
        "070-174 (jobb) 06 05",
        "saknas",
        "-",
        "0",
        "070-174 06 0",
        "070-174 06 055",
        "+46",
        "+",
        "*21*0701740605#",
        "00",
    ] {
        assert_eq!(canonical(text), code::UNREADABLE, "{text}");
    }
    assert_eq!(canonical("070-174 06 05 (mamma 070-174 06 06)"), code::AMBIGUOUS);
    assert_eq!(canonical("070\0 174 06 05"), code::CONTROL_CHARACTERS);
    assert_eq!(canonical(&"0".repeat(65)), code::TOO_LONG);
}

#[test]
fn other_countries_go_through_the_library() {
    // Ofcom's and the NANP's fictional numbers; Italian ones with made-up digits.
    for (text, region, expected) in [
        ("+44 20 7946 0018", "SE", "+442079460018"),
        ("+44 (0)20 7946 0018", "SE", "+442079460018"),
        ("0044 20 7946 0018", "SE", "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("020 7946 0018", "gb", "+442079460018"),
        ("+1 202 555 0173", "SE", "+12025550173"),
        ("(202) 555-0173", "US", "+12025550173"),
        ("+39 06 0000 0000", "SE", "+390600000000"),
        ("06 0000 0000", "IT", "+390600000000"),
        ("+46 70 174 06 05", "GB", "+46701740605"),
        ("46701740605", "GB", "+46701740605"),
        ("+44 20 794", "SE", code::UNREADABLE),
        ("+999 123 45 67", "SE", code::UNREADABLE),
        ("020 7946 0018", "XX", code::AMBIGUOUS),
        ("020 7946 0018", "", code::AMBIGUOUS),
        ("2079460018", "GB", code::AMBIGUOUS),
    ] {
        assert_eq!(in_region(text, region), expected, "{text} in {region}");
    }
    assert!(phone::knows_region("SE") && phone::knows_region("fi"));
    assert!(!phone::knows_region("XX") && !phone::knows_region("Sverige"));
}

#[test]
fn several_in_one_field_are_split() {
    for field in [
        "070-174 06 05; 08-465 004 00",
        "070-174 06 05, 08-465 004 00",
        "070-174 06 05/08-465 004 00",
        "070-174 06 05 / 08-465 004 00",
        "070-174 06 05 el 08-465 004 00",
        "070-174 06 05 el. 08-465 004 00",
        "070-174 06 05 eller 08-465 004 00",
        "070-174 06 05 och 08-465 004 00",
        "070-174 06 05\n08-465 004 00",
        "070-174 06 05 +46 8 465 004 00",
        "0701740605 0846500400",
        "070-174 06 05 (mobil) 08-465 004 00 (hem)",
        "070-174 06 05 vx, 08-465 004 00",
        "070-174 06 05；08-465 004 00",
    ] {
        let reading = probed(&with_phone(field));
        assert_eq!((reading.given, reading.readable), (2, 2), "{field}");
        for number in ["0701740605", "0846500400"] {
            assert_eq!(grade(number, field), Some(Grade::Exact), "{field}");
            assert_eq!(grade(field, number), Some(Grade::Exact), "{field}");
        }
    }
}

#[test]
fn what_is_not_clearly_several_is_not_guessed() {
    let reading = probed(&with_phone("070-174 06 05 070-174 06 06"));
    assert_eq!((reading.given, reading.readable), (1, 0));
    let reading = probed(&with_phone("070-174 06 05/06"));
    assert_eq!((reading.given, reading.readable), (2, 1));
    let reading = probed(&with_phone("070-174 06 05; ring efter 17"));
    assert_eq!((reading.given, reading.readable), (2, 1));
    assert_eq!(codes(&reading), [("/person/phones/0", code::UNREADABLE)]);
    assert_eq!(reading.unread[0].value, "ring efter 17");
}

/// A Swedish number from the fictional ranges, as digits after +46.
fn fictional() -> impl Strategy<Value = String> {
    prop_oneof![
        (5_u32..100).prop_map(|last| format!("7017406{last:02}")),
        (0_u32..100).prop_map(|last| format!("8465004{last:02}")),
        (0_u32..100).prop_map(|last| format!("3139006{last:02}")),
        (0_u32..100).prop_map(|last| format!("4062804{last:02}")),
        (200_u32..300).prop_map(|last| format!("980319{last}")),
    ]
}

const SPACES: [&str; 9] = ["", "", " ", "-", "\u{2013}", "\u{2011}", "\u{a0}", ".", "\u{200b}"];

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn every_spelling_meets(
        number in fictional(),
        prefix in 0_usize..7,
        gaps in proptest::collection::vec(0_usize..SPACES.len(), 9),
        wide in any::<bool>(),
    ) {
        let prefix = ["0", "+46", "0046", "+46 (0)", "0046(0)", "46", "tel:+46"][prefix];
        let mut written = prefix.to_owned();
        for (digit, gap) in number.chars().zip(gaps) {
            written.push(digit);
            written.push_str(SPACES[gap]);
        }
        if wide {
            written = written.chars().map(|c| match c {
                '0'..='9' | '+' => char::from_u32(u32::from(c) + 0xFEE0).expect("fullwidth"),
                c => c,
            }).collect();
        }
        let plain = format!("+46{number}");
        prop_assert_eq!(canonical(&written), plain.clone());
        prop_assert_eq!(grade(&plain, &written), Some(Grade::Exact));
    }

    #[test]
    fn canonical_form_is_a_fixed_point(
        text in "(tel:|\\+|00|0)?[0-9]{5,14}( ?(ext|ankn) ?[0-9]{1,6})?",
        region in prop_oneof!["SE", "NO", "GB", "US", "IT", "AR", "XX"],
    ) {
        if let Ok(phone) = Phone::parse(&text, &region) {
            prop_assert_eq!(in_region(phone.canonical(), &region), phone.canonical());
            prop_assert_eq!(in_region(phone.canonical(), "SE"), phone.canonical());
        }
    }

    #[test]
    fn a_changed_digit_never_meets(number in fictional(), at in 0_usize..9, digit in 0_u8..10) {
        let mut changed = number.clone().into_bytes();
        prop_assume!(changed[at] != b'0' + digit);
        changed[at] = b'0' + digit;
        let changed = format!("0{}", String::from_utf8(changed).expect("digits"));
        prop_assert_eq!(grade(&format!("0{number}"), &changed), None);
    }
}
