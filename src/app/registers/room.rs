//! Room on the disk: a register's rows must leave enough of it for what is to be recorded.

use crate::app::refusal::{Code, Refusal};
use crate::store::{Store, StoreError};

/// What is left alone on every disk: the write-ahead log at its longest.
const RESERVE: u64 = 64 << 20;

/// Goes on only with room for what is still to be written, where so many bytes of rows
/// have been. A server of PostgreSQL watches its own disk.
///
/// # Errors
/// [`Code::Unavailable`].
pub(super) fn require(store: &Store, staged: u64) -> Result<(), Refusal> {
    match store.free_space() {
        Ok(Some(free)) if !suffices(free, staged) => Err(full()),
        Ok(_) => Ok(()),
        Err(error) => {
            log::warn!("how much room the disk has is not known: {error}");
            Ok(())
        }
    }
}

/// Twice what is staged: it stands in the write-ahead log too until that is folded back.
fn suffices(free: u64, staged: u64) -> bool {
    free >= RESERVE.max(staged.saturating_mul(2))
}

/// What a load is told of a store that fails.
pub(super) fn refusal(error: StoreError) -> Refusal {
    match error {
        StoreError::Full => full(),
        error if error.is_transient() => {
            log::error!("store: {error}");
            let detail = "The database is away or busy. Nothing of the file was loaded, and the version in force stays: load it again.";
            Refusal::saying(Code::Unavailable, detail).retry_after(5)
        }
        error => error.into(),
    }
}

fn full() -> Refusal {
    log::error!("the disk has too little room for a register's file, which was refused");
    let detail = "The disk has too little room for this file: what is left is for objections. Nothing of the file was loaded, and the version in force stays. Make room, and load it again.";
    Refusal::saying(Code::Unavailable, detail).retry_after(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_left_and_twice_what_is_staged() {
        for (free, staged, enough) in [
            (RESERVE, 0, true),
            (RESERVE - 1, 0, false),
            (RESERVE, RESERVE / 2, true),
            (2 * RESERVE - 1, RESERVE, false),
            (2 * RESERVE, RESERVE, true),
            (u64::MAX, u64::MAX, true),
        ] {
            assert_eq!(suffices(free, staged), enough, "{free} {staged}");
        }
    }
}
