//! What an instance keeps in memory: all that decisions and access need.

use crate::blocklist::registers::Registers;
use crate::blocklist::{Blocklist, Probe};
use crate::crypto::keyring::Keyring;
use crate::crypto::tag::Tag;
use crate::domain::client::Client;
use crate::domain::controller::Directory;
use crate::domain::identifier::Key;
use crate::domain::webhook::Webhook;
use crate::domain::{Position, Time};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use uuid::Uuid;

/// The ledger up to a position.
pub struct Memory {
    /// The newest entry that is in here.
    pub position: Position,
    /// That entry's time.
    pub time: Time,
    /// Objections, tags and events.
    pub blocklist: Blocklist,
    /// Controllers, groups and memberships.
    pub directory: Directory,
    /// Opt-out registers, with the keys of the versions in force.
    pub registers: Registers,
    /// Clients in their newest version, with its position.
    pub clients: HashMap<String, (Position, Arc<Client>)>,
    /// Which client a static key's keyed hash belongs to.
    pub static_keys: HashMap<String, String>,
    /// How far each consumer of the change feed has come, by client.
    pub consumers: HashMap<String, Acknowledged>,
    /// The newest entry that brought a message to be read, or settled one.
    pub messages_at: Position,
    /// Endpoints of webhooks in their newest version.
    pub webhooks: HashMap<Uuid, Endpoint>,
    /// What makes every tag in here.
    keyring: Arc<Keyring>,
    /// The generations of tags in here: a rotation adds to the index, and leaves what
    /// is in it.
    generations: RangeInclusive<i32>,
}

/// How far a consumer of the change feed has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledged {
    /// All up to here has been applied.
    pub position: Position,
    /// When it said so.
    pub time: Time,
}

/// An endpoint of webhooks.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The entry that registered it: it hears of what comes after.
    pub registered: Position,
    /// The entry of the version that counts.
    pub since: Position,
    /// That version.
    pub webhook: Arc<Webhook>,
}

impl Memory {
    /// Memory before the first entry.
    #[must_use]
    pub fn new(keyring: Arc<Keyring>) -> Self {
        Self {
            position: 0,
            time: Time::default(),
            blocklist: Blocklist::default(),
            directory: Directory::default(),
            registers: Registers::default(),
            clients: HashMap::new(),
            static_keys: HashMap::new(),
            consumers: HashMap::new(),
            messages_at: 0,
            webhooks: HashMap::new(),
            keyring,
            generations: 1..=1,
        }
    }

    /// From now on tags come in this generation, made with these keys.
    pub(super) fn follow(&mut self, keyring: Arc<Keyring>, generation: i32) {
        let oldest =
            if self.blocklist.keys() == 0 { generation } else { *self.generations.start() };
        self.generations = oldest..=generation;
        self.keyring = keyring;
    }

    /// The generation of tags that was in use when memory was last brought up.
    #[must_use]
    pub const fn generation(&self) -> i32 {
        *self.generations.end()
    }

    /// A key's tag in that generation.
    #[must_use]
    pub fn tag(&self, key: &Key) -> Tag {
        let newest = self.generation();
        // It has the key: both are exchanged together.
        self.keyring.tags(key, newest..=newest).next().unwrap_or_else(|| self.keyring.tag(key))
    }

    /// What to look for in the index: each key in every generation that is in it.
    /// Keys and generations are exchanged together, so nobody's tag is missed.
    #[must_use]
    pub fn probes(&self, keys: &[Key]) -> Vec<Probe> {
        let mut probes = Vec::new();
        self.probe(keys, &mut probes);
        probes
    }

    /// The same, in a list that is used again and again.
    pub fn probe(&self, keys: &[Key], probes: &mut Vec<Probe>) {
        probes.clear();
        let newest = self.generation();
        for key in keys {
            if *self.generations.start() == newest
                && let Some(tag) = self.keyring.tag_in(key, newest)
            {
                probes.push(Probe { tag, kind: key.kind, grade: key.grade });
                continue;
            }
            let (kind, grade) = (key.kind, key.grade);
            let tags = self.keyring.tags(key, self.generations.clone());
            probes.extend(tags.map(|tag| Probe { tag, kind, grade }));
        }
    }

    /// Whether all tags in here are of this generation, so that what is looked for in the
    /// index can be looked for in a register too.
    #[must_use]
    pub fn is_all_of(&self, generation: i32) -> bool {
        self.generations == (generation..=generation)
    }

    /// What to look for in a register whose tags are of this generation.
    #[must_use]
    pub fn probes_of(&self, keys: &[Key], generation: i32) -> Vec<Probe> {
        let probe = |key: &Key| {
            let tag = self.keyring.tag_in(key, generation)?;
            Some(Probe { tag, kind: key.kind, grade: key.grade })
        };
        keys.iter().filter_map(probe).collect()
    }

    /// Takes in a client, or a new version of one.
    pub fn put_client(&mut self, position: Position, client: Client) {
        self.static_keys.retain(|_, owner| *owner != client.id);
        for key in &client.static_keys {
            self.static_keys.insert(key.hash.clone(), client.id.clone());
        }
        self.clients.insert(client.id.clone(), (position, Arc::new(client)));
    }

    /// Takes in an endpoint of webhooks, or a new version of one.
    pub fn put_webhook(&mut self, position: Position, webhook: Webhook) {
        let known = self.webhooks.get(&webhook.id);
        let registered = known.map_or(position, |known| known.registered);
        let endpoint = Endpoint { registered, since: position, webhook: Arc::new(webhook) };
        self.webhooks.insert(endpoint.webhook.id, endpoint);
    }

    /// The client with this id.
    #[must_use]
    pub fn client(&self, id: &str) -> Option<&Arc<Client>> {
        self.clients.get(id).map(|(_, client)| client)
    }
}
