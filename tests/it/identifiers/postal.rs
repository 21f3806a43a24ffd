//! Names at postal addresses.

use nejtack::domain::identifier::postal::Place;
use nejtack::domain::identifier::{Grade, code};
use nejtack::domain::person::{Address, Name, Person};
use proptest::prelude::*;

use super::{at, cases, codes, meet, probed, stored};

fn place(street: &str) -> String {
    let address = Address {
        street: Some(street.to_owned()),
        postal_code: Some("413 01".to_owned()),
        city: None,
    };
    match Place::parse(&address) {
        Ok(place) => place.canonical().replace('\u{1f}', "|"),
        Err((part, why)) => format!("{part}: {}", why.code),
    }
}

fn grade(objector: &str, looked_up: &str) -> Option<Grade> {
    let of = |street| at("Anna", "Åberg", street, "413 01");
    meet(&of(objector), &of(looked_up))
}

fn by_name(objector: (&str, &str), looked_up: (&str, &str)) -> Option<Grade> {
    let of = |(given, family)| at(given, family, "Storgatan 1", "413 01");
    meet(&of(objector), &of(looked_up))
}

#[test]
fn a_street_is_read_however_it_is_written() {
    for street in [
        "Storgatan 1 B",
        "storgatan 1B",
        "STORGATAN 1 b",
        "Storg. 1B",
        "Storg.1 B",
        "Storgatan 1 B lgh 1102",
        "Storgatan 1 B, lgh 1102",
        "Storgatan 1 B Lägenhet nr 1102",
        "Storgatan 1 B 1102",
        "Storgatan 1B, 2 tr",
        "Storgatan 1B 2tr",
        "Storgatan 1 B nb",
        "Storgatan 1 B n.b.",
        "Storgatan 1 B, vån 3",
        "c/o Svensson, Storgatan 1 B",
        "C/O Svensson\nStorgatan 1 B",
        "Storgatan 1 B c/o Svensson",
        "Ｓｔｏｒｇａｔａｎ １ Ｂ",
        "Storgatan 01 B",
    ] {
        assert_eq!(place(street), "41301|storgatan|1|b|", "{street}");
    }
}

#[test]
fn abbreviations_are_written_out_by_position_only() {
    for (street, expected) in [
        ("Norrv. 3", "norrvagen|3||"),
        ("Smalgr. 3", "smalgrand|3||"),
        ("Stora g. 3", "stora gatan|3||"),
        ("S Allégatan 5", "sodra allegatan|5||"),
        ("S. Allég. 5", "sodra allegatan|5||"),
        ("Ö Hamngatan 5", "ostra hamngatan|5||"),
        ("N Hamngatan 5", "norra hamngatan|5||"),
        ("V Hamngatan 5", "vastra hamngatan|5||"),
        ("S:t Eriksgatan 5", "sankt eriksgatan|5||"),
        ("Sankt Eriksgatan 5", "sankt eriksgatan|5||"),
        // Not in those places.
        ("Storg 3", "storg|3||"),
        ("Gatan S 3", "gatan s|3||"),
        ("Berg. Storgatan 3", "berg storgatan|3||"),
        ("Storgatan 3 S", "storgatan|3|s|"),
        ("1:a Långgatan 5", "1 a langgatan|5||"),
        ("Lillgården", "lillgarden|||"),
        ("Storgatan 1-3", "storgatan|1||3"),
        ("Gustav Adolfs torg 1", "gustav adolfs torg|1||"),
    ] {
        assert_eq!(place(street), format!("41301|{expected}"), "{street}");
    }
}

#[test]
fn letters_without_marks_are_the_same() {
    assert_eq!(grade("Änggatan 1", "Anggatan 1"), Some(Grade::Equivalent));
    assert_eq!(grade("Østergatan 1", "Östergatan 1"), Some(Grade::Equivalent));
    assert_eq!(grade("Allégatan 1", "ALLEGATAN 1"), Some(Grade::Equivalent));
    assert_eq!(grade("A\u{30a}gatan 1", "Ågatan 1"), Some(Grade::Equivalent));
}

