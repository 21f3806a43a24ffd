//! Access tokens: short-lived JWTs (RFC 9068) signed with Ed25519 (RFC 8037).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::digest::sha256;
use super::framing::Seed;
use super::jws::{CLOCK_SKEW, Jws, Refused};
use super::keyring::Keyring;
use super::random;

/// Why a token is refused.
pub type TokenError = Refused;

/// What a token is to say.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// `iss`: this service's public URL.
    pub issuer: &'a str,
    /// `aud`.
    pub audience: &'a str,
    /// `sub`: for client credentials the client itself (RFC 9068 §2.2).
    pub subject: &'a str,
    /// `client_id`.
    pub client_id: &'a str,
    /// `scope`, here as single scopes.
    pub scopes: &'a [&'a str],
    /// Seconds until it expires.
    pub lifetime: i64,
}

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// `sub`.
    pub subject: String,
    /// `client_id`.
    pub client_id: String,
    /// `scope`, split at its spaces.
    pub scopes: Vec<String>,
    /// `iat`, in seconds since 1970.
    pub issued_at: i64,
    /// `exp`, in seconds since 1970.
    pub expires_at: i64,
    /// `jti`.
    pub id: String,
}

/// Signs access tokens with the current Token key.
pub struct TokenSigner {
    kid: String,
    key: EncodingKey,
}

/// Verifies access tokens of every version of the Token key.
pub struct TokenVerifier(BTreeMap<String, PublicKey>);

struct PublicKey {
    /// The key as a JWK has it.
    x: String,
    key: DecodingKey,
}

impl Keyring {
    /// The signer; make it once.
    #[must_use]
    pub fn token_signer(&self) -> TokenSigner {
        let (_, seed) = self.token.current();
        let x = public_x(seed);
        TokenSigner { kid: thumbprint(&x), key: EncodingKey::from_ed_der(pkcs8(seed).as_slice()) }
    }

    /// The verifier; make it once.
    #[must_use]
    pub fn token_verifier(&self) -> TokenVerifier {
        let public = |seed: &Seed| {
            let x = public_x(seed);
            let key = DecodingKey::from_ed_components(&x).expect("just encoded");
            (thumbprint(&x), PublicKey { x, key })
        };
        TokenVerifier(self.token.newest_first().map(public).collect())
    }
}

impl TokenSigner {
    /// A signed token. `now` is in seconds since 1970. `nbf` lies as far back as clocks
    /// may differ, so that an instance whose clock is behind takes the token at once.
    #[must_use]
    pub fn issue(&self, grant: &Grant<'_>, now: i64) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.kid.clone());
        let claims = json!({
            "iss": grant.issuer,
            "aud": grant.audience,
            "sub": grant.subject,
            "client_id": grant.client_id,
            "scope": grant.scopes.join(" "),
            "iat": now,
            "nbf": now.saturating_sub(CLOCK_SKEW),
            "exp": now.saturating_add(grant.lifetime),
            "jti": URL_SAFE_NO_PAD.encode(random::bytes::<16>()),
        });
        jsonwebtoken::encode(&header, &claims, &self.key).expect("an Ed25519 key signs JSON")
    }
}

impl TokenVerifier {
    /// What the token says, if it is ours, for this audience, and of this moment
    /// (RFC 9068 §4, RFC 8725). `now` is in seconds since 1970; no leeway for `exp`
    /// and `nbf`.
    ///
    /// # Errors
    /// The first thing that is wrong; claims are looked at only once the signature fits.
    pub fn verify(
        &self,
        token: &str,
        issuer: &str,
        audience: &str,
        now: i64,
    ) -> Result<AccessToken, TokenError> {
        let jws = Jws::read(token)?;
        jws.expect_type(&[Some("at+jwt"), Some("application/at+jwt")])?;
        if jws.header("alg") != Some("EdDSA") {
            return Err(Refused::Algorithm);
        }
        let kid = jws.header("kid").ok_or(Refused::UnknownKey)?;
        let key = &self.0.get(kid).ok_or(Refused::UnknownKey)?.key;
        let claims = jws.verify("EdDSA", Algorithm::EdDSA, key)?;

        if claims.text("iss")? != issuer {
            return Err(Refused::Issuer);
        }
        if claims.text("aud")? != audience {
            return Err(Refused::Audience);
        }
        let (issued_at, expires_at) = (claims.time("iat")?, claims.time("exp")?);
        if claims.time("nbf")? > now {
            return Err(Refused::NotYet);
        }
        if expires_at <= now {
            return Err(Refused::Expired);
        }
        if issued_at > now.saturating_add(CLOCK_SKEW) {
            return Err(Refused::FromTheFuture);
        }
        let scopes = match claims.get("scope") {
            None => Vec::new(),
            Some(Value::String(scope)) => scope.split_whitespace().map(str::to_owned).collect(),
            Some(_) => return Err(Refused::Claim("scope")),
        };
        Ok(AccessToken {
            subject: claims.text("sub")?.to_owned(),
            client_id: claims.text("client_id")?.to_owned(),
            id: claims.text("jti")?.to_owned(),
            scopes,
            issued_at,
            expires_at,
        })
    }

    /// The public keys as a JWK Set (RFC 7517 §5, RFC 8037 §2).
    #[must_use]
    pub fn jwks(&self) -> Value {
        let jwk = |(kid, key): (&String, &PublicKey)| {
            json!({
                "kty": "OKP", "crv": "Ed25519", "x": key.x,
                "kid": kid, "use": "sig", "alg": "EdDSA",
            })
        };
        json!({ "keys": self.0.iter().map(jwk).collect::<Vec<_>>() })
    }
}

fn public_x(seed: &Seed) -> String {
    URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(seed).verifying_key().as_bytes())
}

/// The key's name: its RFC 7638 thumbprint (members as RFC 8037 appendix A.3 has them).
fn thumbprint(x: &str) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(sha256(members.as_bytes()))
}

/// The seed as PKCS#8 (RFC 8410 §7): version 0, id-Ed25519, and the seed as an octet
/// string in an octet string.
fn pkcs8(seed: &Seed) -> Zeroizing<[u8; 48]> {
    const HEAD: [u8; 16] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    let mut der = Zeroizing::new([0; 48]);
    der[..16].copy_from_slice(&HEAD);
    der[16..].copy_from_slice(seed.as_slice());
    der
}

impl std::fmt::Debug for TokenSigner {
    /// The key's public name alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSigner").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("TokenVerifier").field(&self.0.keys()).finish()
    }
}
