//! What an instance does by itself while it serves.

mod webhooks;

pub use webhooks::Webhooks;

use crate::app::App;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often.
const EVERY: Duration = Duration::from_secs(5);
/// How often it looks for originals whose time is over; and when it begins.
const SHREDS_EVERY: Duration = Duration::from_secs(3_600);

/// A thread that keeps house as long as this is kept.
pub struct Housekeeping {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Housekeeping {
    /// Begins to keep house.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(app: App) -> std::io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let thread =
            std::thread::Builder::new().name("housekeeping".to_owned()).spawn(move || {
                app.resume_rotation();
                app.shred_what_is_due();
                app.forget_deliveries();
                let mut shredded = Instant::now();
                while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    app.housekeeping();
                    app.resume_rotation();
                    if shredded.elapsed() >= SHREDS_EVERY {
                        app.shred_what_is_due();
                        app.forget_deliveries();
                        shredded = Instant::now();
                    }
                }
            })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Housekeeping {
    /// Stops, and waits for what it is at.
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
