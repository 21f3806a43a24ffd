use std::collections::HashSet;

use nejtack::crypto::digest::{constant_time_eq, salted, sha256};
use nejtack::crypto::random;
use proptest::prelude::*;

use super::support::{hex, hmac, known_keyring};

#[test]
fn keyed_digests_are_what_the_documentation_says() {
    let message = [&9_u64.to_be_bytes()[..], b"reference", b"fm-88121"].concat();
    assert_eq!(known_keyring().digest("reference", b"fm-88121"), hmac(&[3; 32], &message));
}

#[test]
fn contexts_are_kept_apart() {
    let keyring = known_keyring();
    let digests = [("", &b"ab"[..]), ("a", b"b"), ("ab", b""), ("b", b"a")]
        .map(|(c, b)| keyring.digest(c, b));
    assert_eq!(HashSet::from(digests).len(), digests.len());
}

#[test]
fn plain_digests_are_sha_256() {
    // FIPS 180-4's own example.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hex(&sha256(b"abc")), abc);
    let salt = random::bytes::<32>();
    assert_eq!(salted(&salt, b"abc"), sha256(&[&salt[..], b"abc"].concat()));
    assert_ne!(salted(&salt, b"abc"), salted(&random::bytes(), b"abc"));
}

#[test]
fn ids_are_of_their_moment_and_differ() {
    let time = chrono::DateTime::from_timestamp_millis(1_795_000_000_123).unwrap();
    let ids: HashSet<_> = (0..1000).map(|_| random::uuid_v7(time)).collect();
    assert_eq!(ids.len(), 1000);
    for id in ids {
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        let (seconds, nanoseconds) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanoseconds), (1_795_000_000, 123_000_000));
    }
    // A clock that was never set.
    assert_eq!(random::uuid_v7(chrono::DateTime::<chrono::Utc>::MIN_UTC).get_version_num(), 7);
}

proptest! {
    #[test]
    fn equal_means_equal(a in prop::collection::vec(0..3_u8, 0..4),
                         b in prop::collection::vec(0..3_u8, 0..4)) {
        prop_assert_eq!(constant_time_eq(&a, &b), a == b);
    }
}
