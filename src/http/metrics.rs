//! `/metrics` in Prometheus' text format. No label ever carries what a client
//! sent, but for the slugs that administrators give registers: operations are named by
//! the route table, clients not at all.

use super::server::ServerError;
use super::state::State;
use crate::app::App;
use crate::app::registers::Age;
use crate::domain::decision::Decision;
use actix_web::dev::Server;
use actix_web::{HttpResponse, HttpServer, get, http::header, web};
use prometheus::{
    CounterVec, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    Opts, Registry, TextEncoder,
};
use std::net::SocketAddr;
use std::time::Duration;

/// The counters of this process.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Option<IntCounterVec>,
    durations: Option<HistogramVec>,
    /// By the decision's number.
    decisions: [Option<IntCounter>; 3],
    position: Option<IntGauge>,
    committed: Option<CounterVec>,
    commit_seconds: Option<CounterVec>,
    consumers: Option<IntGaugeVec>,
    consumer_lag: Option<IntGaugeVec>,
    webhooks: Option<IntGaugeVec>,
    deliveries: Option<IntGaugeVec>,
    review: Option<IntGaugeVec>,
    review_oldest: Option<IntGaugeVec>,
    register_ages: Option<IntGaugeVec>,
    register_days_left: Option<IntGaugeVec>,
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
            Opts::new(
                "nejtack_decisions_total",
                "Decisions given to look-ups, one a channel, and to rows of screened files.",
            ),
            &["decision"],
        );
        let position =
            IntGauge::new("nejtack_ledger_position", "Newest entry that this instance knows.");
        let committed = CounterVec::new(
            Opts::new("nejtack_committed_total", "Groups committed, and the entries in them."),
            &["what"],
        );
        let commit_seconds = CounterVec::new(
            Opts::new(
                "nejtack_commit_seconds_total",
                "Time that commits took in all, and of that the transparency log.",
            ),
            &["part"],
        );
        let gauges = |name: &str, what: &str, label: &str| {
            register(&registry, IntGaugeVec::new(Opts::new(name, what), &[label]))
        };
        let consumers = gauges(
            "nejtack_consumers",
            "Consumers of the change feed, in all and those that lag past the bound.",
            "which",
        );
        let consumer_lag = gauges(
            "nejtack_consumer_lag",
            "How far the consumer furthest behind has not acknowledged changes.",
            "in",
        );
        let webhooks =
            gauges("nejtack_webhooks", "Endpoints of webhooks that are sent to or not.", "state");
        let deliveries = gauges(
            "nejtack_webhook_deliveries",
            "Messages that are still to be sent, and that were given up.",
            "status",
        );
        let review = gauges(
            "nejtack_review_items",
            "Values that could not be read and messages that wait for staff.",
            "kind",
        );
        let review_oldest = gauges(
            "nejtack_review_oldest_seconds",
            "How long the oldest of them has waited.",
            "kind",
        );
        let register_ages = gauges(
            "nejtack_register_age_days",
            "Days since the date of the version in force of an opt-out register.",
            "register",
        );
        let register_days_left = gauges(
            "nejtack_register_days_left",
            "Days until that version is too old to be relied on; below 0 once it is.",
            "register",
        );
        let decisions = register(&registry, decisions);
        let each = [Decision::Clear, Decision::Undecidable, Decision::Blocked];
        let decisions = each.map(|decision| {
            decisions.as_ref().map(|all| all.with_label_values(&[decision.name()]))
        });
        Self {
            requests: register(&registry, requests),
            durations: register(&registry, durations),
            decisions,
            position: register(&registry, position),
            committed: register(&registry, committed),
            commit_seconds: register(&registry, commit_seconds),
            consumers,
            consumer_lag,
            webhooks,
            deliveries,
            review,
            review_oldest,
            register_ages,
            register_days_left,
            registry,
        }
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
        if let Some(counter) = &self.decisions[decision as usize] {
            counter.inc_by(count);
        }
    }

    fn text(&self, app: &App) -> String {
        if let Some(gauge) = &self.position {
            gauge.set(app.as_of().position);
        }
        let times = app.commit_times();
        #[expect(clippy::cast_precision_loss, reason = "a count beyond 2^53 may be rounded")]
        let counts = [("groups", times.groups as f64), ("entries", times.entries as f64)];
        set(self.committed.as_ref(), &counts);
        let seconds = [("all", times.all.as_secs_f64()), ("log", times.log.as_secs_f64())];
        set(self.commit_seconds.as_ref(), &seconds);
        let seen = app.figures();
        show(self.consumers.as_ref(), [("all", seen.consumers), ("lagging", seen.lagging)]);
        let lag = [("entries", seen.most_entries), ("seconds", seen.most_seconds)];
        show(self.consumer_lag.as_ref(), lag);
        let webhooks = [("active", seen.webhooks), ("disabled", seen.disabled_webhooks)];
        show(self.webhooks.as_ref(), webhooks);
        let deliveries = [("pending", seen.pending), ("given_up", seen.given_up)];
        show(self.deliveries.as_ref(), deliveries);
        let [values, messages] = app.waiting_for_review();
        show(self.review.as_ref(), [("value", values.open), ("message", messages.open)]);
        let oldest = [("value", values.oldest_seconds), ("message", messages.oldest_seconds)];
        show(self.review_oldest.as_ref(), oldest);
        for Age { register, days, days_left } in app.register_ages() {
            let both = [(&self.register_ages, days), (&self.register_days_left, days_left)];
            for (gauge, value) in both.into_iter().filter_map(|(own, v)| Some((own.as_ref()?, v))) {
                gauge.with_label_values(&[register.as_str()]).set(value);
            }
        }
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}

/// Shows what was seen.
fn show(gauges: Option<&IntGaugeVec>, seen: [(&str, u64); 2]) {
    let Some(gauges) = gauges else { return };
    for (label, value) in seen {
        gauges.with_label_values(&[label]).set(i64::try_from(value).unwrap_or(i64::MAX));
    }
}

/// Shows counts that are kept elsewhere.
fn set(counters: Option<&CounterVec>, counts: &[(&str, f64)]) {
    let Some(counters) = counters else { return };
    for (label, count) in counts {
        let counter = counters.with_label_values(&[label]);
        counter.reset();
        counter.inc_by(*count);
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
        .body(state.metrics.text(&state.app))
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
