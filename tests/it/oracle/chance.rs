//! A coin, and a shuffled pack. Seeded, so that what was seen can be seen again.

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A seed that nobody chose.
    pub(super) fn fresh_seed() -> u64 {
        getrandom::u64().expect("the system's randomness")
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from 0 to 1, without either.
    pub(super) fn share(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Every order as likely as any other (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, pack: &mut [T]) {
        for last in (1..pack.len()).rev() {
            let other = self.next() % (last as u64 + 1);
            pack.swap(last, usize::try_from(other).expect("an index"));
        }
    }
}
