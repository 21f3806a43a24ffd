//! Ports. The issuer of tokens is the URL, so the port must be known before the
//! instance is opened; and that an address is taken should be told before
//! anything is made.

use super::failure::{Failure, Outcome};
use std::net::{SocketAddr, TcpListener};

/// An address that is kept free until the server takes it.
pub(super) struct Reserved(SocketAddr, TcpListener);

impl Reserved {
    /// Keeps this address; for port 0, one with some other port.
    pub(super) fn at(address: SocketAddr) -> Outcome<Self> {
        let listener = TcpListener::bind(address);
        let reserved = listener.and_then(|l| Ok(Self(l.local_addr()?, l)));
        reserved.map_err(|error| {
            Failure::refused(format!(
                "cannot listen on {address}: {error}. Choose another address with --listen"
            ))
        })
    }

    /// The URL of the address, as somebody on this machine writes it.
    pub(super) fn url(&self, tls: bool) -> String {
        let mut address = self.0;
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("{}://{address}", if tls { "https" } else { "http" })
    }

    /// Lets the server have it, now.
    pub(super) fn release(self) -> SocketAddr {
        drop(self.1);
        self.0
    }
}
