//! Who is asking, and what that lets them do: tokens, static keys, the token
//! endpoint's grants.

use super::caller::{Caller, STATIC_KEY_SCOPES};
use super::refusal::{Code, Refusal};
use super::verified::Known;
use super::{App, Instance};
use crate::crypto::assertion::{claimed_client, verify_assertion};
use crate::crypto::client_jwk::ClientJwk;
use crate::crypto::secret::SecretKind;
use crate::crypto::token::Grant;
use crate::domain::client::{Client, Scope};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How long an access token lasts, in seconds.
pub const TOKEN_SECONDS: u32 = 900;

/// How a client proves who it is at the token endpoint (RFC 6749 §2.3).
#[derive(Clone, Copy)]
pub enum Credentials<'a> {
    /// `client_secret_basic` or `client_secret_post`.
    Secret {
        /// The client.
        client_id: &'a str,
        /// Its secret.
        secret: &'a str,
    },
    /// `private_key_jwt` (RFC 7523).
    Assertion {
        /// The client, where it was also named outside the assertion.
        client_id: Option<&'a str>,
        /// The signed assertion.
        assertion: &'a str,
    },
}

/// Why no token was given (RFC 6749 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Unknown, disabled or not who it says.
    InvalidClient,
    /// A scope that does not exist or is not the client's.
    InvalidScope,
    /// The database is away.
    Unavailable,
}

/// An access token.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The token (RFC 9068).
    pub token: String,
    /// Seconds that it lasts.
    pub expires_in: u32,
    /// What it lets its holder do.
    pub scopes: Vec<Scope>,
}

/// The caller behind `Authorization: Bearer …`: an access token or a static key.
///
/// # Errors
/// [`Code::Unauthorized`], which does not say what was wrong with it;
/// [`Code::NotReady`] where another instance registered the client just now.
pub fn bearer(app: &App, token: &str, actor: Option<String>) -> Result<Caller, Refusal> {
    let kind = SecretKind::of(token);
    let caller = match kind {
        Some(SecretKind::StaticKey) => by_static_key(app, token),
        Some(SecretKind::Client) => None,
        None => by_access_token(app, token)?,
    };
    let (client, scopes) = caller.ok_or_else(|| Refusal::new(Code::Unauthorized))?;
    let static_key = kind == Some(SecretKind::StaticKey);
    Ok(Caller { client, scopes, actor, local: false, static_key })
}

type Holder = (Arc<Client>, Arc<BTreeSet<Scope>>);

fn by_static_key(app: &Instance, key: &str) -> Option<Holder> {
    let memory = app.memory();
    let hashes = app.keyring().secret_hashes(key);
    let (hash, owner) = hashes.iter().find_map(|hash| {
        let hash = STANDARD.encode(hash);
        memory.static_keys.get(&hash).map(|owner| (hash.clone(), owner))
    })?;
    let client = memory.client(owner).filter(|client| !client.disabled)?;
    let key = client.static_keys.iter().find(|key| key.hash == hash)?;
    let may = client.scopes.iter().filter(|scope| STATIC_KEY_SCOPES.contains(scope));
    (key.expires_at > app.now()).then(|| (Arc::clone(client), Arc::new(may.copied().collect())))
}

fn by_access_token(app: &Instance, token: &str) -> Result<Option<Holder>, Refusal> {
    let now = app.now().timestamp();
    let before = app.verified.get(token, now);
    let new = before.is_none();
    let mut known = match before {
        Some(known) => known,
        None => {
            let url = &app.settings.public_url;
            let Ok(token) = app.verifier.verify(token, url, url, now) else { return Ok(None) };
            Known::from(token)
        }
    };
    let memory = app.memory();
    let client = memory.client(&known.client_id);
    if client.is_none() && app.ledger.fresh().is_none() {
        // The signature is ours, and clients are never removed.
        let detail = "This instance has not heard of the client yet.";
        return Err(Refusal::saying(Code::NotReady, detail).retry_after(2));
    }
    let Some(client) = client.filter(|client| !client.disabled).map(Arc::clone) else {
        return Ok(None);
    };
    drop(memory);
    let held = known.held_by(&client);
    if new {
        app.verified.put(token, known, now);
    }
    Ok(Some((client, held)))
}

