//! Taking a database back: what a copy holds, and the record of what was lost.

use super::caller::Caller;
use super::commit::{Envelope, act, commit};
use super::open::{OpenError, Unlocked, log_keys, unlock};
use super::refusal::{Code, Refusal};
use super::{App, Committed};
use crate::crypto::root_key::RootKey;
use crate::domain::Time;
use crate::evidence::checkpoint::Checkpoint;
use crate::ledger::entry::from_micros;
use crate::ledger::guard::{self, GuardError, Rollback};
use crate::ledger::submission::{ActRows, EntryKind};
use crate::store::{StoreError, copy, head, instance, leaves};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::path::Path;

/// What a copy of a database holds, by itself: without any key.
pub struct Contents {
    /// The public id of the root key that it needs.
    pub root_key_id: String,
    /// How many entries its log holds.
    pub size: i64,
    /// When the newest of them came; none in an empty log.
    pub newest: Option<Time>,
    /// The signed head of its log.
    pub checkpoint: String,
}

/// Reads what a database file holds. Changes nothing in it.
///
/// # Errors
/// What the store says; that its log does not end where its ledger does.
pub fn contents(file: &Path) -> Result<Contents, OpenError> {
    let read = copy::look(file, |conn| {
        let Some(instance) = instance::get(conn)? else { return Ok(None) };
        let (head, newest) = (head::read(conn)?, leaves::newest_checkpoint(conn)?);
        let newest = newest.filter(|newest| newest.size == head.position);
        let newest = newest.ok_or_else(|| {
            StoreError::Other("its log does not end where its ledger does: rows were lost".into())
        })?;
        Ok(Some(Contents {
            root_key_id: instance.root_key_id,
            size: newest.size,
            newest: (newest.size > 0).then(|| from_micros(head.time)),
            checkpoint: newest.note,
        }))
    });
    read?.ok_or(OpenError::Empty)
}

/// Checks a copy that is to be taken back: the file is sound, the root key is
/// its own, and its newest checkpoint is signed by its log and of its entries.
/// What it says of the state folder is for the caller to judge.
///
/// # Errors
/// [`OpenError`]; [`GuardError::Older`] comes in the value.
pub fn examine(
    file: &Path,
    root: &RootKey,
    state: Option<&Path>,
) -> Result<Option<Rollback>, OpenError> {
    let kept = state.map(guard::read).transpose()?.flatten();
    copy::look(file, copy::sound)?;
    let compared = copy::look(file, |conn| {
        let Unlocked { keyring, origin } = match unlock(conn, root)? {
            Ok(unlocked) => unlocked,
            Err(error) => return Ok(Err(error)),
        };
        let keys = log_keys(&keyring, &origin)?;
        guard::newest(conn, &keys)?;
        Ok(match &kept {
            Some(kept) => guard::compare(conn, kept, &keys)?.map_err(OpenError::from),
            None => Ok(()),
        })
    });
    match compared? {
        Ok(()) => Ok(None),
        Err(OpenError::Guard(GuardError::Older(rollback))) => Ok(Some(*rollback)),
        Err(error) => Err(error),
    }
}

/// Records that a database was accepted which does not hold all that its log
/// once held, and then lets the state folder forget that it did.
///
/// The entry names both heads. It heals nothing: from here on the log is another
/// one than that which later receipts and checkpoints speak of, and whoever holds
/// one of those can prove it. What the entry adds is that the operator said so.
///
/// # Errors
/// [`Refusal`]; the state folder is then as it was.
pub async fn accept_rollback(
    app: &App,
    caller: &Caller,
    rollback: &Rollback,
) -> Result<Committed<Value>, Refusal> {
    let says = json!({"abandoned": told(&rollback.abandoned), "kept": told(&rollback.found)});
    let canonical = serde_json_canonicalizer::to_vec(&says);
    let canonical = canonical.map_err(|_| Refusal::new(Code::Internal))?;
    let envelope =
        Envelope { caller, canonical: &canonical, idempotency_key: None, dry_run: false };
    let mut rolled_back = act(EntryKind::LogRolledBack, None, ActRows::default(), Vec::new());
    rolled_back.says =
        vec![("abandoned", says["abandoned"].clone()), ("kept", says["kept"].clone())];
    let committed = commit(app, &envelope, "log.rolled_back", vec![rolled_back], says).await?;
    let newest = app.ledger.store().read(leaves::newest_checkpoint)?;
    let newest = newest.ok_or_else(|| Refusal::new(Code::Internal))?;
    let folder = rollback.file.parent().unwrap_or(Path::new("."));
    guard::put_back(folder, &newest.note, &rollback.abandoned).map_err(|error| {
        log::error!("the state folder cannot be written to: {error}");
        Refusal::saying(
            Code::Internal,
            "The rollback is recorded, but the state folder cannot be written to: make it writable and accept it again.",
        )
    })?;
    Ok(committed)
}

fn told(head: &Checkpoint) -> Value {
    json!({"size": head.size, "root": STANDARD.encode(head.root)})
}
