//! Who asked how much.

use super::App;
use super::caller::Caller;
use super::paging::{cut, one_more, place};
use super::refusal::Refusal;
use super::visible::id_of;
use crate::domain::Time;
use crate::domain::client::Scope;
use crate::ledger::entry::from_micros;
use crate::store::usage;
use uuid::Uuid;

/// What a client asked within an hour. There may be several for one hour: they
/// add up.
pub struct Use {
    /// Its id.
    pub id: Uuid,
    /// The client.
    pub client: String,
    /// The operation.
    pub operation: String,
    /// The hour's beginning.
    pub hour: Time,
    /// How many requests.
    pub requests: u64,
    /// About how many identifiers.
    pub identifiers: u64,
}

/// The audit record, oldest first, and where the next page begins.
///
/// # Errors
/// [`super::refusal::Code::Malformed`] for a cursor that is none.
pub async fn list_audit(
    app: &App,
    caller: &Caller,
    client: Option<&str>,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Use>, Option<String>), Refusal> {
    caller.require(&[Scope::AuditRead])?;
    app.caught_up_for(caller).await?;
    let after = place::<Uuid>(after)?;
    let client = client.map(str::to_owned);
    let most = one_more(limit);
    let rows = app.waiting(move |instance| {
        instance.meter.flush(instance.ledger.store());
        let after = after.as_ref().map(|id| id.as_bytes().as_slice());
        let list = |conn: &mut _| usage::list(conn, after, most, client.as_deref());
        instance.ledger.store().read(list).map_err(Refusal::from)
    });
    let uses = rows.await?.into_iter().map(|row| {
        Ok(Use {
            id: id_of(&row.id)?,
            client: row.client,
            operation: row.operation,
            hour: from_micros(row.hour),
            requests: row.requests.try_into().unwrap_or(0),
            identifiers: row.identifiers.try_into().unwrap_or(0),
        })
    });
    Ok(cut(uses.collect::<Result<_, Refusal>>()?, limit, |one| one.id))
}
