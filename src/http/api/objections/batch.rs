//! How a batch is read and recorded: lines side by side, answers in order, and
//! never more of it in memory than a window. What is a line, and what becomes of
//! it, is for [`Cut`] and [`Answers`] to say.

pub(in crate::http) mod answer;
pub(super) mod line;

use super::super::super::body::next_part;
use super::super::super::problem::Problem;
use crate::tabular::piece::Piece;
use crate::tabular::{json_array, ndjson};
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use futures_util::future::{Either, LocalBoxFuture, select};
use futures_util::stream::{FuturesOrdered, StreamExt as _};
use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;

/// So many lines are under way at once: the sequencer commits them together.
const LINES: usize = 256;
/// So many bytes are, unless a single line has more.
const BYTES: usize = 32 * 1024 * 1024;

/// An answer on its way.
pub(in crate::http) struct Answered {
    /// The answer as JSON.
    pub(in crate::http) json: Vec<u8>,
    /// How many bytes the line had.
    pub(in crate::http) read: usize,
    /// Why there is no batch to speak of, where nothing else was answered.
    pub(in crate::http) no_batch: Option<Problem>,
}

/// Cuts an upload into what is answered one by one.
pub(in crate::http) trait Cut {
    /// A line, or what stands for one.
    type Line;
    /// Takes a part of the upload.
    fn push(&mut self, part: &[u8], lines: &mut VecDeque<Self::Line>);
    /// What is left when no more comes.
    fn finish(self, lines: &mut VecDeque<Self::Line>);
    /// The upload broke off. What is whole of what came, and the line that the rest is in;
    /// none where numbers are lines.
    fn cut_off(self, lines: &mut VecDeque<Self::Line>) -> Option<u64>;
}

/// Answers lines.
pub(in crate::http) trait Answers<L>: 'static {
    /// The line's number, and how many bytes it has.
    fn about(line: &L) -> (u64, usize);
    /// Answers one; whatever is wrong with it is its own problem.
    fn answer(self: Rc<Self>, line: L) -> LocalBoxFuture<'static, Answered>;
    /// The upload broke off before this number, which is in this line: what came before is
    /// answered all the same.
    fn broke_off(&self, number: u64, line: Option<u64>, problem: &Problem) -> Answered;
    /// What is said when all has been answered.
    fn end(self: Rc<Self>) -> LocalBoxFuture<'static, Option<Answered>> {
        Box::pin(std::future::ready(None))
    }
}

/// How an upload of JSON is cut.
pub(super) enum Splitter {
    /// A value a line.
    Lines(ndjson::Splitter),
    /// One array.
    Array(json_array::Splitter),
}

impl Cut for Splitter {
    type Line = Piece;

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

    /// Whatever was whole was given out when it came.
    fn cut_off(self, _: &mut VecDeque<Piece>) -> Option<u64> {
        None
    }
}

/// A batch under way.
pub(in crate::http) struct Batch<C: Cut, A> {
    upload: Option<(Payload, C)>,
    waiting: VecDeque<C::Line>,
    under_way: FuturesOrdered<LocalBoxFuture<'static, Answered>>,
    bytes: usize,
    last: u64,
    recorder: Rc<A>,
    /// Where and why the upload broke off, told after the last line that came.
    broken_off: Option<(Option<u64>, Problem)>,
    /// Whether its end has been told.
    ended: bool,
}

impl<C: Cut, A: Answers<C::Line>> Batch<C, A> {
    pub(in crate::http) fn new(payload: Payload, splitter: C, recorder: A) -> Self {
        Self {
            upload: Some((payload, splitter)),
            waiting: VecDeque::new(),
            under_way: FuturesOrdered::new(),
            bytes: 0,
            last: 0,
            recorder: Rc::new(recorder),
            broken_off: None,
            ended: false,
        }
    }

    /// The next line's answer, in order; `None` at the end.
    pub(in crate::http) async fn next(&mut self) -> Option<Answered> {
        loop {
            self.fill();
            let read = self.waiting.is_empty() && self.upload.is_some();
            let Some((payload, _)) = self.upload.as_mut().filter(|_| read) else {
                if let Some(answered) = self.under_way.next().await {
                    return Some(self.settled(answered));
                }
                let told = std::mem::replace(&mut self.ended, true);
                return if told { None } else { Rc::clone(&self.recorder).end().await };
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

    /// Takes what is left of the upload and drops it: most clients send everything
    /// before they read that it was refused.
    async fn drain(&mut self) {
        if let Some((mut payload, _)) = self.upload.take() {
            while let Ok(Some(_)) = next_part(&mut payload).await {}
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
                if let Some((_, splitter)) = self.upload.take() {
                    self.broken_off = Some((splitter.cut_off(&mut self.waiting), problem));
                }
            }
        }
    }

    fn fill(&mut self) {
        while self.under_way.len() < LINES && (self.bytes < BYTES || self.under_way.is_empty()) {
            let Some(line) = self.waiting.pop_front() else {
                if let Some((line, problem)) = self.broken_off.take() {
                    let answered = self.recorder.broke_off(self.last + 1, line, &problem);
                    self.under_way.push_back(Box::pin(std::future::ready(answered)));
                }
                return;
            };
            let (number, size) = A::about(&line);
            self.last = number;
            self.bytes += size;
            self.under_way.push_back(Rc::clone(&self.recorder).answer(line));
        }
    }

    fn settled(&mut self, answered: Answered) -> Answered {
        self.bytes = self.bytes.saturating_sub(answered.read);
        answered
    }
}
