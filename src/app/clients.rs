//! Clients: which programs may call, as what, and how they prove it.

use super::access::{Issued, issue};
use super::caller::Caller;
use super::commit::{Committed, Envelope, act, answered_before, commit};
use super::paging::page;
use super::record::json;
use super::refusal::{Code, Refusal};
use super::sms::{self, GatewayView, NewGateway};
use super::{App, Instance};
use crate::crypto::client_jwk::ClientJwk;
use crate::crypto::secret::{Secret, SecretKind};
use crate::domain::Time;
use crate::domain::client::{Client, Gateway, Role, Scope, StaticKey};
use crate::domain::controller::{Binding, is_slug, organisation_number};
use crate::domain::fault::Fault;
use crate::domain::message::Form;
use crate::ledger::submission::{Act, ActRows, EntryKind, Need};
use crate::store::rows::ClientVersionRow;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A client about to be registered.
pub struct NewClient {
    /// Its `client_id`.
    pub slug: String,
    /// What it is.
    pub role: Role,
    /// The controllers and groups it acts for.
    pub controllers: Vec<String>,
    /// Scopes besides its role's usual ones.
    pub scopes: Vec<Scope>,
    /// The organisation behind an objection service.
    pub organisation_number: Option<String>,
    /// Its public key, instead of a secret.
    pub jwk: Option<serde_json::Value>,
    /// Identifiers it may ask about in a day.
    pub quota_per_day: Option<u64>,
    /// How a gateway hands messages over.
    pub sms: Option<NewGateway>,
}

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

/// How long a static key lasts unless told otherwise, and at most.
const STATIC_KEY_DAYS: (i64, i64) = (365, 730);

/// All clients by id, and where the next page begins.
///
/// # Errors
/// [`Refusal`].
pub async fn list_clients(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<ClientView>, Option<String>), Refusal> {
    caller.require(&[Scope::ClientsAdmin])?;
    app.caught_up_for(caller).await?;
    let memory = app.memory();
    let mut views: Vec<_> = memory.clients.values().map(|(_, client)| view(app, client)).collect();
    views.sort_by(|a, b| a.client_id.cmp(&b.client_id));
    Ok(page(views, after, limit, |view| &view.client_id))
}

/// Registers a client; its secret is shown this once.
///
/// # Errors
/// [`Code::NameTaken`] where the id is, or was, another's.
pub async fn add_client(
    app: &App,
    envelope: Envelope<'_>,
    new: NewClient,
) -> Result<Committed<WithSecret>, Refusal> {
    envelope.caller.require(&[Scope::ClientsAdmin])?;
    app.caught_up_for(envelope.caller).await?;
    let client = checked(app, new)?;
    let (client, secret) = with_secret(app, client);
    let need = Need::ClientFree(client.id.clone());
    let value = shown(app, &client, secret);
    let acts = vec![version(EntryKind::ClientRegistered, &client, need)?];
    commit(app, &envelope, "add_client", acts, value).await
}

/// Shuts a client out, at once; it stays in the records.
///
/// # Errors
/// [`Code::NotFound`].
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

/// A token to try things with, for whoever operates the machine.
///
/// # Errors
/// [`Code::LocalOnly`] over the network; [`Code::NotFound`].
pub async fn token_for(app: &App, caller: &Caller, client_id: &str) -> Result<Issued, Refusal> {
    caller.require(&[Scope::ClientsAdmin])?;
    if !caller.local {
        return Err(Refusal::new(Code::LocalOnly));
    }
    app.caught_up_for(caller).await?;
    let client = app.memory().client(client_id).cloned();
    let client = client.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if client.disabled {
        return Err(Refusal::saying(Code::EventNotPossible, "This client is disabled."));
    }
    Ok(issue(app, &client, &client.scopes))
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

/// The client that was asked for, if it can be one; all faults at once.
fn checked(app: &Instance, new: NewClient) -> Result<Client, Refusal> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, code, detail: &'static str| {
        faults.push(Fault::new(pointer, code, detail));
    };
    if !is_slug(&new.slug) || [Caller::OPERATOR, Caller::ITSELF].contains(&&*new.slug) {
        fault(
            "/client_id".into(),
            "slug",
            "Write 2 to 64 of a-z, 0-9 and -, beginning with a letter.",
        );
    }
    for (index, scope) in new.scopes.iter().enumerate() {
        if !new.role.may_hold(*scope) {
            let pointer = format!("/scopes/{index}");
            fault(pointer, "scope", "A client of this role cannot hold this scope.");
        }
    }
    let number = new.organisation_number.as_deref().map(organisation_number);
    if number == Some(None) || (number.is_none() && new.role == Role::ObjectionService) {
        fault(
            "/organisation_number".into(),
            "organisation_number",
            "An objection service needs its organisation number, ten digits with a right check digit.",
        );
    }
    let jwk = new.jwk.as_ref().map(ClientJwk::parse);
    if let Some(Err(error)) = &jwk {
        fault("/jwk".into(), "jwk", error.0);
    }
    if new.role.is_bound() && new.controllers.is_empty() {
        fault(
            "/controllers".into(),
            "required",
            "Name the controllers or groups that this client acts for.",
        );
    }
    faults.extend(sms::gateway_faults(app, &new));
    let mut fault = |pointer: String, code, detail: &'static str| {
        faults.push(Fault::new(pointer, code, detail));
    };
    let controllers = app.memory().directory.resolve(&new.controllers).unwrap_or_else(|unknown| {
        for index in unknown {
            let detail = "No controller or group has this slug, id or organisation number.";
            fault(format!("/controllers/{index}"), "unknown_controller", detail);
        }
        Binding::Every
    });
    if !faults.is_empty() {
        return Err(Refusal::at(Code::Unprocessable, faults));
    }
    let usual = new.role.usual_scopes().iter().copied();
    let sms = new.sms.map(|gateway| Gateway {
        form: gateway.form,
        auth_tokens: sms::sealed_tokens(app, &new.slug, &gateway.auth_tokens),
    });
    Ok(Client {
        id: new.slug,
        role: new.role,
        scopes: usual.chain(new.scopes).collect(),
        controllers,
        organisation_number: number.flatten(),
        quota_per_day: new.quota_per_day,
        disabled: false,
        secret_hash: None,
        jwk: jwk.and_then(Result::ok).map(|jwk| jwk.to_json()),
        static_keys: Vec::new(),
        sms,
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
