//! Do two heaps of times differ? Welch's t on what is left of both under a limit
//! that was found in the pool of both, and on the ranks.
//!
//! Who was known is dealt at random over the order of the requests, so under "no
//! difference" the labels could be exchanged: a loaded machine, a growing table or
//! a disk with moods hits both heaps alike and costs strength, not truth. Times
//! have long tails, in which a difference in the middle drowns: hence the limits,
//! as in dudect (Reparaz, Balasch and Verbauwhede, 2017). A limit comes from the
//! pool, never from one heap, or it would make the difference that it finds.

/// Beyond this a difference is not chance: 1 in 150,000 for one statistic, and
/// no more than 1 in 24,000 for the worst of those taken here.
pub(super) const LIMIT: f64 = 4.5;

/// How much of the pool is looked at, the quickest first.
const CROPS: [f64; 5] = [1.0, 0.99, 0.95, 0.85, 0.7];

/// One answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timed {
    pub(super) known: bool,
    /// Microseconds.
    pub(super) took: f64,
}

/// One look at the difference.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) what: String,
    pub(super) t: f64,
    /// The means of the known and of the others.
    pub(super) means: (f64, f64),
}

/// Every look at these.
pub(super) fn looks(times: &[Timed]) -> Vec<Look> {
    let mut sorted: Vec<f64> = times.iter().map(|one| one.took).collect();
    sorted.sort_by(f64::total_cmp);
    let mut looks: Vec<Look> = CROPS
        .iter()
        .map(|share| {
            let last = (sorted.len() as f64 * share).ceil() as usize - 1;
            let limit = sorted[last.min(sorted.len() - 1)];
            let left: Vec<Timed> = times.iter().filter(|one| one.took <= limit).copied().collect();
            look(format!("{:.0} % of the times", share * 100.0), &left, times.len())
        })
        .collect();
    let ranks: Vec<Timed> = times
        .iter()
        .map(|one| {
            // the middle of those that took as long
            let below = sorted.partition_point(|took| *took < one.took);
            let up_to = sorted.partition_point(|took| *took <= one.took);
            Timed { known: one.known, took: (below + up_to) as f64 / 2.0 }
        })
        .collect();
    looks.push(look("the ranks".to_owned(), &ranks, times.len()));
    looks
}

/// The greatest |t|.
pub(super) fn worst(looks: &[Look]) -> f64 {
    looks.iter().map(|look| look.t.abs()).fold(0.0, f64::max)
}

fn look(what: String, left: &[Timed], of: usize) -> Look {
    let heap = |known| -> Vec<f64> {
        left.iter().filter(|one| one.known == known).map(|one| one.took).collect()
    };
    let (known, others) = (heap(true), heap(false));
    // So few of one heap under a limit of the pool: they could not differ more.
    if known.len().min(others.len()) < (of / 50).max(2) {
        return Look { what, t: f64::INFINITY, means: (f64::NAN, f64::NAN) };
    }
    let ((mean, spread), (mean_of_others, spread_of_others)) = (moments(&known), moments(&others));
    let t = (mean - mean_of_others) / (spread + spread_of_others).sqrt();
    Look { what, t, means: (mean, mean_of_others) }
}

/// The mean, and its own variance.
fn moments(heap: &[f64]) -> (f64, f64) {
    let count = heap.len() as f64;
    let mean = heap.iter().sum::<f64>() / count;
    let squares = heap.iter().map(|one| (one - mean).powi(2)).sum::<f64>();
    (mean, squares / (count - 1.0) / count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::random::Random;

    fn heaps(known: &[f64], others: &[f64]) -> Vec<Timed> {
        let of = |known| move |took: &f64| Timed { known, took: *took };
        known.iter().map(of(true)).chain(others.iter().map(of(false))).collect()
    }

    /// Times as a loaded machine makes them: a middle, a long tail, and drift;
    /// known at random, and then slower by this share of the usual time.
    fn times(random: &mut Random, count: usize, slower: f64) -> Vec<Timed> {
        (0..count)
            .map(|at| {
                let known = random.next().is_multiple_of(2);
                let tail = random.share().powf(-0.7) * 30.0; // its variance is infinite
                let usual = 300.0 + 40.0 * random.share() + tail + at as f64 / 100.0;
                let took = if known { usual + 300.0 * slower } else { usual };
                Timed { known, took }
            })
            .collect()
    }

    #[test]
    fn t_is_welchs() {
        // by hand: means 3 and 6, variances 2.5 and 10, five of each
        let all = heaps(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 4.0, 6.0, 8.0, 10.0]);
        let found = look(String::new(), &all, 10);
        assert!((found.t + 3.0 / 2.5_f64.sqrt()).abs() < 1e-12, "{found:?}");
        assert_eq!(found.means, (3.0, 6.0));
    }

    /// Where nothing differs, |t| goes over 1.96 one time in twenty, as it must, and
    /// over the limit not once in 6,000 looks; so neither tails nor drift make it lie.
    #[test]
    fn what_is_the_same_looks_the_same() {
        let mut random = Random::new(7);
        let (mut over, mut looked) = (0, 0);
        for _ in 0..1_000 {
            let looks = looks(&times(&mut random, 800, 0.0));
            assert!(worst(&looks) < LIMIT, "{looks:?}");
            over += looks.iter().filter(|look| look.t.abs() > 1.96).count();
            looked += looks.len();
        }
        let share = over as f64 / looked as f64;
        assert!((0.02..0.08).contains(&share), "{share}");
    }

    #[test]
    fn a_small_difference_is_seen_through_long_tails() {
        let mut random = Random::new(8);
        for _ in 0..20 {
            let looks = looks(&times(&mut random, 8_000, 0.05));
            assert!(worst(&looks) > LIMIT, "{looks:?}");
        }
    }

    #[test]
    fn heaps_that_do_not_even_meet_differ() {
        let quick: Vec<f64> = (0..100).map(f64::from).collect();
        let slow: Vec<f64> = (0..100).map(|at| f64::from(at) + 1e6).collect();
        assert!(worst(&looks(&heaps(&quick, &slow))) > 100.0);
    }
}