#[test]
fn a_box_is_a_kind_of_its_own() {
    for street in ["Box 123", "BOX 123", "box123", "Postbox 123"] {
        assert_eq!(place(street), "41301|box|123||", "{street}");
    }
    assert_eq!(grade("Box 123", "box 123"), Some(Grade::Equivalent));
    assert_eq!(grade("Box 123", "Boxgatan 123"), None);
    assert_eq!(grade("Box 123", "Box 124"), None);
}

#[test]
fn the_postcode_counts_and_the_town_does_not() {
    let of = |postal_code: &str, city: &str| {
        let mut person = at("Anna", "Åberg", "Storgatan 1", postal_code);
        person.addresses[0].city = Some(city.to_owned());
        person
    };
    for postal_code in
        ["41301", "413 01", "SE-413 01", "SE-41301", "se 413 01", "S-413 01", "４１３ ０１"]
    {
        let grade = meet(&of("413 01", "Göteborg"), &of(postal_code, "GBG"));
        assert_eq!(grade, Some(Grade::Equivalent), "{postal_code}");
    }
    assert_eq!(meet(&of("413 01", ""), &of("413 02", "")), None);
    for postal_code in ["4130", "413 012", "SW1A 1AA", "", "FI-4130", "DK-41301"] {
        let reading = probed(&of(postal_code, "Göteborg"));
        assert_eq!(codes(&reading), [("/person/addresses/0/postal_code", code::UNREADABLE)]);
    }
    // the neighbours' have four digits and their country's letters, and meet no Swedish one
    let danish = meet(&of("DK-4130", "Viby"), &of("dk 4130", ""));
    assert_eq!(danish, Some(Grade::Equivalent));
    for other in ["NO-4130", "413 01", "DK-4131"] {
        assert_eq!(meet(&of("DK-4130", ""), &of(other, "")), None, "{other}");
    }
}

#[test]
fn flats_are_directional() {
    let (none, own, other) = ("Storgatan 1", "Storgatan 1 lgh 1102", "Storgatan 1 lgh 1203");
    assert_eq!(grade(own, own), Some(Grade::Exact));
    assert_eq!(grade(own, "Storgatan 1 1102"), Some(Grade::Exact));
    assert_eq!(grade(none, own), Some(Grade::Equivalent), "the objector gave none");
    assert_eq!(grade(own, other), Some(Grade::Possible), "the objector's flat was another");
    assert_eq!(grade(own, none), Some(Grade::Equivalent), "the look-up gave none");
    assert_eq!(grade(none, none), Some(Grade::Equivalent));
}

#[test]
fn each_given_name_meets_each_part_of_the_surname() {
    let full = ("Anna-Karin", "Åberg Öst");
    for name in [("Anna", "Åberg"), ("Karin", "Ost"), ("ANNA KARIN", "aberg-ost"), full] {
        assert_eq!(by_name(full, name), Some(Grade::Equivalent), "{name:?}");
        assert_eq!(by_name(name, full), Some(Grade::Equivalent), "{name:?}");
    }
    assert_eq!(by_name(full, ("Bo", "Åberg")), None);
    assert_eq!(by_name(full, ("Anna", "Berg")), None);
    // A particle is nobody's surname.
    assert_eq!(by_name(("Anna", "von Exempel"), ("Anna", "von Annan")), None);
    assert_eq!(by_name(("Anna", "von Exempel"), ("Anna", "Exempel")), Some(Grade::Equivalent));
}

