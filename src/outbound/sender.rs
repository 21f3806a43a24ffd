//! Sending one message, and what came of it.

use super::outcome::{Failure, Outcome, failed, not_before, why};
use super::resolver::PublicAlone;
use super::threads::Threads;
use reqwest::{Client, RequestBuilder, Response, Url, header};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A receiver must have answered within this time, from the look-up of its name on …
const PATIENCE: Duration = Duration::from_secs(15);
/// … and be connected to within this.
const CONNECT: Duration = Duration::from_secs(10);
/// What is late by more is given up from outside: its own clock may not have run.
const LATE: Duration = Duration::from_secs(3);
/// So much of an answer's body is read, so that its connection can be used again …
const READ: usize = 16 * 1024;
/// … and so long it is waited for: what it says is of no interest.
const READ_PATIENCE: Duration = Duration::from_secs(1);
/// Sends messages, on threads of its own.
pub struct Sender {
    client: Client,
    allow_private: bool,
    threads: Threads,
}

/// A message as it goes out.
#[derive(Debug, Clone)]
pub struct Message {
    /// `webhook-id`: the same each time it is sent.
    pub id: String,
    /// `webhook-timestamp`: when it is sent, in seconds since 1970.
    pub timestamp: i64,
    /// `webhook-signature`.
    pub signature: String,
    /// JSON.
    pub body: String,
}

impl Sender {
    /// A sender. `allow_private`: also into private networks, and over plain http.
    ///
    /// # Errors
    /// In words, where the system's certificates cannot be read.
    pub fn new(allow_private: bool) -> Result<Self, String> {
        let mut builder = Client::builder()
            .user_agent(concat!("nejtack/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            // A proxy of the environment's would connect where we cannot see it.
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(Duration::from_secs(30));
        if !allow_private {
            builder = builder.https_only(true).dns_resolver(Arc::new(PublicAlone));
        }
        let client = builder.build().map_err(|error| {
            format!(
                "no HTTPS client: {error}; are the system's certificates there (ca-certificates)?"
            )
        })?;
        Ok(Self { client, allow_private, threads: Threads::default() })
    }

    /// Whether it goes into private networks, and over plain http.
    #[must_use]
    pub const fn allows_private(&self) -> bool {
        self.allow_private
    }

    /// Sends a message, and waits for the answer's status for as long as [`PATIENCE`].
    /// Dropped before, it is given up.
    pub async fn send(&self, url: &Url, message: Message) -> Outcome {
        let begun = Instant::now();
        let thread = match self.threads.of(url) {
            Ok(thread) => thread,
            Err(error) => {
                log::warn!("no webhook can be sent: the system gives no thread: {error}");
                return Outcome::none(Failure::NotConnected);
            }
        };
        let request = self
            .client
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", message.signature)
            .body(message.body);
        let answered = thread.run(answered(request));
        let outcome = match tokio::time::timeout(PATIENCE + LATE, answered).await {
            Ok(outcome) => outcome.unwrap_or(Outcome::none(Failure::Broken)),
            Err(_) => Outcome::none(Failure::TimedOut),
        };
        Outcome { took: begun.elapsed(), ..outcome }
    }
}

async fn answered(request: RequestBuilder) -> Outcome {
    match request.send().await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            let not_before = not_before(status, answer.headers());
            let _ = tokio::time::timeout(READ_PATIENCE, drained(answer)).await;
            let (status, failure) = (Some(status), failed(status));
            Outcome { status, failure, not_before, took: Duration::ZERO }
        }
        Err(error) => Outcome::none(why(&error)),
    }
}

/// Reads a little of an answer.
async fn drained(mut answer: Response) {
    let mut read = 0;
    while let Ok(Some(part)) = answer.chunk().await {
        read += part.len();
        if read > READ {
            return; // the rest goes with the connection
        }
    }
}
