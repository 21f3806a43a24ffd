//! Threads that connections are read on, one for each host.
//!
//! A receiver can keep a thread busy: the HTTP client reads an endless stream of 1xx
//! answers on and on, and knows no bound for what comes before the real one. So it is a
//! thread of its own that it keeps busy, and the system shares out the processors.

use reqwest::Url;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::{Builder, Runtime};

/// As many hosts have a thread at a time; those longest unused go. More than there are
/// endpoints that are sent to.
const MOST: usize = 128;
/// So many turns of a busy thread until it looks at its clock and for new work: a turn
/// can be long.
const TURNS: u32 = 3;

/// The threads.
#[derive(Default)]
pub(super) struct Threads(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    of_host: HashMap<String, (u64, Arc<Thread>)>,
    used: u64,
}

/// The thread of a host.
pub(super) struct Thread(Option<Runtime>);

impl Threads {
    /// The thread for a URL's host.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(super) fn of(&self, url: &Url) -> std::io::Result<Arc<Thread>> {
        let host = format!("{:?}:{:?}", url.host_str(), url.port_or_known_default());
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.used += 1;
        let now = inner.used;
        if let Some((used, thread)) = inner.of_host.get_mut(&host) {
            *used = now;
            return Ok(Arc::clone(thread));
        }
        if inner.of_host.len() >= MOST {
            let unused = inner.of_host.iter().filter(|(_, (_, one))| Arc::strong_count(one) == 1);
            let oldest = unused.min_by_key(|(_, (used, _))| *used).map(|(host, _)| host.clone());
            oldest.and_then(|host| inner.of_host.remove(&host));
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("webhooks-io")
            .event_interval(TURNS)
            .global_queue_interval(TURNS)
            .enable_all()
            .build()?;
        let thread = Arc::new(Thread(Some(runtime)));
        inner.of_host.insert(host, (now, Arc::clone(&thread)));
        Ok(thread)
    }
}

impl Thread {
    /// Does something there; `None`: it has ended, or was given up. Dropped before, it is
    /// given up.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let task = self.0.as_ref()?.spawn(work);
        let _given_up = GivenUp(task.abort_handle());
        task.await.ok()
    }
}

impl Drop for Thread {
    /// A look-up of a name that hangs must not keep the process.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Ends what nobody waits for any more.
struct GivenUp(tokio::task::AbortHandle);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.abort();
    }
}
