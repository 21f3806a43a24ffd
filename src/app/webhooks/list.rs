//! Which endpoints there are.

use super::super::App;
use super::super::caller::Caller;
use super::super::paging::{cut, place};
use super::super::refusal::Refusal;
use super::{WebhookView, to_be_stopped};
use crate::domain::Position;
use crate::domain::client::Scope;
use uuid::Uuid;

/// The endpoints that the caller manages or has registered, oldest first, and where the next page begins.
///
/// # Errors
/// [`super::Code::Malformed`] for a cursor that is none.
pub async fn list_webhooks(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<WebhookView>, Option<String>), Refusal> {
    caller.require(&[Scope::WebhooksAdmin])?;
    app.caught_up_for(caller).await?;
    let after = place::<Position>(after)?;
    let mut all: Vec<_> = app.memory().webhooks.values().cloned().collect();
    all.retain(|endpoint| app.may_stop(caller, &endpoint.webhook));
    all.retain(|endpoint| after.is_none_or(|after| endpoint.registered > after));
    all.sort_by_key(|endpoint| endpoint.registered);
    let (all, next) = cut(all, limit, |endpoint| endpoint.registered);
    let views = all.iter().map(|endpoint| app.webhook_view(&endpoint.webhook));
    Ok((views.collect::<Result<_, _>>()?, next))
}

/// The endpoint with this id.
///
/// # Errors
/// [`super::Code::NotFound`], both for another's and for none.
pub async fn get_webhook(app: &App, caller: &Caller, id: Uuid) -> Result<WebhookView, Refusal> {
    let endpoint = to_be_stopped(app, caller, id).await?;
    app.webhook_view(&endpoint.webhook)
}
