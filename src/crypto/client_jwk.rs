//! A client's registered public key (RFC 7517), checked when it is registered.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value, json};

use super::digest::sha256;

/// A checked public key with its one algorithm: what a client's assertions are
/// verified by.
#[derive(Debug, Clone)]
pub struct ClientJwk {
    /// The public members alone.
    members: Members,
    /// `alg` as an assertion has to say it.
    pub(super) name: &'static str,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// The members that make the key, and its RFC 7638 thumbprint; base64url.
#[derive(Debug, Clone)]
enum Members {
    Ed25519 { x: String },
    P256 { x: String, y: String },
    Rsa { n: String, e: String },
}

/// Why a JWK is refused: a sentence for the person who registers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JwkError(pub &'static str);

impl ClientJwk {
    /// Checks a public JWK: OKP/Ed25519 (`EdDSA`, or `Ed25519` of RFC 9864 if its `alg`
    /// says so), EC/P-256 (`ES256`), or RSA of 2048 bits or more (`RS256`, or `PS256` if
    /// its `alg` says so). What `to_json` gave is read again to the same key.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(jwk: &Value) -> Result<Self, JwkError> {
        let jwk = jwk.as_object().ok_or(JwkError("a JWK is a JSON object"))?;
        if jwk.contains_key("keys") {
            return Err(JwkError("this is a set of keys: give the one JWK out of its \"keys\""));
        }
        // RFC 7518 §6.2.2, §6.3.2, §6.4.1
        if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| jwk.contains_key(*name))
        {
            return Err(JwkError(
                "this is a private key: register the public part, and as this one has been \
                 shown, make a new pair",
            ));
        }
        for_signatures(jwk)?;
        let alg = match jwk.get("alg") {
            None => None,
            Some(Value::String(alg)) => Some(alg.as_str()),
            Some(_) => return Err(JwkError("\"alg\" is a string")),
        };
        let (members, name, algorithm, key) = match text(jwk, "kty") {
            Some("OKP") => ed25519(jwk, alg)?,
            Some("EC") => p256(jwk, alg)?,
            Some("RSA") => rsa(jwk, alg)?,
            _ => return Err(JwkError("\"kty\" has to be \"OKP\", \"EC\" or \"RSA\"")),
        };
        Ok(Self { members, name, algorithm, key })
    }

    /// The public members alone, to store.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut jwk = self.members.to_json();
        jwk["use"] = "sig".into();
        jwk["alg"] = self.name.into();
        jwk
    }

    /// The one algorithm that an assertion may use.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        self.name
    }

    /// Its RFC 7638 thumbprint (SHA-256, base64url).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        // serde_json keeps the members of an object in the order of their names, or in
        // that of insertion, which is the same here.
        URL_SAFE_NO_PAD.encode(sha256(self.members.to_json().to_string().as_bytes()))
    }
}

impl Members {
    fn to_json(&self) -> Value {
        match self {
            Self::Ed25519 { x } => json!({"crv": "Ed25519", "kty": "OKP", "x": x}),
            Self::P256 { x, y } => json!({"crv": "P-256", "kty": "EC", "x": x, "y": y}),
            Self::Rsa { n, e } => json!({"e": e, "kty": "RSA", "n": n}),
        }
    }
}

