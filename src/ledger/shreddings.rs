//! What an `originals.shredded` entry says: ranges of entries, each with the purpose
//! of the keys that its entries have lost. The keys, and with the originals' also the
//! salts of what was submitted, go in the transaction that commits the entry, so that
//! whatever is missing is named by an entry and nothing that is named is there.

use crate::domain::Position;
use crate::store::rows::ShreddingRow;
use crate::store::{Connection, StoreError, leaves, originals};

/// Whether a key of this purpose, of the entry at `position`, is one that was
/// shredded: it must be missing if so, and must be there if not. The same, with
/// purpose 0, goes for the salt of what was submitted.
#[must_use]
pub fn covers(shreddings: &[ShreddingRow], purpose: i16, position: Position) -> bool {
    let within = |row: &ShreddingRow| (row.first_position..=row.last_position).contains(&position);
    shreddings.iter().any(|row| row.purpose == purpose && within(row))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shredding_covers_its_range_and_its_purpose() {
        let row = ShreddingRow { position: 9, purpose: 0, first_position: 3, last_position: 5 };
        let covered = |purpose, at| covers(std::slice::from_ref(&row), purpose, at);
        assert_eq!([2, 3, 5, 6].map(|at| covered(0, at)), [false, true, true, false]);
        assert!(!covered(1, 4) && !covers(&[], 0, 4));
    }
}