#[test]
fn an_initial_is_possible_and_only_when_nothing_else_is_given() {
    let full = ("Anna Karin", "Åberg");
    assert_eq!(by_name(full, ("A", "Åberg")), Some(Grade::Possible));
    assert_eq!(by_name(full, ("K.", "Åberg")), Some(Grade::Possible));
    assert_eq!(by_name(full, ("A. K.", "Åberg")), Some(Grade::Possible));
    assert_eq!(by_name(full, ("B", "Åberg")), None);
    assert_eq!(by_name(full, ("Agnes", "Åberg")), None);
    assert_eq!(by_name(full, ("Bo A.", "Åberg")), None);
    assert_eq!(by_name(full, ("Anna B.", "Åberg")), Some(Grade::Equivalent));
}

#[test]
fn an_objector_known_by_initials_alone_is_possible_for_whoever_shares_them() {
    assert_eq!(by_name(("A.", "Åberg"), ("Anna", "Åberg")), Some(Grade::Possible));
    assert_eq!(by_name(("A. K.", "Åberg"), ("Karin", "Åberg")), Some(Grade::Possible));
    assert_eq!(by_name(("A.", "Åberg"), ("Bo", "Åberg")), None);
    assert_eq!(by_name(("Anna B.", "Åberg"), ("Bo", "Åberg")), None, "she has a name of her own");
}

#[test]
fn names_make_at_most_thirty_six_pairs() {
    let many = "Ab Bc Cd De Ef Fg Gh Hi Ij Jk Kl Lm Mn No Op";
    let person = at(many, many, "Storgatan 1 lgh 1102", "413 01");
    assert!(stored(&person).keys.len() <= 36 * 2 * 2);
    let most = at("Ab Bc Cd De Ef Fg", "Gh Hi Ij Jk Kl Lm", "Storgatan 1 lgh 1102", "413 01");
    assert!(probed(&most).keys.len() <= 36 * 4 && probed(&most).readable == 1);
}

#[test]
fn an_address_needs_a_name_and_a_name_an_address() {
    let mut nameless = at("Anna", "Åberg", "Storgatan 1", "413 01");
    nameless.name = None;
    for reading in [stored(&nameless), probed(&nameless)] {
        assert_eq!(codes(&reading), [("/person/addresses/0", code::NAME_MISSING)]);
        assert_eq!((reading.given, reading.readable), (1, 0));
        assert_eq!(reading.unreadable.names(), ["post", "unaddressed_post"]);
        assert_eq!(reading.unread[0].value, "Storgatan 1, 413 01");
    }
    let surname = probed(&at(" - ", "Åberg", "Storgatan 1", "413 01"));
    assert_eq!(codes(&surname), [("/person/addresses/0", code::NAME_MISSING)]);

    let name = Some(Name { given: Some("Anna".to_owned()), family: Some("Åberg".to_owned()) });
    let alone = probed(&Person { name: name.clone(), ..Person::default() });
    assert_eq!(codes(&alone), [("/person/name", code::NAME_ALONE)]);
    assert_eq!((alone.given, alone.readable), (0, 0));
    let beside = Person { name, emails: vec!["anna@a.example".to_owned()], ..Person::default() };
    assert_eq!(codes(&probed(&beside)), []);
}

