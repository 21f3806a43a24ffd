//! Endpoints of webhooks.

use super::Time;
use super::controller::Binding;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An endpoint that hears of changes. Versions of it are kept for ever; the newest
/// counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// The controllers whose changes it hears of.
    pub controllers: Binding,
    /// The client that registered it: it hears of nothing that is not that client's too,
    /// and that client may stop it. `None` for those from before this was kept.
    #[serde(default)]
    pub registered_by: Option<String>,
    /// The kinds of change it hears of, by name; none: every one, also later ones.
    pub events: Vec<String>,
    /// URL and description, sealed, base64: an endpoint's URL is often its password.
    pub sealed: String,
    /// What signs its messages; the newest last.
    pub keys: Vec<WebhookKey>,
    /// When it was registered.
    pub registered_at: Time,
    /// Why nothing is sent to it.
    pub disabled: Option<Disabled>,
}

/// A version of what signs an endpoint's messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookKey {
    /// The keys, sealed, base64.
    pub sealed: String,
    /// `whpk_…`.
    pub public_key: String,
    /// Until when it signs too, after a newer one has come.
    pub retires_at: Option<Time>,
}

/// Why nothing is sent to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disabled {
    /// Somebody asked for it.
    Requested,
    /// The endpoint answered 410.
    Gone,
}

impl Disabled {
    /// The name used in the API and in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Gone => "gone",
        }
    }
}

impl Webhook {
    /// Whether it hears of changes of this kind.
    #[must_use]
    pub fn hears(&self, kind: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|own| own == kind)
    }

    /// What signs a message now, the newest first.
    pub fn signing(&self, now: Time) -> impl Iterator<Item = &WebhookKey> {
        self.keys.iter().rev().filter(move |key| key.retires_at.is_none_or(|end| end > now))
    }
}
