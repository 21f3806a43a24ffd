//! The tags of opt-out registers, which are outside the ledger: those of each version in
//! force are the ones that its row commits to. What is there of other versions counts for
//! nothing: it is being written, or was replaced and goes.

use super::finding::{Finding, Stop};
use crate::domain::Position;
use crate::ledger::registers::{RowsDigest, each_piece};
use crate::store::{Connection, RegisterVersionRow, registers};
use std::collections::BTreeMap;

/// Checks the versions in force at the end; how many tags they have.
pub(super) fn check(conn: &mut Connection, end: Position) -> Result<u64, Stop> {
    let mut in_force: BTreeMap<Vec<u8>, RegisterVersionRow> = BTreeMap::new();
    for row in registers::versions_since(conn, 0)? {
        if row.position <= end {
            in_force.insert(row.register.clone(), row);
        }
    }
    let mut rows: Vec<_> = in_force.into_values().collect();
    rows.sort_by_key(|row| row.position);
    let mut tags = 0;
    for row in rows {
        let (mut digest, mut pieces) = (RowsDigest::default(), 0_i64);
        each_piece(conn, &row.id, |piece| {
            digest.add(&piece);
            pieces += 1;
            tags += piece.kinds.len() as u64;
            Ok(())
        })?;
        if pieces != row.piece_count || digest.digest().as_slice() != row.rows_digest {
            let what = "the rows of the register's version that this entry put in force are not \
                        those that it commits to: one was altered, removed or added";
            return Err(Finding::at("register_rows", row.position, what).into());
        }
    }
    Ok(tags)
}
