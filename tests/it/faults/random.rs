//! Chance that can be repeated: a run says its seed and takes it again.

use std::time::{Duration, SystemTime};

/// SplitMix64 (Steele, Lea, Flood 2014): good enough to choose moments by.
pub(super) struct Random(u64);

/// The seed of this run: the one that was given, or a new one.
pub(super) fn seed() -> u64 {
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    super::number(super::SEED).unwrap_or_else(|| u64::from(now().subsec_nanos()))
}

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a number").max(1);
        usize::try_from(self.next() % end).expect("a number")
    }

    /// Shorter than `end`.
    pub(super) fn moment(&mut self, end: Duration) -> Duration {
        Duration::from_nanos(self.next() % u64::try_from(end.as_nanos()).expect("short").max(1))
    }

    /// In another order.
    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}
