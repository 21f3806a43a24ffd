//! Look-ups that came hashed.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use nejtack::domain::identifier::{Grade, Kind, KindSet, Rules, Side, code, read};
use nejtack::domain::person::{Hash, HashOf, Person};
use sha2::{Digest, Sha256};

use super::{codes, meet, probed, rules, stored, with_email, with_phone};

fn hexadecimal(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn with_hash(of: HashOf, value: &str) -> Person {
    Person { hashes: vec![Hash { of, value: value.to_owned() }], ..Person::default() }
}

fn email_by_hash_of(objector: &str, hashed: &str) -> Option<Grade> {
    meet(&with_email(objector), &with_hash(HashOf::Email, &hexadecimal(hashed)))
}

#[test]
fn a_hash_of_the_usual_form_meets_the_same_tag() {
    let objector = "Anna.Karin@Exempel.example";
    assert_eq!(email_by_hash_of(objector, "anna.karin@exempel.example"), Some(Grade::Exact));
    assert_eq!(email_by_hash_of(objector, "annakarin@exempel.example"), None);
    assert_eq!(email_by_hash_of("anna+x@a.example", "anna@a.example"), Some(Grade::Equivalent));
    let phone = |written: &str| {
        let hash = with_hash(HashOf::Phone, &hexadecimal(written));
        meet(&with_phone("070-174 06 05"), &hash)
    };
    assert_eq!(phone("+46701740605"), Some(Grade::Exact));
    assert_eq!(phone("46701740605"), Some(Grade::Equivalent));
    assert_eq!(phone("0701740605"), None);
    let of_phone = with_hash(HashOf::Phone, &hexadecimal("anna@a.example"));
    assert_eq!(meet(&with_email("anna@a.example"), &of_phone), None);
}

#[test]
fn the_platforms_forms_of_gmail_meet() {
    let googlemail = "Nejtack.Exempel.Test+x@googlemail.com";
    for hashed in [
        "nejtackexempeltest@gmail.com",        // UID2, and our own
        "nejtackexempeltest@googlemail.com",   // Google
        "nejtackexempeltest+x@googlemail.com", // Google, in older instructions
        "nejtack.exempel.test@googlemail.com",
    ] {
        assert_eq!(email_by_hash_of(googlemail, hashed), Some(Grade::Equivalent), "{hashed}");
    }
    let gmail = "nejtack.exempel.test@gmail.com";
    assert_eq!(
        email_by_hash_of(gmail, "nejtackexempeltest@googlemail.com"),
        Some(Grade::Equivalent)
    );
    // An arbitrary dotted form is a documented miss.
    assert_eq!(email_by_hash_of(gmail, "nej.tackexempeltest@gmail.com"), None);
    assert_eq!(
        email_by_hash_of("anna@åberg.example", "anna@åberg.example"),
        Some(Grade::Equivalent)
    );
}

#[test]
fn an_extension_is_never_met_by_its_switchboards_hash() {
    for hashed in ["+46846500400", "46846500400", "4684650040012"] {
        let hash = with_hash(HashOf::Phone, &hexadecimal(hashed));
        assert_eq!(meet(&with_phone("08-465 004 00 ankn 12"), &hash), None);
    }
}

#[test]
fn hexadecimal_and_base64_are_the_same() {
    let bytes = Sha256::digest(b"anna@a.example");
    let hexadecimal = hexadecimal("anna@a.example");
    for value in [
        hexadecimal.to_uppercase(),
        format!(" {hexadecimal} "),
        STANDARD.encode(bytes),
        STANDARD.encode(bytes).trim_end_matches('=').to_owned(),
        URL_SAFE_NO_PAD.encode(bytes),
    ] {
        let met = meet(&with_email("anna@a.example"), &with_hash(HashOf::Email, &value));
        assert_eq!(met, Some(Grade::Exact));
    }
}

#[test]
fn what_is_no_hash_is_unreadable_for_its_channel() {
    for value in ["abc", "anna@a.example", &"z".repeat(64), &"é".repeat(32), &"a".repeat(66)] {
        let reading = probed(&with_hash(HashOf::Phone, value));
        assert_eq!(codes(&reading), [("/person/hashes/0/value", code::UNREADABLE)]);
        assert_eq!(reading.unreadable.names(), ["sms", "phone", "automated_call"]);
        assert!(reading.unread.is_empty());
    }
}

#[test]
fn a_hash_is_never_recorded() {
    let person = with_hash(HashOf::Email, &hexadecimal("anna@a.example"));
    let reading = stored(&person);
    assert_eq!(codes(&reading), [("/person/hashes/0/value", code::HASH_NOT_RECORDABLE)]);
    assert_eq!((reading.given, reading.readable), (1, 0));
    assert!(reading.keys.is_empty() && reading.unread.is_empty());

    let rules = Rules { refused: KindSet::of(&[Kind::Email]), ..rules() };
    let reading = read(&person, "", &rules, Side::Probe);
    assert_eq!(codes(&reading), [("/hashes/0/value", code::KIND_REFUSED)]);
    assert_eq!(reading.given, 0);
}
