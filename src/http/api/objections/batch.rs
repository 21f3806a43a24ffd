//! How a batch is read and recorded: lines side by side, answers in order, and
//! never more of it in memory than a window.

pub(super) mod answer;
pub(super) mod line;

use super::super::super::body::next_part;
use super::super::super::problem::Problem;
use crate::tabular::piece::Piece;
use crate::tabular::{json_array, ndjson};
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use futures_util::future::{Either, LocalBoxFuture, select};
use futures_util::stream::{FuturesOrdered, StreamExt as _};
use line::{Answered, Recorder};
use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;

/// So many lines are under way at once: the sequencer commits them together.
const LINES: usize = 256;
/// So many bytes are, unless a single line has more.
const BYTES: usize = 32 * 1024 * 1024;

/// How the upload is cut.
pub(super) enum Splitter {
    /// A value a line.
    Lines(ndjson::Splitter),
    /// One array.
    Array(json_array::Splitter),
}

impl Splitter {
    fn push(&mut self, part: &[u8], pieces: &mut VecDeque<Piece>) {
        let mut out = |piece| pieces.push_back(piece);
        match self {
            Self::Lines(splitter) => splitter.push(part, &mut out),
            Self::Array(splitter) => splitter.push(part, &mut out),
        }
    }

    fn finish(self, pieces: &mut VecDeque<Piece>) {
        let mut out = |piece| pieces.push_back(piece);
        match self {
            Self::Lines(splitter) => splitter.finish(&mut out),
            Self::Array(splitter) => splitter.finish(&mut out),
        }
    }
}

/// A batch under way.
pub(super) struct Batch {
    upload: Option<(Payload, Splitter)>,
    waiting: VecDeque<Piece>,
    under_way: FuturesOrdered<LocalBoxFuture<'static, Answered>>,
    bytes: usize,
    last: u64,
    recorder: Rc<Recorder>,
}

impl Batch {
    pub(super) fn new(payload: Payload, splitter: Splitter, recorder: Recorder) -> Self {
        Self {
            upload: Some((payload, splitter)),
            waiting: VecDeque::new(),
            under_way: FuturesOrdered::new(),
            bytes: 0,
            last: 0,
            recorder: Rc::new(recorder),
        }
    }

    /// The next line's answer, in order; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<Answered> {
        loop {
            self.fill();
            let read = self.waiting.is_empty() && self.upload.is_some();
            let Some((payload, _)) = self.upload.as_mut().filter(|_| read) else {
                return self.under_way.next().await.map(|answered| self.settled(answered));
            };
            if self.under_way.is_empty() {
                let part = next_part(payload).await;
                self.take(part);
                continue;
            }
            // Whichever comes first: another part, or an answer to one before.
            let part = {
                let part = pin!(next_part(payload));
                match select(self.under_way.next(), part).await {
                    Either::Left((answered, _)) => Err(answered),
                    Either::Right((part, _)) => Ok(part),
                }
            };
            match part {
                Ok(part) => self.take(part),
                Err(answered) => return answered.map(|answered| self.settled(answered)),
            }
        }
    }

    fn take(&mut self, part: Result<Option<Bytes>, Problem>) {
        match part {
            Ok(Some(part)) => {
                if let Some((_, splitter)) = &mut self.upload {
                    splitter.push(&part, &mut self.waiting);
                }
            }
            Ok(None) => {
                if let Some((_, splitter)) = self.upload.take() {
                    splitter.finish(&mut self.waiting);
                }
            }
            Err(problem) => {
                // What was read is recorded; the answer says where it broke off.
                self.upload = None;
                let answered = self.recorder.broke_off(self.last + 1, &problem);
                self.under_way.push_back(Box::pin(std::future::ready(answered)));
            }
        }
    }

    fn fill(&mut self) {
        while self.under_way.len() < LINES && (self.bytes < BYTES || self.under_way.is_empty()) {
            let Some(piece) = self.waiting.pop_front() else { return };
            self.last = piece.number;
            self.bytes += piece.content.as_ref().map_or(0, Vec::len);
            let recorder = Rc::clone(&self.recorder);
            self.under_way.push_back(Box::pin(async move { recorder.record(piece).await }));
        }
    }

    fn settled(&mut self, answered: Answered) -> Answered {
        self.bytes = self.bytes.saturating_sub(answered.read);
        answered
    }
}
