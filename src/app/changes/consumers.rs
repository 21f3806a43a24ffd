//! Who follows the changes, and how far each has come.

use super::super::caller::Caller;
use super::super::clients::bindings_within;
use super::super::paging::page;
use super::super::refusal::Refusal;
use super::super::{App, Instance};
use super::audience::told;
use crate::domain::client::Scope;
use crate::domain::controller::{Binding, Directory};
use crate::domain::{Position, Time};
use crate::ledger::entry::from_micros;
use crate::ledger::memory::Acknowledged;
use crate::store::{Connection, StoreError, acknowledgements};

/// A consumer: a client that has acknowledged changes.
#[derive(Debug, Clone)]
pub struct Consumer {
    /// The client.
    pub client: String,
    /// The controllers and groups it acts for; empty: every one.
    pub controllers: Vec<String>,
    /// All up to here has been applied.
    pub position: Position,
    /// When it said so.
    pub acknowledged_at: Time,
    /// Changes for its controllers since.
    pub lag_entries: u64,
    /// How long ago the oldest of them came, in seconds.
    pub lag_seconds: u64,
    /// Whether that is past the bound.
    pub lagging: bool,
}

/// That a consumer has applied an objection.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The client.
    pub client: String,
    /// When it acknowledged.
    pub at: Time,
}

/// Those who may see consumers besides their own.
const OTHERS: [Scope; 3] = [Scope::ObjectionsRead, Scope::AuditRead, Scope::WebhooksAdmin];

impl Instance {
    /// Clients that have acknowledged changes and may still call, with what they act for.
    pub(super) fn consumers(&self) -> Vec<(String, Binding)> {
        let memory = self.memory();
        let clients = memory.consumers.keys().filter_map(|id| memory.client(id));
        let active = clients.filter(|client| !client.disabled);
        let mut all: Vec<_> =
            active.map(|client| (client.id.clone(), client.controllers.clone())).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }
}

/// Consumers by client, and where the next page begins: a consumer sees itself; staff,
/// auditors and admins those that act for a controller of theirs.
///
/// # Errors
/// [`Refusal`].
pub async fn list_consumers(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Consumer>, Option<String>), Refusal> {
    caller.require(&[&[Scope::ChangesRead][..], &OTHERS].concat())?;
    app.caught_up_for(caller).await?;
    let mut seen = app.consumers();
    {
        let memory = app.memory();
        let others = OTHERS.iter().any(|scope| caller.holds(*scope));
        let own = &caller.client.controllers;
        seen.retain(|(client, controllers)| match others {
            true => share(&memory.directory, controllers, own),
            false => *client == caller.client.id,
        });
    }
    let (seen, next) = page(seen, after, limit, |(client, _)| client);
    let all = app.waiting(move |instance| {
        let view = |(client, own): (String, Binding)| consumer(instance, client, &own);
        seen.into_iter().map(view).collect::<Result<Vec<_>, _>>().map_err(Refusal::from)
    });
    Ok((all.await?.into_iter().flatten().collect(), next))
}

fn consumer(
    instance: &Instance,
    client: String,
    own: &Binding,
) -> Result<Option<Consumer>, StoreError> {
    let lag = instance.lag(&client, own)?;
    let memory = instance.memory();
    let Some(Acknowledged { position, time }) = memory.consumers.get(&client).copied() else {
        return Ok(None);
    };
    Ok(Some(Consumer {
        client,
        controllers: memory.directory.names(own),
        position,
        acknowledged_at: time,
        lag_entries: lag.entries,
        lag_seconds: lag.seconds(instance.now()),
        lagging: instance.lags(&lag),
    }))
}

/// Whether some controller is spoken of by both.
fn share(directory: &Directory, one: &Binding, other: &Binding) -> bool {
    if *one == Binding::Every || *other == Binding::Every {
        return true;
    }
    let mut all = directory.controllers().into_iter();
    all.any(|c| directory.includes(one, c.id) && directory.includes(other, c.id))
}

/// Which consumers that act for a controller of `own` have applied the objection of an
/// entry, and since when: those that the feed has told of it by whatever they were bound
/// to from then until they acknowledged it. To have acknowledged more is no proof that
/// one was told.
pub(in crate::app) fn applied_by(
    instance: &Instance,
    conn: &mut Connection,
    (position, binding): (Position, &Binding),
    own: &Binding,
) -> Result<Vec<Applied>, StoreError> {
    let mut consumers = instance.consumers();
    {
        let memory = instance.memory();
        consumers.retain(|(_, controllers)| share(&memory.directory, controllers, own));
    }
    let mut applied = Vec::new();
    for (client, _) in consumers {
        let Some(row) = acknowledgements::covering(conn, &client, position)? else { continue };
        let bindings = bindings_within(conn, &client, (position, row.position))?;
        let memory = instance.memory();
        let told = |own| told(&memory.directory, (position, binding), own);
        if bindings.iter().all(told) {
            applied.push(Applied { client, at: from_micros(row.received_at) });
        }
    }
    Ok(applied)
}
