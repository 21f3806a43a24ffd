//! When a message is sent again: the schedule that Standard Webhooks recommends, about
//! three days in all.

use std::time::Duration;

/// The pause after each failed try, in seconds.
const PAUSES: [u64; 9] =
    [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];

/// How often a message is tried before it is given up.
pub const TRIES: usize = PAUSES.len() + 1;

/// How long to wait after so many failed tries; `None`: it is given up. `chance` from 0
/// to 255 makes the pause up to a fifth longer, so that what failed together does not
/// come back together.
#[must_use]
pub fn after(tries: usize, chance: u8) -> Option<Duration> {
    let pause = Duration::from_secs(*PAUSES.get(tries.checked_sub(1)?)?);
    Some(pause + pause.mul_f64(f64::from(chance) / 255.0 / 5.0))
}

#[cfg(test)]
mod tests {
    use super::{TRIES, after};
    use std::time::Duration;

    #[test]
    fn pauses_grow_over_three_days_and_end() {
        let all: Vec<_> = (1..).map_while(|tries| after(tries, 0)).collect();
        assert_eq!(all.len() + 1, TRIES);
        assert!(all.is_sorted());
        let sum: Duration = all.iter().sum();
        assert!(sum > Duration::from_secs(3 * 86_400) && sum < Duration::from_secs(4 * 86_400));
        assert_eq!(after(1, 255), Some(Duration::from_secs(6)));
        assert_eq!((after(0, 0), after(TRIES, 0)), (None, None));
    }
}
