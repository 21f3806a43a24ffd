//! Which gateway hands a message over, where it cannot carry an access token: 46elks
//! shows a secret, Twilio signs what it sends.

use super::super::caller::Caller;
use super::super::refusal::{Code, Refusal};
use super::super::{App, Instance};
use crate::crypto::secret::SecretKind;
use crate::crypto::twilio;
use crate::domain::client::{Client, Gateway, Scope};
use crate::domain::message::Form;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;

/// What auth tokens are sealed as; bound to the client's id.
const CONTEXT: &str = "gateway-auth-token";

/// The 46elks gateway with this secret, by its name or by the secret alone.
///
/// # Errors
/// [`Code::Unauthorized`], which does not say what was wrong;
/// [`Code::Unavailable`] or [`Code::NotReady`] where it cannot be known.
pub async fn by_secret(
    app: &App,
    client_id: Option<&str>,
    secret: &str,
) -> Result<Caller, Refusal> {
    app.caught_up().await?;
    let memory = app.memory();
    let unauthorized = || Refusal::new(Code::Unauthorized);
    if SecretKind::of(secret) != Some(SecretKind::Client) {
        return Err(unauthorized());
    }
    // All are compared, so that time does not tell how many there are before it.
    let keyring = app.keyring();
    let matches = |client: &&Arc<Client>| {
        let stored = client.secret_hash.as_ref().and_then(|hash| STANDARD.decode(hash).ok());
        keyring.secret_matches(secret, &stored.unwrap_or_else(|| vec![0; 32]))
            && client_id.is_none_or(|id| id == client.id)
    };
    let all = memory.clients.values().map(|(_, client)| client);
    let found: Vec<_> = all.filter(|client| is_open(client, Form::Elks)).filter(matches).collect();
    found.first().map(|client| Caller::on_behalf_of(Arc::clone(client))).ok_or_else(unauthorized)
}

/// The Twilio gateway of this name, if it signed the form. `path` is where it was
/// posted to.
///
/// # Errors
/// [`Code::SignatureInvalid`], for an unknown gateway too; [`Code::Unavailable`] or
/// [`Code::NotReady`] where it cannot be known.
pub async fn by_signature(
    app: &App,
    client_id: &str,
    path: &str,
    form: &[(String, String)],
    signature: &str,
) -> Result<Caller, Refusal> {
    app.caught_up().await?;
    let client = app.memory().client(client_id).filter(|c| is_open(c, Form::Twilio)).cloned();
    let tokens = client.as_deref().map(|client| auth_tokens(app, client)).unwrap_or_default();
    let url = format!("{}{path}", app.settings.public_url);
    let signed = twilio::is_signed(&tokens, &url, form, signature);
    let client = client.filter(|_| signed).ok_or_else(|| Refusal::new(Code::SignatureInvalid))?;
    Ok(Caller::on_behalf_of(client))
}

/// Whether the client hands messages over in this form, and may.
fn is_open(client: &Client, form: Form) -> bool {
    !client.disabled
        && client.scopes.contains(&Scope::SmsReceive)
        && client.sms.as_ref().is_some_and(|gateway| gateway.form == form)
}

fn auth_tokens(app: &Instance, client: &Client) -> Vec<Vec<u8>> {
    let keyring = app.keyring();
    let sealed = client.sms.iter().flat_map(|gateway| &gateway.auth_tokens);
    let opened = sealed.filter_map(|token| {
        let token = STANDARD.decode(token).ok()?;
        keyring.unseal(CONTEXT, client.id.as_bytes(), &token).ok()
    });
    opened.collect()
}

/// The tokens as they are kept: readable with the instance's keys alone, and shown to
/// nobody.
pub(in crate::app) fn sealed_tokens(
    app: &Instance,
    client: &str,
    tokens: &[String],
) -> Vec<String> {
    let keyring = app.keyring();
    let seal = |token: &String| keyring.seal(CONTEXT, client.as_bytes(), token.trim().as_bytes());
    tokens.iter().map(|token| STANDARD.encode(seal(token))).collect()
}

/// Form and address of a gateway, for those who manage clients.
pub(in crate::app) fn view(app: &Instance, client: &Client) -> Option<(Form, String)> {
    let Gateway { form, .. } = client.sms.as_ref()?;
    let url = &app.settings.public_url;
    Some((
        *form,
        match form {
            Form::Elks => format!("{url}/v1/inbound-sms/46elks"),
            Form::Twilio => format!("{url}/v1/inbound-sms/twilio/{}", client.id),
            Form::Json => format!("{url}/v1/inbound-sms"),
        },
    ))
}

/// What to give to the gateway as the address for incoming messages, secret included:
/// any one of these.
pub(in crate::app) fn webhook_urls(
    app: &Instance,
    client: &Client,
    secret: Option<&str>,
) -> Vec<String> {
    let Some((form, url)) = view(app, client) else { return Vec::new() };
    match (form, secret) {
        (Form::Elks, Some(secret)) => {
            let (scheme, rest) = url.split_once("://").unwrap_or(("https", &url));
            // Credentials stay out of the log lines of what is in between; a path may not.
            vec![format!("{scheme}://{}:{secret}@{rest}", client.id), format!("{url}/{secret}")]
        }
        (Form::Elks, None) => Vec::new(),
        (Form::Twilio | Form::Json, _) => vec![url],
    }
}
