use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use nejtack::crypto::keyring::{Keyring, Purpose};
use nejtack::crypto::token::{Grant, TokenError, TokenVerifier};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{
    TOKEN_SEED, ed25519_key, ed25519_x, known_keyring, known_root, known_rows, sign, with, wrapped,
};

const NOW: i64 = 1_795_000_000;
const ISSUER: &str = "https://nejtack.example";
const AUDIENCE: &str = "https://nejtack.example/v1";

const GRANT: Grant<'_> = Grant {
    issuer: ISSUER,
    audience: AUDIENCE,
    subject: "crm-goteborg",
    client_id: "crm-goteborg",
    scopes: &["lookups:decide", "screenings:run"],
    lifetime: 900,
};

fn kid() -> String {
    known_keyring().token_verifier().jwks()["keys"][0]["kid"].as_str().unwrap().to_owned()
}

fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid()})
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "crm", "client_id": "crm", "scope": "a b",
        "iat": NOW, "nbf": NOW, "exp": NOW + 900, "jti": "1",
    })
}

/// Signed with the service's own key, as nobody outside could.
fn signed(header: &Value, claims: &Value) -> String {
    let key = ed25519_key(TOKEN_SEED);
    sign(&header.to_string(), &claims.to_string(), Algorithm::EdDSA, &key)
}

fn verdict(token: &str) -> Result<String, TokenError> {
    let verifier = known_keyring().token_verifier();
    verifier.verify(token, ISSUER, AUDIENCE, NOW).map(|token| token.client_id)
}

fn with_claims(changes: &[(&str, Value)]) -> Result<String, TokenError> {
    verdict(&signed(&header(), &with(&claims(), changes)))
}

fn with_header(changes: &[(&str, Value)]) -> Result<String, TokenError> {
    verdict(&signed(&with(&header(), changes), &claims()))
}

#[test]
fn what_is_issued_is_verified() {
    let keyring = known_keyring();
    let token = keyring.token_signer().issue(&GRANT, NOW);
    let read = keyring.token_verifier().verify(&token, ISSUER, AUDIENCE, NOW).unwrap();
    assert_eq!((read.subject.as_str(), read.client_id.as_str()), ("crm-goteborg", "crm-goteborg"));
    assert_eq!(read.scopes, GRANT.scopes);
    assert_eq!((read.issued_at, read.expires_at), (NOW, NOW + 900));
    let other = keyring.token_signer().issue(&GRANT, NOW);
    let other = keyring.token_verifier().verify(&other, ISSUER, AUDIENCE, NOW).unwrap();
    assert_ne!(read.id, other.id);
    assert_eq!(verdict(&signed(&header(), &claims())), Ok("crm".into()), "the base of the tests");
}

