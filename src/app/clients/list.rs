//! Which clients there are.

use super::super::App;
use super::super::caller::Caller;
use super::super::paging::page;
use super::super::refusal::Refusal;
use super::{ClientView, view};
use crate::domain::client::Scope;

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
