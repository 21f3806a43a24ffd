//! `nejtack serve`.

use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::instance::{self, Instance};
use super::serving::Serving;
use super::socket::Socket;
use super::{out, port};
use crate::config::{Place, Serve};
use crate::http::server::{ServerOptions, TlsFiles};
use std::net::SocketAddr;
use std::path::Path;

/// Serves until a signal ends it.
pub(super) fn run(options: &Serve) -> Outcome {
    let place = &options.place;
    // Told before anything is made.
    let listen = port::free(options.listen)?;
    let (cert, key) = (options.tls_cert.clone(), options.tls_key.clone());
    let tls = cert.zip(key).map(|(cert, key)| TlsFiles { cert, key });
    let url = options.settings.public_url.clone().unwrap_or_else(|| url(listen, tls.is_some()));

    let owner = instance::take(place)?;
    let settings = options.settings.of_instance(url.clone());
    let instance = Instance::open(place, Need::Write, owner, settings)?;
    let socket = local_socket(place)?;
    let server = ServerOptions {
        listen: Some(listen),
        socket: socket.as_ref().map(Socket::path),
        tls,
        metrics_listen: options.metrics_listen,
        trusted_proxies: options.trusted_proxies.clone(),
        workers: None,
    };
    let serving = Serving::start(&instance.app, server)?;
    announce(place, &instance, &url);
    let outcome = serving.wait();
    instance.close();
    if outcome.is_ok() {
        out::note("stopped");
    }
    outcome
}

/// Says that it is ready, and with what.
fn announce(place: &Place, instance: &Instance, url: &str) {
    match place.database_url() {
        Some(url) => {
            if let Ok(database) = super::first_start::parse(url) {
                out::note(format!("data in {}", database.redacted()));
            }
        }
        None => out::note(format!("data in {}", full(place.data()))),
    }
    let file = full(&instance.root_key_file);
    out::note(format!("root key {} ({file})", instance.root_key_id));
    out::note(format!("serving {url}"));
    out::note(format!("documentation at {url}/docs"));
}

/// The socket for commands: in the data folder, where there is one.
fn local_socket(place: &Place) -> Outcome<Option<Socket>> {
    if place.database_url().is_some() {
        return Ok(None);
    }
    let failed = |error| Failure::refused(format!("the data folder cannot be opened: {error}"));
    Socket::of(place.data()).map(Some).map_err(failed)
}

/// The URL of an address, as somebody on this machine writes it.
pub(super) fn url(mut address: SocketAddr, tls: bool) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    format!("{}://{address}", if tls { "https" } else { "http" })
}

/// A path that can be found from anywhere.
fn full(path: &Path) -> String {
    let full = std::fs::canonicalize(path);
    full.as_deref().unwrap_or(path).display().to_string()
}
