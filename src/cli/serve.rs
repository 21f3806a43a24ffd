//! `nejtack serve`.

use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::instance::{self, Instance};
use super::out;
use super::port::Reserved;
use super::serving::Serving;
use super::socket::Socket;
use crate::config::{Place, Serve};
use crate::http::server::{ServerOptions, TlsFiles};
use crate::jobs::Webhooks;
use std::path::Path;

/// Serves until a signal ends it.
pub(super) fn run(options: &Serve) -> Outcome {
    let place = &options.place;
    let owner = instance::take(place)?;
    // Told before anything is recorded.
    let listen = Reserved::at(options.listen)?;
    let (cert, key) = (options.tls_cert.clone(), options.tls_key.clone());
    let tls = cert.zip(key).map(|(cert, key)| TlsFiles { cert, key });
    let own_url = listen.url(tls.is_some());
    let url = options.settings.public_url.clone().unwrap_or_else(|| own_url.clone());

    let settings = options.settings.of_instance(url.clone());
    let instance = Instance::open(place, Need::Write, owner, settings)?;
    let socket = local_socket(place)?;
    let server = ServerOptions {
        listen: Some(listen.release()),
        socket: socket.as_ref().map(Socket::path),
        tls,
        metrics_listen: options.metrics_listen,
        trusted_proxies: options.trusted_proxies.clone(),
        workers: None,
    };
    let serving = Serving::start(&instance.app, server)?;
    let webhooks = Webhooks::start(instance.app.clone())
        .map_err(|error| Failure::refused(format!("the system gives no thread: {error}")))?;
    announce(place, &instance);
    out::note(format!("serving {own_url}"));
    if url != own_url {
        out::note(format!("known as {url}"));
    }
    out::note(format!("documentation at {url}/docs"));
    if options.settings.hearing.hold_webhooks {
        out::note("webhooks are held: nothing is sent, and what is to be sent stays");
    }
    let outcome = serving.wait();
    drop(webhooks);
    instance.close();
    if outcome.is_ok() {
        out::note("stopped");
    }
    outcome
}

/// Says with what it serves.
fn announce(place: &Place, instance: &Instance) {
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
}

/// The socket for commands: in the data folder, where there is one.
fn local_socket(place: &Place) -> Outcome<Option<Socket>> {
    if place.database_url().is_some() {
        return Ok(None);
    }
    let failed = |error| Failure::refused(format!("the data folder cannot be opened: {error}"));
    Socket::of(place.data()).map(Some).map_err(failed)
}

/// A path that can be found from anywhere.
fn full(path: &Path) -> String {
    let full = std::fs::canonicalize(path);
    full.as_deref().unwrap_or(path).display().to_string()
}
