//! Reading a JSON body: first whether it may come at all, then all of it, then
//! what it says.

pub(crate) mod absent;
pub(crate) mod form;

use super::explain;
use super::problem::{Problem, kinds};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::StreamExt as _;
use futures_util::future::poll_immediate;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;
use utoipa::ToSchema;

/// Bodies of most operations are at most this long.
pub(crate) const SMALL: usize = 64 * 1024;
/// An objection, whose proxy document may be 5 MB before base64.
pub(crate) const OBJECTION: usize = 8 * 1024 * 1024;
/// A look-up of up to 10,000 persons.
pub(crate) const LOOKUP_BATCH: usize = 16 * 1024 * 1024;
/// As long a body is believed to come as is said; more room is made when it does.
const BELIEVED: usize = 1024 * 1024;
/// How long to wait for the next part of a body …
pub(crate) const PART: Duration = Duration::from_secs(15);
/// … and for all of it.
pub(crate) const WHOLE: Duration = Duration::from_secs(300);

/// A body that this API reads.
pub(crate) trait Posted: DeserializeOwned + ToSchema + 'static {
    /// How long it may be.
    const LIMIT: usize = SMALL;
    /// Whether no body at all means `{}`.
    const MAY_BE_MISSING: bool = false;
}

/// A body that was read.
pub(crate) struct Body<T> {
    /// What it says.
    pub(crate) value: T,
    bytes: Bytes,
}

impl<T> Body<T> {
    /// The body's canonical form (RFC 8785), whatever its spacing and order were.
    pub(crate) fn canonical(&self) -> Vec<u8> {
        canonical(&self.bytes)
    }
}

/// The canonical form (RFC 8785) of JSON that has been read before.
pub(crate) fn canonical(json: &[u8]) -> Vec<u8> {
    let value = serde_json::from_slice::<serde_json::Value>(json).ok();
    let written = value.and_then(|value| serde_json_canonicalizer::to_vec(&value).ok());
    written.unwrap_or_else(|| json.to_vec())
}

impl<T: Posted> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = payload.take();
        let length = length(request.headers());
        let missing = T::MAY_BE_MISSING && !request.headers().contains_key(header::CONTENT_TYPE);
        let typed = if missing { Ok(()) } else { media_type(request, &["application/json"]) };
        Box::pin(async move {
            typed?;
            let bytes = in_time(WHOLE, whole(payload, length, T::LIMIT)).await??;
            // Where a body may be missing, null is none.
            let says_nothing = bytes.is_empty() || bytes.trim_ascii() == b"null";
            let bytes = if T::MAY_BE_MISSING && says_nothing {
                Bytes::from_static(b"{}")
            } else if missing {
                return Err(wrong_media_type(&["application/json"]));
            } else {
                without_mark(bytes)
            };
            Ok(Self { value: explain::read(&bytes)?, bytes })
        })
    }
}

/// Refuses a body of another type, or an encoded one.
pub(crate) fn media_type(request: &HttpRequest, taken: &[&'static str]) -> Result<(), Problem> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    let encoded = encoding.is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    let essence = request.content_type();
    if encoded || !taken.iter().any(|kind| kind.eq_ignore_ascii_case(essence)) {
        return Err(wrong_media_type(taken));
    }
    Ok(())
}

fn wrong_media_type(taken: &[&'static str]) -> Problem {
    let detail = format!("Send Content-Type {}, without Content-Encoding.", taken.join(" or "));
    Problem::saying(&kinds::UNSUPPORTED_MEDIA_TYPE, detail)
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn whole(
    mut payload: Payload,
    length: Option<usize>,
    limit: usize,
) -> Result<Bytes, Problem> {
    if length.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let mut read = BytesMut::new();
    while let Some(part) = next_part(&mut payload).await? {
        if read.is_empty() && length == Some(part.len()) {
            return Ok(part);
        }
        if read.len() + part.len() > limit {
            return Err(too_large(limit));
        }
        if read.is_empty() {
            read.reserve(length.unwrap_or(0).min(BELIEVED));
        }
        read.extend_from_slice(&part);
    }
    Ok(read.freeze())
}

/// What a part of a request gives, if it comes in time. Most is there already, and
/// then no timer is set.
pub(crate) async fn in_time<T>(
    limit: Duration,
    coming: impl Future<Output = T>,
) -> Result<T, Problem> {
    let mut coming = pin!(coming);
    if let Some(came) = poll_immediate(&mut coming).await {
        return Ok(came);
    }
    let late = |_| Problem::of(&kinds::REQUEST_TIMEOUT);
    tokio::time::timeout(limit, coming).await.map_err(late)
}

/// The next part of a body, if it comes in time.
pub(crate) async fn next_part(payload: &mut Payload) -> Result<Option<Bytes>, Problem> {
    match in_time(PART, payload.next()).await? {
        None => Ok(None),
        Some(Ok(part)) => Ok(Some(part)),
        Some(Err(PayloadError::Overflow)) => Err(Problem::of(&kinds::PAYLOAD_TOO_LARGE)),
        Some(Err(_)) => {
            Err(Problem::saying(&kinds::MALFORMED, "The body broke off or is wrongly framed."))
        }
    }
}

/// What a body over its limit is answered.
pub(crate) fn too_large(limit: usize) -> Problem {
    let detail = format!("This operation takes at most {} KiB.", limit / 1024);
    Problem::saying(&kinds::PAYLOAD_TOO_LARGE, detail)
}

/// Without the byte order mark that some systems put first (RFC 8259 §8.1).
fn without_mark(mut bytes: Bytes) -> Bytes {
    if bytes.starts_with(b"\xEF\xBB\xBF") { bytes.split_off(3) } else { bytes }
}
