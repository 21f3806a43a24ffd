//! Deliveries are made of the entries behind an endpoint's cursor.

use super::super::Instance;
use super::super::changes::{Audience, Change, within};
use crate::crypto::random;
use crate::domain::Position;
use crate::domain::controller::Directory;
use crate::ledger::entry::written;
use crate::ledger::memory::Endpoint;
use crate::store::{StoreError, WebhookDeliveryRow, head, webhook_deliveries, webhooks};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Entries looked through at once.
const PART: usize = 200;
/// A cursor is moved past entries that an endpoint does not hear of only now and then:
/// each move is a write.
const IDLE: Position = 1_000;

impl Instance {
    /// Makes an endpoint's deliveries up to `head`, which must be a position that would
    /// survive the loss of this server. `through`: how far it has been looked through
    /// since this instance began; what comes back is how far it has been now. Waits for
    /// the database.
    pub(super) fn make_deliveries(
        &self,
        endpoint: &Endpoint,
        through: Position,
        head: Position,
    ) -> Result<Position, StoreError> {
        if through >= head {
            return Ok(through);
        }
        let store = self.ledger.store();
        let (webhook, id) = (&endpoint.webhook, endpoint.webhook.id);
        let mut cursor = store.read(|conn| webhooks::cursor(conn, id.as_bytes()))?;
        let mut through = through.max(cursor.unwrap_or(endpoint.registered));
        while through < head {
            let part = (through, head);
            let (changes, to) = store.read(|conn| within(conn, part, PART))?;
            let rows = self.rows(endpoint, &changes);
            let stands = cursor.unwrap_or(endpoint.registered);
            if !rows.is_empty() || to - stands >= IDLE {
                let moved = store.write(|conn| {
                    let now = head::database_time(conn)?;
                    let moved = webhooks::advance(conn, id.as_bytes(), cursor, to)?;
                    if moved {
                        let due = |row: &WebhookDeliveryRow| WebhookDeliveryRow {
                            created_at: now,
                            due_at: now,
                            ..row.clone()
                        };
                        let rows: Vec<_> = rows.iter().map(due).collect();
                        webhook_deliveries::insert(conn, &rows)?;
                    }
                    Ok(moved)
                })?;
                if !moved {
                    // Another instance was faster: from where it has come to.
                    cursor = store.read(|conn| webhooks::cursor(conn, webhook.id.as_bytes()))?;
                    through = cursor.unwrap_or(endpoint.registered);
                    continue;
                }
                cursor = Some(to);
            }
            through = to;
        }
        Ok(through)
    }

    /// What an endpoint is told of these.
    fn rows(&self, endpoint: &Endpoint, changes: &[Change]) -> Vec<WebhookDeliveryRow> {
        let webhook = &endpoint.webhook;
        let memory = self.memory();
        let own = Audience::of(&memory.directory, vec![webhook.controllers.clone()]);
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
