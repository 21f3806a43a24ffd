//! Keys for tools that cannot do OAuth.

use super::super::App;
use super::super::commit::{Committed, Envelope, commit};
use super::super::refusal::{Code, Refusal};
use super::{WithSecret, again, existing, shown, version};
use crate::crypto::secret::{Secret, SecretKind};
use crate::domain::Time;
use crate::domain::client::{Scope, StaticKey};
use crate::domain::fault::Fault;
use crate::ledger::submission::EntryKind;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;

/// How long a static key lasts unless told otherwise, and at most.
const STATIC_KEY_DAYS: (i64, i64) = (365, 730);

/// Gives a client a static key: look-ups and screenings only, for tools that
/// cannot do OAuth. Shown this once.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::Unprocessable`] for an end too far away or a role
/// that asks nothing.
pub async fn add_static_key(
    app: &App,
    envelope: Envelope<'_>,
    client_id: &str,
    expires_at: Option<Time>,
) -> Result<Committed<WithSecret>, Refusal> {
    let operation = format!("add_static_key {client_id}");
    if let Some(before) = again(app, &envelope, &operation).await? {
        return Ok(before);
    }
    let (mut client, need) = existing(app, &envelope, client_id).await?;
    let now = app.now();
    let (usual, most) = STATIC_KEY_DAYS;
    let expires_at = expires_at.unwrap_or(now + TimeDelta::days(usual));
    let mut faults = Vec::new();
    if expires_at <= now || expires_at > now + TimeDelta::days(most) {
        faults.push(Fault::new(
            "/expires_at",
            "out_of_range",
            "Give a time after now and within two years.",
        ));
    }
    if !client.scopes.contains(&Scope::LookupsDecide) {
        faults.push(Fault::new(
            "",
            "role",
            "A static key is for look-ups; this client's role has none.",
        ));
    }
    if !faults.is_empty() {
        return Err(Refusal::at(Code::Unprocessable, faults));
    }
    let key = Secret::generate(SecretKind::StaticKey);
    let hash = STANDARD.encode(app.keyring().secret_hash(key.reveal()));
    client.static_keys.retain(|key| key.expires_at > now);
    client.static_keys.push(StaticKey { hash, expires_at });
    let value = shown(app, &client, Some(key.reveal().to_owned()));
    let acts = vec![version(EntryKind::ClientChanged, &client, need)?];
    commit(app, &envelope, &operation, acts, value).await
}
