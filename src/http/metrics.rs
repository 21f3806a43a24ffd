//! `/metrics` in Prometheus' text format. No label ever carries what a client
//! sent: operations are named by the route table, clients not at all.

use super::server::ServerError;
use super::state::State;
use crate::domain::decision::Decision;
use actix_web::dev::Server;
use actix_web::{HttpResponse, HttpServer, get, http::header, web};
use prometheus::{
    HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};
use std::net::SocketAddr;
use std::time::Duration;

/// The counters of this process.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Option<IntCounterVec>,
    durations: Option<HistogramVec>,
    decisions: Option<IntCounterVec>,
    position: Option<IntGauge>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new(
                "nejtack_http_requests_total",
                "Requests answered, by operation and class of status.",
            ),
            &["operation", "status"],
        );
        let durations = HistogramVec::new(
            HistogramOpts::new("nejtack_http_request_seconds", "Time until an answer begins.")
                .buckets(vec![
                    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
                    10.0, 30.0,
                ]),
            &["operation"],
        );
        let decisions = IntCounterVec::new(
            Opts::new("nejtack_decisions_total", "Decisions given to look-ups, one a channel."),
            &["decision"],
        );
        let position =
            IntGauge::new("nejtack_ledger_position", "Newest entry that this instance knows.");
        let metrics = Self {
            requests: register(&registry, requests),
            durations: register(&registry, durations),
            decisions: register(&registry, decisions),
            position: register(&registry, position),
            registry,
        };
        for decision in [Decision::Clear, Decision::Undecidable, Decision::Blocked] {
            metrics.decided(decision, 0);
        }
        metrics
    }

    /// Counts an answered request.
    pub(crate) fn answered(&self, operation: &str, status: u16, took: Duration) {
        let class = ["1xx", "2xx", "3xx", "4xx", "5xx"][usize::from(status / 100).clamp(1, 5) - 1];
        if let Some(requests) = &self.requests {
            requests.with_label_values(&[operation, class]).inc();
        }
        if let Some(durations) = &self.durations {
            durations.with_label_values(&[operation]).observe(took.as_secs_f64());
        }
    }

    /// Counts decisions.
    pub(crate) fn decided(&self, decision: Decision, count: u64) {
        if let Some(decisions) = &self.decisions {
            decisions.with_label_values(&[decision.name()]).inc_by(count);
        }
    }

    fn text(&self, position: i64) -> String {
        if let Some(gauge) = &self.position {
            gauge.set(position);
        }
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}

/// Names and labels are constants, so neither step can fail; if one did, the
/// service would go on without that metric.
fn register<T: prometheus::core::Collector + Clone + 'static>(
    registry: &Registry,
    metric: prometheus::Result<T>,
) -> Option<T> {
    let metric = metric.ok()?;
    registry.register(Box::new(metric.clone())).ok()?;
    Some(metric)
}

/// The metrics of this process.
#[get("/metrics")]
pub(crate) async fn read_metrics(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, prometheus::TEXT_FORMAT))
        .body(state.metrics.text(state.app.as_of().position))
}

/// A listener for `/metrics` alone.
pub(crate) fn serve(
    state: web::Data<State>,
    listen: SocketAddr,
) -> Result<(Server, SocketAddr), ServerError> {
    let server = HttpServer::new(move || {
        actix_web::App::new().app_data(state.clone()).service(read_metrics)
    })
    .workers(1)
    .disable_signals()
    .bind(listen)
    .map_err(|error| ServerError::Bind(listen, error))?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    Ok((server.run(), address))
}
