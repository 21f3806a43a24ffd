//! What came of a message.

use super::resolver::{Private, Unknown};
use super::target::TargetError;
use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::error::Error;
use std::time::Duration;

/// A receiver is left alone for as long as it asks, but no longer than a day.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The status it was answered with, if it was.
    pub status: Option<u16>,
    /// Why it did not arrive; `None`: it did.
    pub failure: Option<Failure>,
    /// How long the receiver wants to be left alone (`Retry-After`).
    pub not_before: Option<Duration>,
    /// How long it took.
    pub took: Duration,
}

impl Outcome {
    /// There was no answer.
    #[must_use]
    pub const fn none(failure: Failure) -> Self {
        Self { status: None, failure: Some(failure), not_before: None, took: Duration::ZERO }
    }
}

/// Why a message did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The URL may no longer be sent to, or its name leads into a private network.
    PrivateAddress,
    /// The URL is not https, which may no longer be.
    NotHttps,
    /// The name leads nowhere.
    UnknownHost,
    /// Nobody takes the connection.
    NotConnected,
    /// TLS fails: the certificate is not for this name, has expired, or is nobody's.
    Tls,
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
            Self::NotHttps => "not_https",
            Self::UnknownHost => "unknown_host",
            Self::NotConnected => "not_connected",
            Self::Tls => "tls",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
            Self::Redirected => "redirected",
            Self::Gone => "gone",
            Self::Refused => "refused",
        }
    }
}

impl From<TargetError> for Failure {
    /// Why nothing is sent any more to a URL that was registered.
    fn from(error: TargetError) -> Self {
        match error {
            TargetError::NotHttps => Self::NotHttps,
            _ => Self::PrivateAddress,
        }
    }
}

/// What a status says.
pub(super) const fn failed(status: u16) -> Option<Failure> {
    match status {
        200..=299 => None,
        300..=399 => Some(Failure::Redirected),
        410 => Some(Failure::Gone),
        _ => Some(Failure::Refused),
    }
}

/// How long a receiver that has too much to do wants to be left alone (RFC 9110
/// §10.2.3): seconds, or a date.
pub(super) fn not_before(status: u16, headers: &HeaderMap) -> Option<Duration> {
    if !matches!(status, 429 | 503) {
        return None;
    }
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc);
            (until - Utc::now()).to_std().ok()?
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// What an error of the client's means.
pub(super) fn why(error: &reqwest::Error) -> Failure {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if cause.is::<Private>() {
            return Failure::PrivateAddress;
        }
        if cause.is::<Unknown>() {
            return Failure::UnknownHost;
        }
        if is_tls(cause) {
            return Failure::Tls;
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

/// Whether it is TLS that failed: what an `io::Error` carries is not among its sources.
fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    let carried = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || carried.is_some_and(|carried| is_tls(carried))
}

#[cfg(test)]
mod tests {
    use super::not_before;
    use chrono::{TimeDelta, Utc};
    use reqwest::header::{HeaderMap, RETRY_AFTER};
    use std::time::Duration;

    #[test]
    fn a_receiver_is_left_alone_for_a_day_at_most() {
        let date =
            |delta: TimeDelta| (Utc::now() + delta).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        for (status, text, from, to) in [
            (429, "120".to_owned(), 120, 120),
            (503, " 3600 ".to_owned(), 3_600, 3_600),
            (503, "99999999".to_owned(), 86_400, 86_400),
            (429, date(TimeDelta::minutes(10)), 598, 600),
            (429, date(TimeDelta::days(10)), 86_400, 86_400),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().expect("a value"))]);
            let told = not_before(status, &headers).expect(&text);
            let (from, to) = (Duration::from_secs(from), Duration::from_secs(to));
            assert!((from..=to).contains(&told), "{text}: {told:?}");
        }
        for (status, text) in [(500, "120"), (200, "120"), (429, "soon"), (429, "-1"), (429, "")] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().expect("a value"))]);
            assert_eq!(not_before(status, &headers), None, "{status} {text}");
        }
        assert_eq!(not_before(429, &HeaderMap::new()), None);
    }
}
