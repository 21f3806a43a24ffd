//! Judging a database without opening an instance of it: one whose ledger and log
//! no longer fit is one that no instance opens.

use crate::crypto::root_key::RootKey;
use crate::ledger::verify;
use crate::store::{DatabaseUrl, Store};

pub use crate::ledger::verify::{Asked, Counts, Finding, Place, Report, Verdict, VerifyError};

/// Re-derives everything from the rows of a database, and writes nothing. `told`
/// hears how many entries are done, of how many.
///
/// # Errors
/// [`VerifyError`]: nothing could be judged.
pub fn verify_database(
    database: &DatabaseUrl,
    root_key: &RootKey,
    asked: &Asked,
    mut told: impl FnMut(i64, i64),
) -> Result<Verdict, VerifyError> {
    let store = Store::open_to_read(database).map_err(VerifyError::Store)?;
    let verified = store.read(|conn| Ok(verify::verify(conn, root_key, asked, &mut told)));
    verified.map_err(VerifyError::Store)?
}
