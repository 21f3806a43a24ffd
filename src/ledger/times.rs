//! What commits cost, for metrics and benchmarks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What commits have cost since an instance began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitTimes {
    /// How many groups were committed.
    pub groups: u64,
    /// How many entries were in them.
    pub entries: u64,
    /// From the beginning of each group's transaction to its end on the disk.
    pub all: Duration,
    /// Of that, what the log took: hashing, signing, and writing leaves and
    /// checkpoints.
    pub log: Duration,
}

/// The counters behind [`CommitTimes`].
#[derive(Default)]
pub(super) struct Times {
    groups: AtomicU64,
    entries: AtomicU64,
    all: AtomicU64,
    log: AtomicU64,
}

impl Times {
    /// Counts a group with so many entries, begun then.
    pub(super) fn add(&self, entries: i64, begun: Instant, log: Duration) {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.entries.fetch_add(entries.unsigned_abs(), Ordering::Relaxed);
        self.all.fetch_add(nanoseconds(begun.elapsed()), Ordering::Relaxed);
        self.log.fetch_add(nanoseconds(log), Ordering::Relaxed);
    }

    pub(super) fn told(&self) -> CommitTimes {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CommitTimes {
            groups: read(&self.groups),
            entries: read(&self.entries),
            all: Duration::from_nanos(read(&self.all)),
            log: Duration::from_nanos(read(&self.log)),
        }
    }
}
