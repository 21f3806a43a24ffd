//! The certificate of a screening: what was asked, how the rows were decided, and
//! digests of what came and went. An entry of the ledger, with all of it in its
//! text, so that its receipt proves it. Nothing in it is about a person.

use super::failure::Failure;
use super::kept::Standing;
use super::run::{Job, Totals};
use crate::app::certified::{Certified, certified, own_alone};
use crate::app::commit::act;
use crate::app::listed::Counted;
use crate::app::refusal::{Code, Refusal};
use crate::app::{App, AsOf, Caller, Instance, commit};
use crate::domain::Time;
use crate::domain::client::Scope;
use crate::domain::decision::Decision;
use crate::ledger::entry::from_micros;
use crate::ledger::submission::{ActRows, Committed, EntryKind, Submission};
use crate::store::ScreeningRow;
use crate::store::screenings;
use crate::tabular::campaign::Layout;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A certificate.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The screening's id.
    pub id: Uuid,
    /// `completed`, or `failed`.
    pub status: &'static str,
    /// The client that ran it.
    pub client: String,
    /// The acting person's account name.
    pub actor: Option<String>,
    /// Slugs of the controllers that rows were decided for.
    pub controllers: Vec<String>,
    /// How they want to send.
    pub channel: String,
    /// Which rows came back.
    pub keep: String,
    /// Of those, only the ones whose decision was another at this position.
    pub changed_since: Option<i64>,
    /// Which columns were read as what.
    pub columns: Vec<ColumnUsed>,
    /// Which registers counted, by slug; of an earlier one that is not known.
    pub registers: Vec<Counted>,
    /// Rows that came.
    pub rows: i64,
    /// Of those, clear.
    pub clear: i64,
    /// Blocked.
    pub blocked: i64,
    /// Undecidable.
    pub undecidable: i64,
    /// Rows that came back.
    pub kept: i64,
    /// Bytes that came, and their SHA-256; none where the upload broke off.
    pub received: (i64, Option<Vec<u8>>),
    /// Bytes that went back, and their SHA-256; none of a failed one.
    pub sent: (i64, Option<Vec<u8>>),
    /// The state of the ledger that every decision is true at.
    pub as_of: AsOf,
    /// When the upload began.
    pub begun_at: Time,
    /// When all was decided.
    pub ended_at: Time,
    /// Why it failed: a code, and the line of the file.
    pub failure: Option<(String, Option<i64>)>,
    /// Proof that it stands in the log.
    pub receipt: String,
}

/// A column that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnUsed {
    /// What it was read as.
    pub read_as: String,
    /// Which it is, from 1; none where rows have names and no order.
    pub number: Option<u32>,
    /// Its heading; none of a file without, since that would be somebody's data.
    pub heading: Option<String>,
}

/// Writes the certificate of a run that ended.
pub(super) fn write(
    job: &Job,
    totals: &Totals,
    failure: Option<&Failure>,
) -> Result<Certificate, Refusal> {
    let kind = match failure {
        None => EntryKind::ScreeningCompleted,
        Some(_) => EntryKind::ScreeningFailed,
    };
    let row = row(job, totals, failure);
    let said = serde_json::to_value(&row).unwrap_or_default();
    // What was asked; the file itself is bound by its digest, which is in the row.
    let asked = json!({
        "controller": job.screening.controller, "channel": row.channel, "keep": row.keep,
        "changed_since": row.changed_since, "registers": job.screening.registers,
        "controller_column": job.screening.options.controller_column,
    });
    let canonical = serde_json_canonicalizer::to_vec(&asked);
    let rows = ActRows { screening: Some(row.clone()), ..ActRows::default() };
    let mut act = act(kind, Some(job.id), rows, Vec::new());
    act.says.push(("screening", said));
    let submission = Submission {
        client: job.caller.client.id.clone(),
        actor: job.caller.actor.clone(),
        canonical: canonical.map_err(|_| Refusal::new(Code::Internal))?,
        idempotency: None,
        acts: vec![act],
    };
    let committed = job.app.ledger.submit_waiting(submission);
    let Committed::New { position, logged, .. } =
        committed.map_err(|error| commit::refusal(&error))?
    else {
        return Err(Refusal::new(Code::Internal));
    };
    let receipt = logged.receipt(position).ok_or_else(|| Refusal::new(Code::Internal))?;
    let (client, actor) = (job.caller.client.id.clone(), job.caller.actor.clone());
    certificate(&job.app, &row, client, actor, receipt)
}

