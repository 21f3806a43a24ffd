//! A token without a secret, on the machine itself.

use super::super::App;
use super::super::access::{Issued, issue};
use super::super::caller::Caller;
use super::super::refusal::{Code, Refusal};
use crate::domain::client::Scope;

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
