//! Webhooks: endpoints that are told of changes by themselves.
//!
//! The entry itself is the outbox: it is committed with the objection, or not at all.
//! Each endpoint has a cursor, and [`deliveries`] are made of the entries behind it in
//! the same transaction that moves it; they are then [`send`]ed until they arrive or
//! are given up. So nothing is lost, and everything is sent at least once.

mod add;
mod deliveries;
mod disable;
mod list;
mod make;
mod pass;
mod rotate;
mod run;
mod send;
mod test;

pub use add::{NewWebhook, add_webhook};
pub use deliveries::{Delivery, list_deliveries, redeliver};
pub use disable::{disable_webhook, enable_webhook};
pub use list::{get_webhook, list_webhooks};
pub use rotate::rotate_webhook;
pub use run::send_webhooks;
pub use test::{Tested, test_webhook};

use super::Instance;
use super::commit::{Envelope, act, answered_before};
use super::record::json;
use super::refusal::{Code, Refusal};
use super::{App, Committed, caller::Caller};
use crate::crypto::webhook::WebhookKeys;
use crate::domain::client::Scope;
use crate::domain::webhook::{Webhook, WebhookKey};
use crate::domain::{Position, Time};
use crate::ledger::memory::Endpoint;
use crate::ledger::submission::{Act, ActRows, EntryKind, Need};
use crate::outbound::sender::Sender;
use crate::store::WebhookVersionRow;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Endpoints that are sent to are at most so many: each has lanes of its own.
const MOST: usize = 100;
/// Tests that may be under way at a time.
const TESTS: usize = 4;

/// An endpoint as admins see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WebhookView {
    /// Its id.
    pub id: Uuid,
    /// Where messages go.
    pub url: String,
    /// What it is, in words.
    pub description: Option<String>,
    /// The controllers and groups whose changes it hears of; empty: every one.
    pub controllers: Vec<String>,
    /// The kinds of change it hears of; empty: every one.
    pub events: Vec<String>,
    /// What its messages are signed with, the newest first.
    pub keys: Vec<KeyView>,
    /// When it was registered.
    pub registered_at: Time,
    /// Why nothing is sent to it: `requested` or `gone`.
    pub disabled: Option<String>,
}

/// A version of what signs an endpoint's messages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyView {
    /// `whpk_…`.
    pub public_key: String,
    /// Until when it signs too, after a newer one has come.
    pub retires_at: Option<Time>,
}

/// An endpoint, and its secret, which is shown this once.
#[derive(Clone, Serialize, Deserialize)]
pub struct WithSecret {
    /// The endpoint.
    pub webhook: WebhookView,
    /// `whsec_…`.
    pub secret: String,
}

/// What of an endpoint is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    url: String,
    description: Option<String>,
}

/// The one sender of an instance, made when it is first needed.
pub(super) struct Outgoing {
    sender: OnceLock<Result<Sender, String>>,
    /// Tests that may be under way at a time: whoever asks waits for the receiver.
    tests: Semaphore,
}

impl Default for Outgoing {
    fn default() -> Self {
        Self { sender: OnceLock::new(), tests: Semaphore::new(TESTS) }
    }
}

impl Instance {
    /// What sends messages.
    fn sender(&self) -> Result<&Sender, Refusal> {
        if self.settings.hearing.hold_webhooks {
            let detail = "This instance was started with --hold-webhooks: nothing is sent from it.";
            return Err(Refusal::saying(Code::EventNotPossible, detail));
        }
        let made = self.outgoing.sender.get_or_init(|| {
            let made = Sender::new(self.settings.hearing.allow_private);
            made.inspect_err(|why| log::error!("webhooks cannot be sent: {why}"))
        });
        made.as_ref().map_err(|_| {
            let detail = "Nothing can be sent from this instance; its log tells why.";
            Refusal::saying(Code::Unavailable, detail).retry_after(60)
        })
    }

    /// Seals an endpoint's URL and description: both are for nobody else.
    fn sealed(&self, id: Uuid, sealed: &Sealed) -> Result<String, Refusal> {
        let plain = json(sealed)?;
        Ok(STANDARD.encode(self.keyring().seal("webhook", id.as_bytes(), plain.as_bytes())))
    }

    fn unsealed(&self, webhook: &Webhook) -> Result<Sealed, Refusal> {
        let internal = || Refusal::new(Code::Internal);
        let sealed = STANDARD.decode(&webhook.sealed).map_err(|_| internal())?;
        let plain = self.keyring().unseal("webhook", webhook.id.as_bytes(), &sealed);
        serde_json::from_slice(&plain.map_err(|_| internal())?).map_err(|_| internal())
    }

