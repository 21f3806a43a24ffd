//! An import under way.

use super::certificate::{Certificate, Counts, Run, Way};
use super::{held, known, listed};
use crate::app::refusal::{Code, Refusal};
use crate::app::{App, AsOf, Caller, Envelope, binding};
use crate::crypto::random;
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::tabular::import::{Content, Entry, Format};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// So many rows of a dry run are held against one another: some twenty megabytes.
const MOST_SEEN: usize = 1_000_000;

/// What is asked of an import.
#[derive(Debug, Clone)]
pub struct ImportAsked {
    /// The controller or group whose list it is, by slug or id.
    pub controller: String,
    /// Which program wrote it.
    pub format: Format,
    /// What the objections cover; as the format knows, if not said.
    pub channels: Option<ChannelSet>,
    /// What else than a person's no is taken as one.
    pub include: Option<Include>,
    /// Say what would happen, record nothing.
    pub dry_run: bool,
}

/// What else than a person's no is taken as one, since the caller says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Include {
    /// Addresses that bounced.
    Bounces,
    /// listmonk's subscribers who are not on its blocklist: who unsubscribed from a list
    /// stays `enabled`, and only the file's own choice says that this is who is in it.
    Enabled,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was recorded; in a dry run, it would be.
    Recorded,
    /// It was recorded before.
    Known,
    /// It is nobody's no.
    Skipped,
    /// It cannot be recorded.
    Refused,
}

/// What became of a row, and why.
pub struct Told {
    /// What.
    pub status: Status,
    /// The objection's id; none in a dry run, but for one that is known.
    pub id: Option<Uuid>,
    /// Why it was skipped: a word.
    pub why: Option<&'static str>,
    /// What could not be read, or was left out.
    pub warnings: Vec<Fault>,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
}

impl Told {
    pub(super) fn known(id: Option<Uuid>) -> Self {
        Self { status: Status::Known, id, ..Self::skipped(None) }
    }

    pub(super) fn skipped(why: Option<&'static str>) -> Self {
        let (id, warnings, refusal) = (None, Vec::new(), None);
        Self { status: Status::Skipped, id, why, warnings, refusal }
    }

    pub(super) fn refused(refusal: Refusal) -> Self {
        Self { status: Status::Refused, refusal: Some(refusal), ..Self::skipped(None) }
    }

    /// A row that nobody can read.
    pub(super) fn unfit(code: &'static str, detail: &'static str) -> Self {
        Self::refused(Refusal::at(Code::Unprocessable, vec![Fault::new("", code, detail)]))
    }
}

/// An import under way: rows may be taken side by side.
pub struct Import {
    pub(super) app: App,
    pub(super) caller: Caller,
    pub(super) asked: ImportAsked,
    pub(super) binding: Binding,
    /// Whose references are looked at, too.
    pub(super) importers: Vec<String>,
    /// The id of its certificate to be.
    pub id: Uuid,
    as_of: AsOf,
    begun_at: Time,
    totals: Mutex<Totals>,
}

#[derive(Default)]
struct Totals {
    counts: Counts,
    file: (u64, Option<[u8; 32]>),
    failure: Option<(String, Option<i64>)>,
    /// Rows of a dry run, by the beginning of their references.
    seen: HashSet<[u8; 8]>,
}

impl Import {
    /// Begins an import.
    ///
    /// # Errors
    /// [`Refusal`]: a controller that there is not or that is not the caller's, or
    /// channels for a file whose lines say their own.
    pub async fn begin(app: &App, caller: &Caller, asked: ImportAsked) -> Result<Self, Refusal> {
        caller.require(&[Scope::ImportsRun])?;
        app.caught_up_for(caller).await?;
        let mut faults = Vec::new();
        if asked.format == Format::Nejtack && asked.channels.is_some() {
            let detail = "Each line of an export says what it covers: leave channels out.";
            faults.push(Fault::new("/channels", "not_here", detail));
        }
        if asked.format != Format::Listmonk && asked.include == Some(Include::Enabled) {
            let detail = "Only listmonk keeps people who unsubscribed as enabled: leave it out.";
            faults.push(Fault::new("/include", "not_here", detail));
        }
        if asked.channels.is_some_and(ChannelSet::is_empty) {
            faults.push(Fault::new("/channels", "required", "Name a channel, or leave this out."));
        }
        let names = [asked.controller.trim().to_owned()];
        let binding = binding::named(&app.memory().directory, caller, &names);
        if asked.format == Format::Nejtack && binding.as_ref().is_ok_and(|it| !is_one(it)) {
            // One clinic's withdrawal would free all of them.
            let detail = "An export is of one controller, and what was taken back is so for that one. Import the export of each controller for that controller.";
            faults.push(Fault::new("/controller", "not_one_controller", detail));
        }
        let binding = match binding {
            Ok(binding) if faults.is_empty() => binding,
            Ok(_) => return Err(Refusal::at(Code::Unprocessable, faults)),
            Err(refusal) if refusal.code == Code::Unprocessable => {
                let detail =
                    "No controller or group has this slug or id. GET /v1/controllers lists them.";
                faults.push(Fault::new("/controller", "unknown_controller", detail));
                return Err(Refusal::at(Code::Unprocessable, faults));
            }
            Err(refusal) => return Err(refusal),
        };
        let now = app.now();
        Ok(Self {
            app: app.clone(),
            caller: caller.clone(),
            importers: known::importers(app, caller),
            asked,
            binding,
            id: random::uuid_v7(now),
            as_of: app.as_of(),
            begun_at: now,
            totals: Mutex::default(),
        })
    }

