use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use nejtack::crypto::assertion::{AssertionError, claimed_client, verify_assertion};
use nejtack::crypto::client_jwk::ClientJwk;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::client_jwk::ed25519;
use super::support::{ed25519_key, ed25519_x, sign, with};

const NOW: i64 = 1_795_000_000;
const CLIENT: &str = "sparrtjanst";
const ISSUER: &str = "https://nejtack.example";
const ENDPOINT: &str = "https://nejtack.example/oauth2/token";

fn header() -> Value {
    json!({"alg": "EdDSA"})
}

fn claims() -> Value {
    json!({"iss": CLIENT, "sub": CLIENT, "aud": ENDPOINT, "exp": NOW + 60, "jti": "j-1"})
}

fn signed(header: &Value, claims: &Value) -> String {
    sign(&header.to_string(), &claims.to_string(), Algorithm::EdDSA, &ed25519_key([3; 32]))
}

fn verdict_by(assertion: &str, key: &Value) -> Result<String, AssertionError> {
    let key = ClientJwk::parse(key).unwrap();
    verify_assertion(assertion, &key, CLIENT, &[ISSUER, ENDPOINT], NOW).map(|read| read.jti)
}

fn verdict(assertion: &str) -> Result<String, AssertionError> {
    verdict_by(assertion, &ed25519())
}

fn with_claims(changes: &[(&str, Value)]) -> Result<String, AssertionError> {
    verdict(&signed(&header(), &with(&claims(), changes)))
}

fn with_header(changes: &[(&str, Value)]) -> Result<String, AssertionError> {
    verdict(&signed(&with(&header(), changes), &claims()))
}

fn accepted() -> Result<String, AssertionError> {
    Ok("j-1".into())
}

/// Keys that were made for these tests and are used nowhere else.
fn rsa_key() -> EncodingKey {
    EncodingKey::from_rsa_pem(include_bytes!("keys/rsa2048.pem")).unwrap()
}

fn p256_key() -> EncodingKey {
    EncodingKey::from_ec_pem(include_bytes!("keys/p256.pem")).unwrap()
}

fn public(key: &EncodingKey, algorithm: Algorithm) -> Value {
    serde_json::to_value(Jwk::from_encoding_key(key, algorithm).unwrap()).unwrap()
}

#[test]
fn a_clients_assertion_is_verified() {
    let assertion = signed(&header(), &claims());
    let key = ClientJwk::parse(&ed25519()).unwrap();
    let read = verify_assertion(&assertion, &key, CLIENT, &[ENDPOINT], NOW).unwrap();
    assert_eq!((read.jti.as_str(), read.expires_at), ("j-1", NOW + 60));
    assert_eq!(claimed_client(&assertion).as_deref(), Ok(CLIENT));
}

#[test]
fn every_kind_of_key_verifies_by_its_one_algorithm() {
    let keys = [
        (rsa_key(), Algorithm::RS256, "RS256"),
        (rsa_key(), Algorithm::PS256, "PS256"),
        (p256_key(), Algorithm::ES256, "ES256"),
        (ed25519_key([3; 32]), Algorithm::EdDSA, "EdDSA"),
    ];
    for (signer, algorithm, name) in &keys {
        let header = json!({"alg": name, "typ": "JWT", "kid": "whatever"}).to_string();
        let assertion = sign(&header, &claims().to_string(), *algorithm, signer);
        for (registered, registered_algorithm, _) in &keys {
            let key = if *registered_algorithm == Algorithm::EdDSA {
                ed25519()
            } else {
                public(registered, *registered_algorithm)
            };
            let expected = if algorithm == registered_algorithm {
                accepted()
            } else {
                Err(AssertionError::Algorithm)
            };
            assert_eq!(verdict_by(&assertion, &key), expected, "{name} {registered_algorithm:?}");
        }
    }
    // RFC 9864's name for EdDSA over Ed25519, where the key was registered by it.
    let assertion = signed(&json!({"alg": "Ed25519"}), &claims());
    assert_eq!(verdict_by(&assertion, &with(&ed25519(), &[("alg", json!("Ed25519"))])), accepted());
    assert_eq!(verdict(&assertion), Err(AssertionError::Algorithm));
}