type Checked = (Members, &'static str, Algorithm, DecodingKey);

fn ed25519(jwk: &Map<String, Value>, alg: Option<&str>) -> Result<Checked, JwkError> {
    if text(jwk, "crv") != Some("Ed25519") {
        return Err(JwkError("of the OKP keys only those with \"crv\": \"Ed25519\" are taken"));
    }
    let name = match alg {
        None | Some("EdDSA") => "EdDSA",
        Some("Ed25519") => "Ed25519",
        Some(_) => return Err(JwkError("the \"alg\" of an Ed25519 key is \"EdDSA\"")),
    };
    let x = number(jwk, "x").and_then(|x| <[u8; 32]>::try_from(x).ok());
    let x = x.ok_or(JwkError("the \"x\" of an Ed25519 key is 32 bytes in base64url"))?;
    // A key of low order verifies nearly every message.
    if VerifyingKey::from_bytes(&x).ok().is_none_or(|key| key.is_weak()) {
        return Err(JwkError("\"x\" is no Ed25519 public key"));
    }
    let members = Members::Ed25519 { x: URL_SAFE_NO_PAD.encode(x) };
    Ok((members, name, Algorithm::EdDSA, DecodingKey::from_ed_der(&x)))
}

/// A point that is not on the curve passes here and verifies nothing.
fn p256(jwk: &Map<String, Value>, alg: Option<&str>) -> Result<Checked, JwkError> {
    if text(jwk, "crv") != Some("P-256") {
        return Err(JwkError("of the EC keys only those with \"crv\": \"P-256\" are taken"));
    }
    if !matches!(alg, None | Some("ES256")) {
        return Err(JwkError("the \"alg\" of a P-256 key is \"ES256\""));
    }
    let coordinate = |name| {
        number(jwk, name)
            .filter(|bytes| bytes.len() == 32)
            .ok_or(JwkError("\"x\" and \"y\" of a P-256 key are 32 bytes each in base64url"))
    };
    let (x, y) = (coordinate("x")?, coordinate("y")?);
    let point = [&[4][..], &x, &y].concat(); // uncompressed (SEC 1 §2.3.3)
    let members = Members::P256 { x: URL_SAFE_NO_PAD.encode(x), y: URL_SAFE_NO_PAD.encode(y) };
    Ok((members, "ES256", Algorithm::ES256, DecodingKey::from_ec_der(&point)))
}

fn rsa(jwk: &Map<String, Value>, alg: Option<&str>) -> Result<Checked, JwkError> {
    let (name, algorithm) = match alg {
        None | Some("RS256") => ("RS256", Algorithm::RS256),
        Some("PS256") => ("PS256", Algorithm::PS256),
        Some(_) => return Err(JwkError("the \"alg\" of an RSA key is \"RS256\" or \"PS256\"")),
    };
    let integer = |name| {
        let bytes = number(jwk, name)
            .ok_or(JwkError("\"n\" and \"e\" of an RSA key are numbers in base64url"))?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Ok::<_, JwkError>(bytes[zeros..].to_vec())
    };
    let (n, e) = (integer("n")?, integer("e")?);
    let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    if !(2048..=8192).contains(&bits) || n.last().is_none_or(|last| last % 2 == 0) {
        return Err(JwkError("an RSA key has 2048 bits at least and 8192 at most"));
    }
    // FIPS 186-5 §5.4: odd and above 2^16; what signs by it reads at most 33 bits.
    let exponent = e.iter().take(8).fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if e.len() > 5 || !(65_537..1 << 33).contains(&exponent) || exponent % 2 == 0 {
        return Err(JwkError("the \"e\" of an RSA key has to be odd and 65537 (\"AQAB\") or more"));
    }
    let key = DecodingKey::from_rsa_raw_components(&n, &e);
    let members = Members::Rsa { n: URL_SAFE_NO_PAD.encode(n), e: URL_SAFE_NO_PAD.encode(e) };
    Ok((members, name, algorithm, key))
}

/// RFC 7517 §4.2 and §4.3: what says what it is for has to say signatures.
fn for_signatures(jwk: &Map<String, Value>) -> Result<(), JwkError> {
    if jwk.get("use").is_some_and(|usage| usage != "sig") {
        return Err(JwkError("its \"use\" is not \"sig\": it is no key for signatures"));
    }
    let verifies =
        |ops: &Value| ops.as_array().is_some_and(|ops| ops.iter().any(|op| op == "verify"));
    if jwk.get("key_ops").is_some_and(|ops| !verifies(ops)) {
        return Err(JwkError("its \"key_ops\" do not include \"verify\""));
    }
    Ok(())
}

fn text<'a>(jwk: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    jwk.get(name)?.as_str()
}

fn number(jwk: &Map<String, Value>, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text(jwk, name)?).ok()
}

impl std::fmt::Display for JwkError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for JwkError {}
