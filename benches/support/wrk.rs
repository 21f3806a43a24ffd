//! HTTP load by wrk (Debian's package): one thread, connections that are kept.

use serde::Deserialize;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// What came of it.
#[derive(Deserialize, Clone, Copy)]
pub(crate) struct Answered {
    requests: f64,
    seconds: f64,
    errors: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Answered {
    pub(crate) fn per_second(&self) -> f64 {
        self.requests / self.seconds
    }
}

/// How hard, for how long.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) connections: usize,
    pub(crate) seconds: f64,
}

impl Plan {
    /// Posts the file's lines there; every answer is a 200.
    pub(crate) fn post(
        &self,
        address: SocketAddr,
        path: &str,
        bodies: &Path,
        token: &str,
    ) -> Answered {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/support/wrk.lua");
        let mut wrk = Command::new("wrk");
        wrk.args(["-t1", "-c", &self.connections.to_string(), "--timeout", "30s"]);
        wrk.args(["-d", &format!("{}s", self.seconds.round().max(1.0)), "-s", script]);
        wrk.arg(format!("http://{address}")).arg("--").arg(bodies).args([path, token]);
        let output = wrk.output().expect("wrk (Debian: apt-get install wrk)");
        let text = String::from_utf8_lossy(&output.stdout);
        let told = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
        let told: Answered = told.unwrap_or_else(|| panic!("wrk said {text}"));
        assert!(told.errors == 0.0, "answers that are no 200: {text}");
        told
    }
}
