use super::support::{derive, frame, known_keyring, known_root, known_rows, wrapped};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use nejtack::crypto::keyring::{Keyring, Purpose};

/// A known ring, in which the data key has this version besides.
fn with_data_key(version: i32, key: [u8; 32]) -> Keyring {
    let mut rows = known_rows();
    rows.push(wrapped(Purpose::Data, version, key));
    Keyring::open(&known_root(), &rows).unwrap()
}

#[test]
fn a_link_opens_under_every_later_version_of_the_data_key() {
    let first = known_keyring();
    let link = first.seal_link(b"innehall");
    let opened = first.unseal_link(&link).unwrap();
    for version in [2, 127, 128, 300, 70_000] {
        let later = with_data_key(version, [9; 32]);
        let still = later.unseal_link(&link).unwrap();
        assert_eq!((still.plain, still.id), (opened.plain.clone(), opened.id), "{version}");
        let new = later.seal_link(b"nytt");
        assert_eq!(later.unseal_link(&new).unwrap().plain, b"nytt", "{version}");
        assert!(first.unseal_link(&new).is_none(), "a key that is not here");
    }
}

#[test]
fn what_is_sealed_is_what_the_documentation_says() {
    let keyring = with_data_key(300, [9; 32]);
    let sealed = URL_SAFE_NO_PAD.decode(keyring.seal_link(b"innehall")).unwrap();
    // 300 is 0b10_0101100: seven bits a byte, the least first
    let (head, rest) = sealed.split_at(3);
    assert_eq!(head, [1, 0b1010_1100, 0b10]);
    let (nonce, sealed) = rest.split_first_chunk::<24>().unwrap();
    let key = derive(&[9; 32], &[b"unsubscribe links"]);
    let aad = frame(&[b"unsubscribe link", head]);
    let payload = Payload { msg: sealed, aad: &aad };
    let plain = XChaCha20Poly1305::new(&key.into()).decrypt(&XNonce::from(*nonce), payload);
    assert_eq!(plain.unwrap(), b"innehall");
}

#[test]
fn the_same_content_is_another_link_each_time_and_another_use_s_seal_is_none() {
    let keyring = known_keyring();
    let links: std::collections::BTreeSet<_> =
        (0..100).map(|_| keyring.seal_link(b"innehall")).collect();
    assert_eq!(links.len(), 100);
    let ids: std::collections::BTreeSet<_> =
        links.iter().map(|link| keyring.unseal_link(link).unwrap().id).collect();
    assert_eq!(ids.len(), 100, "each has an id of its own");
    let answer = keyring.seal("unsubscribe link", b"", b"innehall");
    assert!(keyring.unseal_link(&URL_SAFE_NO_PAD.encode(answer)).is_none());
    for none in ["", "A", "AQ", "AQE", "AQEA====", "AYCAgIAB", &"A".repeat(2000)] {
        assert!(keyring.unseal_link(none).is_none(), "{none}");
    }
}
