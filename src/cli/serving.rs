//! A server on a thread of its own, so that the command can speak to it.

use super::failure::{Failure, Outcome};
use crate::app::App;
use crate::http::server::{self, ServerOptions};
use crate::jobs::Housekeeping;
use actix_web::dev::ServerHandle;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// A server under way.
pub(super) struct Serving {
    handle: ServerHandle,
    thread: JoinHandle<std::io::Result<()>>,
    _housekeeping: Housekeeping,
}

type Bound = Result<ServerHandle, String>;

impl Serving {
    /// Binds, and serves as soon as this returns.
    pub(super) fn start(app: &App, options: ServerOptions) -> Outcome<Self> {
        let housekeeping = Housekeeping::start(app.clone()).map_err(|error| no_thread(&error))?;
        let (tell, told) = channel();
        let app = app.clone();
        let thread = std::thread::Builder::new()
            .name("server".to_owned())
            .spawn(move || serve(app, options, &tell))
            .map_err(|error| no_thread(&error))?;
        match told.recv() {
            Ok(Ok(handle)) => Ok(Self { handle, thread, _housekeeping: housekeeping }),
            Ok(Err(error)) => Err(Failure::refused(error)),
            Err(_) => Err(Failure::refused("the server broke while it started: see the log")),
        }
    }

    /// Waits until a signal ends it (SIGTERM lets it finish what it accepted).
    pub(super) fn wait(self) -> Outcome {
        match self.thread.join() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Failure::refused(format!("the server stopped: {error}"))),
            Err(_) => Err(Failure::refused("the server broke: see the log")),
        }
    }

    /// Ends it.
    pub(super) fn stop(self) -> Outcome {
        // The order is sent at once; the future would only wait for it.
        drop(self.handle.stop(false));
        self.wait()
    }
}

fn serve(app: App, options: ServerOptions, tell: &Sender<Bound>) -> std::io::Result<()> {
    actix_web::rt::System::new().block_on(async {
        let running = match server::start(app, options) {
            Ok(running) => running,
            Err(error) => {
                let _ = tell.send(Err(error.to_string()));
                return Ok(());
            }
        };
        let handle = running.handle.clone();
        let served = actix_web::rt::spawn(running.run());
        // Its first turn sets up the signals: a SIGTERM that comes as soon as we
        // said that we serve must find them.
        tokio::task::yield_now().await;
        let _ = tell.send(Ok(handle));
        served.await.unwrap_or_else(|broken| Err(std::io::Error::other(broken)))
    })
}

fn no_thread(error: &std::io::Error) -> Failure {
    Failure::refused(format!("the system gives no thread: {error}"))
}