    /// New keys for an endpoint, and how they are kept.
    fn new_keys(&self, id: Uuid) -> (WebhookKeys, WebhookKey) {
        let keys = WebhookKeys::generate();
        let sealed = self.keyring().seal("webhook keys", id.as_bytes(), &keys.to_bytes());
        let (sealed, public_key) = (STANDARD.encode(sealed), keys.public_key());
        (keys, WebhookKey { sealed, public_key, retires_at: None })
    }

    fn keys(&self, id: Uuid, key: &WebhookKey) -> Result<WebhookKeys, Refusal> {
        let internal = || Refusal::new(Code::Internal);
        let sealed = STANDARD.decode(&key.sealed).map_err(|_| internal())?;
        let plain = self.keyring().unseal("webhook keys", id.as_bytes(), &sealed);
        let plain = zeroize::Zeroizing::new(plain.map_err(|_| internal())?);
        WebhookKeys::from_bytes(&plain).ok_or_else(internal)
    }

    fn webhook_view(&self, webhook: &Webhook) -> Result<WebhookView, Refusal> {
        let Sealed { url, description } = self.unsealed(webhook)?;
        let signing = webhook.signing(self.now());
        let key = |key: &WebhookKey| {
            let (public_key, retires_at) = (key.public_key.clone(), key.retires_at);
            KeyView { public_key, retires_at }
        };
        Ok(WebhookView {
            id: webhook.id,
            url,
            description,
            controllers: self.memory().directory.names(&webhook.controllers),
            events: webhook.events.clone(),
            keys: signing.map(key).collect(),
            registered_at: webhook.registered_at,
            disabled: webhook.disabled.map(|why| why.name().to_owned()),
        })
    }

    /// Whether the caller may manage an endpoint: one of its own controllers'.
    fn manages(&self, caller: &Caller, webhook: &Webhook) -> bool {
        self.memory().directory.within(&webhook.controllers, &caller.client.controllers)
    }

    /// Whether the caller may read and disable it: also one that it registered itself,
    /// whatever it acts for by now.
    fn may_stop(&self, caller: &Caller, webhook: &Webhook) -> bool {
        webhook.registered_by.as_ref() == Some(&caller.client.id) || self.manages(caller, webhook)
    }

    /// Whether one more endpoint may be sent to.
    fn takes_one_more(&self) -> Result<(), Refusal> {
        let memory = self.memory();
        let all = memory.webhooks.values();
        if all.filter(|endpoint| endpoint.webhook.disabled.is_none()).count() < MOST {
            return Ok(());
        }
        let detail = "There are 100 endpoints that are sent to; disable one that is not needed.";
        Err(Refusal::saying(Code::EventNotPossible, detail))
    }
}

/// A version of an endpoint, to be recorded.
fn version(kind: EntryKind, webhook: &Webhook, since: Option<Position>) -> Result<Act, Refusal> {
    let id = webhook.id;
    let row =
        WebhookVersionRow { position: 0, webhook: id.as_bytes().to_vec(), state: json(webhook)? };
    let needs = since.map(|since| Need::WebhookUnchanged { id, since });
    let rows = ActRows { webhook: Some(row), ..ActRows::default() };
    Ok(act(kind, Some(id), rows, needs.into_iter().collect()))
}

/// The first answer to a retry, also where the endpoint has been changed since.
async fn again<T: DeserializeOwned>(
    app: &App,
    envelope: &Envelope<'_>,
    operation: &str,
) -> Result<Option<Committed<T>>, Refusal> {
    envelope.caller.require(&[Scope::WebhooksAdmin])?;
    answered_before(app, envelope, operation).await
}

/// The endpoint with this id.
///
/// # Errors
/// [`Code::NotFound`], both for another's and for none.
async fn existing(app: &App, caller: &Caller, id: Uuid) -> Result<Endpoint, Refusal> {
    let found = to_be_stopped(app, caller, id).await?;
    let managed = app.manages(caller, &found.webhook);
    Some(found).filter(|_| managed).ok_or_else(|| Refusal::new(Code::NotFound))
}

/// The same, to be read or disabled.
///
/// # Errors
/// [`Code::NotFound`], both for another's and for none.
async fn to_be_stopped(app: &App, caller: &Caller, id: Uuid) -> Result<Endpoint, Refusal> {
    caller.require(&[Scope::WebhooksAdmin])?;
    app.caught_up_for(caller).await?;
    let found = app.memory().webhooks.get(&id).cloned();
    let seen = found.filter(|endpoint| app.may_stop(caller, &endpoint.webhook));
    seen.ok_or_else(|| Refusal::new(Code::NotFound))
}
