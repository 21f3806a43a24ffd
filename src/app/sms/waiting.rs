//! Whose messages nobody has read yet. What they say may be a no, so their senders are
//! never told `clear` for SMS until staff have settled it.

use super::super::refusal::Refusal;
use super::super::{App, Instance, binding};
use super::Written;
use crate::blocklist::Verdict;
use crate::domain::Position;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::controller::Binding;
use crate::domain::identifier::{Key, Kind, Material, Side, read};
use crate::domain::message::sender;
use crate::domain::person::Person;
use crate::ledger::memory::Memory;
use crate::store::messages;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use uuid::Uuid;

/// Messages read at once.
const PART: i64 = 500;

/// What makes a row of a question undecidable for it.
pub(in crate::app) const MESSAGE_WAITING: &str = "message_waiting";

/// The senders of open messages, as of a position. Nothing of it is stored: it is made
/// of what is sealed with the messages, and goes with them.
#[derive(Default, Clone)]
pub(in crate::app) struct Waiting {
    until: Position,
    /// The keys of the number that each message came from, by the message's id.
    numbers: HashMap<Vec<u8>, Vec<Material>>,
    /// Which messages came from a number, and whom each may bind.
    messages: HashMap<Material, Vec<(Vec<u8>, Binding)>>,
    /// Messages that are damaged, so that their senders cannot be told, and whom each may
    /// bind: nobody's number is clear there, and nothing else is held up.
    damaged: HashMap<Vec<u8>, Binding>,
}

/// The newest [`Waiting`]; exchanged whole.
#[derive(Default)]
pub(in crate::app) struct Newest {
    waiting: RwLock<Arc<Waiting>>,
    /// One reads at a time, and nobody who asks waits for it.
    reading: Mutex<()>,
}

impl Waiting {
    /// Leaves SMS open where one of the keys is an unread message's sender's, who wrote to
    /// a number of the controller's. Whether it did.
    pub(in crate::app) fn weigh(
        &self,
        memory: &Memory,
        keys: &[Key],
        controller: Uuid,
        channels: ChannelSet,
        verdict: &mut Verdict,
    ) -> bool {
        let nothing = self.numbers.is_empty() && self.damaged.is_empty();
        if nothing || !channels.contains(Channel::Sms) {
            return false;
        }
        let of_controller = |binding: &Binding| memory.directory.includes(binding, controller);
        let mut numbers = keys.iter().filter(|key| key.kind == Kind::Phone).peekable();
        let damaged = numbers.peek().is_some() && self.damaged.values().any(of_controller);
        let mut messages = numbers.filter_map(|key| self.messages.get(&key.material)).flatten();
        let waits = damaged || messages.any(|(_, binding)| of_controller(binding));
        if waits {
            verdict.undecidable = verdict.undecidable.with(Channel::Sms);
            verdict.waiting = true;
        }
        waits
    }

    fn came(&mut self, message: Vec<u8>, numbers: Vec<Material>, binding: &Binding) {
        for number in &numbers {
            let all = self.messages.entry(number.clone()).or_default();
            all.retain(|(known, _)| *known != message);
            all.push((message.clone(), binding.clone()));
        }
        self.numbers.insert(message, numbers);
    }

    fn settled(&mut self, message: &[u8]) {
        self.damaged.remove(message);
        for number in self.numbers.remove(message).into_iter().flatten() {
            if let Some(all) = self.messages.get_mut(&number) {
                all.retain(|(known, _)| known != message);
                if all.is_empty() {
                    self.messages.remove(&number);
                }
            }
        }
    }
}

impl App {
    /// Brings [`Instance::unread`] up to every message that memory knows of.
    ///
    /// # Errors
    /// The store's: then nothing can be said of SMS, since a no may wait.
    pub(in crate::app) async fn messages_known(&self, channels: ChannelSet) -> Result<(), Refusal> {
        if !channels.contains(Channel::Sms) || self.unread().until >= self.memory().messages_at {
            return Ok(());
        }
        self.waiting(Instance::read_unread).await
    }
}

impl Instance {
    /// The senders of open messages.
    pub(in crate::app) fn unread(&self) -> Arc<Waiting> {
        Arc::clone(&self.unread.waiting.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn read_unread(&self) -> Result<(), Refusal> {
        let _one = self.unread.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, mut waiting) = (self.memory().messages_at, Waiting::clone(&self.unread()));
        if waiting.until >= until {
            return Ok(()); // somebody else was faster
        }
        let mut after = waiting.until;
        loop {
            let part = self.ledger.store().read(|conn| {
                let open = messages::open(conn, after, PART)?;
                let mut part = Vec::with_capacity(open.len());
                for row in open {
                    let written = Written::opened_or_damaged(self, conn, &row)?;
                    part.push((row, written));
                }
                Ok(part)
            })?;
            let Some((last, _)) = part.last() else { break };
            after = last.position;
            for (row, written) in part {
                let Ok(binding) = serde_json::from_str::<Binding>(&row.binding) else { continue };
                match written {
                    Ok(written) => {
                        let numbers = self.numbers_of(written, &binding);
                        if !numbers.is_empty() {
                            waiting.came(row.id, numbers, &binding);
                        }
                    }
                    Err(why) => {
                        let at = row.position;
                        log::error!(
                            "the message of entry {at} cannot be read: {why}; SMS stay open"
                        );
                        waiting.damaged.insert(row.id, binding);
                    }
                }
            }
        }
        let settled = |conn: &mut _| messages::settled_since(conn, waiting.until);
        for message in self.ledger.store().read(settled)? {
            waiting.settled(&message);
        }
        waiting.until = until;
        let mut newest = self.unread.waiting.write().unwrap_or_else(PoisonError::into_inner);
        *newest = Arc::new(waiting);
        Ok(())
    }

    /// The keys of the number that a message came from; none where it cannot be read.
    fn numbers_of(&self, written: Option<Written>, binding: &Binding) -> Vec<Material> {
        let Some(from) = written.and_then(|written| written.from) else { return Vec::new() };
        let regions = binding::regions(&self.memory().directory, binding);
        let rules = regions.rules(self);
        let from = sender(&from, &rules).map_or_else(|| from.clone(), Cow::into_owned);
        let person = Person { phones: vec![from], ..Person::default() };
        let keys = read(&person, "", &rules, Side::Store).keys;
        keys.into_iter().map(|key| key.material).collect()
    }
}
