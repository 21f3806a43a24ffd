//! Clients that post objections, each on a connection of its own and as soon as it
//! was answered: one thread for all, bare sockets, so that the machine is left to
//! the service.

use super::persons::person;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// How hard, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) clients: usize,
    /// Not looked at.
    pub(crate) warm_up: Duration,
    pub(crate) window: Duration,
}

/// What was acknowledged.
pub(crate) struct Load {
    /// Within the window.
    pub(crate) acknowledged: usize,
    /// How long each of them took, in milliseconds, the quickest first.
    pub(crate) took: Vec<f64>,
    /// In all, the warm-up too.
    pub(crate) in_all: usize,
}

impl Load {
    /// The time within which this share was answered.
    pub(crate) fn within(&self, share: f64) -> f64 {
        let last = self.took.len().saturating_sub(1);
        self.took.get((last as f64 * share) as usize).copied().unwrap_or(f64::NAN)
    }
}

/// Where the service is, and whoever posts next.
struct Target {
    address: SocketAddr,
    token: String,
    next: AtomicUsize,
}

/// A service under load.
pub(crate) struct Clients(Arc<Target>);

impl Clients {
    pub(crate) fn of(address: SocketAddr, token: String) -> Self {
        Self(Arc::new(Target { address, token, next: AtomicUsize::new(0) }))
    }

    /// Posts so many one after the other; how long each took, the quickest first.
    pub(crate) fn alone(&self, count: usize) -> Vec<f64> {
        let target = Arc::clone(&self.0);
        let mut took = runtime().block_on(async move {
            let mut connection = Connection::to(target.address).await;
            let mut took = Vec::new();
            for _ in 0..count {
                took.push(connection.post(&target.request()).await.as_secs_f64() * 1e3);
            }
            took
        });
        took.sort_by(f64::total_cmp);
        took
    }

    /// Posts as the plan says.
    pub(crate) fn all(&self, plan: Plan) -> Load {
        let begin = Instant::now() + plan.warm_up;
        let end = begin + plan.window;
        let answers: Vec<(Instant, Duration)> = runtime().block_on(async {
            let clients: Vec<_> =
                (0..plan.clients).map(|_| tokio::spawn(one(Arc::clone(&self.0), end))).collect();
            let mut answers = Vec::new();
            for client in clients {
                answers.extend(client.await.expect("a client"));
            }
            answers
        });
        let mut took: Vec<f64> = answers
            .iter()
            .filter(|(at, _)| (begin..end).contains(at))
            .map(|(_, took)| took.as_secs_f64() * 1e3)
            .collect();
        took.sort_by(f64::total_cmp);
        Load { acknowledged: took.len(), took, in_all: answers.len() }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn one(target: Arc<Target>, until: Instant) -> Vec<(Instant, Duration)> {
    let mut connection = Connection::to(target.address).await;
    let mut answers = Vec::new();
    while Instant::now() < until {
        let took = connection.post(&target.request()).await;
        answers.push((Instant::now(), took));
    }
    answers
}

impl Target {
    /// The next person's objection.
    fn request(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let body = json!({
            "reference": format!("spt-{number:06}"),
            "controllers": ["tandgruppen"],
            "right": "object_to_direct_marketing",
            "person": person(number),
            "proxy": {
                "reference": format!("fm-{number:06}"),
                "holder": {"name": "Spärrtjänst AB", "organisation_number": "559999-0008"},
                "grantor": "self",
                "granted_at": "2024-01-19T18:00:00Z",
                "rights": ["object_to_direct_marketing"],
                "identification": {"method": "bankid", "at": "2024-01-19T17:59:31Z"}
            }
        })
        .to_string();
        let (token, length) = (&self.token, body.len());
        format!(
            "POST /v1/objections HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }
}

/// A connection that is kept.
struct Connection {
    stream: TcpStream,
    came: Vec<u8>,
}

impl Connection {
    async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("it accepts");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, came: Vec::new() }
    }

    /// Posts and waits for the 201; how long that took.
    async fn post(&mut self, request: &str) -> Duration {
        let begun = Instant::now();
        let mut left = request.as_bytes();
        while !left.is_empty() {
            self.stream.writable().await.expect("a connection");
            match self.stream.try_write(left) {
                Ok(sent) => left = &left[sent..],
                Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
            }
        }
        self.came.clear();
        while !complete(&self.came) {
            self.stream.readable().await.expect("a connection");
            let mut part = [0; 4096];
            match self.stream.try_read(&mut part) {
                Ok(0) => panic!("the service hung up"),
                Ok(read) => self.came.extend_from_slice(&part[..read]),
                Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
            }
        }
        let took = begun.elapsed();
        let answer = String::from_utf8_lossy(&self.came);
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        took
    }
}

/// Whether an answer has come to its end.
fn complete(came: &[u8]) -> bool {
    let Some(end) = came.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&came[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).expect("a length");
    came.len() >= end + 4 + length
}
