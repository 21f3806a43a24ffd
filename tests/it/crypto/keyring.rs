use nejtack::crypto::keyring::{Keyring, KeyringError, Purpose, WrappedKey};
use nejtack::crypto::root_key::RootKey;

use super::support::{known_keyring, known_root, known_rows, wrapped};

#[test]
fn a_fresh_keyring_opens_again() {
    let root = RootKey::generate();
    let (fresh, rows) = Keyring::fresh(&root);
    assert_eq!(rows.len(), Purpose::EVERY.len());
    let opened = Keyring::open(&root, &rows).unwrap();
    assert_eq!(opened.digest("test", b"x"), fresh.digest("test", b"x"));
    assert_eq!(opened.log_seed(), fresh.log_seed());
    assert_eq!(opened.token_verifier().jwks(), fresh.token_verifier().jwks());
    assert!(Purpose::EVERY.iter().all(|purpose| opened.version(*purpose) == 1));
}

#[test]
fn two_fresh_keyrings_share_nothing() {
    let root = RootKey::generate();
    let ((a, _), (b, _)) = (Keyring::fresh(&root), Keyring::fresh(&root));
    assert_ne!(a.digest("test", b"x"), b.digest("test", b"x"));
    assert_ne!(a.secret_hash("x"), a.digest("secret", b"x"));
    assert_ne!(a.log_seed(), b.log_seed());
}

#[test]
fn rows_made_by_hand_open() {
    assert_eq!(known_keyring().log_seed(), (1, &[6; 32]));
}

#[test]
fn another_root_key_is_named() {
    let (root, other) = (RootKey::generate(), RootKey::generate());
    let (_, rows) = Keyring::fresh(&root);
    let error = Keyring::open(&other, &rows).unwrap_err();
    assert_eq!(error, KeyringError::ForeignRootKey { needed: root.id(), given: other.id() });
    assert!(error.to_string().contains(&root.id()));
    assert!(rows.iter().all(|row| row.root_key_id() == Some(root.id())));
}

#[test]
fn a_changed_byte_anywhere_is_noticed() {
    let root = known_root();
    let whole = known_rows();
    for place in 0..whole[1].wrapped.len() {
        let mut rows = whole.clone();
        rows[1].wrapped[place] ^= 1;
        let error = Keyring::open(&root, &rows).unwrap_err();
        match place {
            1..9 => assert!(matches!(error, KeyringError::ForeignRootKey { .. })),
            _ => assert_eq!(error, KeyringError::Damaged(Purpose::Data, 1), "at {place}"),
        }
    }
    for length in 0..whole[1].wrapped.len() {
        let mut rows = whole.clone();
        rows[1].wrapped.truncate(length);
        assert_eq!(
            Keyring::open(&root, &rows).unwrap_err(),
            KeyringError::Damaged(Purpose::Data, 1),
            "{length} bytes"
        );
    }
}

#[test]
fn a_key_opens_only_in_its_place() {
    let root = known_root();
    let mut rows = known_rows();
    let (a, b) = rows.split_at_mut(1);
    std::mem::swap(&mut a[0].wrapped, &mut b[0].wrapped);
    assert_eq!(Keyring::open(&root, &rows).unwrap_err(), KeyringError::Damaged(Purpose::Tag, 1));
    let mut rows = known_rows();
    rows[2].version = 2;
    assert_eq!(Keyring::open(&root, &rows).unwrap_err(), KeyringError::Damaged(Purpose::Digest, 2));
    let zeroth = [known_rows(), vec![wrapped(Purpose::Data, 0, [1; 32])]].concat();
    assert_eq!(Keyring::open(&root, &zeroth).unwrap_err(), KeyringError::Damaged(Purpose::Data, 0));
}

#[test]
fn every_purpose_has_to_be_there_once() {
    let root = known_root();
    for (place, purpose) in Purpose::EVERY.into_iter().enumerate() {
        let mut rows = known_rows();
        let row = rows.remove(place);
        assert_eq!(Keyring::open(&root, &rows).unwrap_err(), KeyringError::Missing(purpose));
        rows.extend([row.clone(), row]);
        assert_eq!(Keyring::open(&root, &rows).unwrap_err(), KeyringError::Twice(purpose, 1));
    }
    assert_eq!(Keyring::open(&root, &[]).unwrap_err(), KeyringError::Missing(Purpose::Tag));
}

#[test]
fn an_unknown_purpose_is_refused() {
    let unknown = WrappedKey::from_row("webhook", 1, vec![1]);
    assert_eq!(unknown, Err(KeyringError::UnknownPurpose("webhook".into())));
    for purpose in Purpose::EVERY {
        let row = WrappedKey::from_row(purpose.name(), 3, vec![]).unwrap();
        assert_eq!((row.purpose, row.version), (purpose, 3));
    }
}

#[test]
fn the_highest_version_is_current_and_the_older_ones_still_open() {
    let root = known_root();
    let old = known_keyring();
    let sealed = old.seal("test", b"", b"before");
    let mut rows: Vec<_> =
        Purpose::EVERY.map(|purpose| WrappedKey::generate(&root, purpose, 2)).to_vec();
    rows.extend(known_rows());
    let both = Keyring::open(&root, &rows).unwrap();
    assert!(Purpose::EVERY.iter().all(|purpose| both.version(*purpose) == 2));
    assert_eq!(both.unseal("test", b"", &sealed).unwrap(), b"before");
    assert_ne!(both.digest("test", b"x"), old.digest("test", b"x"));
    assert_eq!(both.digests("test", b"x")[1], old.digest("test", b"x"));
    assert_eq!(both.digests("test", b"x")[0], both.digest("test", b"x"));
}

#[test]
fn no_version_of_the_tag_key_may_be_lacking() {
    let mut rows = known_rows();
    rows.push(wrapped(Purpose::Tag, 3, [7; 32]));
    let error = Keyring::open(&known_root(), &rows).unwrap_err();
    assert_eq!(error, KeyringError::Missing(Purpose::Tag));
    // Of another purpose, old versions may go when nothing is left under them.
    let mut rows = known_rows();
    rows[1] = wrapped(Purpose::Data, 3, [7; 32]);
    assert_eq!(Keyring::open(&known_root(), &rows).unwrap().version(Purpose::Data), 3);
}

#[test]
fn debug_shows_versions_alone() {
    assert_eq!(
        format!("{:?}", known_keyring()),
        r#"{"tag": 1, "data": 1, "digest": 1, "token": 1, "secret": 1, "log": 1}"#
    );
}