/// Gives a client a token for what it asks, or for all that it may do.
///
/// # Errors
/// [`TokenRefusal`].
pub async fn grant(
    app: &App,
    credentials: Credentials<'_>,
    scope: Option<&str>,
) -> Result<Issued, TokenRefusal> {
    app.caught_up().await.map_err(|_| TokenRefusal::Unavailable)?;
    let client = match credentials {
        Credentials::Secret { client_id, secret } => by_secret(app, client_id, secret),
        Credentials::Assertion { client_id, assertion } => {
            by_assertion(app, client_id, assertion).await?
        }
    };
    let client = client.ok_or(TokenRefusal::InvalidClient)?;
    let asked = scope.unwrap_or_default().split_ascii_whitespace();
    let asked: Option<BTreeSet<Scope>> = asked.map(Scope::named).collect();
    let scopes = match asked {
        Some(none) if none.is_empty() => client.scopes.clone(),
        Some(asked) if asked.is_subset(&client.scopes) => asked,
        _ => return Err(TokenRefusal::InvalidScope),
    };
    Ok(issue(app, &client, &scopes))
}

pub(super) fn issue(app: &Instance, client: &Client, scopes: &BTreeSet<Scope>) -> Issued {
    let names: Vec<_> = scopes.iter().map(|scope| scope.name()).collect();
    let grant = Grant {
        issuer: &app.settings.public_url,
        audience: &app.settings.public_url,
        subject: &client.id,
        client_id: &client.id,
        scopes: &names,
        lifetime: i64::from(TOKEN_SECONDS),
    };
    let token = app.signer.issue(&grant, app.now().timestamp());
    Issued { token, expires_in: TOKEN_SECONDS, scopes: scopes.iter().copied().collect() }
}

fn by_secret(app: &Instance, client_id: &str, secret: &str) -> Option<Arc<Client>> {
    let memory = app.memory();
    let client = memory.client(client_id).filter(|client| !client.disabled);
    let stored = client.and_then(|client| client.secret_hash.as_deref());
    // Compared even where there is nothing to compare with, so that time does
    // not tell which clients exist.
    let stored = stored.and_then(|hash| STANDARD.decode(hash).ok()).unwrap_or(vec![0; 32]);
    let matches = app.keyring().secret_matches(secret, &stored);
    client.filter(|_| matches).map(Arc::clone)
}

async fn by_assertion(
    app: &App,
    client_id: Option<&str>,
    assertion: &str,
) -> Result<Option<Arc<Client>>, TokenRefusal> {
    let Ok(claimed) = claimed_client(assertion) else { return Ok(None) };
    if client_id.is_some_and(|id| id != claimed) {
        return Ok(None);
    }
    let client = app.memory().client(&claimed).filter(|client| !client.disabled).map(Arc::clone);
    let Some(client) = client else { return Ok(None) };
    let Some(key) = client.jwk.as_ref().and_then(|jwk| ClientJwk::parse(jwk).ok()) else {
        return Ok(None);
    };
    let url = &app.settings.public_url;
    let endpoint = format!("{url}/oauth2/token");
    let now = app.now();
    let accepted = [url.as_str(), endpoint.as_str()];
    let Ok(verified) = verify_assertion(assertion, &key, &claimed, &accepted, now.timestamp())
    else {
        return Ok(None);
    };
    let jti = app.keyring().digest("assertion", verified.jti.as_bytes());
    let (id, expires, now) = (claimed, verified.expires_at, now.timestamp());
    let first_use = app.waiting(move |instance| {
        let used = |conn: &mut _| crate::store::assertions::use_once(conn, &id, &jti, expires, now);
        instance.ledger.store().write(used).map_err(Refusal::from)
    });
    match first_use.await {
        Ok(first) => Ok(first.then_some(client)),
        Err(_) => Err(TokenRefusal::Unavailable),
    }
}

/// The public keys that access tokens can be checked with (RFC 7517).
#[must_use]
pub fn jwks(app: &App) -> serde_json::Value {
    app.verifier.jwks()
}
