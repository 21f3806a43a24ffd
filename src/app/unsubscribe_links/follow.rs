//! Using a link: an objection of the person's own, by nothing but the link.

use super::super::caller::Caller;
use super::super::commit::{Committed, Envelope};
use super::super::record::{self, NewRecord, Recorded};
use super::super::refusal::{Code, Refusal};
use super::super::{App, Instance};
use super::open::Opened;
use crate::domain::Position;
use crate::domain::channel::ChannelSet;
use crate::domain::controller::Binding;
use crate::domain::objection::{EventKind, Source};
use crate::store::objections;
use crate::store::rows::{ObjectionEventRow, ObjectionRow};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// What the person wants to be spared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    /// Marketing by the link's channel.
    Channel,
    /// All direct marketing.
    All,
}

impl Covers {
    /// Both.
    pub const EVERY: [Self; 2] = [Self::Channel, Self::All];

    /// The name in the page's form and in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::All => "all",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|covers| covers.name() == name)
    }
}

/// How the link was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// By the person's mail program (RFC 8058).
    OneClick,
    /// On the page, in this language ("sv").
    Page(&'static str),
}

/// What the link is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// What the objection covers.
    pub covers: Covers,
    /// How it was said.
    pub via: Via,
}

/// Records the objection of whoever uses the link. Used again it is the same objection,
/// unless that was taken back since: then the person says no again, and that is another.
///
/// The client that made the link is its recorder, also where it has been shut out
/// since: a mailing that was sent keeps its links.
///
/// # Errors
/// [`Refusal`]; then nothing was recorded.
pub async fn follow_link(
    app: &App,
    opened: &Opened,
    said: Said,
) -> Result<Committed<Recorded>, Refusal> {
    let link = &opened.link;
    let client = app.memory().client(&link.client).map(Arc::clone).ok_or_else(|| {
        let detail = "This instance does not know the client that made the link.";
        Refusal::saying(Code::NotReady, detail).retry_after(60)
    })?;
    let caller = Caller::on_behalf_of(client);
    let first = format!("u/{}/{}", URL_SAFE_NO_PAD.encode(opened.id), said.covers.name());
    let (client, controller) = (link.client.clone(), link.controller);
    let reference =
        app.waiting(move |instance| reference(instance, &client, controller, &first)).await?;
    // The same however it was said, so that two uses at once are one.
    let canonical = json!({"reference": reference, "scope": said.covers.name()}).to_string();
    let envelope = Envelope {
        caller: &caller,
        canonical: canonical.as_bytes(),
        idempotency_key: None,
        dry_run: false,
    };
    let mut details = json!({"channel": link.channel.name(), "scope": said.covers.name()});
    match said.via {
        Via::OneClick => details["via"] = "one_click".into(),
        Via::Page(language) => {
            details["via"] = "page".into();
            details["language"] = language.into();
        }
    }
    let person = link.contact.person();
    let record = NewRecord {
        source: Source::UnsubscribeLink,
        objected_at: app.now(),
        channels: match said.covers {
            Covers::Channel => ChannelSet::of(&[link.channel]),
            Covers::All => ChannelSet::ALL,
        },
        binding: Binding::Named { controllers: vec![link.controller], groups: Vec::new() },
        person: &person,
        reference: Some(&reference),
        details,
        document: None,
    };
    record::record(app, &envelope, "follow_link", record, |_| {}).await
}

/// The reference under which the link's objection stands, or will: the first one, or
/// one that names the event by which the one before was taken back. Whoever looks at
/// the same state gets the same.
fn reference(
    app: &Instance,
    client: &str,
    controller: Uuid,
    first: &str,
) -> Result<String, Refusal> {
    let mut reference = first.to_owned();
    loop {
        let tag = record::reference_tag(app, client, &reference);
        let found = app.ledger.store().read(|conn| {
            let Some(row) = objections::by_reference(conn, client, &tag)? else { return Ok(None) };
            let events = objections::events_of(conn, row.position)?;
            Ok(Some((row, events)))
        });
        let Some((row, events)) = found.map_err(Refusal::from)? else { return Ok(reference) };
        match taken_back(app, controller, &row, &events)? {
            // Later each time: the next objection was recorded after this event.
            Some(event) => reference = format!("{first}/{event}"),
            None => return Ok(reference),
        }
    }
}

/// The last event by which the objection, or a part of it, no longer binds the link's
/// controller.
fn taken_back(
    app: &Instance,
    controller: Uuid,
    row: &ObjectionRow,
    events: &[ObjectionEventRow],
) -> Result<Option<Position>, Refusal> {
    let memory = app.memory();
    let bits = |bits: i32| ChannelSet::from_bits(bits.try_into().unwrap_or(u16::MAX));
    let mut last = None;
    for event in events {
        let kind = EventKind::named(&event.kind).ok_or_else(|| Refusal::new(Code::Internal))?;
        let counts = match kind {
            EventKind::Annulled => true,
            EventKind::Withdrawn => {
                let freed = bits(event.channels).intersection(bits(row.channels));
                let binding: Option<Binding> = serde_json::from_str(&event.binding).ok();
                let frees = |binding| memory.directory.frees(binding, event.position, controller);
                !freed.is_empty() && binding.as_ref().is_some_and(frees)
            }
            EventKind::IdentifiersAdded => false,
        };
        if counts {
            last = last.max(Some(event.position));
        }
    }
    Ok(last)
}
