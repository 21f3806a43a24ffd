//! How every recording request goes through the ledger, once.

use super::caller::Caller;
use super::refusal::{Code, Refusal};
use super::{App, Instance};
use crate::crypto::digest::constant_time_eq;
use crate::crypto::random;
use crate::domain::Time;
use crate::ledger::entry::from_micros;
use crate::ledger::proofs;
use crate::ledger::submission::{
    Act, ActRows, Committed as Recorded, EntryKind, Idempotency, Need, Submission, SubmitError,
};
use crate::store::MessageRow;
use crate::store::idempotency;
use crate::store::rows::ObjectionRow;
use chrono::TimeDelta;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// How long an idempotency key is remembered: at least 30 days.
pub(super) const KEYS_KEPT: TimeDelta = TimeDelta::days(31);

/// What every recording request carries besides its content.
#[derive(Clone, Copy)]
pub struct Envelope<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// The body in canonical JSON (RFC 8785); `{}` where there is none.
    pub canonical: &'a [u8],
    /// The request's `Idempotency-Key`, without quotes.
    pub idempotency_key: Option<&'a str>,
    /// Check everything, record nothing.
    pub dry_run: bool,
}

/// A result, and where in the ledger it stands. Of a dry run: position 0, now.
#[derive(Debug, Clone)]
pub struct Committed<T> {
    /// The result.
    pub value: T,
    /// The position of its (last) entry.
    pub position: i64,
    /// When it was received, and takes effect.
    pub time: Time,
    /// The receipt of each entry, in order; none of a dry run.
    pub receipts: Vec<String>,
}

impl<T> Committed<T> {
    /// The receipt of the (last) entry; none of a dry run.
    #[must_use]
    pub fn receipt(&self) -> Option<&str> {
        self.receipts.last().map(String::as_str)
    }
}

/// How a submission ended.
pub(super) enum Done<T> {
    /// Recorded now, or earlier under the same idempotency key.
    Recorded(Committed<T>),
    /// Recorded earlier under the same reference.
    Earlier(Box<ObjectionRow>),
    /// A message that came earlier under the same id of the gateway's.
    EarlierMessage(Box<MessageRow>),
}

/// Records `acts`, or finds the answer that the same request got before.
/// `operation` tells apart what the same body can be sent to.
pub(super) async fn submit<T: Serialize + DeserializeOwned>(
    app: &App,
    envelope: &Envelope<'_>,
    operation: &str,
    acts: Vec<Act>,
    value: T,
) -> Result<Done<T>, Refusal> {
    let submission = prepare(app, envelope, operation, acts, &value)?;
    if envelope.dry_run {
        let now = app.now();
        let found = app.waiting(move |instance| {
            instance.ledger.check(&submission).map_err(|error| refusal(&error))
        });
        found.await?;
        let receipts = Vec::new();
        return Ok(Done::Recorded(Committed { value, position: 0, time: now, receipts }));
    }
    let entries = i64::try_from(submission.acts.len()).unwrap_or(i64::MAX);
    let key_tag = submission.idempotency.as_ref().map(|key| key.key_tag);
    match app.ledger.submit(submission).await.map_err(|error| refusal(&error))? {
        Recorded::New { position, time, logged } => {
            let written = (position - entries + 1..=position).map(|at| logged.receipt(at));
            let receipts =
                written.collect::<Option<_>>().ok_or_else(|| Refusal::new(Code::Internal))?;
            Ok(Done::Recorded(Committed { value, position, time, receipts }))
        }
        Recorded::SameReference(row) => Ok(Done::Earlier(row)),
        Recorded::SameMessage(row) => Ok(Done::EarlierMessage(row)),
        Recorded::SameKey { position, time, answer } => {
            let key_tag = key_tag.ok_or_else(|| Refusal::new(Code::Internal))?;
            let value = opened(app, &key_tag, &answer)?;
            let receipts = receipts(app, position - entries + 1, position).await?;
            Ok(Done::Recorded(Committed { value, position, time, receipts }))
        }
    }
}

/// The receipts of earlier entries, as they were given then.
pub(super) async fn receipts(app: &App, first: i64, last: i64) -> Result<Vec<String>, Refusal> {
    app.waiting(move |instance| {
        let all = |conn: &mut _| (first..=last).map(|at| proofs::receipt(conn, at)).collect();
        instance.ledger.store().read(all).map_err(Refusal::from)
    })
    .await
}

