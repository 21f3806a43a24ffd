//! Whether a URL is one that messages may be sent to.

use super::address::is_public;
use reqwest::Url;
use std::net::IpAddr;

/// URLs are at most this long, in bytes.
pub const LONGEST: usize = 2_000;

/// Why nothing is sent to a URL. `Display` says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetError {
    /// It is no URL with a host.
    Malformed,
    /// It is longer than [`LONGEST`].
    TooLong,
    /// It is not https.
    NotHttps,
    /// There is a user name or a password in it.
    Credentials,
    /// It has a fragment, which is never sent.
    Fragment,
    /// Its host is an address, or a name, of a private network.
    Private,
}

impl TargetError {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "url",
            Self::TooLong => "too_long",
            Self::NotHttps => "not_https",
            Self::Credentials => "credentials_in_url",
            Self::Fragment => "fragment",
            Self::Private => "private_address",
        }
    }
}

impl std::fmt::Display for TargetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Malformed => "Write a whole URL, such as https://crm.example/hooks/nejtack.",
            Self::TooLong => "Write at most 2,000 bytes.",
            Self::NotHttps => {
                "Use https. Plain http is for tests: --webhook-allow-private lets it through."
            }
            Self::Credentials => {
                "Leave user name and password out of the URL: messages are signed, so the receiver can tell who sends them."
            }
            Self::Fragment => "Leave the part behind # out: it is never sent.",
            Self::Private => {
                "This is an address of a private network. If the receiver really is there, start the service with --webhook-allow-private."
            }
        })
    }
}

/// The URL, if messages may be sent there as far as its text tells: where its name
/// leads is seen when it is connected to. `allow_private`: private networks and plain
/// http are fine.
///
/// # Errors
/// [`TargetError`].
pub fn read(text: &str, allow_private: bool) -> Result<Url, TargetError> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(TargetError::TooLong);
    }
    let url = Url::parse(text).map_err(|_| TargetError::Malformed)?;
    let Some(host) = url.host_str() else { return Err(TargetError::Malformed) };
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        _ => return Err(TargetError::NotHttps),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TargetError::Credentials);
    }
    if url.fragment().is_some() {
        return Err(TargetError::Fragment);
    }
    if !allow_private && is_of_ones_own(host) {
        return Err(TargetError::Private);
    }
    Ok(url)
}

/// Whether the text alone tells that it is of a private network. A URL's parser has
/// made 0x7f.1, 2130706433 and the like into dotted addresses before.
fn is_of_ones_own(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return !is_public(address);
    }
    let name = host.trim_end_matches('.');
    // RFC 6761, RFC 6762, RFC 9476 and ICANN's .internal
    ["localhost", "local", "internal", "alt"]
        .iter()
        .any(|own| name == *own || name.ends_with(&format!(".{own}")))
}

#[cfg(test)]
mod tests {
    use super::{TargetError, read};

    #[test]
    fn what_may_not_be_sent_to_is_told_apart() {
        for (url, why) in [
            ("", TargetError::Malformed),
            ("crm.example/hooks", TargetError::Malformed),
            ("http://crm.example/", TargetError::NotHttps),
            ("ftp://crm.example/", TargetError::NotHttps),
            ("file:///etc/passwd", TargetError::Malformed),
            ("https://user:pass@crm.example/", TargetError::Credentials),
            ("https://crm.example/#here", TargetError::Fragment),
            ("https://127.0.0.1/", TargetError::Private),
            ("https://0x7f.1/", TargetError::Private),
            ("https://2130706433/", TargetError::Private),
            ("https://[::1]/", TargetError::Private),
            ("https://[::ffff:10.0.0.1]/", TargetError::Private),
            ("https://169.254.169.254/latest", TargetError::Private),
            ("https://LOCALHOST./", TargetError::Private),
            ("https://metadata.google.internal/", TargetError::Private),
        ] {
            assert_eq!(read(url, false).map(|url| url.to_string()), Err(why), "{url}");
        }
        assert_eq!(
            read(&format!("https://a.example/{}", "x".repeat(2_000)), false),
            Err(TargetError::TooLong)
        );
        assert!(read(" https://crm.example:8443/hooks?code=abc ", false).is_ok());
        assert!(read("http://127.0.0.1:8080/", true).is_ok());
        assert_eq!(read("ftp://127.0.0.1/", true), Err(TargetError::NotHttps));
    }
}
