use nejtack::crypto::keyring::{Keyring, Purpose};
use nejtack::crypto::sealing::UnsealError::{Refused, UnknownKeyVersion};
use proptest::prelude::*;

use super::support::{known_keyring, known_root, known_rows, wrapped};

const A: [u8; 16] = [1; 16];
const B: [u8; 16] = [2; 16];

#[test]
fn a_field_opens_only_in_its_place() {
    let keyring = known_keyring();
    let (key, _) = keyring.new_record_key(&A);
    let sealed = key.seal(&A, "name", b"Anna-Karin");
    assert_eq!(key.unseal(&A, "name", &sealed).unwrap(), b"Anna-Karin");
    assert_eq!(key.unseal(&B, "name", &sealed), Err(Refused));
    assert_eq!(key.unseal(&A, "email", &sealed), Err(Refused));
    assert_eq!(key.unseal(&A, "", &sealed), Err(Refused));
    let (other, _) = keyring.new_record_key(&A);
    assert_eq!(other.unseal(&A, "name", &sealed), Err(Refused));
}

#[test]
fn a_changed_or_cut_byte_is_noticed() {
    let keyring = known_keyring();
    let (key, stored) = keyring.new_record_key(&A);
    let field = key.seal(&A, "name", b"x");
    let direct = keyring.seal("answer", b"k", b"x");
    for place in 0..field.len() {
        let mut changed = field.clone();
        changed[place] ^= 0x80; // at 0: another format
        assert_eq!(key.unseal(&A, "name", &changed), Err(Refused));
        assert_eq!(key.unseal(&A, "name", &field[..place]), Err(Refused));
    }
    for place in 0..direct.len() {
        let mut changed = direct.clone();
        changed[place] ^= 1;
        assert!(keyring.unseal("answer", b"k", &changed).is_err());
        assert_eq!(keyring.unseal("answer", b"k", &direct[..place]), Err(Refused));
    }
    for place in 0..stored.wrapped.len() {
        let mut changed = stored.clone();
        changed.wrapped[place] ^= 1;
        assert_eq!(keyring.open_record_key(&A, &changed).unwrap_err(), Refused);
        changed.wrapped.truncate(place);
        assert_eq!(keyring.open_record_key(&A, &changed).unwrap_err(), Refused);
    }
}

#[test]
fn a_record_key_opens_for_its_record_and_version_alone() {
    let mut rows = known_rows();
    rows.push(wrapped(Purpose::Data, 2, [8; 32]));
    let (old, new) = (known_keyring(), Keyring::open(&known_root(), &rows).unwrap());
    let (key, stored) = old.new_record_key(&A);
    let sealed = key.seal(&A, "name", b"x");
    assert_eq!(stored.data_key_version, 1);
    for keyring in [&old, &new] {
        let opened = keyring.open_record_key(&A, &stored).unwrap();
        assert_eq!(opened.unseal(&A, "name", &sealed).unwrap(), b"x");
        assert_eq!(keyring.open_record_key(&B, &stored).unwrap_err(), Refused);
    }
    let mut moved = stored;
    moved.data_key_version = 2;
    assert_eq!(new.open_record_key(&A, &moved).unwrap_err(), Refused);
    assert_eq!(old.open_record_key(&A, &moved).unwrap_err(), UnknownKeyVersion(2));
    let (_, second) = new.new_record_key(&A);
    assert_eq!(second.data_key_version, 2);
}

#[test]
fn what_is_sealed_directly_opens_in_its_context_and_version_alone() {
    let mut rows = known_rows();
    rows.push(wrapped(Purpose::Data, 2, [8; 32]));
    let (old, new) = (known_keyring(), Keyring::open(&known_root(), &rows).unwrap());
    let sealed = new.seal("answer", b"key", b"x");
    assert_eq!(new.unseal("answer", b"key", &sealed).unwrap(), b"x");
    assert_eq!(new.unseal("answerk", b"ey", &sealed), Err(Refused));
    assert_eq!(new.unseal("spool", b"key", &sealed), Err(Refused));
    assert_eq!(new.unseal("answer", b"", &sealed), Err(Refused));
    assert_eq!(old.unseal("answer", b"key", &sealed), Err(UnknownKeyVersion(2)));
    let mut older = sealed;
    older[4] = 1;
    assert_eq!(new.unseal("answer", b"key", &older), Err(Refused));
}

#[test]
fn sealing_twice_gives_two_results_and_shows_nothing() {
    let keyring = known_keyring();
    let (key, _) = keyring.new_record_key(&A);
    assert_ne!(key.seal(&A, "name", b"Anna"), key.seal(&A, "name", b"Anna"));
    assert!(!key.seal(&A, "name", b"Anna").windows(4).any(|four| four == b"Anna"));
    assert_eq!(format!("{key:?}"), "RecordKey { .. }");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_sealed_is_unsealed(
        plain in prop::collection::vec(any::<u8>(), 0..2000),
        record in any::<[u8; 16]>(),
        field in "\\PC{0,20}",
    ) {
        let keyring = known_keyring();
        let (key, stored) = keyring.new_record_key(&record);
        let sealed = key.seal(&record, &field, &plain);
        let opened = keyring.open_record_key(&record, &stored).unwrap();
        prop_assert_eq!(&opened.unseal(&record, &field, &sealed).unwrap(), &plain);
        let sealed = keyring.seal(&field, &record, &plain);
        prop_assert_eq!(&keyring.unseal(&field, &record, &sealed).unwrap(), &plain);
    }

    /// Whatever comes out of the database: refused, without a panic.
    #[test]
    fn noise_does_not_unseal(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let keyring = known_keyring();
        let (key, _) = keyring.new_record_key(&A);
        prop_assert!(key.unseal(&A, "name", &noise).is_err());
        prop_assert!(keyring.unseal("answer", b"", &noise).is_err());
    }
}
