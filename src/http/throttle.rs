//! Slows down those who try secrets.

use super::state::State;
use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// Failures that an address has at once …
const BURST: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
/// … and in a minute after that.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
/// After so many failures, addresses that have been quiet are forgotten.
const SWEEP: u32 = 1024;

/// Counts failed attempts by source address.
///
/// Only failures are answered 429. Right credentials always get through: our
/// secrets are too long to be guessed, while many clients can share one address,
/// and an objection service must not be shut out by its neighbour's mistakes.
pub(crate) struct Throttle {
    failures: DefaultKeyedRateLimiter<IpAddr>,
    since_sweep: AtomicU32,
}

impl Throttle {
    pub(super) fn new() -> Self {
        let quota = Quota::per_minute(PER_MINUTE).allow_burst(BURST);
        Self { failures: RateLimiter::keyed(quota), since_sweep: AtomicU32::new(0) }
    }

    /// Takes note of a failure; the seconds to wait when there were too many.
    pub(crate) fn failed(&self, address: IpAddr) -> Option<u32> {
        if self.since_sweep.fetch_add(1, Ordering::Relaxed) >= SWEEP {
            self.since_sweep.store(0, Ordering::Relaxed);
            self.failures.retain_recent();
        }
        let wait = self.failures.check_key(&network(address)).err()?;
        let seconds = wait.wait_time_from(DefaultClock::default().now()).as_secs();
        Some(u32::try_from(seconds).unwrap_or(u32::MAX).saturating_add(1))
    }
}

/// An IPv6 host can have a whole /64: that counts as one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Where a request came from: the socket's address or, behind trusted proxies,
/// the last address in `X-Forwarded-For` that is none of them. `None` over a
/// Unix socket.
pub(crate) fn source(request: &HttpRequest, state: &State) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let lines = request.headers().get_all("x-forwarded-for").filter_map(|v| v.to_str().ok());
    let forwarded: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    Some(beyond(peer, &forwarded, &state.trusted_proxies))
}

/// Walks back from the socket's peer as long as each hop is trusted.
fn beyond(peer: IpAddr, forwarded: &[&str], trusted: &[IpNet]) -> IpAddr {
    let mut at = peer;
    for hop in forwarded.iter().rev() {
        if !trusted.iter().any(|net| net.contains(&at)) {
            return at;
        }
        let hop = hop.trim();
        let bare = hop.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(hop);
        let parsed = bare.parse().ok().or_else(|| hop.rsplit_once(':')?.0.parse().ok());
        match parsed {
            Some(address) => at = IpAddr::to_canonical(&address),
            None => return at,
        }
    }
    at
}
