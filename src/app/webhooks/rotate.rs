//! New keys for an endpoint.

use super::super::App;
use super::super::commit::{Committed, Envelope, commit};
use super::super::refusal::Refusal;
use super::{WithSecret, again, existing, version};
use crate::domain::webhook::Webhook;
use crate::ledger::submission::EntryKind;
use chrono::TimeDelta;
use uuid::Uuid;

/// For how many hours the earlier key signs too unless told otherwise.
const OVERLAP_HOURS: u32 = 24;

/// So many keys sign at a time: each makes every message longer.
const SIGNING: usize = 3;

/// Gives an endpoint new keys; its new secret is shown this once. Messages are signed
/// with the earlier ones too for so many hours, so that the receiver can be changed at
/// any time in between; but with no more than [`SIGNING`] in all, so the oldest may end
/// sooner.
///
/// # Errors
/// [`super::Code::NotFound`].
pub async fn rotate_webhook(
    app: &App,
    envelope: Envelope<'_>,
    id: Uuid,
    overlap_hours: Option<u32>,
) -> Result<Committed<WithSecret>, Refusal> {
    let operation = format!("rotate_webhook {id}");
    if let Some(before) = again(app, &envelope, &operation).await? {
        return Ok(before);
    }
    let endpoint = existing(app, envelope.caller, id).await?;
    let mut webhook = Webhook::clone(&endpoint.webhook);
    let now = app.now();
    let end = now + TimeDelta::hours(overlap_hours.unwrap_or(OVERLAP_HOURS).into());
    webhook.keys.retain(|key| key.retires_at.is_none_or(|end| end > now));
    let ended = (webhook.keys.len() + 1).saturating_sub(SIGNING);
    webhook.keys.drain(..ended);
    for key in &mut webhook.keys {
        key.retires_at = Some(key.retires_at.map_or(end, |earlier| earlier.min(end)));
    }
    let (keys, key) = app.new_keys(id);
    webhook.keys.push(key);
    let secret = keys.secret().to_string();
    let value = WithSecret { webhook: app.webhook_view(&webhook)?, secret };
    let acts = vec![version(EntryKind::WebhookChanged, &webhook, Some(endpoint.since))?];
    commit(app, &envelope, &operation, acts, value).await
}
