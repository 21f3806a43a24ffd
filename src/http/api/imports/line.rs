//! The answer to a row of a list.

use super::super::super::problem::{FaultBody, Problem, ProblemBody, kinds};
use super::super::objections::batch::{Answered, Answers, Cut};
use super::super::screenings::asked::SAVE_AS_CSV;
use super::read::ImportBody;
use crate::app::refusal::{Code, Refusal};
use crate::app::transfer::{Import, Status, Told};
use crate::domain::fault::Fault as At;
use crate::tabular::campaign::Fault;
use crate::tabular::import::{Content, Entry, Reader};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use std::collections::VecDeque;
use std::rc::Rc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What became of a row.
#[derive(Serialize)]
struct RowAnswer<'a> {
    line: u64,
    row: u64,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    warnings: &'a [At],
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody<'a>>,
}

/// What is said at the end.
#[derive(Serialize)]
struct Summary {
    import: ImportBody,
}

/// A line of the report: what became of a row, or, last, how the import ended.
#[derive(ToSchema)]
#[schema(as = ImportLine)]
#[expect(dead_code, reason = "describes what `RowAnswer` and `Summary` write")]
pub(crate) struct RowShape {
    /// The line that the row begins on, as an editor counts.
    #[schema(required = false, minimum = 1, example = 2)]
    line: u64,
    /// Which row it is, from 1; a heading is none.
    #[schema(required = false, minimum = 1, example = 1)]
    row: u64,
    /// `recorded` (`checked` in a dry run), `known`, `skipped` or `refused`.
    #[schema(required = false, example = "recorded")]
    status: String,
    /// The objection's id.
    #[schema(required = false, nullable = false)]
    id: Option<Uuid>,
    /// Why it was skipped: `bounce` or `no_objection`.
    #[schema(required = false, nullable = false, example = "bounce")]
    reason: Option<String>,
    /// What could not be read or taken over; of a `known` row, that its objection was
    /// taken back since (`taken_back`).
    #[schema(required = false, value_type = Vec<FaultBody>)]
    warnings: Vec<At>,
    /// Why it was refused.
    #[schema(required = false, nullable = false, value_type = ProblemBody<'_>)]
    problem: Option<()>,
    /// How the import ended: the last line, and only there.
    #[schema(required = false, nullable = false)]
    import: Option<ImportBody>,
}

/// An element of a list, as a program writes it: its fields are the program's.
#[derive(ToSchema)]
#[schema(as = ImportedElement)]
#[expect(dead_code, reason = "describes what `tabular` reads")]
pub(crate) struct ElementShape {
    /// Mailgun's name of the address.
    #[schema(required = false, example = "anna.karin@exempel.example")]
    address: Option<String>,
    /// SendGrid's name of the address.
    #[schema(required = false, example = "anna.karin@exempel.example")]
    email: Option<String>,
}

/// A list as a program's API answers it: an array, or an object that holds one.
#[derive(ToSchema)]
#[schema(as = ImportedList)]
#[expect(dead_code, reason = "describes what `tabular` reads")]
pub(crate) struct ElementsShape {
    /// Mailgun's name of the list.
    #[schema(required = false)]
    items: Vec<ElementShape>,
}

impl Cut for Reader {
    type Line = Entry;

    fn push(&mut self, part: &[u8], lines: &mut VecDeque<Entry>) {
        Self::push(self, part, lines);
    }

    fn finish(self, lines: &mut VecDeque<Entry>) {
        Self::finish(self, lines);
    }

    fn cut_off(self, lines: &mut VecDeque<Entry>) -> Option<u64> {
        Some(Self::cut_off(self, lines))
    }
}

/// Takes rows for one caller.
pub(super) struct Taker {
    pub(super) import: Import,
    pub(super) request: Uuid,
}

impl Answers<Entry> for Taker {
    fn about(entry: &Entry) -> (u64, usize) {
        (entry.row, entry.size)
    }

    fn answer(self: Rc<Self>, entry: Entry) -> LocalBoxFuture<'static, Answered> {
        Box::pin(async move {
            let (line, row, read) = (entry.line, entry.row, entry.size);
            let broken = match &entry.content {
                Content::Broken(fault) => Some(problem(fault, row == 1)),
                _ => None,
            };
            match self.import.take(entry).await {
                Some(told) => {
                    Answered { json: self.written(line, row, told), read, no_batch: None }
                }
                // Nothing came before: it is no list, and nothing of it was recorded.
                None if row == 1 && broken.is_some() => {
                    Answered { json: Vec::new(), read, no_batch: broken }
                }
                None => {
                    let told = broken.map(|problem| self.refused(line, row, &problem));
                    Answered { json: told.unwrap_or_default(), read, no_batch: None }
                }
            }
        })
    }

    fn broke_off(&self, row: u64, line: Option<u64>, problem: &Problem) -> Answered {
        self.import.broke_off("upload_broken_off", line);
        let json = self.refused(line.unwrap_or(1), row, problem);
        Answered { json, read: 0, no_batch: None }
    }

    fn end(self: Rc<Self>) -> LocalBoxFuture<'static, Option<Answered>> {
        Box::pin(async move {
            let certificate = match self.import.end().await {
                Ok(certificate) => Ok(certificate),
                // What was recorded stays; importing it again finds it.
                Err(refusal) => {
                    log::error!("the certificate of an import: {:?}", refusal.code);
                    self.import.broke_off("not_certified", None);
                    self.import.end_unwritten().await
                }
            };
            let json = match certificate {
                Ok(certificate) => {
                    let import = ImportBody::of(certificate, self.import.dry_run());
                    serde_json::to_vec(&Summary { import }).unwrap_or_default()
                }
                Err(refusal) => self.refused(1, 1, &refusal.into()),
            };
            Some(Answered { json, read: 0, no_batch: None })
        })
    }
}

impl Taker {
    fn written(&self, line: u64, row: u64, told: Told) -> Vec<u8> {
        let status = match told.status {
            Status::Recorded if self.import.dry_run() => "checked",
            Status::Recorded => "recorded",
            Status::Known => "known",
            Status::Skipped => "skipped",
            Status::Refused => "refused",
        };
        let problem: Option<Problem> = told.refusal.map(Problem::from);
        let answer = RowAnswer {
            line,
            row,
            status,
            id: told.id,
            reason: told.why,
            warnings: &told.warnings,
            problem: problem.as_ref().map(|problem| problem.body(Some(self.request))),
        };
        serde_json::to_vec(&answer).unwrap_or_default()
    }

    fn refused(&self, line: u64, row: u64, problem: &Problem) -> Vec<u8> {
        let problem = Some(problem.body(Some(self.request)));
        let (id, reason, warnings) = (None, None, &[][..]);
        let answer = RowAnswer { line, row, status: "refused", id, reason, warnings, problem };
        serde_json::to_vec(&answer).unwrap_or_default()
    }
}

/// Why the file is none from here on.
fn problem(fault: &Fault, first: bool) -> Problem {
    if fault.code == Fault::SPREADSHEET {
        return Problem::saying(&kinds::UNSUPPORTED_MEDIA_TYPE, SAVE_AS_CSV);
    }
    let stands = if first { "Nothing was recorded." } else { "What came before stands." };
    let told = format!("Line {}: {} {stands}", fault.line, fault.detail);
    let pointer = format!("/{}", fault.line);
    let errors = vec![At { pointer, code: fault.code.into(), detail: fault.detail.clone() }];
    let refusal = Refusal::at(Code::Unprocessable, errors);
    Refusal { detail: Some(told.into()), ..refusal }.into()
}
