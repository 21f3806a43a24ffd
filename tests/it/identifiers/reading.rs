//! A whole person, and what others rely on in it.

use nejtack::domain::identifier::{Email, Grade, Kind, KindSet, Phone, Rules, Side, code, read};
use nejtack::domain::person::{OpaqueId, Person};

use super::{at, codes, meeting, probed, rules, stored};

/// Every kind of identifier, each in its own way.
fn person() -> Person {
    Person {
        personnummer: Some("19701104-2392".to_owned()),
        emails: vec!["Anna.Karin@exempel.example".to_owned()],
        phones: vec!["070-174 06 05".to_owned()],
        customer_ids: vec![OpaqueId { issuer: "crm".to_owned(), value: "K-1".to_owned() }],
        cookie_ids: vec![OpaqueId { issuer: "web".to_owned(), value: "c-1".to_owned() }],
        advertising_ids: vec!["38400000-8cf0-11bd-b23e-10b96e40000d".to_owned()],
        ..at("Anna-Karin", "Åberg Öst", "Storgatan 1 B lgh 1102", "413 01")
    }
}

#[test]
fn every_kind_is_read_and_meets_itself() {
    let (stored, probed) = (stored(&person()), probed(&person()));
    assert_eq!((stored.given, stored.readable), (7, 7));
    assert_eq!((probed.given, probed.readable), (7, 7));
    assert!(stored.warnings.is_empty() && stored.unread.is_empty());
    for kind in Kind::EVERY {
        let of = |keys: &[nejtack::domain::identifier::Key]| -> Vec<_> {
            keys.iter().filter(|key| key.kind == kind).cloned().collect()
        };
        let grade = meeting(&of(&stored.keys), &of(&probed.keys));
        assert_eq!(grade, Some(Grade::Exact), "{}", kind.name());
    }
}

#[test]
fn blanks_are_absent() {
    let mut blank = at(" ", "", " ", "\u{200b}");
    blank.personnummer = Some(String::new());
    blank.emails = vec![String::new(), " \t".to_owned(), "\u{feff}".to_owned()];
    blank.phones = vec!["  ".to_owned()];
    blank.advertising_ids = vec![String::new()];
    let reading = probed(&blank);
    assert_eq!((reading.given, reading.readable), (0, 0));
    assert!(reading.warnings.is_empty() && reading.unreadable.is_empty());
}

#[test]
fn a_refused_kind_is_dropped_and_leaves_nothing_behind() {
    for kind in Kind::EVERY {
        let rules = Rules { refused: KindSet::of(&[kind]), ..rules() };
        let mut person = person();
        person.emails.push("saknas".to_owned());
        let reading = read(&person, "/person", &rules, Side::Store);
        assert!(reading.keys.iter().all(|key| key.kind != kind), "{}", kind.name());
        let refused = reading.warnings.iter().filter(|fault| fault.code == code::KIND_REFUSED);
        assert_eq!(refused.count(), if kind == Kind::Email { 2 } else { 1 });
        assert_eq!(reading.given, if kind == Kind::Email { 6 } else { 7 });
        assert_eq!(reading.unread.is_empty(), kind == Kind::Email);
    }
}

#[test]
fn a_key_that_comes_twice_keeps_its_strongest_grade() {
    let emails = ["anna+x@a.example", "anna@a.example", "ANNA@a.example"].map(Into::into).to_vec();
    let person = Person { emails, ..Person::default() };
    let reading = probed(&person);
    assert_eq!((reading.given, reading.readable), (3, 3));
    let mut grades: Vec<Grade> = reading.keys.iter().map(|key| key.grade).collect();
    grades.sort();
    assert_eq!(grades, [Grade::Exact, Grade::Exact]);
}

#[test]
fn warnings_point_at_the_value_and_never_repeat_it() {
    let mut person = person();
    person.personnummer = Some("701104-2393".to_owned());
    person.phones.push("ring efter 17".to_owned());
    person.addresses[0].postal_code = Some("hemligt".to_owned());
    let reading = read(&person, "/persons/3", &rules(), Side::Probe);
    assert_eq!(
        codes(&reading),
        [
            ("/persons/3/personnummer", code::CHECK_DIGIT),
            ("/persons/3/phones/1", code::UNREADABLE),
            ("/persons/3/addresses/0/postal_code", code::UNREADABLE),
        ]
    );
    assert_eq!(
        reading.unreadable.names(),
        ["sms", "phone", "automated_call", "post", "unaddressed_post"]
    );
    let shown = format!("{reading:?}");
    for secret in ["701104", "efter", "hemligt", "Storgatan", "aberg", "anna"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    assert_eq!(reading.unread[1].value, "ring efter 17");
}

#[test]
fn parsed_identifiers_show_nothing() {
    let email = Email::parse("anna@a.example").expect("readable");
    let phone = Phone::parse("070-174 06 05", "SE").expect("readable");
    assert_eq!(format!("{email:?} {phone:?}"), "Email { .. } Phone { .. }");
}

#[test]
fn the_sets_of_kinds_hold_what_they_were_given() {
    let set = KindSet::of(&[Kind::Personnummer, Kind::AdvertisingId]);
    assert!(set.contains(Kind::Personnummer) && !set.contains(Kind::Email));
    assert_eq!(set.iter().collect::<Vec<_>>(), [Kind::Personnummer, Kind::AdvertisingId]);
    assert!(KindSet::NONE.is_empty() && !set.is_empty());
}