#[test]
fn another_keys_signature_is_refused() {
    for (algorithm, name, signer, other) in [
        (Algorithm::EdDSA, "EdDSA", ed25519_key([5; 32]), ed25519()),
        (
            Algorithm::ES256,
            "ES256",
            p256_key(),
            // A point that is not on the curve.
            with(&public(&p256_key(), Algorithm::ES256), &[("y", json!("AQ".repeat(21) + "A"))]),
        ),
    ] {
        let header = json!({"alg": name}).to_string();
        let assertion = sign(&header, &claims().to_string(), algorithm, &signer);
        assert_eq!(verdict_by(&assertion, &other), Err(AssertionError::Signature));
    }
}

#[test]
fn no_secret_and_no_signature_will_do() {
    let secret = EncodingKey::from_secret(ed25519_x([3; 32]).as_bytes());
    for alg in ["HS256", "none"] {
        let header = json!({"alg": alg}).to_string();
        let assertion = sign(&header, &claims().to_string(), Algorithm::HS256, &secret);
        assert_eq!(verdict(&assertion), Err(AssertionError::Algorithm));
        let unsigned = &assertion[..=assertion.rfind('.').unwrap()];
        assert_eq!(verdict(unsigned), Err(AssertionError::Algorithm));
    }
    assert_eq!(with_header(&[("alg", Value::Null)]), Err(AssertionError::Algorithm));
    let assertion = signed(&header(), &claims());
    let unsigned = &assertion[..=assertion.rfind('.').unwrap()];
    assert_eq!(verdict(unsigned), Err(AssertionError::Signature));
}

#[test]
fn a_key_in_the_header_is_not_believed() {
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": ed25519_x([5; 32])});
    let header = with(&header(), &[("jwk", jwk), ("jku", json!("https://evil.example"))]);
    let key = ed25519_key([5; 32]);
    let assertion = sign(&header.to_string(), &claims().to_string(), Algorithm::EdDSA, &key);
    assert_eq!(verdict(&assertion), Err(AssertionError::Signature));
}

#[test]
fn issuer_and_subject_are_the_client() {
    for (name, wrong) in [("iss", AssertionError::Issuer), ("sub", AssertionError::Subject)] {
        assert_eq!(with_claims(&[(name, json!("other"))]), Err(wrong));
        assert_eq!(with_claims(&[(name, json!("Sparrtjanst"))]), Err(wrong));
        for value in [Value::Null, json!(1), json!([CLIENT]), json!("")] {
            assert_eq!(with_claims(&[(name, value)]), Err(AssertionError::Claim(name)));
        }
    }
}

#[test]
fn the_audience_is_this_service_alone() {
    for aud in [json!(ISSUER), json!(ENDPOINT), json!([ISSUER]), json!([ENDPOINT])] {
        assert_eq!(with_claims(&[("aud", aud)]), accepted());
    }
    for aud in [
        json!("https://other.example"),
        json!(["https://other.example"]),
        json!([ISSUER, ENDPOINT]),
        json!([ISSUER, "https://other.example"]),
        json!([]),
        json!([[ISSUER]]),
        json!([1]),
    ] {
        assert_eq!(with_claims(&[("aud", aud.clone())]), Err(AssertionError::Audience), "{aud}");
    }
    for aud in [Value::Null, json!(1), json!({"aud": ISSUER})] {
        assert_eq!(with_claims(&[("aud", aud)]), Err(AssertionError::Claim("aud")));
    }
}

