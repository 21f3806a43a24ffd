//! A receiver: plain HTTP on a port of this machine, which answers as it is told.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A message as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// How a message is answered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reply {
    Status(u16),
    /// With this status, after so long.
    Slow(u16, Duration),
    Never,
    /// To this port of this machine.
    Redirect(u16),
    /// With 200 and ten megabytes.
    Large,
    /// With this status, and to come again after so many seconds.
    Later(u16, u32),
    /// With 1xx, for ever.
    Endless,
    /// Hangs up.
    Broken,
}

/// Answers each message by its number, from 0.
type Answers = dyn Fn(usize) -> Reply + Send + Sync;

pub(crate) struct Receiver {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// One that says 204 to everything.
    pub(crate) fn new() -> Self {
        Self::answering(|_| Reply::Status(204))
    }

    pub(super) fn answering(answers: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (answers, count): (Arc<Answers>, _) =
            (Arc::new(answers), Arc::new(AtomicUsize::new(0)));
        let kept = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answers, kept, count) = (answers.clone(), kept.clone(), count.clone());
                std::thread::spawn(move || serve(&stream, &answers, &kept, &count));
            }
        });
        Self { port, received }
    }

    /// One whose port nobody listens at.
    pub(super) fn closed() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        Self { port, received: Arc::default() }
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks/nejtack", self.port)
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("unbroken").clone()
    }

    /// Waits for so many messages.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Received> {
        super::until(|| Some(self.received()).filter(|all| all.len() >= count))
    }
}

fn serve(
    stream: &TcpStream,
    answers: &Arc<Answers>,
    kept: &Mutex<Vec<Received>>,
    count: &AtomicUsize,
) {
    let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
    let mut writer = stream.try_clone().expect("a handle");
    while let Some(message) = read(&mut reader) {
        kept.lock().expect("unbroken").push(message);
        let head = |status: u16, more: &str, length: usize| {
            format!("HTTP/1.1 {status} Told\r\n{more}Content-Length: {length}\r\n\r\n")
        };
        let text = match answers(count.fetch_add(1, Ordering::SeqCst)) {
            Reply::Status(status) => head(status, "", 0),
            Reply::Slow(status, time) => {
                std::thread::sleep(time);
                head(status, "", 0)
            }
            Reply::Never => {
                std::thread::sleep(Duration::from_secs(120));
                return;
            }
            Reply::Redirect(port) => {
                head(307, &format!("Location: http://127.0.0.1:{port}/elsewhere\r\n"), 0)
            }
            Reply::Large => {
                let part = vec![b'x'; 1 << 20];
                let _ = writer.write_all(head(200, "", 10 << 20).as_bytes());
                for _ in 0..10 {
                    if writer.write_all(&part).is_err() {
                        return;
                    }
                }
                continue;
            }
            Reply::Later(status, seconds) => {
                head(status, &format!("Retry-After: {seconds}\r\n"), 0)
            }
            Reply::Endless => {
                let part = "HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000);
                while writer.write_all(part.as_bytes()).is_ok() {}
                return;
            }
            Reply::Broken => return,
        };
        if writer.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}

/// Reads a message; `None` at the end.
fn read(reader: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    assert!(line.starts_with("POST /"), "{line}");
    let mut headers = HeaderMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        let name: HeaderName = name.parse().expect("a name");
        headers.append(name, HeaderValue::from_str(value).expect("a value"));
    }
    let length = headers.get("content-length")?.to_str().ok()?.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received { headers, body: String::from_utf8(body).expect("UTF-8") })
}

impl Received {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub(super) fn objection(&self) -> String {
        self.json()["data"]["objection"].as_str().expect("an objection").to_owned()
    }

    /// Whether the specification's own library accepts it with this secret (`v1`).
    pub(super) fn verifies(&self, secret: &str) -> bool {
        let webhook = standardwebhooks::Webhook::new(secret).expect("a secret");
        webhook.verify(self.body.as_bytes(), &self.headers).is_ok()
    }

    /// Whether a signature of its is by this public key (`v1a`).
    pub(super) fn verifies_public(&self, key: &str) -> bool {
        let key = STANDARD.decode(key.strip_prefix("whpk_").expect("a prefix")).expect("base64");
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key.try_into().expect("32 bytes"));
        let key = key.expect("a key");
        let (id, timestamp) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let signed = format!("{id}.{timestamp}.{}", self.body);
        self.header("webhook-signature")
            .split(' ')
            .filter_map(|one| one.strip_prefix("v1a,"))
            .filter_map(|one| STANDARD.decode(one).ok())
            .filter_map(|one| ed25519_dalek::Signature::from_slice(&one).ok())
            .any(|one| key.verify_strict(signed.as_bytes(), &one).is_ok())
    }

    /// It must be signed both ways.
    #[track_caller]
    pub(super) fn is_signed_for(&self, webhook: &Value) {
        assert!(self.verifies(webhook["secret"].as_str().expect("a secret")), "{self:?}");
        let key = webhook["keys"][0]["public_key"].as_str().expect("a key");
        assert!(self.verifies_public(key), "{self:?}");
        assert_eq!(self.header("content-type"), "application/json");
    }
}
