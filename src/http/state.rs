//! What every handler can reach.

use super::metrics::Metrics;
use super::routes::Table;
use super::server::ServerOptions;
use super::throttle::Throttle;
use crate::app::App;
use ipnet::IpNet;
use std::sync::Arc;

/// Shared by all workers.
pub(crate) struct State {
    /// The use cases.
    pub(crate) app: App,
    /// Counters.
    pub(crate) metrics: Arc<Metrics>,
    /// Slows down those who try secrets.
    pub(crate) throttle: Throttle,
    /// The proxies whose `X-Forwarded-For` counts.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Which methods there are, and what each operation is called.
    pub(crate) table: &'static Table,
}

impl State {
    pub(super) fn new(app: App, options: &ServerOptions, metrics: Arc<Metrics>) -> Self {
        let trusted_proxies = options.trusted_proxies.clone();
        Self { app, metrics, throttle: Throttle::new(), trusted_proxies, table: Table::get() }
    }
}
