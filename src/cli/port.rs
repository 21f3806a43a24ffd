//! Ports. The issuer of tokens is the URL, so the port must be known before the
//! instance is opened; and that an address is taken should be told before
//! anything is made.

use super::failure::{Failure, Outcome};
use std::net::{SocketAddr, TcpListener};

/// The address with a port that is free now: its own, or for port 0 some other.
pub(super) fn free(address: SocketAddr) -> Outcome<SocketAddr> {
    TcpListener::bind(address).and_then(|listener| listener.local_addr()).map_err(|error| {
        Failure::refused(format!(
            "cannot listen on {address}: {error}. Choose another address with --listen"
        ))
    })
}
