//! A consumer says how far it has applied the changes.

use super::super::App;
use super::super::commit::{Envelope, act, answered_before, commit, receipts};
use super::super::refusal::{Code, Refusal};
use super::feed::beyond;
use crate::domain::change::ChangeKind;
use crate::domain::client::Scope;
use crate::domain::{Position, Time};
use crate::ledger::memory::Acknowledged;
use crate::ledger::submission::{ActRows, EntryKind, Need};
use crate::store::{AcknowledgementRow, changes};

/// How far a consumer has come.
#[derive(Debug, Clone)]
pub struct Acknowledgement {
    /// Whether this acknowledgement was recorded; it is not where it says nothing new.
    pub recorded: bool,
    /// All up to here has been applied.
    pub position: Position,
    /// When the consumer said so.
    pub time: Time,
    /// Proof that it did, of what was recorded now.
    pub receipt: Option<String>,
}

/// Records that the caller has applied every change up to a position: an entry of the
/// ledger, so that its controllers can show when. One that says nothing new, since it
/// goes no further or no decision can have changed in between, is not recorded.
///
/// # Errors
/// A fault at `/position` for one that the ledger has not come to.
pub async fn acknowledge_changes(
    app: &App,
    envelope: Envelope<'_>,
    position: Position,
) -> Result<Acknowledgement, Refusal> {
    let caller = envelope.caller;
    caller.require(&[Scope::ChangesRead])?;
    let operation = "acknowledge_changes";
    if let Some(before) = answered_before::<()>(app, &envelope, operation).await? {
        let receipt = receipts(app, before.position, before.position).await?.pop();
        return Ok(Acknowledgement { recorded: true, position, time: before.time, receipt });
    }
    app.caught_up_for(caller).await?;
    if position > app.as_of().position {
        return Err(beyond("/position"));
    }
    let client = caller.client.id.clone();
    if let Some(standing) = standing(app, &client)
        && (position <= standing.position || !any_between(app, standing.position, position).await?)
    {
        return Ok(unchanged(standing));
    }
    let row = AcknowledgementRow {
        position: 0,
        client: client.clone(),
        acknowledged: position,
        received_at: 0,
    };
    let rows = ActRows { acknowledgement: Some(row), ..ActRows::default() };
    let need = Need::AcknowledgesMore { client: client.clone(), position };
    let acts = vec![act(EntryKind::ChangesAcknowledged, None, rows, vec![need])];
    match commit(app, &envelope, operation, acts, ()).await {
        Ok(committed) => {
            let (time, receipt) = (committed.time, committed.receipt().map(str::to_owned));
            Ok(Acknowledgement { recorded: true, position, time, receipt })
        }
        // Another request of the same consumer's was faster, and went as far.
        Err(refusal) if refusal.code == Code::EventNotPossible => {
            app.caught_up_for(caller).await?;
            standing(app, &client).map(unchanged).ok_or(refusal)
        }
        Err(refusal) => Err(refusal),
    }
}

fn standing(app: &App, client: &str) -> Option<Acknowledged> {
    app.memory().consumers.get(client).copied()
}

fn unchanged(standing: Acknowledged) -> Acknowledgement {
    let Acknowledged { position, time } = standing;
    Acknowledgement { recorded: false, position, time, receipt: None }
}

/// Whether an entry after one position and up to another can have changed a decision.
async fn any_between(app: &App, after: Position, until: Position) -> Result<bool, Refusal> {
    app.waiting(move |instance| {
        let read = instance
            .ledger
            .store()
            .read(|conn| changes::of_kinds(conn, &ChangeKind::NAMES, (after, until), 1));
        Ok(!read?.is_empty())
    })
    .await
}