/// The same for requests that carry no reference.
pub(super) async fn commit<T: Serialize + DeserializeOwned>(
    app: &App,
    envelope: &Envelope<'_>,
    operation: &str,
    acts: Vec<Act>,
    value: T,
) -> Result<Committed<T>, Refusal> {
    match submit(app, envelope, operation, acts, value).await? {
        Done::Recorded(committed) => Ok(committed),
        Done::Earlier(_) | Done::EarlierMessage(_) => Err(Refusal::new(Code::Internal)),
    }
}

/// The answer that the same request got before, under the same key. Asked first
/// by what cannot be done twice: after it, nobody could tell a retry from a
/// mistake.
pub(super) async fn answered_before<T: DeserializeOwned>(
    app: &App,
    envelope: &Envelope<'_>,
    operation: &str,
) -> Result<Option<Committed<T>>, Refusal> {
    let key = envelope.idempotency_key.filter(|_| !envelope.dry_run);
    let Some(key) = key else { return Ok(None) };
    let client = envelope.caller.client.id.clone();
    let (tag, digest) = (key_tag(app, &client, key), content_digest(app, envelope, operation));
    let found = app.waiting(move |instance| {
        let get = |conn: &mut _| idempotency::get(conn, &client, &tag);
        instance.ledger.store().read(get).map_err(Refusal::from)
    });
    let Some(row) = found.await? else { return Ok(None) };
    if !constant_time_eq(&row.content_digest, &digest) {
        return Err(Refusal::new(Code::IdempotencyKeyReused));
    }
    let value = opened(app, &tag, &row.answer)?;
    let receipts = Vec::new(); // whoever shows them knows how many entries there were
    Ok(Some(Committed { value, position: row.position, time: from_micros(row.time), receipts }))
}

fn key_tag(instance: &Instance, client: &str, key: &str) -> [u8; 32] {
    let named = [client.as_bytes(), b"\0", key.as_bytes()].concat();
    instance.keyring().digest("idempotency-key", &named)
}

fn opened<T: DeserializeOwned>(
    instance: &Instance,
    key_tag: &[u8; 32],
    answer: &[u8],
) -> Result<T, Refusal> {
    let plain = instance.keyring().unseal("answer", key_tag, answer).ok();
    let value = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
    value.ok_or_else(|| Refusal::new(Code::Internal))
}

fn prepare<T: Serialize>(
    instance: &Instance,
    envelope: &Envelope<'_>,
    operation: &str,
    acts: Vec<Act>,
    value: &T,
) -> Result<Submission, Refusal> {
    let client = &envelope.caller.client.id;
    let idempotency = match envelope.idempotency_key {
        None => None,
        Some(key) => {
            let key_tag = key_tag(instance, client, key);
            let answer = serde_json::to_vec(value).map_err(|_| Refusal::new(Code::Internal))?;
            Some(Idempotency {
                key_tag,
                content_digest: content_digest(instance, envelope, operation),
                answer: instance.keyring().seal("answer", &key_tag, &answer),
            })
        }
    };
    Ok(Submission {
        client: client.clone(),
        actor: envelope.caller.actor.clone(),
        canonical: envelope.canonical.to_vec(),
        idempotency,
        acts,
    })
}

/// Tells whether two requests ask for the same: keyed, since bodies can be guessed.
pub(super) fn content_digest(
    instance: &Instance,
    envelope: &Envelope<'_>,
    operation: &str,
) -> [u8; 32] {
    let content = [operation.as_bytes(), b"\0", envelope.canonical].concat();
    instance.keyring().digest("content", &content)
}

/// An act with fresh salts.
pub(super) fn act(kind: EntryKind, subject: Option<Uuid>, rows: ActRows, needs: Vec<Need>) -> Act {
    let salts = (random::bytes(), random::bytes());
    Act { kind, subject, salts, document: None, rows, needs, says: Vec::new() }
}

pub(super) fn refusal(error: &SubmitError) -> Refusal {
    match error {
        SubmitError::ReferenceReused => Refusal::new(Code::ReferenceReused),
        SubmitError::KeyReused => Refusal::new(Code::IdempotencyKeyReused),
        SubmitError::EventNotPossible => Refusal::new(Code::EventNotPossible),
        SubmitError::NameTaken => Refusal::new(Code::NameTaken),
        SubmitError::Overtaken => Refusal::saying(
            Code::EventNotPossible,
            "It was changed by somebody else at the same moment. Look at it and try again.",
        ),
        SubmitError::Store(error) => error.clone().into(),
        SubmitError::Closed => Refusal::new(Code::Unavailable).retry_after(5),
    }
}
