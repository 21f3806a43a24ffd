//! What clients were bound to before.

use super::super::App;
use super::super::caller::Caller;
use super::super::refusal::Refusal;
use crate::domain::Position;
use crate::domain::client::Client;
use crate::domain::controller::{Binding, Directory};
use crate::store::{Connection, StoreError, clients};
use uuid::Uuid;

/// What a client was bound to, from one position to another, in order; of a client that
/// came later, since then.
pub(in crate::app) fn bindings_within(
    conn: &mut Connection,
    client: &str,
    part: (Position, Position),
) -> Result<Vec<Binding>, StoreError> {
    let unreadable = |_| {
        let detail = "a version of a client cannot be read; `nejtack verify` tells which";
        StoreError::Other(detail.into())
    };
    let binding = |state: &str| {
        let client: Client = serde_json::from_str(state).map_err(unreadable)?;
        Ok(client.controllers)
    };
    clients::within(conn, client, part)?.iter().map(|row| binding(&row.state)).collect()
}

/// A position that a caller asks about changes since, and what it was bound to then; who
/// was registered later, what it was bound to first.
pub(in crate::app) struct Since {
    /// The position.
    pub(in crate::app) position: Position,
    /// `None`: nobody knows.
    own: Option<Binding>,
}

impl Since {
    /// What is asked about, if anything is.
    ///
    /// # Errors
    /// The store's.
    pub(in crate::app) async fn of(
        app: &App,
        caller: &Caller,
        position: Option<Position>,
    ) -> Result<Option<Self>, Refusal> {
        let Some(position) = position else { return Ok(None) };
        let (id, now) = (caller.client.id.clone(), &caller.client.controllers);
        let newest = app.memory().clients.get(&id).map(|(since, _)| *since);
        if caller.local || newest.is_some_and(|newest| newest <= position) {
            return Ok(Some(Self { position, own: Some(now.clone()) }));
        }
        let own = app.waiting(move |instance| {
            let read = |conn: &mut _| bindings_within(conn, &id, (position, Position::MAX));
            instance.ledger.store().read(read).map_err(Refusal::from)
        });
        Ok(Some(Self { position, own: own.await?.into_iter().next() }))
    }

    /// Whether the controller was not the caller's then, as none was at the beginning:
    /// whatever it was told of changes since, it cannot know what bound this one before.
    pub(in crate::app) fn is_new(&self, directory: &Directory, controller: Uuid) -> bool {
        let own = self.own.as_ref();
        let named = |own: &Binding| directory.named(own, self.position, controller);
        self.position == 0 || !own.is_some_and(named)
    }
}
