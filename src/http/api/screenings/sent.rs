//! A file's way out.

use super::super::super::problem::Problem;
use crate::app::AsOf;
use crate::app::refusal::Refusal;
use crate::app::screen::Screened;
use crate::tabular::campaign::Format;
use crate::tabular::spool::Spooled;
use actix_web::body::SizedStream;
use actix_web::http::header::{self, HeaderName};
use actix_web::rt::task::spawn_blocking;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use futures_util::stream::{Stream, poll_fn};
use std::io::{Error, ErrorKind};
use std::task::Poll;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// The id of the screening, with which its certificate is found.
pub(super) const SCREENING: HeaderName = HeaderName::from_static("nejtack-screening");
/// The position that every decision is true at.
pub(in super::super) const AS_OF: HeaderName = HeaderName::from_static("nejtack-as-of");

/// The media type of a result.
pub(super) const fn media_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv",
        Format::Ndjson => "application/x-ndjson",
    }
}

/// An answer with rows in it, and where its certificate is.
pub(super) fn head(id: Uuid, as_of: Option<AsOf>, format: Format) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    let ending = match format {
        Format::Csv => "csv",
        Format::Ndjson => "ndjson",
    };
    let name = format!("attachment; filename=\"screening-{id}.{ending}\"");
    answer
        .insert_header((header::CONTENT_TYPE, media_type(format)))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((SCREENING, id.to_string()))
        .insert_header((header::LINK, format!("</v1/screenings/{id}>; rel=\"describedby\"")));
    if let Some(as_of) = as_of {
        answer.insert_header((AS_OF, as_of.position.to_string()));
    }
    answer
}

/// The rows of a result.
pub(in super::super) fn whole(mut answer: HttpResponseBuilder, result: Spooled) -> HttpResponse {
    let bytes = result.bytes();
    answer.body(SizedStream::new(bytes, read_back(result)))
}

/// One part is opened ahead of what is sent, and no thread waits for the client.
fn read_back(result: Spooled) -> impl Stream<Item = Result<Bytes, Error>> {
    let mut coming = Some(spawn_blocking(move || result.next()));
    poll_fn(move |context| {
        let Some(part) = &mut coming else { return Poll::Ready(None) };
        let part = std::task::ready!(part.poll_unpin(context));
        coming = None;
        Poll::Ready(match part {
            Ok(Ok((part, _))) if part.is_empty() => None,
            Ok(Ok((part, rest))) => {
                coming = Some(spawn_blocking(move || rest.next()));
                Some(Ok(part.into()))
            }
            // The answer breaks off before its length, and the client sees it.
            Ok(Err(error)) => Some(Err(error)),
            Err(_) => Some(Err(ErrorKind::Interrupted.into())),
        })
    })
}

/// The rows of a run as they come, while its upload does. When this is dropped, the
/// upload and the run end too.
pub(super) fn as_it_comes(
    feeding: LocalBoxFuture<'static, Result<(), Problem>>,
    mut parts: mpsc::Receiver<Vec<u8>>,
    outcome: oneshot::Receiver<Result<Screened, Refusal>>,
) -> impl Stream<Item = Result<Bytes, Error>> {
    let (mut feeding, mut outcome) = (Some(feeding), Some(outcome));
    poll_fn(move |context| {
        if let Some(upload) = &mut feeding
            && upload.poll_unpin(context).is_ready()
        {
            feeding = None;
        }
        match parts.poll_recv(context) {
            Poll::Ready(Some(part)) => return Poll::Ready(Some(Ok(part.into()))),
            Poll::Pending => return Poll::Pending,
            Poll::Ready(None) => {}
        }
        // The last chunk comes once the certificate says `completed`.
        let Some(ended) = &mut outcome else { return Poll::Ready(None) };
        match ended.poll_unpin(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(Ok(_))) => {
                outcome = None;
                Poll::Ready(None)
            }
            Poll::Ready(_) => {
                outcome = None;
                Poll::Ready(Some(Err(ErrorKind::InvalidData.into())))
            }
        }
    })
}
