//! Names of hosts become addresses here, and only those are connected to that may be.
//!
//! The check is on what is connected to and not on an earlier answer: a name that is
//! somebody's public address when it is registered can be 127.0.0.1 a second later
//! (DNS rebinding).

use super::address::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name that leads into a private network, and nowhere else.
#[derive(Debug)]
pub(super) struct Private;

impl std::fmt::Display for Private {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name leads to a private network")
    }
}

impl std::error::Error for Private {}

/// A name that leads nowhere.
#[derive(Debug)]
pub(super) struct Unknown;

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name leads nowhere")
    }
}

impl std::error::Error for Unknown {}

/// The system's resolver, without addresses of private networks.
pub(super) struct PublicAlone;

impl Resolve for PublicAlone {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<_> = found.map_err(|_| Unknown)?.collect();
            if found.is_empty() {
                return Err(Unknown.into());
            }
            let public: Vec<_> =
                found.into_iter().filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(Private.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
