//! An import under way.

use super::certificate::{Certificate, Counts, Run, Way};
use super::{held, listed};
use crate::app::refusal::{Code, Refusal};
use crate::app::{App, AsOf, Caller, Envelope, binding, record};
use crate::crypto::random;
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::client::{Role, Scope};
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::store::objections;
use crate::store::rows::ObjectionRow;
use crate::tabular::import::{Content, Entry, Format};
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// What is asked of an import.
#[derive(Debug, Clone)]
pub struct ImportAsked {
    /// The controller or group whose list it is, by slug or id.
    pub controller: String,
    /// Which program wrote it.
    pub format: Format,
    /// What the objections cover; as the format knows, if not said.
    pub channels: Option<ChannelSet>,
    /// Whether addresses that bounced are taken as objections too.
    pub bounces: bool,
    /// Say what would happen, record nothing.
    pub dry_run: bool,
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
        if asked.channels.is_some_and(ChannelSet::is_empty) {
            faults.push(Fault::new("/channels", "required", "Name a channel, or leave this out."));
        }
        let names = [asked.controller.trim().to_owned()];
        let binding = binding::named(&app.memory().directory, caller, &names);
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
        let (counts, file, failure) = {
            let totals = self.totals();
            (totals.counts, totals.file, totals.failure.clone())
        };
        let own = (self.caller.clone(), self.binding.clone(), self.id, self.as_of, self.begun_at);
        let (format, dry_run) = (self.asked.format, self.asked.dry_run);
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
                if dry_run { run.imagined(instance) } else { run.write(instance) }
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

    /// The reference by which a row is known again: whose list it is, which program
    /// wrote it, and what it says. Keyed, since that can be guessed.
    pub(super) fn reference(&self, says: &[u8]) -> String {
        let whose = serde_json::to_vec(&self.binding).unwrap_or_default();
        let format = self.asked.format.name().as_bytes();
        let named = [&whose[..], b"\0", format, b"\0", says].concat();
        let digest = self.app.keyring().digest("import", &named);
        digest.iter().fold("import:".to_owned(), |mut hex, byte| {
            use std::fmt::Write as _;
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// The objection that an earlier import of this row made, whoever ran it: else a
    /// second administrator's import would bring back what was taken back since.
    pub(super) async fn earlier(&self, reference: &str) -> Result<Option<ObjectionRow>, Refusal> {
        let mut clients = vec![Caller::OPERATOR.to_owned(), self.caller.client.id.clone()];
        {
            let memory = self.app.memory();
            let importers = memory.clients.values().map(|(_, client)| client).filter(|client| {
                client.role == Role::Admin || client.scopes.contains(&Scope::ImportsRun)
            });
            clients.extend(importers.map(|client| client.id.clone()));
        }
        clients.sort();
        clients.dedup();
        let tags: Vec<_> = clients
            .into_iter()
            .map(|client| {
                let tag = record::reference_tag(&self.app, &client, reference);
                (client, tag)
            })
            .collect();
        self.app
            .waiting(move |instance| {
                let find = |conn: &mut _| {
                    for (client, tag) in &tags {
                        if let Some(row) = objections::by_reference(conn, client, tag)? {
                            return Ok(Some(row));
                        }
                    }
                    Ok(None)
                };
                instance.ledger.store().read(find).map_err(Refusal::from)
            })
            .await
    }

    fn totals(&self) -> std::sync::MutexGuard<'_, Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
