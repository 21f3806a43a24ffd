//! The certificate of an import or an export: whose objections, how many, and a salted
//! digest of the file. An entry of the ledger; nothing in it is about a person.

use crate::app::certified::{Certified, certified, own_alone};
use crate::app::commit::{self, act};
use crate::app::refusal::{Code, Refusal};
use crate::app::{App, AsOf, Caller, Instance};
use crate::crypto::digest::salted;
use crate::crypto::random;
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::controller::Binding;
use crate::ledger::entry::from_micros;
use crate::ledger::submission::{ActRows, Committed, EntryKind, Submission};
use crate::store::{TransferRow, transfers};
use serde_json::json;
use uuid::Uuid;

/// Whether a list came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It came.
    Import,
    /// It went.
    Export,
}

impl Way {
    /// The name used in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
        }
    }

    const fn scope(self) -> Scope {
        match self {
            Self::Import => Scope::ImportsRun,
            Self::Export => Scope::ExportsRun,
        }
    }
}

/// How many rows came to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// All of them.
    pub rows: i64,
    /// Recorded; of an export, handed out.
    pub recorded: i64,
    /// Known before.
    pub known: i64,
    /// No objections.
    pub skipped: i64,
    /// Not to be recorded.
    pub refused: i64,
}

/// A certificate.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The id of the import or export.
    pub id: Uuid,
    /// `completed`, or `incomplete` where the file broke off.
    pub status: &'static str,
    /// The client that ran it.
    pub client: String,
    /// The acting person's account name.
    pub actor: Option<String>,
    /// Which program wrote the file, or is to read it.
    pub format: String,
    /// Slugs of the controllers and groups whose objections they are.
    pub controllers: Vec<String>,
    /// What rows that were recorded cover; none of an export, and where each row says.
    pub channels: ChannelSet,
    /// How many rows came to what.
    pub counts: Counts,
    /// Bytes of the file.
    pub bytes: i64,
    /// Salt of the digest.
    pub salt: Vec<u8>,
    /// SHA-256 over the salt and the file's SHA-256; none where it broke off.
    pub digest: Option<Vec<u8>>,
    /// The state of the ledger that an export is of, or that an import began at.
    pub as_of: AsOf,
    /// When it began.
    pub begun_at: Time,
    /// When it ended.
    pub ended_at: Time,
    /// Why it ended before its end: a code, and the line of the file.
    pub failure: Option<(String, Option<i64>)>,
    /// Proof that it stands in the log; none of a dry run.
    pub receipt: Option<String>,
}

/// A run that has ended.
pub(super) struct Run<'a> {
    pub(super) caller: &'a Caller,
    pub(super) id: Uuid,
    pub(super) way: Way,
    pub(super) format: &'static str,
    pub(super) binding: &'a Binding,
    pub(super) channels: ChannelSet,
    pub(super) as_of: AsOf,
    pub(super) begun_at: Time,
    pub(super) counts: Counts,
    /// Bytes and SHA-256 of the file; no digest of one that broke off.
    pub(super) file: (u64, Option<[u8; 32]>),
    pub(super) failure: Option<(String, Option<i64>)>,
}

