//! How the answers to a batch go back: after its end, or while it comes.

use super::super::super::super::problem::{Problem, kinds};
use super::{Answered, Answers, Batch, Cut};
use crate::tabular::spool::{Spool, Spooled};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, block};
use futures_util::stream::{Stream, unfold};
use std::io::{Error, ErrorKind};

/// The form of the answer: that of the upload.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Form {
    /// A value a line.
    Lines,
    /// One array.
    Array,
}

impl Form {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Lines => "application/x-ndjson",
            Self::Array => "application/json",
        }
    }

    /// An answer with what stands around it.
    fn frame(self, first: bool, json: &[u8]) -> Vec<u8> {
        match self {
            Self::Lines => [json, b"\n"].concat(),
            Self::Array if first => [b"[", json].concat(),
            Self::Array => [b",\n", json].concat(),
        }
    }

    const fn end(self, empty: bool) -> &'static [u8] {
        match self {
            Self::Lines => b"",
            Self::Array if empty => b"[]\n",
            Self::Array => b"]\n",
        }
    }
}

/// Reads the upload to its end, then answers: most clients send everything
/// before they read, and would otherwise wait for us as we for them.
pub(in crate::http) async fn after_the_end<C: Cut, A: Answers<C::Line>>(
    mut batch: Batch<C, A>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let mut spool = Spool::new();
    let mut empty = true;
    while let Some(Answered { json, no_batch, .. }) = batch.next().await {
        if let (Some(problem), true) = (no_batch, empty) {
            batch.drain().await;
            return Err(problem);
        }
        if json.is_empty() {
            continue;
        }
        if spool.push(&form.frame(empty, &json)) {
            spool = waiting(move || spool.settle()).await.map_err(|error| no_disk(&error))?;
        }
        empty = false;
    }
    if spool.push(form.end(empty)) {
        spool = waiting(move || spool.settle()).await.map_err(|error| no_disk(&error))?;
    }
    let spooled = spool.read_back().map_err(|error| no_disk(&error))?;
    Ok(answer(form, read_back(spooled)))
}

/// Answers while the upload comes.
pub(in crate::http) fn while_it_comes<C: Cut + 'static, A: Answers<C::Line>>(
    batch: Batch<C, A>,
    form: Form,
) -> HttpResponse {
    going_on(batch, form, None)
}

/// The same where an upload that is none is refused before the answer begins.
pub(in crate::http) async fn once_it_is_one<C: Cut + 'static, A: Answers<C::Line>>(
    mut batch: Batch<C, A>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let mut first = batch.next().await;
    match first.as_mut().and_then(|answered| answered.no_batch.take()) {
        Some(problem) => {
            batch.drain().await;
            Err(problem)
        }
        None => Ok(going_on(batch, form, first)),
    }
}

fn going_on<C: Cut + 'static, A: Answers<C::Line>>(
    batch: Batch<C, A>,
    form: Form,
    ahead: Option<Answered>,
) -> HttpResponse {
    let parts = unfold(Some((batch, ahead, true)), move |state| async move {
        let (mut batch, ahead, first) = state?;
        let mut next = ahead;
        while next.as_ref().is_none_or(|answered| answered.json.is_empty()) {
            next = batch.next().await;
            if next.is_none() {
                break;
            }
        }
        Some(match next {
            Some(answered) => {
                let part = Bytes::from(form.frame(first, &answered.json));
                (Ok::<_, Error>(part), Some((batch, None, false)))
            }
            None => (Ok(Bytes::from_static(form.end(first))), None),
        })
    });
    answer(form, parts)
}

fn answer(form: Form, parts: impl Stream<Item = Result<Bytes, Error>> + 'static) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, form.media_type())).streaming(parts)
}

fn read_back(spooled: Spooled) -> impl Stream<Item = Result<Bytes, Error>> {
    unfold(Some(spooled), |spooled| async move {
        let spooled = spooled?;
        match waiting(move || spooled.next()).await {
            Ok((part, _)) if part.is_empty() => None,
            Ok((part, rest)) => Some((Ok(part.into()), Some(rest))),
            // The answer breaks off without its last chunk, and the client sees it.
            Err(error) => Some((Err(error), None)),
        }
    })
}

/// On a thread that may wait for the disk.
async fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    block(work).await.unwrap_or_else(|_| Err(ErrorKind::Interrupted.into()))
}

/// What was recorded stays recorded; sending it again finds it.
fn no_disk(error: &Error) -> Problem {
    log::error!("the spool of a batch: {error}");
    let detail = "The answers could not be kept. Lines may have been recorded: send the batch again, with the same references.";
    Problem::saying(&kinds::UNAVAILABLE, detail).retry_after(30)
}