    /// Whether nothing is recorded.
    #[must_use]
    pub const fn dry_run(&self) -> bool {
        self.asked.dry_run
    }

    /// Takes an entry of the file; `None` for what is no row.
    pub async fn take(&self, entry: Entry) -> Option<Told> {
        let told = match entry.content {
            Content::Listed(listed) => listed::take(self, entry.row, &listed).await,
            Content::Held(json) => held::take(self, entry.row, &json).await,
            Content::Unfit(code, detail) => Ok(Told::unfit(code, detail)),
            Content::Broken(fault) => {
                self.broke_off(fault.code, Some(fault.line));
                return None;
            }
            Content::End(bytes, digest) => {
                self.totals().file = (bytes, Some(digest));
                return None;
            }
        };
        let told = told.unwrap_or_else(Told::refused);
        let mut totals = self.totals();
        let counts = &mut totals.counts;
        counts.rows += 1;
        *match told.status {
            Status::Recorded => &mut counts.recorded,
            Status::Known => &mut counts.known,
            Status::Skipped => &mut counts.skipped,
            Status::Refused => &mut counts.refused,
        } += 1;
        drop(totals);
        Some(told)
    }

    /// The file is none from here on, or ended before its end.
    pub fn broke_off(&self, code: &str, line: Option<u64>) {
        let line = line.and_then(|line| i64::try_from(line).ok());
        self.totals().failure.get_or_insert((code.to_owned(), line));
    }

    /// Writes its certificate, after the last row.
    ///
    /// # Errors
    /// The ledger's; what was recorded stays.
    pub async fn end(&self) -> Result<Certificate, Refusal> {
        self.ended(self.asked.dry_run).await
    }

    /// What its certificate would have said that could not be written.
    ///
    /// # Errors
    /// The keys could not be read.
    pub async fn end_unwritten(&self) -> Result<Certificate, Refusal> {
        self.ended(true).await
    }

    async fn ended(&self, imagined: bool) -> Result<Certificate, Refusal> {
        let (counts, file, failure) = {
            let totals = self.totals();
            (totals.counts, totals.file, totals.failure.clone())
        };
        let own = (self.caller.clone(), self.binding.clone(), self.id, self.as_of, self.begun_at);
        let format = self.asked.format;
        let channels = self.channels();
        self.app
            .waiting(move |instance| {
                let (caller, binding, id, as_of, begun_at) = &own;
                let run = Run {
                    caller,
                    id: *id,
                    way: Way::Import,
                    format: format.name(),
                    binding,
                    channels,
                    as_of: *as_of,
                    begun_at: *begun_at,
                    counts,
                    file: (file.0, file.1.filter(|_| failure.is_none())),
                    failure,
                };
                if imagined { run.imagined(instance) } else { run.write(instance) }
            })
            .await
    }

    pub(super) fn channels(&self) -> ChannelSet {
        self.asked.channels.unwrap_or_else(|| self.asked.format.channels())
    }

    pub(super) fn envelope<'a>(&'a self, canonical: &'a [u8]) -> Envelope<'a> {
        let (caller, dry_run) = (&self.caller, self.asked.dry_run);
        Envelope { caller, canonical, idempotency_key: None, dry_run }
    }

    /// Whether a dry run has seen a row of this reference: as a real one, it counts the
    /// second of two that are alike as known. Past [`MOST_SEEN`] rows it no longer does.
    pub(super) fn seen_before(&self, reference: &str) -> bool {
        if !self.asked.dry_run {
            return false;
        }
        let mut short = [0; 8];
        let digits = reference.rsplit(':').next().unwrap_or_default().as_bytes();
        short.iter_mut().zip(digits.chunks(2)).for_each(|(byte, digits)| {
            let digits = std::str::from_utf8(digits).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
        });
        let mut totals = self.totals();
        if totals.seen.len() < MOST_SEEN {
            !totals.seen.insert(short)
        } else {
            totals.seen.contains(&short)
        }
    }

    fn totals(&self) -> std::sync::MutexGuard<'_, Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it is one controller, and no group.
fn is_one(binding: &Binding) -> bool {
    matches!(binding, Binding::Named { controllers, groups } if controllers.len() == 1 && groups.is_empty())
}
