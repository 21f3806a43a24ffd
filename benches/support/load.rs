//! Load by bare sockets, each client on a connection of its own and as soon as it
//! was answered: one thread for all, so that the machine is left to the service.
//! Speaks whatever has requests and answers: HTTP, and Redis' protocol.

use super::persons::person;
use serde_json::json;
use std::borrow::Cow;
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
    /// At most so many a second by all clients together.
    pub(crate) per_second: Option<f64>,
}

impl Plan {
    /// As quick as they are answered, after a warm-up.
    pub(crate) fn full(clients: usize, seconds: f64) -> Self {
        let (warm_up, window) =
            (Duration::from_secs_f64(seconds / 4.0), Duration::from_secs_f64(seconds));
        Self { clients, warm_up, window, per_second: None }
    }
}

/// What was answered.
pub(crate) struct Load {
    /// Within the window.
    pub(crate) answered: usize,
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

/// What is asked, and what an answer must be.
pub(crate) trait Asking: Send + Sync + 'static {
    /// The request of this number.
    fn request(&self, number: usize) -> Cow<'_, [u8]>;
    /// Whether an answer has come to its end; fails where it is a wrong one.
    fn complete(&self, came: &[u8]) -> bool;
}

/// Where the answers come from, and whoever asks next.
struct Target<A> {
    address: SocketAddr,
    asking: A,
    next: AtomicUsize,
}

/// A service under load.
pub(crate) struct Clients<A>(Arc<Target<A>>);

impl<A: Asking> Clients<A> {
    pub(crate) fn of(address: SocketAddr, asking: A) -> Self {
        Self(Arc::new(Target { address, asking, next: AtomicUsize::new(0) }))
    }

    /// Goes on with the requests from this number.
    pub(crate) fn from(self, number: usize) -> Self {
        self.0.next.store(number, Ordering::Relaxed);
        self
    }

    /// The number of the next request.
    pub(crate) fn next(&self) -> usize {
        self.0.next.load(Ordering::Relaxed)
    }

    /// Asks so many one after the other; how long each took, the quickest first.
    pub(crate) fn alone(&self, count: usize) -> Vec<f64> {
        let target = Arc::clone(&self.0);
        let mut took = runtime().block_on(async move {
            let mut connection = Connection::to(target.address).await;
            let mut took = Vec::new();
            for _ in 0..count {
                took.push(target.ask(&mut connection).await.as_secs_f64() * 1e3);
            }
            took
        });
        took.sort_by(f64::total_cmp);
        took
    }

    /// Asks as the plan says.
    pub(crate) fn all(&self, plan: Plan) -> Load {
        let begin = Instant::now() + plan.warm_up;
        let end = begin + plan.window;
        let apart = plan.per_second.map(|rate| Duration::from_secs_f64(plan.clients as f64 / rate));
        let answers: Vec<(Instant, Duration)> = runtime().block_on(async {
            let clients: Vec<_> = (0..plan.clients)
                .map(|_| tokio::spawn(one(Arc::clone(&self.0), end, apart)))
                .collect();
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
        Load { answered: took.len(), took, in_all: answers.len() }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn one<A: Asking>(
    target: Arc<Target<A>>,
    until: Instant,
    apart: Option<Duration>,
) -> Vec<(Instant, Duration)> {
    let mut connection = Connection::to(target.address).await;
    let mut answers = Vec::new();
    let mut due = Instant::now();
    while Instant::now() < until {
        let took = target.ask(&mut connection).await;
        answers.push((Instant::now(), took));
        if let Some(apart) = apart {
            due += apart;
            tokio::time::sleep_until(due.into()).await;
        }
    }
    answers
}

impl<A: Asking> Target<A> {
    async fn ask(&self, connection: &mut Connection) -> Duration {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let request = self.asking.request(number);
        connection.ask(&request, |came| self.asking.complete(came)).await
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
        Self { stream, came: Vec::with_capacity(1 << 16) }
    }

    /// Asks and waits for the whole answer; how long that took.
    async fn ask(&mut self, request: &[u8], complete: impl Fn(&[u8]) -> bool) -> Duration {
        let begun = Instant::now();
        let mut left = request;
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
            self.came.reserve(1 << 16);
            match self.stream.try_read_buf(&mut self.came) {
                Ok(0) => panic!("it hung up: {}", String::from_utf8_lossy(&self.came)),
                Ok(_) => {}
                Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
            }
        }
        begun.elapsed()
    }
}

/// Posts objections.
pub(crate) struct Objections {
    pub(crate) token: String,
}

impl Objections {
    /// The objection of the person with this number.
    pub(crate) fn body(number: usize) -> String {
        json!({
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
        .to_string()
    }
}

impl Asking for Objections {
    fn request(&self, number: usize) -> Cow<'_, [u8]> {
        post("/v1/objections", &self.token, Self::body(number).as_bytes()).into()
    }

    fn complete(&self, came: &[u8]) -> bool {
        answered(came, 201)
    }
}

/// A POST of JSON.
pub(crate) fn post(path: &str, token: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Whether an HTTP answer has come to its end, and fails unless it is the one
/// that is waited for.
pub(crate) fn answered(came: &[u8], status: u16) -> bool {
    let Some(end) = came.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&came[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).expect("a length");
    if came.len() < end + 4 + length {
        return false;
    }
    let expected = format!("http/1.1 {status} ");
    assert!(head.starts_with(&expected), "{}", String::from_utf8_lossy(came));
    true
}
