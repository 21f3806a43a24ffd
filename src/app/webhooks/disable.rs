//! Sending nothing to an endpoint any more, and going on.

use super::super::App;
use super::super::caller::Caller;
use super::super::commit::{Committed, Envelope, commit, refusal};
use super::super::refusal::{Code, Refusal};
use super::{WebhookView, again, existing, to_be_stopped, version};
use crate::domain::webhook::{Disabled, Webhook};
use crate::ledger::memory::Endpoint;
use crate::ledger::submission::{EntryKind, Submission};
use uuid::Uuid;

/// Sends nothing to an endpoint any more. What it does not hear of meanwhile waits.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::EventNotPossible`] where it is disabled.
pub async fn disable_webhook(
    app: &App,
    envelope: Envelope<'_>,
    id: Uuid,
) -> Result<Committed<WebhookView>, Refusal> {
    change(app, envelope, id, Some(Disabled::Requested)).await
}

/// Goes on sending to an endpoint where it stopped: it hears of everything that came
/// meanwhile.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::EventNotPossible`] where it is not disabled, or there are
/// too many.
pub async fn enable_webhook(
    app: &App,
    envelope: Envelope<'_>,
    id: Uuid,
) -> Result<Committed<WebhookView>, Refusal> {
    change(app, envelope, id, None).await
}

async fn change(
    app: &App,
    envelope: Envelope<'_>,
    id: Uuid,
    disabled: Option<Disabled>,
) -> Result<Committed<WebhookView>, Refusal> {
    let (verb, kind, already) = match disabled {
        Some(_) => ("disable", EntryKind::WebhookDisabled, "This endpoint is disabled already."),
        None => ("enable", EntryKind::WebhookEnabled, "This endpoint is not disabled."),
    };
    let operation = format!("{verb}_webhook {id}");
    if let Some(before) = again(app, &envelope, &operation).await? {
        return Ok(before);
    }
    let endpoint = match disabled {
        Some(_) => to_be_stopped(app, envelope.caller, id).await?,
        None => existing(app, envelope.caller, id).await?,
    };
    if endpoint.webhook.disabled.is_some() == disabled.is_some() {
        return Err(Refusal::saying(Code::EventNotPossible, already));
    }
    if disabled.is_none() {
        app.takes_one_more()?;
    }
    let webhook = Webhook { disabled, ..Webhook::clone(&endpoint.webhook) };
    let acts = vec![version(kind, &webhook, Some(endpoint.since))?];
    let view = app.webhook_view(&webhook)?;
    commit(app, &envelope, &operation, acts, view).await
}

/// Disables an endpoint that answered 410 Gone (RFC 9110 §15.5.11): it wants nothing
/// more. The entry is this service's own.
pub(super) async fn disable_gone(app: &App, endpoint: &Endpoint) -> Result<(), Refusal> {
    let disabled = Some(Disabled::Gone);
    let webhook = Webhook { disabled, ..Webhook::clone(&endpoint.webhook) };
    let act = version(EntryKind::WebhookDisabled, &webhook, Some(endpoint.since))?;
    let submission = Submission {
        client: Caller::ITSELF.to_owned(),
        actor: None,
        canonical: b"{}".to_vec(),
        idempotency: None,
        acts: vec![act],
    };
    app.ledger.submit(submission).await.map(|_| ()).map_err(|error| refusal(&error))
}
