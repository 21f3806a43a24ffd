//! Sending one message, and what came of it.

use super::resolver::{Private, PublicAlone, Unknown};
use reqwest::{Client, Response, Url, header};
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A receiver must have answered within this time, from the look-up of its name on.
const PATIENCE: Duration = Duration::from_secs(15);
/// … and be connected to within this.
const CONNECT: Duration = Duration::from_secs(10);
/// So much of an answer's body is read, so that its connection can be used again …
const READ: usize = 16 * 1024;
/// … and so long it is waited for: what it says is of no interest.
const READ_PATIENCE: Duration = Duration::from_secs(1);

/// Sends messages.
pub struct Sender {
    client: Client,
    allow_private: bool,
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

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The status it was answered with, if it was.
    pub status: Option<u16>,
    /// Why it did not arrive; `None`: it did.
    pub failure: Option<Failure>,
    /// How long it took.
    pub took: Duration,
}

/// Why a message did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The URL may no longer be sent to, or its name leads into a private network.
    PrivateAddress,
    /// The name leads nowhere.
    UnknownHost,
    /// Nobody takes the connection, or TLS fails.
    NotConnected,
    /// It took too long.
    TimedOut,
    /// The connection broke, or what came was no answer.
    Broken,
    /// It was answered with another address, which is never followed.
    Redirected,
    /// It was answered with 410 Gone: nothing more is wanted.
    Gone,
    /// It was answered with something else than 2xx.
    Refused,
}

impl Failure {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PrivateAddress => "private_address",
            Self::UnknownHost => "unknown_host",
            Self::NotConnected => "not_connected",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
            Self::Redirected => "redirected",
            Self::Gone => "gone",
            Self::Refused => "refused",
        }
    }
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
        Ok(Self { client, allow_private })
    }

    /// Whether it goes into private networks, and over plain http.
    #[must_use]
    pub const fn allows_private(&self) -> bool {
        self.allow_private
    }

    /// Sends a message, and waits for the answer's status for as long as [`PATIENCE`].
    pub async fn send(&self, url: &Url, message: Message) -> Outcome {
        let begun = Instant::now();
        let request = self
            .client
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", message.signature)
            .body(message.body);
        let (status, failure) = match request.send().await {
            Ok(answer) => {
                let status = answer.status().as_u16();
                let _ = tokio::time::timeout(READ_PATIENCE, drained(answer)).await;
                (Some(status), failed(status))
            }
            Err(error) => (None, Some(why(&error))),
        };
        Outcome { status, failure, took: begun.elapsed() }
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

const fn failed(status: u16) -> Option<Failure> {
    match status {
        200..=299 => None,
        300..=399 => Some(Failure::Redirected),
        410 => Some(Failure::Gone),
        _ => Some(Failure::Refused),
    }
}

fn why(error: &reqwest::Error) -> Failure {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if cause.is::<Private>() {
            return Failure::PrivateAddress;
        }
        if cause.is::<Unknown>() {
            return Failure::UnknownHost;
        }
        source = cause.source();
    }
    if error.is_timeout() {
        Failure::TimedOut
    } else if error.is_connect() {
        Failure::NotConnected
    } else {
        Failure::Broken
    }
}
