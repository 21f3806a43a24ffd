use std::collections::HashSet;

use nejtack::crypto::keyring::{Keyring, Purpose};
use nejtack::domain::identifier::{Grade, Key, Kind};
use proptest::prelude::*;

use super::support::{derive, hmac, known_keyring, known_root, known_rows, wrapped};

fn key(kind: Kind, material: &[u8]) -> Key {
    Key { kind, grade: Grade::Exact, material: material.into() }
}

#[test]
fn tags_are_what_the_documentation_says() {
    let tag = known_keyring().tag(&key(Kind::Phone, b"material"));
    let subkey = derive(&[1; 32], &[b"tag", b"phone"]);
    assert_eq!(tag.0, hmac(&subkey, b"\x02material"));
}

#[test]
fn tags_differ_by_kind_and_material_and_not_by_grade() {
    let keyring = known_keyring();
    let mut seen = HashSet::new();
    for kind in Kind::EVERY {
        for material in [&b""[..], b"a", b"b", b"ab", &[kind as u8]] {
            assert!(seen.insert(keyring.tag(&key(kind, material))), "{kind:?}");
        }
    }
    for grade in [Grade::Equivalent, Grade::Possible] {
        let weaker = Key { grade, ..key(Kind::Email, b"a") };
        assert_eq!(keyring.tag(&weaker), keyring.tag(&key(Kind::Email, b"a")));
    }
}

#[test]
fn another_key_gives_other_tags() {
    let (a, _) = Keyring::fresh(&known_root());
    assert_ne!(a.tag(&key(Kind::Email, b"a")), known_keyring().tag(&key(Kind::Email, b"a")));
}

#[test]
fn a_later_version_wraps_the_earlier_tag() {
    let key = key(Kind::Email, b"a");
    let first = known_keyring();
    assert_eq!(first.tag_key_version(), 1);
    let mut rows = known_rows();
    rows.push(wrapped(Purpose::Tag, 2, [8; 32]));
    rows.push(wrapped(Purpose::Tag, 3, [9; 32]));
    let third = Keyring::open(&known_root(), &rows).unwrap();
    assert_eq!(third.tag_key_version(), 3);
    let second = hmac(&derive(&[8; 32], &[b"tag of a tag"]), &first.tag(&key).0);
    let tags: Vec<_> = third.tags(&key, 1..=3).map(|tag| tag.0).collect();
    assert_eq!(tags, [first.tag(&key).0, second, third.tag(&key).0]);
    assert_eq!(third.tags(&key, 2..=2).map(|tag| tag.0).collect::<Vec<_>>(), [second]);
    assert_eq!(third.wrapped_tag(first.tag(&key), 1, 3), Some(third.tag(&key)));
    assert_eq!(third.wrapped_tag(first.tag(&key), 1, 1), Some(first.tag(&key)));
    for (from, to) in [(1, 4), (0, 1), (3, 2), (4, 4)] {
        assert_eq!(third.wrapped_tag(first.tag(&key), from, to), None, "{from} to {to}");
    }
    assert_eq!(third.tag(&key).0, hmac(&derive(&[9; 32], &[b"tag of a tag"]), &second));
}

#[test]
fn debug_does_not_show_a_tag() {
    assert_eq!(format!("{:?}", known_keyring().tag(&key(Kind::Email, b"a"))), "Tag { .. }");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn equal_keys_and_only_those_meet(a in prop::collection::vec(any::<u8>(), 0..80),
                                      b in prop::collection::vec(any::<u8>(), 0..80)) {
        let keyring = known_keyring();
        let tag = |material: &[u8]| keyring.tag(&key(Kind::Postal, material));
        prop_assert_eq!(tag(&a), tag(&a));
        prop_assert_eq!(tag(&a) == tag(&b), a == b);
    }
}
