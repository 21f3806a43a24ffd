//! Another reach for a client that is registered: it keeps its name, its secret and
//! its records.

use super::super::App;
use super::super::commit::{Committed, Envelope, commit};
use super::super::refusal::{Code, Refusal};
use super::{ClientView, again, bound_to, existing, scope_faults, version, view};
use crate::domain::client::Scope;
use crate::domain::fault::Fault;
use crate::ledger::submission::EntryKind;

/// What is to be different. Empty and `None` stay as they are.
pub struct ClientChange {
    /// The controllers and groups it acts for from now on, all of them.
    pub controllers: Vec<String>,
    /// Every scope that it holds from now on, the usual ones of its role included.
    pub scopes: Vec<Scope>,
    /// Identifiers it may ask about in a day.
    pub quota_per_day: Option<u64>,
    /// Whether it may ask without a bound.
    pub no_quota: bool,
}

impl ClientChange {
    fn says_nothing(&self) -> bool {
        let Self { controllers, scopes, quota_per_day, no_quota } = self;
        controllers.is_empty() && scopes.is_empty() && quota_per_day.is_none() && !no_quota
    }
}

/// Changes what a client may do and for whom. Counts at once for what is taken away,
/// also with the tokens it holds; a scope that is added comes with its next token.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::EventNotPossible`] for a client that is shut out;
/// [`Code::Unprocessable`] for scopes that its role cannot hold, controllers that
/// there are none of, and a change of nothing.
pub async fn change_client(
    app: &App,
    envelope: Envelope<'_>,
    client_id: &str,
    change: ClientChange,
) -> Result<Committed<ClientView>, Refusal> {
    let operation = format!("change_client {client_id}");
    if let Some(before) = again(app, &envelope, &operation).await? {
        return Ok(before);
    }
    let (mut client, need) = existing(app, &envelope, client_id).await?;
    let mut faults: Vec<Fault> = scope_faults(client.role, &change.scopes).collect();
    if change.says_nothing() {
        let detail = "Give controllers, scopes or a quota: what is left out stays as it is.";
        faults.push(Fault::new("", "nothing_given", detail));
    }
    if change.quota_per_day.is_some() && change.no_quota {
        let detail = "Give a quota, or say that there is none.";
        faults.push(Fault::new("/no_quota", "contradiction", detail));
    }
    if !change.controllers.is_empty() {
        match bound_to(app, &change.controllers) {
            Ok(binding) => client.controllers = binding,
            Err(unknown) => faults.extend(unknown),
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::at(Code::Unprocessable, faults));
    }
    if !change.scopes.is_empty() {
        client.scopes = change.scopes.into_iter().collect();
    }
    if change.no_quota {
        client.quota_per_day = None;
    }
    client.quota_per_day = change.quota_per_day.or(client.quota_per_day);
    let acts = vec![version(EntryKind::ClientChanged, &client, need)?];
    commit(app, &envelope, &operation, acts, view(app, &client)).await
}
