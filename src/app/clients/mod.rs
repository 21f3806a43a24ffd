//! Clients: which programs may call, as what, and how they prove it.

mod add;
mod bound;
mod change;
mod disable;
mod list;
mod rotate;
mod static_key;
mod token;

pub use add::{NewClient, add_client};
pub(super) use bound::{Since, bindings_within};
pub use change::{ClientChange, change_client};
pub use disable::disable_client;
pub use list::list_clients;
pub use rotate::rotate_secret;
pub use static_key::add_static_key;
pub use token::token_for;

use super::commit::{Committed, Envelope, act, answered_before};
use super::record::json;
use super::refusal::{Code, Refusal};
use super::sms::{self, GatewayView};
use super::{App, Instance};
use crate::crypto::secret::{Secret, SecretKind};
use crate::domain::Time;
use crate::domain::client::{Client, Role, Scope};
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::message::Form;
use crate::ledger::submission::{Act, ActRows, EntryKind, Need};
use crate::store::rows::ClientVersionRow;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A client as admins see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClientView {
    /// Its `client_id`.
    pub client_id: String,
    /// What it is.
    pub role: Role,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The controllers and groups it acts for; `None`: every one.
    pub controllers: Option<Vec<String>>,
    /// The organisation behind it.
    pub organisation_number: Option<String>,
    /// Identifiers it may ask about in a day.
    pub quota_per_day: Option<u64>,
    /// Whether it has been shut out.
    pub disabled: bool,
    /// `client_secret`, `private_key_jwt`, `static_key`, `twilio_signature`.
    pub authentication: Vec<String>,
    /// When each of its static keys ends.
    pub static_keys: Vec<Time>,
    /// How a gateway hands messages over.
    #[serde(default)]
    pub sms: Option<GatewayView>,
}

/// A client, and a secret that is shown this once.
#[derive(Clone, Serialize, Deserialize)]
pub struct WithSecret {
    /// The client.
    pub client: ClientView,
    /// Its new secret or static key; none with a public key.
    pub secret: Option<String>,
    /// What to give to a gateway as the address for incoming messages, secret included.
    #[serde(default)]
    pub webhook_urls: Vec<String>,
}

/// The first answer to a retry, also where the client has been changed since.
async fn again<T: DeserializeOwned>(
    app: &App,
    envelope: &Envelope<'_>,
    operation: &str,
) -> Result<Option<Committed<T>>, Refusal> {
    envelope.caller.require(&[Scope::ClientsAdmin])?;
    answered_before(app, envelope, operation).await
}

/// The client as it is, which must still be so when a new version of it is recorded.
async fn existing(
    app: &App,
    envelope: &Envelope<'_>,
    client_id: &str,
) -> Result<(Client, Need), Refusal> {
    envelope.caller.require(&[Scope::ClientsAdmin])?;
    app.caught_up_for(envelope.caller).await?;
    let memory = app.memory();
    let (since, client) =
        memory.clients.get(client_id).ok_or_else(|| Refusal::new(Code::NotFound))?;
    if client.disabled {
        return Err(Refusal::saying(Code::EventNotPossible, "This client is disabled."));
    }
    let need = Need::ClientUnchanged { id: client_id.to_owned(), since: *since };
    Ok((Client::clone(client), need))
}

/// What is wrong with the scopes that a client of this role is to hold.
fn scope_faults(role: Role, scopes: &[Scope]) -> impl Iterator<Item = Fault> {
    let wrong = move |(_, scope): &(usize, &Scope)| !role.may_hold(**scope);
    scopes.iter().enumerate().filter(wrong).map(|(index, _)| {
        let detail = "A client of this role cannot hold this scope.";
        Fault::new(format!("/scopes/{index}"), "scope", detail)
    })
}

/// The controllers and groups with these names.
fn bound_to(app: &Instance, names: &[String]) -> Result<Binding, Vec<Fault>> {
    app.memory().directory.resolve(names).map_err(|unknown| {
        let fault = |index| {
            let detail = "No controller or group has this slug, id or organisation number.";
            Fault::new(format!("/controllers/{index}"), "unknown_controller", detail)
        };
        unknown.into_iter().map(fault).collect()
    })
}

/// A client with what is shown this once.
fn shown(app: &Instance, client: &Client, secret: Option<String>) -> WithSecret {
    let webhook_urls = sms::webhook_urls(app, client, secret.as_deref());
    WithSecret { client: view(app, client), secret, webhook_urls }
}

/// The client with a new secret, unless it has a key pair of its own or signs.
fn with_secret(app: &Instance, mut client: Client) -> (Client, Option<String>) {
    let signs = client.sms.as_ref().is_some_and(|gateway| gateway.form == Form::Twilio);
    if client.jwk.is_some() || signs {
        return (client, None);
    }
    let secret = Secret::generate(SecretKind::Client);
    client.secret_hash = Some(STANDARD.encode(app.keyring().secret_hash(secret.reveal())));
    (client, Some(secret.reveal().to_owned()))
}

fn version(kind: EntryKind, client: &Client, need: Need) -> Result<Act, Refusal> {
    let row = ClientVersionRow { position: 0, client: client.id.clone(), state: json(client)? };
    let rows = ActRows { client: Some(row), ..ActRows::default() };
    Ok(act(kind, None, rows, vec![need]))
}

fn view(app: &Instance, client: &Client) -> ClientView {
    let mut authentication = Vec::new();
    let mut can = |how: &str, does: bool| authentication.extend(does.then(|| how.to_owned()));
    can("client_secret", client.secret_hash.is_some());
    can("private_key_jwt", client.jwk.is_some());
    can("static_key", !client.static_keys.is_empty());
    let signs = client.sms.as_ref().is_some_and(|gateway| !gateway.auth_tokens.is_empty());
    can("twilio_signature", signs);
    let every = client.controllers == Binding::Every;
    ClientView {
        client_id: client.id.clone(),
        role: client.role,
        scopes: client.scopes.iter().copied().collect(),
        controllers: (!every).then(|| app.memory().directory.names(&client.controllers)),
        organisation_number: client.organisation_number.clone(),
        quota_per_day: client.quota_per_day,
        disabled: client.disabled,
        authentication,
        static_keys: client.static_keys.iter().map(|key| key.expires_at).collect(),
        sms: sms::view(app, client).map(|(form, webhook_url)| GatewayView { form, webhook_url }),
    }
}
