//! Which keys an instance works with; never the keys themselves.

use super::App;
use super::caller::Caller;
use super::refusal::Refusal;
use crate::crypto::keyring::Purpose;
use crate::domain::client::Scope;

/// The keys in use.
pub struct KeyStatus {
    /// The public id of the root key.
    pub root_key: String,
    /// For each purpose the version in use.
    pub keys: Vec<(String, i32)>,
}

/// Which keys are in use.
///
/// # Errors
/// [`Refusal`] without the scope.
pub async fn key_status(app: &App, caller: &Caller) -> Result<KeyStatus, Refusal> {
    caller.require(&[Scope::ClientsAdmin])?;
    let version = |purpose: Purpose| (purpose.name().to_owned(), app.keyring.version(purpose));
    Ok(KeyStatus {
        root_key: app.root_key_id.clone(),
        keys: Purpose::EVERY.into_iter().map(version).collect(),
    })
}
