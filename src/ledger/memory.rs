//! What an instance keeps in memory: all that decisions and access need.

use crate::blocklist::Blocklist;
use crate::domain::client::Client;
use crate::domain::controller::Directory;
use crate::domain::{Position, Time};
use std::collections::HashMap;
use std::sync::Arc;

/// The ledger up to a position.
#[derive(Default)]
pub struct Memory {
    /// The newest entry that is in here.
    pub position: Position,
    /// That entry's time.
    pub time: Time,
    /// Objections, tags and events.
    pub blocklist: Blocklist,
    /// Controllers, groups and memberships.
    pub directory: Directory,
    /// Clients in their newest version, with its position.
    pub clients: HashMap<String, (Position, Arc<Client>)>,
    /// Which client a static key's keyed hash belongs to.
    pub static_keys: HashMap<String, String>,
}

impl Memory {
    /// Takes in a client, or a new version of one.
    pub fn put_client(&mut self, position: Position, client: Client) {
        self.static_keys.retain(|_, owner| *owner != client.id);
        for key in &client.static_keys {
            self.static_keys.insert(key.hash.clone(), client.id.clone());
        }
        self.clients.insert(client.id.clone(), (position, Arc::new(client)));
    }

    /// The client with this id.
    #[must_use]
    pub fn client(&self, id: &str) -> Option<&Arc<Client>> {
        self.clients.get(id).map(|(_, client)| client)
    }
}
