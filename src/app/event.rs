//! What the later events of an objection have in common.

use super::Instance;
use super::caller::Caller;
use super::commit::act;
use super::originals::Sealer;
use super::record::json;
use super::refusal::Refusal;
use crate::crypto::random;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::objection::EventKind;
use crate::ledger::submission::{Act, ActRows, EntryKind, Need};
use crate::store::rows::{ObjectionEventRow, TagRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the recorder of an event gets back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EventRecorded {
    /// The event's id.
    pub id: Uuid,
    /// The objection's id.
    pub objection: Uuid,
    /// What could not be read.
    pub warnings: Vec<Fault>,
}

/// An event about to be recorded.
pub(super) struct NewEvent<'a> {
    pub(super) kind: EventKind,
    /// The objection: position and id; position 0: the one that the same submission
    /// records first.
    pub(super) objection: (i64, Uuid),
    pub(super) channels: ChannelSet,
    pub(super) binding: &'a Binding,
    pub(super) reason: Option<&'a str>,
    pub(super) warnings: &'a [Fault],
    pub(super) tags: Vec<TagRow>,
}

impl NewEvent<'_> {
    /// The act that records it; `seal` puts its originals away.
    pub(super) fn act(
        self,
        app: &Instance,
        caller: &Caller,
        seal: impl FnOnce(&mut Sealer<'_>),
    ) -> Result<(Act, EventRecorded), Refusal> {
        let id = random::uuid_v7(app.now());
        let (position, objection) = self.objection;
        let mut sealer = Sealer::new(app, id);
        seal(&mut sealer);
        let rows = ActRows {
            event: Some(ObjectionEventRow {
                position: 0,
                id: id.as_bytes().to_vec(),
                objection: position,
                kind: self.kind.name().to_owned(),
                client: caller.client.id.clone(),
                actor: caller.actor.clone(),
                channels: self.channels.bits().into(),
                binding: json(self.binding)?,
                reason: self.reason.map(str::to_owned),
                received_at: 0,
                warnings: json(&self.warnings)?,
            }),
            tags: self.tags,
            ..sealer.finish()
        };
        let entry = match self.kind {
            EventKind::Withdrawn => EntryKind::ObjectionWithdrawn,
            EventKind::Annulled => EntryKind::ObjectionAnnulled,
            EventKind::IdentifiersAdded => EntryKind::IdentifiersAdded,
        };
        let needs = match position {
            0 => Vec::new(),
            position => vec![Need::EventPossible(position)],
        };
        let recorded = EventRecorded { id, objection, warnings: self.warnings.to_vec() };
        Ok((act(entry, Some(objection), rows, needs), recorded))
    }
}
