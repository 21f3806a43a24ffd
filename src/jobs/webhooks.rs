//! A thread that sends webhooks: with a runtime of its own, so that no worker of the
//! server ever waits for a receiver.

use crate::app::App;
use crate::app::webhooks::send_webhooks;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Sends webhooks as long as this is kept.
pub struct Webhooks {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Webhooks {
    /// Begins to send.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(app: App) -> std::io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("webhooks".to_owned()).spawn(move || {
            runtime.block_on(send_webhooks(app, stopped));
            // A look-up of a name that hangs must not keep the process.
            runtime.shutdown_background();
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Webhooks {
    /// Stops, and waits a moment for what is on its way.
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
