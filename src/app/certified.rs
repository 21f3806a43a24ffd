//! What a screening, an import or an export left in the ledger: its row, with the entry
//! that commits to it and the proof of that. Its own client may see it, auditors, and
//! whoever operates the machine.

use super::Instance;
use super::caller::Caller;
use super::refusal::{Code, Refusal};
use crate::domain::Position;
use crate::domain::client::Scope;
use crate::ledger::proofs;
use crate::store::rows::EntryRow;
use crate::store::{Connection, StoreError, entries};

/// A row that stands in the ledger.
pub(super) struct Certified<R> {
    /// The row.
    pub(super) row: R,
    /// Its entry.
    pub(super) entry: EntryRow,
    /// The proof that the entry stands there.
    pub(super) receipt: String,
}

/// The client whose alone a caller may see; `None`: everybody's.
pub(super) fn own_alone(caller: &Caller) -> Option<String> {
    let any = caller.local || caller.holds(Scope::AuditRead);
    (!any).then(|| caller.client.id.clone())
}

/// What `find` finds, if it is this client's. Waits for the database.
///
/// # Errors
/// [`Code::NotFound`], both for another's and for none.
pub(super) fn certified<R>(
    instance: &Instance,
    own: Option<&str>,
    find: impl Fn(&mut Connection) -> Result<Option<R>, StoreError>,
    position: impl Fn(&R) -> Position,
) -> Result<Certified<R>, Refusal> {
    let found = instance.ledger.store().read(|conn| {
        let Some(row) = find(conn)? else { return Ok(None) };
        let at = position(&row);
        let Some(entry) = entries::get(conn, at)? else { return Ok(None) };
        Ok(Some(Certified { row, entry, receipt: proofs::receipt(conn, at)? }))
    })?;
    let mine = |found: &Certified<R>| own.is_none_or(|own| own == found.entry.client);
    found.filter(mine).ok_or_else(|| Refusal::new(Code::NotFound))
}
