use std::collections::HashSet;

use nejtack::crypto::keyring::{Keyring, Purpose};
use nejtack::crypto::secret::{Secret, SecretKind};

use super::support::{known_keyring, known_root, known_rows, wrapped};

#[test]
fn a_secret_is_well_formed_and_new() {
    for (kind, prefix) in [(SecretKind::Client, "njs_"), (SecretKind::StaticKey, "njt_")] {
        let secrets: HashSet<_> =
            (0..100).map(|_| Secret::generate(kind).reveal().to_owned()).collect();
        assert_eq!(secrets.len(), 100);
        for secret in secrets {
            assert!(secret.starts_with(prefix) && secret.len() == 47, "{secret}");
            assert_eq!(SecretKind::of(&secret), Some(kind));
            assert_eq!(SecretKind::of(&secret[..46]), None);
            assert_eq!(SecretKind::of(&format!("{secret}x")), None);
            assert_eq!(SecretKind::of(&secret.replace(prefix, "njx_")), None);
        }
    }
    assert_eq!(SecretKind::of(&format!("njs_{}", "å".repeat(43))), None);
    assert_eq!(SecretKind::of(&format!("njs_{}=", "a".repeat(42))), None);
    assert_eq!(SecretKind::of(""), None);
}

#[test]
fn only_the_right_secret_fits_its_hash() {
    let keyring = known_keyring();
    let secret = Secret::generate(SecretKind::Client);
    let stored = keyring.secret_hash(secret.reveal());
    assert!(keyring.secret_matches(secret.reveal(), &stored));
    let other = Secret::generate(SecretKind::Client);
    assert!(!keyring.secret_matches(other.reveal(), &stored));
    assert!(!keyring.secret_matches("", &stored));
    assert!(!keyring.secret_matches(&secret.reveal()[..46], &stored));
    // A row that holds no hash fits nothing.
    assert!(!keyring.secret_matches(secret.reveal(), &[]));
    assert!(!keyring.secret_matches(secret.reveal(), &stored[..31]));
}

#[test]
fn a_hash_outlives_its_key_version() {
    let mut rows = known_rows();
    rows.push(wrapped(Purpose::Secret, 2, [8; 32]));
    let (old, new) = (known_keyring(), Keyring::open(&known_root(), &rows).unwrap());
    let secret = Secret::generate(SecretKind::StaticKey);
    let stored = old.secret_hash(secret.reveal());
    assert!(new.secret_matches(secret.reveal(), &stored));
    assert!(new.secret_hashes(secret.reveal()).contains(&stored));
    assert!(!old.secret_matches(secret.reveal(), &new.secret_hash(secret.reveal())));
}

#[test]
fn debug_does_not_show_a_secret() {
    assert_eq!(format!("{:?}", Secret::generate(SecretKind::Client)), "Secret { .. }");
}
