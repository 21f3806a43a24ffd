//! Client secrets and static keys.
//!
//! Both are 256 random bits, so a fast keyed hash is all that storing them needs:
//! slow hashes are for what people choose (RFC 6749 §10.10 asks for 128 bits).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::digest::{constant_time_eq, keyed};
use super::keyring::Keyring;
use super::random;

/// What kind of secret a text is; told by its prefix, for secret scanners too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// `njs_…`: a client's secret for the token endpoint.
    Client,
    /// `njt_…`: a static bearer key.
    StaticKey,
}

impl SecretKind {
    /// What a secret of this kind begins with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Client => "njs_",
            Self::StaticKey => "njt_",
        }
    }

    /// The kind of this text, if it is well formed.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        [Self::Client, Self::StaticKey].into_iter().find(|kind| {
            text.strip_prefix(kind.prefix()).is_some_and(|rest| {
                rest.len() == 43
                    && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            })
        })
    }
}

/// A new secret, to be shown once.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A new random secret: prefix and 43 characters of base64url.
    #[must_use]
    pub fn generate(kind: SecretKind) -> Self {
        let random = Zeroizing::new(random::bytes::<32>());
        let mut text = Zeroizing::new(String::with_capacity(64));
        text.push_str(kind.prefix());
        URL_SAFE_NO_PAD.encode_string(random.as_slice(), &mut text);
        Self(text)
    }

    /// The text, to show once and keep nowhere.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    /// Without the text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

/// The keyed digest's context: the secret's own prefix keeps the two kinds apart.
const CONTEXT: &str = "secret";

impl Keyring {
    /// The keyed hash to store.
    #[must_use]
    pub fn secret_hash(&self, secret: &str) -> [u8; 32] {
        keyed(self.secret.current().1, CONTEXT, secret.as_bytes())
    }

    /// The hash under every version of the key, newest first: what to look for when a
    /// static key comes.
    #[must_use]
    pub fn secret_hashes(&self, secret: &str) -> Vec<[u8; 32]> {
        self.secret.newest_first().map(|key| keyed(key, CONTEXT, secret.as_bytes())).collect()
    }

    /// Whether this is the secret whose hash was stored, under whichever version, in a
    /// time that does not depend on either.
    #[must_use]
    pub fn secret_matches(&self, secret: &str, stored: &[u8]) -> bool {
        self.secret_hashes(secret)
            .iter()
            .fold(false, |found, hash| found | constant_time_eq(hash, stored))
    }
}
