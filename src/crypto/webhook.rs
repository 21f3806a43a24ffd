//! Signatures of webhooks, by the Standard Webhooks specification: symmetric (`v1`,
//! HMAC-SHA-256) for whoever keeps a secret with us, and asymmetric (`v1a`, Ed25519)
//! for whoever would rather not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use zeroize::Zeroizing;

use super::framing::{Seed, hmac, mac};
use super::random;

/// What signs the messages to one endpoint.
pub struct WebhookKeys {
    secret: Seed,
    signing: SigningKey,
}

impl WebhookKeys {
    /// New random keys.
    #[must_use]
    pub fn generate() -> Self {
        let (secret, seed) = (Seed::new(random::bytes()), Seed::new(random::bytes()));
        Self { secret, signing: SigningKey::from_bytes(&seed) }
    }

    /// The keys, to be sealed.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.secret.as_slice(), self.signing.as_bytes()].concat())
    }

    /// What [`WebhookKeys::to_bytes`] gave; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (secret, seed) = bytes.split_first_chunk::<32>()?;
        let seed: &[u8; 32] = seed.try_into().ok()?;
        Some(Self { secret: Seed::new(*secret), signing: SigningKey::from_bytes(seed) })
    }

    /// `whsec_…`: the secret, to be shown once.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("whsec_{}", STANDARD.encode(self.secret.as_slice())))
    }

    /// `whpk_…`: the public key, for everybody.
    #[must_use]
    pub fn public_key(&self) -> String {
        format!("whpk_{}", STANDARD.encode(self.signing.verifying_key().as_bytes()))
    }

    /// Both signatures of a message, as `webhook-signature` lists them. `timestamp`: when
    /// it is sent, in seconds since 1970.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let signed = format!("{id}.{timestamp}.{body}");
        let symmetric = STANDARD.encode(mac(&hmac(&self.secret), &[signed.as_bytes()]));
        let asymmetric = STANDARD.encode(self.signing.sign(signed.as_bytes()).to_bytes());
        format!("v1,{symmetric} v1a,{asymmetric}")
    }
}

impl std::fmt::Debug for WebhookKeys {
    /// Without the secret half.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WebhookKeys").field(&self.public_key()).finish()
    }
}
