//! Which endpoints there are.

use super::super::App;
use super::super::caller::Caller;
use super::super::refusal::Refusal;
use super::{WebhookView, existing};
use crate::domain::client::Scope;
use uuid::Uuid;

/// The endpoints that the caller manages, oldest first, and where the next page begins.
///
/// # Errors
/// [`Refusal`].
pub async fn list_webhooks(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<WebhookView>, Option<String>), Refusal> {
    caller.require(&[Scope::WebhooksAdmin])?;
    app.caught_up_for(caller).await?;
    let mut all: Vec<_> =
        app.memory().webhooks.values().map(|endpoint| endpoint.webhook.clone()).collect();
    all.retain(|webhook| app.manages(caller, &webhook.controllers));
    all.sort_by_key(|webhook| webhook.id);
    all.retain(|webhook| after.is_none_or(|after| webhook.id.to_string().as_str() > after));
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(|last| last.id.to_string());
    let views = all.iter().map(|webhook| app.webhook_view(webhook));
    Ok((views.collect::<Result<_, _>>()?, next))
}

/// The endpoint with this id.
///
/// # Errors
/// [`super::Code::NotFound`], both for another's and for none.
pub async fn get_webhook(app: &App, caller: &Caller, id: Uuid) -> Result<WebhookView, Refusal> {
    let endpoint = existing(app, caller, id).await?;
    app.webhook_view(&endpoint.webhook)
}
