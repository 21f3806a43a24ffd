use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nejtack::crypto::client_jwk::{ClientJwk, JwkError};
use serde_json::{Value, json};

use super::support::{ed25519_x, with};

pub(super) fn ed25519() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": ed25519_x([3; 32])})
}

fn refusal(jwk: &Value) -> &'static str {
    let JwkError(why) = ClientJwk::parse(jwk).unwrap_err();
    why
}

fn number(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn rsa(bytes: usize) -> Value {
    json!({"kty": "RSA", "n": number(&vec![0xff; bytes]), "e": "AQAB"})
}

fn p256() -> Value {
    json!({"kty": "EC", "crv": "P-256", "x": number(&[1; 32]), "y": number(&[2; 32])})
}

#[test]
fn each_key_has_one_algorithm() {
    for (jwk, alg, expected) in [
        (ed25519(), Value::Null, "EdDSA"),
        (ed25519(), json!("EdDSA"), "EdDSA"),
        (ed25519(), json!("Ed25519"), "Ed25519"),
        (p256(), Value::Null, "ES256"),
        (p256(), json!("ES256"), "ES256"),
        (rsa(256), Value::Null, "RS256"),
        (rsa(256), json!("RS256"), "RS256"),
        (rsa(256), json!("PS256"), "PS256"),
    ] {
        let key = ClientJwk::parse(&with(&jwk, &[("alg", alg)])).unwrap();
        assert_eq!(key.algorithm(), expected);
        // What is stored is read again to the same key.
        let stored = key.to_json();
        let again = ClientJwk::parse(&stored).unwrap();
        assert_eq!((again.algorithm(), again.to_json()), (expected, stored));
        assert_eq!(again.thumbprint(), key.thumbprint());
    }
    for jwk in [ed25519(), p256(), rsa(256)] {
        for alg in ["none", "HS256", "RS512", "ES384", "RSA-OAEP"] {
            assert!(refusal(&with(&jwk, &[("alg", json!(alg))])).contains("alg"));
        }
        assert!(refusal(&with(&jwk, &[("alg", json!(["RS256"]))])).contains("alg"));
    }
}

#[test]
fn only_public_members_are_kept() {
    let jwk = with(&ed25519(), &[("kid", json!("k")), ("x5u", json!("https://evil.example"))]);
    let stored = ClientJwk::parse(&jwk).unwrap().to_json();
    assert_eq!(stored, with(&ed25519(), &[("use", json!("sig")), ("alg", json!("EdDSA"))]));
}

#[test]
fn a_private_key_is_refused() {
    for jwk in [ed25519(), p256(), rsa(256)] {
        for part in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(refusal(&with(&jwk, &[(part, json!("AAAA"))])).contains("private"));
        }
    }
}

#[test]
fn a_key_for_something_else_is_refused() {
    let jwk = ed25519();
    for usage in [json!("enc"), json!(1), json!(["sig"])] {
        assert!(refusal(&with(&jwk, &[("use", usage)])).contains("use"));
    }
    for ops in [json!([]), json!(["sign"]), json!("verify"), json!({"verify": 1})] {
        assert!(refusal(&with(&jwk, &[("key_ops", ops)])).contains("key_ops"));
    }
    let both = [("use", json!("sig")), ("key_ops", json!(["sign", "verify"]))];
    assert!(ClientJwk::parse(&with(&jwk, &both)).is_ok());
}

#[test]
fn weak_and_unknown_keys_are_refused() {
    assert!(refusal(&rsa(128)).contains("2048"));
    let one_bit_short = [&[0x7f][..], &[0xff; 255]].concat();
    assert!(refusal(&with(&rsa(0), &[("n", json!(number(&one_bit_short)))])).contains("2048"));
    let padded_with_zeros = [vec![0; 128], vec![0xff; 128]].concat();
    assert!(refusal(&with(&rsa(0), &[("n", json!(number(&padded_with_zeros)))])).contains("2048"));
    assert!(refusal(&rsa(1025)).contains("8192"));
    for e in [&[1][..], &[3], &[1, 0, 0], &[0; 40], &[2, 0, 0, 0, 1], &[1; 9]] {
        assert!(refusal(&with(&rsa(256), &[("e", json!(number(e)))])).contains("\"e\""), "{e:?}");
    }
    assert!(refusal(&with(&p256(), &[("crv", json!("secp256k1"))])).contains("P-256"));
    assert!(refusal(&with(&p256(), &[("y", json!(number(&[2; 31])))])).contains("32"));
    assert!(refusal(&with(&p256(), &[("y", Value::Null)])).contains("32"));
    assert!(refusal(&with(&ed25519(), &[("crv", json!("Ed448"))])).contains("Ed25519"));
    assert!(refusal(&with(&ed25519(), &[("x", json!(number(&[2; 31])))])).contains("32"));
    assert!(refusal(&with(&ed25519(), &[("x", json!(ed25519_x([3; 32]) + "="))])).contains("32"));
    // The neutral element, by which nearly everything verifies.
    let neutral = [&[1][..], &[0; 31]].concat();
    assert!(refusal(&with(&ed25519(), &[("x", json!(number(&neutral)))])).contains("no Ed25519"));
}

#[test]
fn what_is_no_public_key_is_refused() {
    assert!(refusal(&json!({"keys": [ed25519()]})).contains("set of keys"));
    assert!(refusal(&json!({"kty": "oct", "k": "AAAA"})).contains("private"));
    assert!(refusal(&json!({"kty": "oct"})).contains("kty"));
    assert!(refusal(&json!({})).contains("kty"));
    for wrong in [json!(null), json!("-----BEGIN PUBLIC KEY-----"), json!([]), json!(1)] {
        assert!(refusal(&wrong).contains("object"));
    }
}
