//! Deliveries are made of the entries behind an endpoint's cursor.

use super::super::Instance;
use super::super::changes::{Audience, Change};
use crate::crypto::random;
use crate::domain::controller::Directory;
use crate::ledger::entry::written;
use crate::ledger::memory::Endpoint;
use crate::store::WebhookDeliveryRow;
use serde_json::{Map, Value, json};
use uuid::Uuid;

impl Instance {
    /// What an endpoint is told of these.
    pub(super) fn rows(&self, endpoint: &Endpoint, changes: &[Change]) -> Vec<WebhookDeliveryRow> {
        let webhook = &endpoint.webhook;
        let memory = self.memory();
        let mut bindings = vec![webhook.controllers.clone()];
        let registrar = webhook.registered_by.as_deref().and_then(|id| memory.client(id));
        bindings.extend(registrar.map(|client| client.controllers.clone()));
        let own = Audience::of(&memory.directory, bindings);
        let heard = changes.iter().filter(|change| webhook.hears(change.kind.name()));
        let told = heard.filter_map(|change| {
            let concerned = change.concerned(&memory.directory, &own);
            let body = body(change, &concerned, &memory.directory);
            (!concerned.is_empty()).then(|| WebhookDeliveryRow {
                id: random::uuid_v7(self.now()).as_bytes().to_vec(),
                webhook: webhook.id.as_bytes().to_vec(),
                position: change.position,
                kind: change.kind.name().to_owned(),
                body,
                created_at: 0,
                status: "pending".to_owned(),
                attempts: 0,
                tries: 0,
                due_at: 0,
                leased_until: 0,
                attempted_at: None,
                answered: None,
                failure: None,
                ended_at: None,
            })
        });
        told.collect()
    }
}

/// The message: what happened, when and to which objection, for whom; nothing of the
/// person.
fn body(change: &Change, concerned: &[Uuid], directory: &Directory) -> String {
    let mut data = Map::new();
    data.insert("position".into(), change.position.into());
    if let Some(objection) = change.objection() {
        data.insert("objection".into(), objection.id.to_string().into());
        data.insert("source".into(), objection.source.clone().into());
        data.insert("channels".into(), json!(objection.channels.names()));
    }
    if let Some(group) = change.group().and_then(|id| directory.group(id)) {
        data.insert("group".into(), group.slug.clone().into());
    }
    let names = concerned.iter().filter_map(|id| directory.controller(*id));
    let names: Value = names.map(|controller| controller.slug.clone()).collect();
    data.insert("controllers".into(), names);
    message(change.kind.name(), &written(change.time), &data)
}

/// A message as Standard Webhooks has it.
pub(super) fn message(kind: &str, timestamp: &str, data: &Map<String, Value>) -> String {
    json!({"type": kind, "timestamp": timestamp, "data": data}).to_string()
}
