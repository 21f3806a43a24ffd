//! What an `originals.shredded` entry says: ranges of entries, each with the purpose
//! of the keys that its entries have lost. The keys, and with the originals' also the
//! salts of what was submitted, go in the transaction that commits the entry, so that
//! whatever is missing is named by an entry and nothing that is named is there.

use crate::domain::Position;
use crate::store::rows::ShreddingRow;
use crate::store::{Connection, StoreError, leaves, originals};

/// Whether something of these ranges is still there: where nothing is, another
/// instance was faster, and there is nothing to say.
pub(super) fn anything_left(
    conn: &mut Connection,
    ranges: &[ShreddingRow],
) -> Result<bool, StoreError> {
    for row in ranges {
        let within = |found: Option<Position>| found.is_some_and(|at| at <= row.last_position);
        if within(originals::first_key(conn, row.purpose, row.first_position)?)
            || (row.purpose == 0 && within(leaves::first_salt(conn, row.first_position)?))
        {
            return Ok(true);
        }
    }
    Ok(false)
}
