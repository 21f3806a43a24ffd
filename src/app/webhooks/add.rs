//! Registering an endpoint.

use super::super::App;
use super::super::binding;
use super::super::commit::{Committed, Envelope, commit};
use super::super::record_objection::text_fault;
use super::super::refusal::{Code, Refusal};
use super::{Sealed, WithSecret, again, version};
use crate::crypto::random;
use crate::domain::change::ChangeKind;
use crate::domain::client::Scope;
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::webhook::Webhook;
use crate::ledger::submission::EntryKind;
use crate::outbound::target;

/// An endpoint about to be registered.
pub struct NewWebhook {
    /// Where messages are to go.
    pub url: String,
    /// The controllers and groups whose changes it is to hear of; empty: every one.
    pub controllers: Vec<String>,
    /// The kinds of change; empty: every one.
    pub events: Vec<ChangeKind>,
    /// What it is, in words.
    pub description: Option<String>,
}

/// Registers an endpoint, which hears of every change from then on. Its secret is shown
/// this once.
///
/// # Errors
/// Faults at `/url`, `/controllers` and `/description`;
/// [`Code::ControllerNotYours`]; [`Code::EventNotPossible`] where there are too many.
pub async fn add_webhook(
    app: &App,
    envelope: Envelope<'_>,
    new: NewWebhook,
) -> Result<Committed<WithSecret>, Refusal> {
    if let Some(before) = again(app, &envelope, "add_webhook").await? {
        return Ok(before);
    }
    envelope.caller.require(&[Scope::WebhooksAdmin])?;
    app.caught_up_for(envelope.caller).await?;
    let (controllers, url) = checked(app, &envelope, &new)?;
    app.takes_one_more()?;
    let (id, registered_at) = (random::uuid_v7(app.now()), app.now());
    let description = new.description.map(|text| text.trim().to_owned());
    let sealed = app.sealed(id, &Sealed { url, description })?;
    let (keys, key) = app.new_keys(id);
    let events = new.events.iter().map(|event| event.name().to_owned()).collect();
    let (keys_kept, disabled) = (vec![key], None);
    let webhook = Webhook {
        id,
        controllers,
        registered_by: Some(envelope.caller.client.id.clone()),
        events,
        sealed,
        keys: keys_kept,
        registered_at,
        disabled,
    };
    let secret = keys.secret().to_string();
    let value = WithSecret { webhook: app.webhook_view(&webhook)?, secret };
    let acts = vec![version(EntryKind::WebhookRegistered, &webhook, None)?];
    commit(app, &envelope, "add_webhook", acts, value).await
}

/// The controllers and the URL, if all is as it can be; all faults at once.
fn checked(
    app: &App,
    envelope: &Envelope<'_>,
    new: &NewWebhook,
) -> Result<(Binding, String), Refusal> {
    let mut faults = Vec::new();
    let url = target::read(&new.url, app.settings.hearing.allow_private);
    if let Err(why) = &url {
        faults.push(Fault::new("/url", why.code(), why.to_string()));
    }
    faults
        .extend(new.description.as_deref().and_then(|text| text_fault(text, "/description", 200)));
    let named = binding::named(&app.memory().directory, envelope.caller, &new.controllers);
    match (named, url) {
        (Ok(controllers), Ok(url)) if faults.is_empty() => Ok((controllers, url.to_string())),
        (Err(refusal), _) if refusal.code != Code::Unprocessable => Err(refusal),
        (named, _) => {
            faults.extend(named.err().map(|refusal| refusal.errors).unwrap_or_default());
            Err(Refusal::at(Code::Unprocessable, faults))
        }
    }
}