#[test]
fn it_lives_for_an_hour_at_most() {
    for (name, value, expected) in [
        ("exp", json!(NOW + 3660), accepted()),
        ("exp", json!(NOW as f64 + 60.5), accepted()),
        ("exp", json!(NOW + 3661), Err(AssertionError::LivesTooLong)),
        ("exp", json!(NOW), Err(AssertionError::Expired)),
        ("exp", json!(NOW as f64 + 0.5), Err(AssertionError::Expired)),
        ("exp", Value::Null, Err(AssertionError::Claim("exp"))),
        ("exp", json!("soon"), Err(AssertionError::Claim("exp"))),
        ("exp", json!(1e300), Err(AssertionError::Claim("exp"))),
        ("nbf", json!(NOW + 5), accepted()),
        ("nbf", json!(NOW + 6), Err(AssertionError::NotYet)),
        ("nbf", json!("now"), Err(AssertionError::Claim("nbf"))),
        ("iat", json!(NOW + 5), accepted()),
        ("iat", json!(NOW + 6), Err(AssertionError::FromTheFuture)),
        ("iat", json!([NOW]), Err(AssertionError::Claim("iat"))),
    ] {
        assert_eq!(with_claims(&[(name, value.clone())]), expected, "{name}: {value}");
    }
}

#[test]
fn the_id_is_required_and_short() {
    assert_eq!(with_claims(&[("jti", json!("å".repeat(128)))]), Ok("å".repeat(128)));
    for jti in [Value::Null, json!(""), json!(1), json!("a".repeat(129)), json!("a\0")] {
        assert_eq!(with_claims(&[("jti", jti)]), Err(AssertionError::Claim("jti")));
    }
}

#[test]
fn type_and_crit_are_judged() {
    for typ in ["JWT", "client-authentication+jwt"] {
        assert_eq!(with_header(&[("typ", json!(typ))]), accepted());
    }
    for typ in [json!("at+jwt"), json!("dpop+jwt"), json!(""), json!(1)] {
        assert_eq!(with_header(&[("typ", typ)]), Err(AssertionError::Type));
    }
    for crit in [json!([]), json!(["exp"])] {
        assert_eq!(with_header(&[("crit", crit)]), Err(AssertionError::Critical));
    }
}

#[test]
fn the_claimed_client_is_read_safely() {
    let text =
        |claims: &str| sign(r#"{"alg":"none"}"#, claims, Algorithm::EdDSA, &ed25519_key([5; 32]));
    assert_eq!(claimed_client(&text(r#"{"sub":"x"}"#)).as_deref(), Ok("x"));
    for claims in [r#"{}"#, r#"{"sub":1}"#, r#"{"sub":""}"#, "{\"sub\":\"a\\u0000\"}"] {
        assert_eq!(claimed_client(&text(claims)), Err(AssertionError::Claim("sub")), "{claims}");
    }
    let long = format!(r#"{{"sub":"{}"}}"#, "a".repeat(256));
    assert_eq!(claimed_client(&text(&long)), Err(AssertionError::Claim("sub")));
    let twice = text(r#"{"sub":"x","sub":"y"}"#);
    assert_eq!(claimed_client(&twice), Err(AssertionError::Malformed));
    assert_eq!(claimed_client(&"a".repeat(9000)), Err(AssertionError::TooLong));
    let deep = format!("e30.{}.", URL_SAFE_NO_PAD.encode("{\"a\":".repeat(1000)));
    assert_eq!(claimed_client(&deep), Err(AssertionError::Malformed));
    for wrong in ["", ".", "..", "a.b.c", "e30.e30", "e30.e30.e30.e30", "é.é.é"] {
        assert!(claimed_client(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_assertion_is_refused(place in any::<prop::sample::Index>(), new in any::<char>()) {
        let assertion: Vec<char> = signed(&header(), &claims()).chars().collect();
        let mut changed = assertion.clone();
        let place = place.index(assertion.len());
        changed[place] = new;
        prop_assume!(changed != assertion);
        let changed: String = changed.into_iter().collect();
        prop_assert!(verdict(&changed).is_err());
        let _ = claimed_client(&changed);
    }
}
