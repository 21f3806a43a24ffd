//! What was sent to an endpoint, and what became of it.

use super::super::App;
use super::super::caller::Caller;
use super::super::paging::{cut, one_more, place};
use super::super::refusal::{Code, Refusal};
use super::super::visible::id_of;
use super::send::message_id;
use super::{existing, to_be_stopped};
use crate::domain::{Position, Time};
use crate::ledger::entry::from_micros;
use crate::store::{WebhookDeliveryRow, head, webhook_deliveries};
use uuid::Uuid;

/// A delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its id.
    pub id: Uuid,
    /// `webhook-id` of its message.
    pub message: String,
    /// The entry that it tells of.
    pub position: Position,
    /// The entry's kind.
    pub kind: String,
    /// `pending`, `delivered` or `given_up`.
    pub status: String,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was made.
    pub created_at: Time,
    /// When it was sent last.
    pub attempted_at: Option<Time>,
    /// What status that was answered with.
    pub answered: Option<u16>,
    /// Why it did not arrive.
    pub failure: Option<String>,
    /// When it will be sent next.
    pub next_attempt_at: Option<Time>,
    /// When it was delivered or given up.
    pub ended_at: Option<Time>,
}

/// Deliveries of an endpoint, oldest first, and where the next page begins.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::Malformed`] for a cursor that is none.
pub async fn list_deliveries(
    app: &App,
    caller: &Caller,
    id: Uuid,
    status: Option<&'static str>,
    (after, limit): (Option<&str>, usize),
) -> Result<(Vec<Delivery>, Option<String>), Refusal> {
    to_be_stopped(app, caller, id).await?;
    let (after, most) = (place(after)?.unwrap_or(0), one_more(limit));
    let rows = app.waiting(move |instance| {
        let list =
            |conn: &mut _| webhook_deliveries::list(conn, id.as_bytes(), status, after, most);
        instance.ledger.store().read(list).map_err(Refusal::from)
    });
    let all = rows.await?.into_iter().map(view).collect::<Result<_, _>>()?;
    Ok(cut(all, limit, |delivery: &Delivery| delivery.position))
}

/// Has a delivery sent anew, as if it had never been tried: soon, and with the same
/// `webhook-id`.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::EventNotPossible`] where the endpoint is disabled.
pub async fn redeliver(
    app: &App,
    caller: &Caller,
    id: Uuid,
    delivery: Uuid,
) -> Result<Delivery, Refusal> {
    let endpoint = existing(app, caller, id).await?;
    if endpoint.webhook.disabled.is_some() {
        let detail = "Nothing is sent to an endpoint that is disabled: enable it first.";
        return Err(Refusal::saying(Code::EventNotPossible, detail));
    }
    let renewed = app.waiting(move |instance| {
        let (webhook, delivery) = (id.as_bytes(), delivery.as_bytes());
        let renewed = instance.ledger.store().write(|conn| {
            let now = head::database_time(conn)?;
            webhook_deliveries::renew(conn, webhook, delivery, now)?;
            webhook_deliveries::get(conn, webhook, delivery)
        });
        renewed.map_err(Refusal::from)
    });
    view(renewed.await?.ok_or_else(|| Refusal::new(Code::NotFound))?)
}

fn view(row: WebhookDeliveryRow) -> Result<Delivery, Refusal> {
    let id = id_of(&row.id)?;
    let pending = row.status == "pending";
    Ok(Delivery {
        id,
        message: message_id(id),
        position: row.position,
        kind: row.kind,
        status: row.status,
        attempts: row.attempts.try_into().unwrap_or(0),
        created_at: from_micros(row.created_at),
        attempted_at: row.attempted_at.map(from_micros),
        answered: row.answered.and_then(|status| status.try_into().ok()),
        failure: row.failure,
        next_attempt_at: pending.then(|| from_micros(row.due_at)),
        ended_at: row.ended_at.map(from_micros),
    })
}