/// Another implementation reads the published keys and the token by them.
#[test]
fn the_published_keys_verify_it() {
    let keyring = known_keyring();
    let jwks = keyring.token_verifier().jwks();
    assert_eq!(
        jwks,
        json!({"keys": [{
            "kty": "OKP", "crv": "Ed25519", "x": ed25519_x(TOKEN_SEED), "kid": kid(),
            "use": "sig", "alg": "EdDSA",
        }]})
    );
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(jwks).unwrap();
    let token = keyring.token_signer().issue(&GRANT, NOW);
    let header = jsonwebtoken::decode_header(&token).unwrap();
    let jwk = set.find(header.kid.as_deref().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(jwk).unwrap();
    let claims = jsonwebtoken::decode::<Value>(&token, &key, &validation).unwrap().claims;
    assert_eq!(claims["scope"], "lookups:decide screenings:run");
    assert_eq!(jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap(), kid());
}

/// RFC 8037 appendix A.3: the thumbprint of the key of A.1.
#[test]
fn the_key_id_is_the_rfc_7638_thumbprint() {
    let seed = *b"\x9d\x61\xb1\x9d\xef\xfd\x5a\x60\xba\x84\x4a\xf4\x92\xec\x2c\xc4\
                  \x44\x49\xc5\x69\x7b\x32\x69\x19\x70\x3b\xac\x03\x1c\xae\x7f\x60";
    let mut rows = known_rows();
    rows.push(wrapped(Purpose::Token, 2, seed));
    let jwks = Keyring::open(&known_root(), &rows).unwrap().token_verifier().jwks();
    let kids: Vec<_> = jwks["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert!(kids.iter().any(|kid| *kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
}

#[test]
fn every_claim_is_required() {
    for name in ["iss", "aud", "sub", "client_id", "iat", "nbf", "exp", "jti"] {
        for value in [Value::Null, json!({}), json!([]), json!(true), json!("")] {
            let verdict = with_claims(&[(name, value.clone())]);
            assert_eq!(verdict, Err(TokenError::Claim(name)), "{name}: {value}");
        }
    }
    assert_eq!(with_claims(&[("scope", Value::Null)]), Ok("crm".into()));
    assert_eq!(with_claims(&[("scope", json!(["a"]))]), Err(TokenError::Claim("scope")));
    // What `Value::Null` above takes away, here as JSON's null.
    let nulled = claims().to_string().replace(&format!("\"exp\":{}", NOW + 900), "\"exp\":null");
    let key = ed25519_key(TOKEN_SEED);
    let token = sign(&header().to_string(), &nulled, Algorithm::EdDSA, &key);
    assert_eq!(verdict(&token), Err(TokenError::Claim("exp")));
}

#[test]
fn issuer_and_audience_are_strings_and_ours() {
    for (name, wrong) in [("iss", TokenError::Issuer), ("aud", TokenError::Audience)] {
        assert_eq!(with_claims(&[(name, json!("https://other.example"))]), Err(wrong));
        for near in ["https://nejtack.example/", "https://nejtack.example/v1/"] {
            assert_eq!(with_claims(&[(name, json!(near))]), Err(wrong));
        }
        for value in [json!(1), json!([ISSUER]), json!([AUDIENCE]), json!([AUDIENCE, "other"])] {
            assert_eq!(with_claims(&[(name, value)]), Err(TokenError::Claim(name)));
        }
    }
}

#[test]
fn times_are_judged_without_leeway_by_the_time_passed_in() {
    for (changes, expected) in [
        (vec![("exp", json!(NOW))], Err(TokenError::Expired)),
        (vec![("exp", json!(NOW - 30))], Err(TokenError::Expired)),
        (vec![("exp", json!(-1))], Err(TokenError::Expired)),
        (vec![("exp", json!(NOW + 1))], Ok("crm".into())),
        (vec![("nbf", json!(NOW + 1))], Err(TokenError::NotYet)),
        (vec![("nbf", json!(4_102_444_800_i64))], Err(TokenError::NotYet)),
        (vec![("iat", json!(NOW + 5))], Ok("crm".into())),
        (vec![("iat", json!(NOW + 6))], Err(TokenError::FromTheFuture)),
        (vec![("exp", json!(1e300))], Err(TokenError::Claim("exp"))),
        (vec![("exp", json!(u64::MAX))], Err(TokenError::Claim("exp"))),
        (vec![("iat", json!(i64::MIN))], Err(TokenError::Claim("iat"))),
        (vec![("exp", json!("1795000900"))], Err(TokenError::Claim("exp"))),
    ] {
        assert_eq!(with_claims(&changes), expected, "{changes:?}");
    }
    let keyring = known_keyring();
    let token = keyring.token_signer().issue(&GRANT, NOW);
    let at = |now| keyring.token_verifier().verify(&token, ISSUER, AUDIENCE, now).map(|_| ());
    // An instance whose clock is a little behind takes a token that was just made.
    assert_eq!(at(NOW - 5), Ok(()));
    assert_eq!(at(NOW - 6), Err(TokenError::NotYet));
    assert_eq!(at(NOW + 899), Ok(()));
    assert_eq!(at(NOW + 900), Err(TokenError::Expired));
    assert_eq!(at(i64::MAX), Err(TokenError::Expired));
    assert_eq!(at(i64::MIN), Err(TokenError::NotYet));
}

#[test]
fn the_type_has_to_be_an_access_token() {
    assert_eq!(with_header(&[("typ", json!("application/at+jwt"))]), Ok("crm".into()));
    for typ in [Value::Null, json!("JWT"), json!("AT+JWT"), json!("at+jwt "), json!(["at+jwt"])] {
        assert_eq!(with_header(&[("typ", typ)]), Err(TokenError::Type));
    }
}

#[test]
fn any_crit_is_refused() {
    for crit in [json!([]), json!(["exp"]), json!(["b64"]), json!("x")] {
        assert_eq!(with_header(&[("crit", crit)]), Err(TokenError::Critical));
    }
}

#[test]
fn the_algorithm_is_eddsa_alone() {
    for alg in ["none", "None", "HS256", "ES256", "RS256", "Ed25519", "eddsa", "EdDSA "] {
        assert_eq!(with_header(&[("alg", json!(alg))]), Err(TokenError::Algorithm), "{alg}");
    }
    for alg in [Value::Null, json!(["EdDSA"]), json!(1)] {
        assert_eq!(with_header(&[("alg", alg)]), Err(TokenError::Algorithm));
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let token = signed(&with(&header(), &[("alg", json!("none"))]), &claims());
    let unsigned = &token[..=token.rfind('.').unwrap()];
    assert_eq!(verdict(unsigned), Err(TokenError::Algorithm));
    let token = signed(&header(), &claims());
    let unsigned = &token[..=token.rfind('.').unwrap()];
    assert_eq!(verdict(unsigned), Err(TokenError::Signature));
}

/// The classic confusion: the public key, which everybody has, as an HMAC secret.
#[test]
fn the_public_key_is_no_secret() {
    let public = ed25519_dalek::SigningKey::from_bytes(&TOKEN_SEED).verifying_key();
    for secret in [public.as_bytes().to_vec(), ed25519_x(TOKEN_SEED).into_bytes()] {
        let key = EncodingKey::from_secret(&secret);
        for alg in ["HS256", "EdDSA"] {
            let header = with(&header(), &[("alg", json!(alg))]).to_string();
            let token = sign(&header, &claims().to_string(), Algorithm::HS256, &key);
            let expected =
                if alg == "EdDSA" { TokenError::Signature } else { TokenError::Algorithm };
            assert_eq!(verdict(&token), Err(expected));
        }
    }
}

#[test]
fn another_key_by_our_name_is_refused() {
    let key = ed25519_key([99; 32]);
    let token = sign(&header().to_string(), &claims().to_string(), Algorithm::EdDSA, &key);
    assert_eq!(verdict(&token), Err(TokenError::Signature));
    // Nor does a key that the token brings along count.
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": ed25519_x([99; 32])});
    let brought = [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
    ];
    let header = with(&header(), &brought).to_string();
    let token = sign(&header, &claims().to_string(), Algorithm::EdDSA, &key);
    assert_eq!(verdict(&token), Err(TokenError::Signature));
    assert_eq!(with_header(&brought), Ok("crm".into()), "ignored, not believed");
}

#[test]
fn the_key_has_to_be_named_and_ours() {
    for kid in [Value::Null, json!("other"), json!(""), json!(1)] {
        assert_eq!(with_header(&[("kid", kid)]), Err(TokenError::UnknownKey));
    }
}

#[test]
fn a_rotated_key_still_verifies_what_it_signed() {
    let mut rows = known_rows();
    rows.push(wrapped(Purpose::Token, 2, [8; 32]));
    let (old, new) = (known_keyring(), Keyring::open(&known_root(), &rows).unwrap());
    let read = |verifier: TokenVerifier, token: &str| {
        verifier.verify(token, ISSUER, AUDIENCE, NOW).map(|_| ())
    };
    let (before, after) =
        (old.token_signer().issue(&GRANT, NOW), new.token_signer().issue(&GRANT, NOW));
    assert_eq!(read(new.token_verifier(), &before), Ok(()));
    assert_eq!(read(new.token_verifier(), &after), Ok(()));
    assert_eq!(read(old.token_verifier(), &after), Err(TokenError::UnknownKey));
    assert_eq!(new.token_verifier().jwks()["keys"].as_array().unwrap().len(), 2);
}

#[test]
fn a_name_that_stands_twice_is_refused() {
    let key = ed25519_key(TOKEN_SEED);
    let (header, claims) = (header().to_string(), claims().to_string());
    let twice = claims.replacen('{', r#"{"sub":"other","#, 1);
    let token = sign(&header, &twice, Algorithm::EdDSA, &key);
    assert_eq!(verdict(&token), Err(TokenError::Malformed));
    let twice = header.replacen('{', r#"{"alg":"EdDSA","#, 1);
    let token = sign(&twice, &claims, Algorithm::EdDSA, &key);
    assert_eq!(verdict(&token), Err(TokenError::Malformed));
}

#[test]
fn what_is_no_token_is_refused() {
    let token = signed(&header(), &claims());
    for wrong in [
        String::new(),
        "..".into(),
        "njt_abc".into(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{token}"),
        token.replacen('.', "=.", 1),
        token.replacen('.', "!.", 1),
        format!(" {token}"),
        token.replacen("ey", "e y", 1),
    ] {
        assert_eq!(verdict(&wrong), Err(TokenError::Malformed), "{wrong}");
    }
    let key = ed25519_key(TOKEN_SEED);
    for (header, claims) in [
        (header().to_string() + "x", claims().to_string()),
        (header().to_string(), claims().to_string() + "{}"),
        (header().to_string(), "[]".into()),
        ("1".into(), claims().to_string()),
        (header().to_string(), "[".repeat(3000)),
    ] {
        let token = sign(&header, &claims, Algorithm::EdDSA, &key);
        assert_eq!(verdict(&token), Err(TokenError::Malformed));
    }
}

#[test]
fn trailing_data_breaks_the_signature() {
    let token = signed(&header(), &claims());
    for extra in ["A", "AA", "AAAA", "=", "\n", "\0"] {
        assert_eq!(verdict(&format!("{token}{extra}")), Err(TokenError::Signature), "{extra:?}");
    }
    // The last character of a signature has bits that no byte uses; they have to be 0.
    let last = token.chars().next_back().unwrap();
    let next = char::from(u8::try_from(u32::from(last)).unwrap() + 1);
    let twin = format!("{}{next}", &token[..token.len() - 1]);
    assert_eq!(verdict(&twin), Err(TokenError::Signature));
}

#[test]
fn a_token_has_a_greatest_length() {
    let token = signed(&header(), &with(&claims(), &[("note", json!("x".repeat(5000)))]));
    assert!(token.len() < 8192);
    assert_eq!(verdict(&token), Ok("crm".into()));
    let token = signed(&header(), &with(&claims(), &[("note", json!("x".repeat(6200)))]));
    assert!(token.len() > 8192);
    assert_eq!(verdict(&token), Err(TokenError::TooLong));
}

#[test]
fn control_characters_do_not_come_through() {
    for name in ["sub", "client_id", "jti"] {
        assert_eq!(with_claims(&[(name, json!("a\0b"))]), Err(TokenError::Claim(name)));
    }
}

#[test]
fn debug_shows_public_names_alone() {
    let keyring = known_keyring();
    assert_eq!(
        format!("{:?}", keyring.token_signer()),
        format!("TokenSigner {{ kid: {:?}, .. }}", kid())
    );
    assert_eq!(format!("{:?}", keyring.token_verifier()), format!("TokenVerifier([{:?}])", kid()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// One changed character anywhere: refused, and never a panic.
    #[test]
    fn a_changed_token_is_refused(place in any::<prop::sample::Index>(), new in any::<char>()) {
        let token: Vec<char> = signed(&header(), &claims()).chars().collect();
        let mut changed = token.clone();
        let place = place.index(token.len());
        changed[place] = new;
        prop_assume!(changed != token);
        prop_assert!(verdict(&changed.into_iter().collect::<String>()).is_err());
    }

    #[test]
    fn noise_is_refused(noise in "\\PC{0,300}") {
        prop_assert!(verdict(&noise).is_err());
    }
}
