//! By what a row is known again, whoever imports it: else a second administrator's
//! import would bring back what was taken back since.

use super::import::{Import, Told};
use crate::app::refusal::Refusal;
use crate::app::visible::{binding_of, id_of};
use crate::app::{App, Caller, record};
use crate::domain::client::{Role, Scope};
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::objection::EventKind;
use crate::store::objections;
use crate::store::rows::ObjectionRow;
use crate::store::{Connection, StoreError};
use uuid::Uuid;

/// An objection that was recorded before.
pub(super) struct Earlier {
    pub(super) row: ObjectionRow,
    /// All or a part of it was taken back since, or it was annulled.
    pub(super) taken_back: bool,
}

impl Earlier {
    fn of(conn: &mut Connection, row: ObjectionRow) -> Result<Self, StoreError> {
        let ends = [EventKind::Withdrawn.name(), EventKind::Annulled.name()];
        let events = objections::events_of(conn, row.position)?;
        let taken_back = events.iter().any(|event| ends.contains(&&*event.kind));
        Ok(Self { row, taken_back })
    }

    /// What is told of a row that says no more than this.
    pub(super) fn told(&self) -> Result<Told, Refusal> {
        let mut told = Told::known(Some(id_of(&self.row.id)?));
        if self.taken_back {
            let detail = "The objection is known, and was taken back or annulled since, in whole or in part: an import brings nothing of it back.";
            told.warnings.push(Fault::new("", "taken_back", detail));
        }
        Ok(told)
    }
}

/// The references by which a row may be known.
pub(super) struct References {
    /// It is the same row.
    pub(super) sure: Vec<String>,
    /// Before dates that cannot be read told rows apart, it may have been this one: it is
    /// known by that as long as the objection stands, and else it may be a second no.
    pub(super) unsure: Option<String>,
}

/// Who may have imported something when references were still the client's own.
pub(super) fn importers(app: &App, caller: &Caller) -> Vec<String> {
    let mut clients = vec![Caller::OPERATOR.to_owned(), caller.client.id.clone()];
    let memory = app.memory();
    let importers =
        memory.clients.values().map(|(_, client)| client).filter(|client| {
            client.role == Role::Admin || client.scopes.contains(&Scope::ImportsRun)
        });
    clients.extend(importers.map(|client| client.id.clone()));
    clients.sort();
    clients.dedup();
    clients
}

impl Import {
    /// A reference: whose list it is, which program wrote it, and what the row says.
    /// Keyed, since that can be guessed.
    pub(super) fn reference(&self, says: &[u8]) -> String {
        let whose = serde_json::to_vec(&self.binding).unwrap_or_default();
        let format = self.asked.format.name().as_bytes();
        let named = [&whose[..], b"\0", format, b"\0", says].concat();
        let digest = self.app.keyring().digest("import", &named);
        digest.iter().fold("import:".to_owned(), |mut hex, byte| {
            use std::fmt::Write as _;
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// The objection that an earlier import of this row made: one look, whoever ran it.
    pub(super) async fn earlier(&self, by: &References) -> Result<Option<Earlier>, Refusal> {
        let tag =
            |owner: &str, reference: &String| record::reference_tag(&self.app, owner, reference);
        let own = |reference| self.importers.iter().map(move |owner| tag(owner, reference));
        let now = by.sure.iter().map(|reference| tag(record::IMPORTS, reference));
        let sure: Vec<_> = now.chain(by.sure.iter().flat_map(own)).collect();
        let unsure: Vec<_> = by.unsure.iter().flat_map(own).collect();
        let find = move |conn: &mut _| {
            if let Some(row) = objections::imported(conn, &sure)? {
                return Earlier::of(conn, row).map(Some);
            }
            if unsure.is_empty() {
                return Ok(None);
            }
            let row = objections::imported(conn, &unsure)?;
            let earlier = row.map(|row| Earlier::of(conn, row)).transpose()?;
            Ok(earlier.filter(|earlier| !earlier.taken_back))
        };
        self.app
            .waiting(move |instance| instance.ledger.store().read(find).map_err(Refusal::from))
            .await
    }

    /// The objection here that has one of these ids, if it binds those whom the import is
    /// for.
    pub(super) async fn at_home(&self, ids: &[Uuid]) -> Result<Option<Earlier>, Refusal> {
        let ids = ids.to_vec();
        let find = move |conn: &mut _| {
            let mut found = Vec::new();
            for id in &ids {
                let row = objections::by_id(conn, id.as_bytes())?;
                found.extend(row.map(|row| Earlier::of(conn, row)).transpose()?);
            }
            Ok(found)
        };
        let found = self
            .app
            .waiting(move |instance| instance.ledger.store().read(find).map_err(Refusal::from));
        Ok(found.await?.into_iter().find(|earlier| self.is_bound_by(&earlier.row)))
    }

    fn is_bound_by(&self, row: &ObjectionRow) -> bool {
        let memory = self.app.memory();
        match (binding_of(row), &self.binding) {
            (None, _) | (Some(Binding::Named { .. }), Binding::Every) => false,
            (Some(Binding::Every), _) => true,
            (Some(own), Binding::Named { controllers, groups }) => {
                let binds = |id: &Uuid| memory.directory.binds(&own, row.position, *id, i64::MAX);
                controllers.iter().all(binds) && groups.is_empty()
            }
        }
    }
}
