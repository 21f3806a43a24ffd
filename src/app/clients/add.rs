//! Registering a client.

use super::super::caller::Caller;
use super::super::commit::{Committed, Envelope, commit};
use super::super::refusal::{Code, Refusal};
use super::super::sms::{self, NewGateway};
use super::super::{App, Instance};
use super::{WithSecret, bound_to, scope_faults, shown, version, with_secret};
use crate::crypto::client_jwk::ClientJwk;
use crate::domain::client::{Client, Gateway, Role, Scope};
use crate::domain::controller::{Binding, is_slug, organisation_number};
use crate::domain::fault::Fault;
use crate::ledger::submission::{EntryKind, Need};

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
    faults.extend(scope_faults(new.role, &new.scopes));
    faults.extend(sms::gateway_faults(app, &new));
    let controllers = bound_to(app, &new.controllers).unwrap_or_else(|unknown| {
        faults.extend(unknown);
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
