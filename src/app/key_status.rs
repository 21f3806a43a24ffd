//! Which keys an instance works with; never the keys themselves.

use super::App;
use super::caller::Caller;
use super::refusal::Refusal;
use super::rotate::{self, Progress};
use crate::crypto::keyring::Purpose;
use crate::domain::client::Scope;

/// The keys in use.
pub struct KeyStatus {
    /// The public id of the root key.
    pub root_key: String,
    /// For each purpose the version in use.
    pub keys: Vec<(String, i32)>,
    /// A rotation of the tag key, if one is under way.
    pub rotation: Option<RotationStatus>,
}

/// How far a rotation has come.
pub struct RotationStatus {
    /// By the rows.
    pub progress: Progress,
    /// Why this instance broke it off, if it did.
    pub failed: Option<String>,
}

/// Which keys are in use.
///
/// # Errors
/// [`Refusal`] without the scope.
pub async fn key_status(app: &App, caller: &Caller) -> Result<KeyStatus, Refusal> {
    caller.require(&[Scope::ClientsAdmin])?;
    let progress = app.waiting(|instance| Ok(instance.ledger.store().read(rotate::progress)?));
    let progress = progress.await?;
    let keyring = app.keyring();
    let version = |purpose: Purpose| match purpose {
        // The newest one is not in use before every tag is wrapped.
        Purpose::Tag => (purpose.name().to_owned(), progress.in_use),
        other => (other.name().to_owned(), keyring.version(other)),
    };
    let failed = app.rotating.failed();
    Ok(KeyStatus {
        root_key: app.ledger.keys().root_key_id(),
        keys: Purpose::EVERY.into_iter().map(version).collect(),
        rotation: progress.is_under_way().then_some(RotationStatus { progress, failed }),
    })
}
