//! One line of a batch: read, recorded and answered like a request of its own.

use super::super::super::super::body::canonical;
use super::super::super::super::explain;
use super::super::super::super::params::Recording;
use super::super::super::super::problem::{FaultBody, Problem, ProblemBody, kinds};
use super::super::record::{ObjectionAnswer, RecordObjection};
use super::{Answered, Answers};
use crate::app::App;
use crate::app::caller::Caller;
use crate::app::record_objection::{self, NewObjection};
use crate::app::refusal::{Code, Refusal};
use crate::domain::Time;
use crate::domain::fault::Fault;
use crate::tabular::piece::{Broken, Piece};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use tokio::sync::Mutex;
use utoipa::ToSchema;
use uuid::Uuid;

/// The answer to a line: the body of a 201, or a problem.
#[derive(Serialize)]
struct LineAnswer<'a> {
    line: u64,
    #[serde(flatten)]
    recorded: Option<ObjectionAnswer>,
    /// The line's reference, where `recorded` does not tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody<'a>>,
}

/// The answer to a line: what `POST /v1/objections` answers, or a problem.
#[derive(ToSchema)]
#[schema(as = LineAnswer)]
#[expect(dead_code, reason = "describes what `LineAnswer` writes")]
pub(crate) struct LineShape {
    /// The line's number, or the element's, from 1.
    #[schema(minimum = 1, example = 1)]
    line: u64,
    /// Its reference.
    #[schema(required = false, example = "spt-2026-004712")]
    reference: Option<String>,
    /// The objection's id.
    #[schema(required = false, nullable = false)]
    id: Option<Uuid>,
    /// `recorded`, or `checked` after a dry run.
    #[schema(required = false, nullable = false, example = "recorded")]
    status: Option<String>,
    /// When it was received.
    #[schema(required = false, nullable = false, value_type = DateTime<Utc>)]
    received_at: Option<Time>,
    /// Since when it is in effect: the same time.
    #[schema(required = false, nullable = false, value_type = DateTime<Utc>)]
    effective_at: Option<Time>,
    /// What could not be read.
    #[schema(required = false, value_type = Vec<FaultBody>)]
    warnings: Vec<Fault>,
    /// Proof that it stands in the log, as after a single POST.
    #[schema(required = false, nullable = false)]
    receipt: Option<String>,
    /// Why the line was not recorded. No other line is touched by it.
    #[schema(required = false, nullable = false, value_type = ProblemBody<'_>)]
    problem: Option<()>,
}

/// Records lines for one caller.
pub(crate) struct Recorder {
    pub(crate) app: App,
    pub(crate) caller: Caller,
    pub(crate) recording: Recording,
    pub(crate) request: Uuid,
    pub(crate) turns: Turns,
}

/// Lines with the same reference go one after the other, so that the first of
/// them stands. All others go side by side.
#[derive(Default)]
pub(crate) struct Turns(RefCell<HashMap<String, Rc<Mutex<()>>>>);

impl Turns {
    /// The lock of a reference: whoever asks first has it first.
    fn of(&self, reference: &str) -> Rc<Mutex<()>> {
        let mut turns = self.0.borrow_mut();
        turns.retain(|_, turn| Rc::strong_count(turn) > 1);
        Rc::clone(turns.entry(reference.to_owned()).or_default())
    }
}

impl Answers<Piece> for Recorder {
    fn about(piece: &Piece) -> (u64, usize) {
        (piece.number, piece.content.as_ref().map_or(0, Vec::len))
    }

    fn answer(self: Rc<Self>, piece: Piece) -> LocalBoxFuture<'static, Answered> {
        Box::pin(async move { self.record(piece).await })
    }

    fn broke_off(&self, number: u64, _: Option<u64>, problem: &Problem) -> Answered {
        self.refused(number, None, 0, problem)
    }
}

impl Recorder {
    /// Records a line; whatever is wrong with it is its own problem.
    async fn record(&self, piece: Piece) -> Answered {
        let number = piece.number;
        let json = match piece.content {
            Ok(json) => json,
            Err(broken) => {
                let no_batch = (broken == Broken::NotAnArray).then(|| told(broken));
                return Answered { no_batch, ..self.refused(number, None, 0, &told(broken)) };
            }
        };
        match self.submit(number, &json).await {
            Ok(recorded) => {
                let recorded = Some(recorded);
                let answer = LineAnswer { line: number, recorded, reference: None, problem: None };
                Answered { json: written(&answer), read: json.len(), no_batch: None }
            }
            Err(refusal) => self.refused(number, reference(&json), json.len(), &refusal.into()),
        }
    }

    async fn submit(&self, number: u64, json: &[u8]) -> Result<ObjectionAnswer, Refusal> {
        let new: NewObjection = explain::read::<RecordObjection>(json)?.try_into()?;
        // Lines are begun in order, and nothing is waited for before this.
        let turn = new.reference.as_deref().map(|reference| self.turns.of(reference));
        let _turn = match &turn {
            Some(turn) => Some(turn.lock().await),
            None => None,
        };
        let canonical = canonical(json);
        // A key for the batch is a key for each of its lines.
        let key = self.recording.key.as_ref().map(|key| format!("{key}#{number}"));
        let recording = Recording { dry_run: self.recording.dry_run, key };
        let envelope = recording.envelope(&self.caller, &canonical);
        let done = record_objection::record_objection(&self.app, envelope, new).await?;
        Ok(ObjectionAnswer::new(&recording, done))
    }

    fn refused(
        &self,
        line: u64,
        reference: Option<String>,
        read: usize,
        problem: &Problem,
    ) -> Answered {
        let problem = Some(problem.body(Some(self.request)));
        let answer = LineAnswer { line, recorded: None, reference, problem };
        Answered { json: written(&answer), read, no_batch: None }
    }
}

fn written(answer: &LineAnswer<'_>) -> Vec<u8> {
    serde_json::to_vec(answer).unwrap_or_default()
}

/// The reference of a line that could not be recorded, so that its sender finds it.
fn reference(json: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(json).ok()?;
    let reference = value.get("reference")?.as_str()?;
    (reference.chars().count() <= 200).then(|| reference.to_owned())
}

fn told(broken: Broken) -> Problem {
    let detail = match broken {
        Broken::TooLong => {
            return Problem::saying(&kinds::PAYLOAD_TOO_LARGE, "A line may have 8192 KiB.");
        }
        Broken::Empty => "There is nothing between two commas here.",
        Broken::Cut => "The upload ended within this element, or before the array did.",
        Broken::NotAnArray => {
            "The body is not a JSON array. Send an array, or lines as application/x-ndjson."
        }
        Broken::AfterEnd => "Something follows after the array's end; it was not read.",
    };
    Refusal::saying(Code::Malformed, detail).into()
}