impl Run<'_> {
    fn row(&self, instance: &Instance) -> TransferRow {
        let salt: [u8; 32] = random::bytes();
        let Counts { rows, recorded, known, skipped, refused } = self.counts;
        TransferRow {
            position: 0,
            id: self.id.as_bytes().to_vec(),
            way: self.way.name().to_owned(),
            format: self.format.to_owned(),
            binding: serde_json::to_string(self.binding).unwrap_or_default(),
            channels: self.channels.bits().into(),
            as_of_position: self.as_of.position,
            as_of_time: self.as_of.time.timestamp_micros(),
            begun_at: self.begun_at.timestamp_micros(),
            ended_at: instance.now().timestamp_micros(),
            row_count: rows,
            recorded_count: recorded,
            known_count: known,
            skipped_count: skipped,
            refused_count: refused,
            byte_count: i64::try_from(self.file.0).unwrap_or(i64::MAX),
            salt: salt.to_vec(),
            digest: self.file.1.map(|digest| salted(&salt, &digest).to_vec()),
            failure: self.failure.as_ref().map(|(code, _)| code.clone()),
            failure_line: self.failure.as_ref().and_then(|(_, line)| *line),
        }
    }

    /// What its certificate would say, of a dry run.
    pub(super) fn imagined(&self, app: &Instance) -> Result<Certificate, Refusal> {
        let (client, actor) = (self.caller.client.id.clone(), self.caller.actor.clone());
        certificate(app, &self.row(app), client, actor, None)
    }

    /// Writes the certificate. Waits for the database.
    pub(super) fn write(&self, app: &Instance) -> Result<Certificate, Refusal> {
        let row = self.row(app);
        let kind = match (self.way, &self.failure) {
            (Way::Export, _) => EntryKind::ExportCompleted,
            (Way::Import, None) => EntryKind::ImportCompleted,
            (Way::Import, Some(_)) => EntryKind::ImportIncomplete,
        };
        // The salt stays in the row: whoever has the entry alone cannot guess a short list.
        let mut said = serde_json::to_value(&row).unwrap_or_default();
        said.as_object_mut().map(|said| said.remove("salt"));
        let rows = ActRows { transfer: Some(row.clone()), ..ActRows::default() };
        let mut act = act(kind, Some(self.id), rows, Vec::new());
        act.says.push((self.way.name(), said));
        let asked = json!({"format": self.format, "binding": self.binding, "way": self.way.name()});
        let canonical = serde_json_canonicalizer::to_vec(&asked);
        let (client, actor) = (self.caller.client.id.clone(), self.caller.actor.clone());
        let submission = Submission {
            client: client.clone(),
            actor: actor.clone(),
            canonical: canonical.map_err(|_| Refusal::new(Code::Internal))?,
            idempotency: None,
            acts: vec![act],
        };
        let committed = app.ledger.submit_waiting(submission);
        let Committed::New { position, logged, .. } =
            committed.map_err(|error| commit::refusal(&error))?
        else {
            return Err(Refusal::new(Code::Internal));
        };
        let receipt = logged.receipt(position).ok_or_else(|| Refusal::new(Code::Internal))?;
        certificate(app, &row, client, actor, Some(receipt))
    }
}

fn certificate(
    app: &Instance,
    row: &TransferRow,
    client: String,
    actor: Option<String>,
    receipt: Option<String>,
) -> Result<Certificate, Refusal> {
    let broken = || Refusal::new(Code::Internal);
    let binding: Binding = serde_json::from_str(&row.binding).map_err(|_| broken())?;
    Ok(Certificate {
        id: Uuid::from_slice(&row.id).map_err(|_| broken())?,
        status: if row.failure.is_none() { "completed" } else { "incomplete" },
        client,
        actor,
        format: row.format.clone(),
        controllers: app.memory().directory.names(&binding),
        channels: ChannelSet::from_bits(u16::try_from(row.channels).map_err(|_| broken())?),
        counts: Counts {
            rows: row.row_count,
            recorded: row.recorded_count,
            known: row.known_count,
            skipped: row.skipped_count,
            refused: row.refused_count,
        },
        bytes: row.byte_count,
        salt: row.salt.clone(),
        digest: row.digest.clone(),
        as_of: AsOf { position: row.as_of_position, time: from_micros(row.as_of_time) },
        begun_at: from_micros(row.begun_at),
        ended_at: from_micros(row.ended_at),
        failure: row.failure.clone().map(|code| (code, row.failure_line)),
        receipt,
    })
}

/// The certificate of an import or an export. Its own client may see it, auditors, and
/// whoever operates the machine.
///
/// # Errors
/// [`Code::NotFound`], for another's, for none, and while it is under way.
pub async fn read_transfer(
    app: &App,
    caller: &Caller,
    way: Way,
    id: Uuid,
) -> Result<Certificate, Refusal> {
    caller.require(&[way.scope(), Scope::AuditRead])?;
    app.caught_up_for(caller).await?;
    let own = own_alone(caller);
    app.waiting(move |instance| {
        let find = |conn: &mut _| {
            let row = transfers::by_id(conn, id.as_bytes())?;
            Ok(row.filter(|row| row.way == way.name()))
        };
        let found = certified(instance, own.as_deref(), find, |row| row.position)?;
        let Certified { row, entry, receipt } = found;
        certificate(instance, &row, entry.client, entry.actor, Some(receipt))
    })
    .await
}
