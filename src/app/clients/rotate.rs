//! What a client shows that it is itself with, anew.

use super::super::App;
use super::super::commit::{Committed, Envelope, commit};
use super::super::refusal::{Code, Refusal};
use super::super::sms;
use super::{WithSecret, again, existing, shown, version, with_secret};
use crate::ledger::submission::EntryKind;

/// Gives a client a new secret; the old one stops working at once. What Twilio signs
/// with is not ours to choose: there, the tokens that count from now on.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::EventNotPossible`] for a client with a public key;
/// [`Code::Unprocessable`] for tokens that are missing or too many.
pub async fn rotate_secret(
    app: &App,
    envelope: Envelope<'_>,
    client_id: &str,
    auth_tokens: &[String],
) -> Result<Committed<WithSecret>, Refusal> {
    let operation = format!("rotate_secret {client_id}");
    if let Some(before) = again(app, &envelope, &operation).await? {
        return Ok(before);
    }
    let (mut client, need) = existing(app, &envelope, client_id).await?;
    let form = client.sms.as_ref().map(|gateway| gateway.form);
    let fault = sms::tokens_fault(form, auth_tokens, "/auth_tokens");
    if let Some(fault) = fault {
        return Err(Refusal::at(Code::Unprocessable, vec![fault]));
    }
    if let Some(gateway) = &mut client.sms {
        gateway.auth_tokens = sms::sealed_tokens(app, client_id, auth_tokens);
    }
    if client.jwk.is_some() {
        return Err(Refusal::saying(
            Code::EventNotPossible,
            "This client proves itself with its own key pair and has no secret.",
        ));
    }
    let (client, secret) = with_secret(app, client);
    let value = shown(app, &client, secret);
    let acts = vec![version(EntryKind::ClientChanged, &client, need)?];
    commit(app, &envelope, &operation, acts, value).await
}