fn row(job: &Job, totals: &Totals, failure: Option<&Failure>) -> ScreeningRow {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let counts = &totals.counts;
    let decided = |decision: Decision| number(counts.decided[decision as usize]);
    let controllers: Vec<_> = match job.controller {
        // Asked about also where the file had no row.
        Some(own) if counts.controllers.is_empty() => vec![own],
        _ => counts.controllers.iter().copied().collect(),
    };
    let registers = counted(job, &controllers);
    let columns = totals.layout.as_ref().map(|layout| columns(layout)).unwrap_or_default();
    ScreeningRow {
        position: 0,
        id: job.id.as_bytes().to_vec(),
        channel: job.screening.channel.name().to_owned(),
        keep: job.screening.keep.name().to_owned(),
        changed_since: job.screening.changed_since,
        controllers: json!(controllers).to_string(),
        columns_used: json!(columns).to_string(),
        as_of_position: job.basis.as_of.position,
        as_of_time: job.basis.as_of.time.timestamp_micros(),
        begun_at: job.begun_at.timestamp_micros(),
        ended_at: job.app.now().timestamp_micros(),
        row_count: number(counts.rows),
        clear_count: decided(Decision::Clear),
        blocked_count: decided(Decision::Blocked),
        undecidable_count: decided(Decision::Undecidable),
        kept_count: number(counts.kept),
        received_bytes: number(totals.received),
        sent_bytes: number(totals.sent),
        received_digest: totals.received_digest.map(Vec::from),
        sent_digest: totals.sent_digest.filter(|_| failure.is_none()).map(Vec::from),
        failure: failure.map(|failure| failure.code().to_owned()),
        failure_line: failure.and_then(Failure::line),
        registers: Some(json!(registers).to_string()),
    }
}

/// The registers that counted for any of these controllers.
fn counted(job: &Job, controllers: &[Uuid]) -> Vec<Counted> {
    let memory = job.app.memory();
    let (basis, channel) = (&job.basis, job.screening.channel);
    let of = |id: &Uuid| basis.listed(&memory, *id, basis.as_of.position);
    let each = controllers.iter().map(of);
    let by_slug = each.flat_map(|listed| {
        listed.counted(channel).map(|own| (own.slug.clone(), own)).collect::<Vec<_>>()
    });
    by_slug.collect::<BTreeMap<_, _>>().into_values().collect()
}

fn columns(layout: &Layout) -> Vec<ColumnUsed> {
    let used = layout.columns_used().into_iter();
    used.map(|used| ColumnUsed {
        read_as: used.column.name().to_owned(),
        number: used.position.and_then(|number| u32::try_from(number).ok()),
        heading: used.heading.map(str::to_owned),
    })
    .collect()
}

fn certificate(
    app: &Instance,
    row: &ScreeningRow,
    client: String,
    actor: Option<String>,
    receipt: String,
) -> Result<Certificate, Refusal> {
    let broken = |_| Refusal::new(Code::Internal);
    let controllers: Vec<Uuid> = serde_json::from_str(&row.controllers).map_err(broken)?;
    let memory = app.memory();
    let slug = |id: &Uuid| match memory.directory.controller(*id) {
        Some(controller) => controller.slug.clone(),
        None => id.to_string(),
    };
    Ok(Certificate {
        id: Uuid::from_slice(&row.id).unwrap_or_default(),
        status: if row.failure.is_none() { "completed" } else { "failed" },
        client,
        actor,
        controllers: controllers.iter().map(slug).collect(),
        channel: row.channel.clone(),
        keep: row.keep.clone(),
        changed_since: row.changed_since,
        columns: serde_json::from_str(&row.columns_used).map_err(broken)?,
        registers: row
            .registers
            .as_deref()
            .map_or(Ok(Vec::new()), serde_json::from_str)
            .map_err(broken)?,
        rows: row.row_count,
        clear: row.clear_count,
        blocked: row.blocked_count,
        undecidable: row.undecidable_count,
        kept: row.kept_count,
        received: (row.received_bytes, row.received_digest.clone()),
        sent: (row.sent_bytes, row.sent_digest.clone()),
        as_of: AsOf { position: row.as_of_position, time: from_micros(row.as_of_time) },
        begun_at: from_micros(row.begun_at),
        ended_at: from_micros(row.ended_at),
        failure: row.failure.clone().map(|code| (code, row.failure_line)),
        receipt,
    })
}

/// How a screening stands. Its own client may know, auditors, and whoever operates
/// the machine.
///
/// # Errors
/// [`Code::NotFound`], both for another's and for none.
pub async fn read_screening(
    app: &App,
    caller: &Caller,
    id: Uuid,
) -> Result<Standing<Certificate>, Refusal> {
    caller.require(&[Scope::ScreeningsRun, Scope::AuditRead])?;
    app.caught_up_for(caller).await?;
    let own = own_alone(caller);
    if let Some(begun_at) = app.screenings.under_way(id, own.as_deref()) {
        return Ok(Standing::UnderWay { begun_at });
    }
    app.waiting(move |instance| {
        let find = |conn: &mut _| screenings::by_id(conn, id.as_bytes());
        let found = certified(instance, own.as_deref(), find, |row| row.position)?;
        let Certified { row, entry, receipt } = found;
        certificate(instance, &row, entry.client, entry.actor, receipt).map(Standing::Ended)
    })
    .await
}