#[test]
fn what_is_no_place_is_refused() {
    for street in ["", " ", "1102", "-", "c/o Svensson Storgatan 1"] {
        assert_eq!(place(street), "street: unreadable", "{street}");
    }
    assert_eq!(place(&"a".repeat(201)), "street: too_long");
    assert_eq!(place("Storgatan\0 1"), "street: control_characters");
    let long = probed(&at(&"a".repeat(201), "Åberg", "Storgatan 1", "413 01"));
    let expected =
        [("/person/name/given", code::TOO_LONG), ("/person/addresses/0", code::NAME_MISSING)];
    assert_eq!(codes(&long), expected);
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn canonical_form_is_a_fixed_point(street in "[A-Za-zÅÄÖåäöé]{3,10} [1-9][0-9]{0,2}( [A-D])?") {
        let once = place(&street);
        let fields: Vec<&str> = once.split('|').collect();
        let again = place(&fields[1..].join(" "));
        prop_assert_eq!(again, once);
    }

    #[test]
    fn every_spelling_meets(
        stem in "[A-ZÅÄÖ][a-zåäöé]{2,6}",
        suffix in 0_usize..3,
        short in any::<bool>(),
        number in 1_u32..200,
        letter in proptest::option::of("[A-D]"),
        upper in any::<bool>(),
        spaced in any::<bool>(),
        tail in prop_oneof!["", ", 2 tr", " nb", " n\\.b\\.", " c/o Svensson"],
        given in "[A-ZÅÄÖ][a-zåäö]{2,8}",
        family in "[A-ZÅÄÖ][a-zåäö]{2,8}",
    ) {
        let (long, abbreviated) = [("gatan", "g."), ("vägen", "v."), ("gränd", "gr.")][suffix];
        let letter = letter.unwrap_or_default();
        let objected = format!("{stem}{long} {number}{letter}");
        let gap = if spaced { " " } else { "" };
        let end = if short { abbreviated } else { long };
        let mut written = format!("{stem}{end} {number}{gap}{letter}{tail}");
        let mut name = given.clone();
        if upper {
            written = written.to_uppercase();
            name = name.to_uppercase().replace(['Å', 'Ä'], "A").replace('Ö', "O");
        }
        let objector = at(&given, &family, &objected, "413 01");
        let looked_up = at(&name, &family, &written, "SE-41301");
        prop_assert_eq!(meet(&objector, &looked_up), Some(Grade::Equivalent));
        prop_assert_eq!(meet(&looked_up, &objector), Some(Grade::Equivalent));
    }

    #[test]
    fn another_number_never_meets(one in 1_u32..5000, other in 1_u32..5000) {
        prop_assume!(one != other);
        prop_assert_eq!(grade(&format!("Storgatan {one}"), &format!("Storgatan {other}")), None);
    }
}

#[test]
fn each_word_of_a_whole_name_may_be_either_part() {
    // As a file's column "Namn" is read: every word in both parts.
    let whole = |name| at(name, name, "Storgatan 1", "413 01");
    for (listed, asked) in [
        ("Åberg Öst Anna Maria", ("Maria", "Åberg Öst")),
        ("Åberg Öst Ek Karl Gustaf Adolf", ("Karl Gustaf Adolf", "Åberg Öst Ek")),
        ("Åberg Öst Ek Karl Gustaf Adolf", ("Adolf", "Ek")),
        ("von Essen Lindberg Karl Gustaf Adolf", ("Karl", "Lindberg")),
        ("Karl Gustaf Adolf Åberg Öst Ek", ("Adolf", "Ek")),
    ] {
        let parts = at(asked.0, asked.1, "Storgatan 1", "413 01");
        assert_eq!(meet(&whole(listed), &parts), Some(Grade::Equivalent), "{listed}: {asked:?}");
        assert_eq!(meet(&parts, &whole(listed)), Some(Grade::Equivalent), "{asked:?}: {listed}");
    }
    assert_eq!(meet(&whole("Anna Åberg"), &at("Anna", "Anna", "Storgatan 1", "413 01")), None);
}

#[test]
fn a_name_of_more_names_than_are_compared_is_never_read_by_halves() {
    let many = "Ett Två Tre Fyra Fem Sex Sju";
    let person = at(many, many, "Storgatan 1", "413 01");
    assert_eq!(codes(&probed(&person)), [("/person/addresses/0", code::TOO_LONG)]);
    assert_eq!(probed(&person).readable, 0);
    let stored = stored(&person);
    assert_eq!((codes(&stored), stored.unread.len()), (vec![("/person/name", code::TOO_LONG)], 1));
    assert!(meet(&person, &at("Ett", "Två", "Storgatan 1", "413 01")).is_some());
}
