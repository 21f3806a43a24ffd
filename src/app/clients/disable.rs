//! Shutting a client out.

use super::super::App;
use super::super::commit::{Committed, Envelope, commit};
use super::super::refusal::Refusal;
use super::{ClientView, again, existing, version, view};
use crate::ledger::submission::EntryKind;

/// Shuts a client out, at once; it stays in the records.
///
/// # Errors
/// [`super::Code::NotFound`].
pub async fn disable_client(
    app: &App,
    envelope: Envelope<'_>,
    client_id: &str,
) -> Result<Committed<ClientView>, Refusal> {
    let operation = format!("disable_client {client_id}");
    if let Some(before) = again(app, &envelope, &operation).await? {
        return Ok(before);
    }
    let (mut client, need) = existing(app, &envelope, client_id).await?;
    client.disabled = true;
    let acts = vec![version(EntryKind::ClientDisabled, &client, need)?];
    commit(app, &envelope, &operation, acts, view(app, &client)).await
}
