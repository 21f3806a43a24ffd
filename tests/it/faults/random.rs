//! The seed that a run says and takes again.

pub(super) use crate::support::random::Random;

use std::time::SystemTime;

/// The seed of this run: the one that was given, or a new one.
pub(super) fn seed() -> u64 {
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    super::number(super::SEED).unwrap_or_else(|| u64::from(now().subsec_nanos()))
}
