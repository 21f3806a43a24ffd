//! Binding sockets and starting the server.

mod socket;
mod tls;

use super::auth::Local;
use super::metrics::{self, Metrics};
use super::state::State;
use super::{frame, routes};
use crate::app::App;
use actix_web::dev::{Server, ServerHandle};
use actix_web::{HttpServer, middleware::from_fn, rt::net::UnixStream, web};
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use utoipa_actix_web::AppExt as _;

/// A client must have sent its request's head within this time.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a connection lingers after an early answer, so that a client that is
/// still sending reads the answer rather than a reset.
const LINGER: Duration = Duration::from_secs(5);
/// How long a shutdown waits for what was accepted.
const SHUTDOWN_SECONDS: u64 = 30;
/// Connections a worker keeps open at most.
const CONNECTIONS: usize = 8192;
/// Threads of a worker that may wait for the database. More than connections would only
/// wait longer, and each keeps some megabytes.
const WAITING: usize = 16;

/// Where and how to serve.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    /// The TCP address; port 0 lets the system choose.
    pub listen: Option<SocketAddr>,
    /// The data folder's own socket: whoever can open it is the operator.
    pub socket: Option<PathBuf>,
    /// Serve TLS on `listen`.
    pub tls: Option<TlsFiles>,
    /// Serve `/metrics` on an address of its own, and not on `listen`.
    pub metrics_listen: Option<SocketAddr>,
    /// The proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Worker threads; one per core unless set.
    pub workers: Option<usize>,
}

/// A certificate chain and its key, in PEM files.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first.
    pub cert: PathBuf,
    /// The private key (PKCS #8, PKCS #1 or SEC 1).
    pub key: PathBuf,
}

/// A server that has been bound. It accepts once [`Running::run`] is polled.
pub struct Running {
    /// The TCP address, with the port that the system chose.
    pub address: Option<SocketAddr>,
    /// The address of `/metrics`, where it has one of its own.
    pub metrics_address: Option<SocketAddr>,
    /// The server: a future that ends when it has stopped.
    pub server: Server,
    /// Stops it from outside.
    pub handle: ServerHandle,
    metrics: Option<Server>,
    socket: Option<PathBuf>,
}

impl Running {
    /// Serves until a signal or the handle stops it; what was accepted is
    /// finished first. Removes the socket's file.
    ///
    /// # Errors
    /// What the system says when it can accept no more.
    pub async fn run(self) -> std::io::Result<()> {
        let metrics = self.metrics.map(|server| {
            let handle = server.handle();
            (handle, actix_web::rt::spawn(server))
        });
        let outcome = self.server.await;
        if let Some((handle, task)) = metrics {
            handle.stop(false).await;
            let _ = task.await;
        }
        if let Some(path) = self.socket {
            let _ = std::fs::remove_file(path);
        }
        outcome
    }
}

/// Why the server cannot start; `Display` tells what to do.
#[derive(Debug)]
pub enum ServerError {
    /// The address cannot be bound.
    Bind(SocketAddr, std::io::Error),
    /// The socket cannot be made.
    Socket(PathBuf, std::io::Error),
    /// Another process serves on the socket.
    SocketInUse(PathBuf),
    /// The certificate or key cannot be used.
    Tls(PathBuf, String),
    /// Neither an address nor a socket was given.
    Nowhere,
}

impl std::fmt::Display for ServerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bind(address, error) => {
                write!(f, "Cannot listen on {address}: {error}. Choose another with --listen.")
            }
            Self::Socket(path, error) => {
                write!(f, "Cannot make the socket {}: {error}.", path.display())
            }
            Self::SocketInUse(path) => {
                write!(f, "Another process already serves on {}.", path.display())
            }
            Self::Tls(path, what) => write!(f, "Cannot use {} for TLS: {what}.", path.display()),
            Self::Nowhere => write!(f, "There is neither an address nor a socket to serve on."),
        }
    }
}

impl std::error::Error for ServerError {}

/// Binds everything and returns the server, which the caller then runs.
///
/// # Errors
/// An address, a socket or a certificate that cannot be used.
pub fn start(app: App, options: ServerOptions) -> Result<Running, ServerError> {
    let metrics = Arc::new(Metrics::new());
    let state = web::Data::new(State::new(app, &options, Arc::clone(&metrics)));
    let served = state.clone();
    let own_metrics = options.metrics_listen.is_none();
    let mut server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(served.clone())
            .wrap(from_fn(frame::frame))
            .into_utoipa_app()
            .configure(routes::documented)
            .into_app()
            .configure(|config| routes::undocumented(config, own_metrics))
            .default_service(web::to(routes::nothing_here))
    })
    .on_connect(|connection, extensions| {
        if connection.is::<UnixStream>() {
            extensions.insert(Local);
        }
    })
    .client_request_timeout(HEAD_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .client_disconnect_timeout(LINGER)
    .max_connections(CONNECTIONS)
    .shutdown_timeout(SHUTDOWN_SECONDS);
    server = server.worker_max_blocking_threads(WAITING);
    if let Some(workers) = options.workers {
        server = server.workers(workers.max(1));
    }
    let mut address = None;
    if let Some(listen) = options.listen {
        server = match &options.tls {
            Some(files) => server.bind_rustls_0_23(listen, tls::config(files)?),
            None => server.bind(listen),
        }
        .map_err(|error| ServerError::Bind(listen, error))?;
        address = server.addrs().first().copied();
    }
    if let Some(path) = &options.socket {
        let listener = socket::bind(path)?;
        server = server
            .listen_uds(listener)
            .map_err(|error| ServerError::Socket(path.clone(), error))?;
    }
    if address.is_none() && options.socket.is_none() {
        return Err(ServerError::Nowhere);
    }
    let (metrics, metrics_address) = match options.metrics_listen {
        Some(listen) => {
            let (server, address) = metrics::serve(state, listen)?;
            (Some(server), Some(address))
        }
        None => (None, None),
    };
    let server = server.run();
    let handle = server.handle();
    Ok(Running { address, metrics_address, server, handle, metrics, socket: options.socket })
}
