//! Which objections a caller may know of. For all others the answer is the same
//! as for none.

use super::caller::Caller;
use super::refusal::{Code, Refusal};
use super::{App, Instance};
use crate::domain::client::Scope;
use crate::domain::controller::Binding;
use crate::store::objections;
use crate::store::rows::ObjectionRow;
use uuid::Uuid;

/// The objection with this id, if the caller may know of it.
///
/// # Errors
/// [`Code::NotFound`], both for another's and for none.
pub(super) async fn find(app: &App, caller: &Caller, id: Uuid) -> Result<ObjectionRow, Refusal> {
    app.caught_up_for(caller).await?;
    let row = app.waiting(move |instance| {
        let found = instance.ledger.store().read(|conn| objections::by_id(conn, id.as_bytes()));
        found.map_err(Refusal::from)
    });
    row.await?.filter(|row| may_see(app, caller, row)).ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Its own recorder may; and who reads for a controller that it binds.
pub(super) fn may_see(app: &Instance, caller: &Caller, row: &ObjectionRow) -> bool {
    let own = row.client == caller.client.id
        && [Scope::ObjectionsReadOwn, Scope::ObjectionsWithdrawOwn, Scope::ObjectionsWrite]
            .into_iter()
            .any(|scope| caller.holds(scope));
    let for_controllers =
        [Scope::ObjectionsRead, Scope::ObjectionsWithdraw].iter().any(|s| caller.holds(*s));
    own || (for_controllers && touches(app, caller, row))
}

/// Whether the objection binds a controller of the caller's.
pub(super) fn touches(app: &Instance, caller: &Caller, row: &ObjectionRow) -> bool {
    let memory = app.memory();
    binding_of(row).is_some_and(|binding| {
        memory.directory.touches(&binding, row.position, &caller.client.controllers)
    })
}

pub(super) fn binding_of(row: &ObjectionRow) -> Option<Binding> {
    serde_json::from_str(&row.binding).ok()
}

pub(super) fn id_of(bytes: &[u8]) -> Result<Uuid, Refusal> {
    Uuid::from_slice(bytes).map_err(|_| Refusal::new(Code::Internal))
}
