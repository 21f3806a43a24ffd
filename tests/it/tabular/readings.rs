//! What a row says of a person, as a look-up reads it.

use super::{Told, answer, emails, phones};
use nejtack::domain::channel::Channel;
use nejtack::domain::identifier::{KindSet, Reading, Rules, Side, read};

fn rules() -> Rules<'static> {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    Rules { region: "SE", other_regions: &[], today, refused: KindSet::NONE }
}

fn reading(row: &Told) -> Reading {
    read(&row.person, "", &rules(), Side::Probe)
}

/// Whether the two probe for a common key.
fn meet(one: &Told, other: &Told) -> bool {
    let keys = reading(one).keys;
    reading(other).keys.iter().any(|key| keys.contains(key))
}

#[test]
fn what_excel_wraps_numbers_in_is_taken_off() {
    let answered = answer(
        b"Mobil;E-post\n070-174 06 05;\n=\"070-174 06 05\";\n\"=\"\"070-174 06 05\"\"\";\n'+46701740605;\n\"'070-1740605\";\n701740605;\n\"  =\"\"0701740605\"\" \";\n",
    );
    assert!(answered.rows.iter().all(|row| row.fault.is_none()));
    assert_eq!(
        phones(&answered)[1..5],
        [["070-174 06 05"], ["070-174 06 05"], ["+46701740605"], ["070-1740605"]]
    );
    for row in &answered.rows {
        assert!(meet(row, &answered.rows[0]), "line {}", row.line);
    }
    // The rows themselves stay as they came.
    assert!(
        answered
            .text()
            .contains("\n=\"070-174 06 05\";;clear;none\n\"=\"\"070-174 06 05\"\"\";;clear")
    );
}

#[test]
fn a_number_that_lost_its_digits_is_unreadable() {
    for damaged in ["4,67E+10", "4.67E+10", "4,67017E+10", "7,02E+08", "=\"4,67E+10\""] {
        let answered = answer(format!("Mobil;E-post\n{damaged};\n").as_bytes());
        let reading = reading(&answered.rows[0]);
        assert!(reading.given > 0 && reading.readable == 0, "{damaged}");
        assert!(reading.unreadable.contains(Channel::Sms));
    }
    // Also where no heading says that they were numbers.
    let answered = answer(b"4,67E+10;a@a.example\n7,02E+08;b@a.example\n");
    assert_eq!(phones(&answered), [["4,67E+10"], ["7,02E+08"]]);
}

#[test]
fn an_address_keeps_an_apostrophe_of_its_own() {
    let answered = answer(
        b"E-post\n'a@a.example'\n'b@a.example\no'c@a.example\n'+d@a.example\n\"\"\"E\"\" <e@a.example>\"\n",
    );
    let expected = [
        ["a@a.example"],
        ["'b@a.example"],
        ["o'c@a.example"],
        ["+d@a.example"],
        ["\"E\" <e@a.example>"],
    ];
    assert_eq!(emails(&answered), expected);
}

#[test]
fn a_whole_name_meets_its_parts_in_whichever_order() {
    let whole = [
        "Anna-Karin \u{c5}berg \u{d6}st",
        "\u{c5}berg \u{d6}st Anna-Karin",
        "\u{d6}st, Anna",
        "anna aberg",
    ];
    let mut file = "F\u{f6}rnamn;Efternamn;Adress;Postnr;Namn\nAnna-Karin;\u{c5}berg \u{d6}st;Storgatan 1;41301;\n".to_owned();
    for name in whole {
        file.push_str(&format!(";;Storgatan 1;413 01;{name}\n"));
    }
    file.push_str(";;Storgatan 1;413 01;Anna\n;;Storgatan 1;413 01;Bo Berg\n");
    let answered = answer(file.as_bytes());
    let (first, others) = answered.rows.split_first().unwrap();
    for row in &others[..whole.len()] {
        assert!(meet(first, row), "line {}", row.line);
    }
    let alone = reading(&others[whole.len() + 1]);
    assert!(!alone.keys.is_empty() && !meet(first, &others[whole.len() + 1]));
}

#[test]
fn lines_of_an_address_are_put_together_and_pairs_kept_apart() {
    let answered = answer(
        "Förnamn;Efternamn;C/o;Adress 1;Adress 2;Postnr;Ort\nAnna;Berg;c/o Bo Ek;Storgatan 1 B;lgh 1102;413 01;X\nAnna;Berg;;Storgatan 1 B lgh 1102;;41301;\n"
            .as_bytes(),
    );
    assert!(meet(&answered.rows[0], &answered.rows[1]));
    let answered = answer(
        b"FirstName,LastName,Mailing Street,Mailing Zip,Other Street,Other Zip\nA,B,Storgatan 1,41301,Lillgatan 2,41302\n",
    );
    let told: Vec<_> = answered.rows[0]
        .person
        .addresses
        .iter()
        .map(|it| (it.street.as_deref(), it.postal_code.as_deref()))
        .collect();
    assert_eq!(told, [(Some("Storgatan 1"), Some("41301")), (Some("Lillgatan 2"), Some("41302"))]);
    // The town of "Postadress" is no second street.
    let answered = answer(b"Namn,Adress,Postnr,Postadress\nAnna Berg,Storgatan 1,41301,X-stad\n");
    assert_eq!(answered.rows[0].person.addresses[0].city.as_deref(), Some("X-stad"));
}

#[test]
fn two_personnummer_that_differ_are_a_fault() {
    let answered = answer(
        b"Personnr;Personnr 2\n19701104-2392;\n;19701104-2392\n19701104-2392;701104 2392\n19701104-2392;19900101-2385\n \t;19701104-2392\n",
    );
    let faults: Vec<_> = answered.rows.iter().map(|row| row.fault.is_some()).collect();
    assert_eq!(faults, [false, false, false, true, false]);
    for row in [0, 1, 2, 4] {
        assert_eq!(reading(&answered.rows[row]).readable, 1, "row {row}");
    }
}

#[test]
fn a_row_keeps_nothing_of_the_one_before() {
    let answered = answer(
        b"Namn;E-post;Tel;Personnr;Adress;Postnr\nAnna Berg;a@a.example;070;19701104-2392;Storgatan 1;41301\n;;;;;\n",
    );
    assert!(!answered.rows[0].person.is_blank() && answered.rows[1].person.is_blank());
}
