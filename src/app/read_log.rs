//! The log as it is read from outside: its key, its newest checkpoint, tiles,
//! receipts.

use super::caller::Caller;
use super::refusal::{Code, Refusal};
use super::{App, Instance, visible};
use crate::domain::client::Scope;
use crate::evidence::tile::Tile;
use crate::ledger::proofs;
pub use crate::ledger::times::CommitTimes;
use crate::store::leaves;
use uuid::Uuid;

impl Instance {
    /// The log's public key, as a signed note's verifier key (C2SP signed-note).
    #[must_use]
    pub fn log_key(&self) -> &str {
        self.ledger.log_key()
    }

    /// What commits have cost since this instance began.
    #[must_use]
    pub fn commit_times(&self) -> CommitTimes {
        self.ledger.commit_times()
    }
}

/// The newest signed head of the log (C2SP tlog-checkpoint). For anybody.
///
/// # Errors
/// [`Code::Unavailable`].
pub async fn read_checkpoint(app: &App) -> Result<String, Refusal> {
    // What is shown here must not be lost with a server that was cut off.
    app.caught_up().await?;
    let known = app.as_of().position;
    app.waiting(move |instance| {
        let newest = instance.ledger.store().read(|conn| leaves::checkpoint_within(conn, known))?;
        newest.map(|row| row.note).ok_or_else(|| Refusal::new(Code::Internal))
    })
    .await
}

/// A tile of the log (C2SP tlog-tiles), by its path below `/log/tile/`.
///
/// # Errors
/// [`Code::NotFound`] for what is no tile, and where the log has not grown so far.
pub async fn read_tile(app: &App, caller: &Caller, path: &str) -> Result<Vec<u8>, Refusal> {
    caller.require(&[Scope::LogRead])?;
    app.caught_up_for(caller).await?;
    let tile = Tile::read(path).ok_or_else(|| Refusal::new(Code::NotFound))?;
    app.waiting(move |instance| {
        let found = instance.ledger.store().read(|conn| proofs::tile(conn, &tile))?;
        found.ok_or_else(|| Refusal::new(Code::NotFound))
    })
    .await
}

/// The receipt of an objection: the text that its recorder got.
///
/// # Errors
/// [`Code::NotFound`], both for another's objection and for none.
pub async fn read_receipt(app: &App, caller: &Caller, id: Uuid) -> Result<String, Refusal> {
    caller.require(&[Scope::ObjectionsRead, Scope::ObjectionsReadOwn])?;
    let row = visible::find(app, caller, id).await?;
    app.waiting(move |instance| {
        let written = instance.ledger.store().read(|conn| proofs::receipt(conn, row.position));
        written.map_err(Refusal::from)
    })
    .await
}
