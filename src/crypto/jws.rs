//! Reading a signed JWT strictly (RFC 7515, RFC 7519, RFC 8725).
//!
//! `jsonwebtoken` does the signatures. It is not asked to judge the claims: it lets
//! missing ones, other types, unknown `crit` and any `typ` through, and reads the
//! wall clock. So the parts are taken apart here, and everything is checked here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

/// The longest token that is looked at.
pub const LONGEST: usize = 8 * 1024;
/// How far another machine's clock may be ahead, in seconds.
pub(super) const CLOCK_SKEW: i64 = 5;

/// Why a token or assertion is refused. For the log of the service: the answer is one
/// and the same (RFC 6750 §3.1 `invalid_token`, RFC 6749 §5.2 `invalid_client`). Says
/// nothing of what the token holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Longer than [`LONGEST`].
    TooLong,
    /// Not three parts of base64url, the first two JSON objects without a name twice.
    Malformed,
    /// `alg` is not the key's one algorithm.
    Algorithm,
    /// `typ` is that of another kind of token (RFC 8725 §3.11).
    Type,
    /// There is a `crit`: none of its extensions are known here (RFC 7515 §4.1.11).
    Critical,
    /// `kid` is missing, or is none of our keys.
    UnknownKey,
    /// Not signed with the key.
    Signature,
    /// This claim is missing, or is of the wrong JSON type, length or characters.
    Claim(&'static str),
    /// `iss` is somebody else.
    Issuer,
    /// `sub` is not the client.
    Subject,
    /// `aud` is not us, or not us alone.
    Audience,
    /// `nbf` is yet to come.
    NotYet,
    /// `exp` has been.
    Expired,
    /// `exp` is further ahead than allowed.
    LivesTooLong,
    /// `iat` is yet to come.
    FromTheFuture,
}

/// A JWT taken apart, nothing of it verified. Keys in its header (`jwk`, `jku`, `x5c`,
/// `x5u`) are never looked at.
pub(super) struct Jws<'a> {
    header: Map<String, Value>,
    payload: &'a str,
    signature: &'a str,
    /// What is signed: header and payload as they came.
    message: &'a str,
}

impl<'a> Jws<'a> {
    pub(super) fn read(token: &'a str) -> Result<Self, Refused> {
        if token.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(Refused::Malformed)?;
        if payload.contains('.') {
            return Err(Refused::Malformed);
        }
        let header = object(header)?;
        if header.contains_key("crit") {
            return Err(Refused::Critical);
        }
        Ok(Self { header, payload, signature, message })
    }

    /// A header parameter that is a string; `None` also when it is something else.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// Whether `typ` is one of these; a missing one only if `None` is among them.
    pub(super) fn expect_type(&self, allowed: &[Option<&str>]) -> Result<(), Refused> {
        let typ = match self.header.get("typ") {
            None => None,
            Some(typ) => Some(typ.as_str().ok_or(Refused::Type)?),
        };
        if allowed.contains(&typ) { Ok(()) } else { Err(Refused::Type) }
    }

    /// The claims, once `alg` is this name and the signature is this key's.
    pub(super) fn verify(
        &self,
        name: &str,
        algorithm: Algorithm,
        key: &DecodingKey,
    ) -> Result<Claims, Refused> {
        if self.header("alg") != Some(name) {
            return Err(Refused::Algorithm);
        }
        let message = self.message.as_bytes();
        match jsonwebtoken::crypto::verify(self.signature, message, key, algorithm) {
            Ok(true) => self.unverified_claims(),
            _ => Err(Refused::Signature),
        }
    }

    /// The claims, by whomever.
    pub(super) fn unverified_claims(&self) -> Result<Claims, Refused> {
        Ok(Claims(object(self.payload)?))
    }
}

/// The claims of a JWT.
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim that has to be a string, not empty and without control characters
    /// (a NUL would stop a whole group on PostgreSQL).
    pub(super) fn text(&self, name: &'static str) -> Result<&str, Refused> {
        match self.get(name).and_then(Value::as_str) {
            Some(text) if !text.is_empty() && !text.contains(char::is_control) => Ok(text),
            _ => Err(Refused::Claim(name)),
        }
    }

    /// A claim that has to be a NumericDate (RFC 7519 §2), in whole seconds.
    pub(super) fn time(&self, name: &'static str) -> Result<i64, Refused> {
        self.time_if_given(name)?.ok_or(Refused::Claim(name))
    }

    /// A NumericDate that may be left out, but not be something else.
    pub(super) fn time_if_given(&self, name: &'static str) -> Result<Option<i64>, Refused> {
        /// Well past any date, and far from where adding overflows.
        const LATEST: i64 = 1 << 52;
        let Some(value) = self.get(name) else { return Ok(None) };
        // A fraction is allowed, and some libraries send one.
        let seconds = value.as_i64().or_else(|| value.as_f64().map(|float| float as i64));
        match seconds {
            Some(seconds) if (-LATEST..=LATEST).contains(&seconds) => Ok(Some(seconds)),
            _ => Err(Refused::Claim(name)),
        }
    }
}

/// Base64url without padding, and in it one JSON object.
fn object(part: &str) -> Result<Map<String, Value>, Refused> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed)?;
    let Unique(object) = serde_json::from_slice(&json).map_err(|_| Refused::Malformed)?;
    Ok(object)
}

/// An object in which no name stands twice (RFC 7515 §4, RFC 8725 §2.4): two readers
/// may otherwise take different values from one token.
struct Unique(Map<String, Value>);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Unique;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Unique, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = access.next_entry()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name stands twice"));
                    }
                }
                Ok(Unique(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooLong => "it is too long",
            Self::Malformed => "it is no signed JWT",
            Self::Algorithm => "its `alg` is not the key's algorithm",
            Self::Type => "its `typ` is that of another kind of token",
            Self::Critical => "it has a `crit`, of which nothing is understood here",
            Self::UnknownKey => "its `kid` is none of the keys here",
            Self::Signature => "its signature does not fit the key",
            Self::Claim(name) => {
                return write!(f, "its `{name}` is missing, or not what a `{name}` can be");
            }
            Self::Issuer => "its `iss` is not the expected one",
            Self::Subject => "its `sub` is not the client",
            Self::Audience => "its `aud` is not this service alone",
            Self::NotYet => "its `nbf` is yet to come",
            Self::Expired => "it has expired",
            Self::LivesTooLong => "its `exp` is too far ahead",
            Self::FromTheFuture => "its `iat` is yet to come: compare the clocks",
        })
    }
}

impl std::error::Error for Refused {}
