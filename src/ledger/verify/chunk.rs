//! Some entries with all that belongs to them, moved together from the tables.

use crate::domain::Position;
use crate::ledger::submission::ActRows;
use crate::store::audit;
use crate::store::rows::{
    CheckpointRow, ClientVersionRow, ControllerRow, EntryRow, GroupRow, LeafRow,
    MembershipEventRow, ObjectionEventRow, ObjectionRow, OriginalRow, PartyNameRow, RecordKeyRow,
    ReviewClearanceRow, ReviewItemRow, ShreddingRow, SubmissionSaltRow, TagRow,
};
use crate::store::{
    AcknowledgementRow, Connection, KeyRow, MessageClearanceRow, MessageRow, RegisterBindingRow,
    RegisterEndingRow, RegisterRow, RegisterVersionRow, ScreeningRow, StoreError, TagDigestRow,
    TagGenerationRow, TransferRow, WebhookVersionRow,
};
use std::iter::Peekable;
use std::vec::IntoIter;

/// Entries in a chunk, at most.
const ENTRIES: Position = 2_000;
/// Bytes of sealed originals in it: among them are scanned documents.
const BYTES: i64 = 32 << 20;

/// All that there is at a position.
pub(super) struct At {
    pub(super) position: Position,
    pub(super) entry: Option<EntryRow>,
    pub(super) leaf: Option<LeafRow>,
    pub(super) salt: Option<SubmissionSaltRow>,
    /// The checkpoint of this size.
    pub(super) checkpoint: Option<CheckpointRow>,
    /// Tags are those of the generation in use.
    pub(super) rows: ActRows,
    /// Tags of the other generations.
    pub(super) beside: Vec<TagRow>,
    /// The digests of wrapped tags, of every generation.
    pub(super) digests: Vec<TagDigestRow>,
    /// A table with two rows where an entry has one.
    pub(super) doubled: Option<&'static str>,
    /// A table with a number in it that its column cannot hold.
    pub(super) cut_off: Option<&'static str>,
}

/// Reads entries from `from` on, at most to `last`. A transaction is open.
pub(super) fn read(
    conn: &mut Connection,
    from: Position,
    last: Position,
    generation: i32,
) -> Result<Vec<At>, StoreError> {
    let to = last.min(from.saturating_add(ENTRIES - 1));
    let to = audit::fitting(conn, from, to, BYTES)?;
    let cut_off = audit::cut_off(conn, from, to)?;
    let range = audit::range(conn, from, to).map_err(|error| unread(error, from, to))?;
    let mut chunk = assembled(range, from, to, generation);
    if let Some((table, position)) = cut_off
        && let Some(at) = chunk.iter_mut().find(|at| at.position == position)
    {
        at.cut_off = Some(table);
    }
    Ok(chunk)
}

fn unread(error: StoreError, from: Position, to: Position) -> StoreError {
    match error {
        StoreError::Other(why) => {
            StoreError::Other(format!("positions {from} to {to} cannot be read: {why}"))
        }
        error => error,
    }
}

fn assembled(range: audit::Range, from: Position, to: Position, generation: i32) -> Vec<At> {
    let (in_use, beside): (Vec<_>, Vec<_>) =
        range.tags.into_iter().partition(|tag| tag.key_version == generation);
    let mut beside = Feed::sorted(beside);
    let mut digests = Feed::sorted(range.digests);
    let mut entries = Feed::of(range.entries);
    let (mut leaves, mut salts) = (Feed::of(range.leaves), Feed::of(range.salts));
    let mut checkpoints = Feed::of(range.checkpoints);
    let (mut objections, mut events) = (Feed::of(range.objections), Feed::of(range.events));
    let (mut tags, mut originals) = (Feed::of(in_use), Feed::of(range.originals));
    let mut record_keys = Feed::of(range.record_keys);
    let (mut items, mut clearances) = (Feed::of(range.review_items), Feed::of(range.clearances));
    let (mut controllers, mut groups) = (Feed::of(range.controllers), Feed::of(range.groups));
    let (mut names, mut memberships) = (Feed::of(range.names), Feed::of(range.memberships));
    let (mut clients, mut keys) = (Feed::of(range.clients), Feed::of(range.keys));
    let mut shreddings = Feed::of(range.shreddings);
    let mut screenings = Feed::of(range.screenings);
    let mut acknowledgements = Feed::of(range.acknowledgements);
    let mut webhooks = Feed::of(range.webhooks);
    let mut transfers = Feed::of(range.transfers);
    let mut registers = Feed::of(range.registers);
    let mut register_versions = Feed::of(range.register_versions);
    let mut register_bindings = Feed::of(range.register_bindings);
    let mut register_endings = Feed::of(range.register_endings);
    let mut messages = Feed::of(range.messages);
    let mut message_clearances = Feed::of(range.message_clearances);
    let mut generations = Feed::of(range.generations);
    let mut chunk = Vec::new();
    for position in from..=to {
        let mut doubled = None;
        let rows = ActRows {
            objection: objections.one(position, &mut doubled),
            event: events.one(position, &mut doubled),
            tags: tags.all(position),
            originals: originals.all(position),
            record_keys: record_keys.all(position),
            review_items: items.all(position),
            clearance: clearances.one(position, &mut doubled),
            controller: controllers.one(position, &mut doubled),
            group: groups.one(position, &mut doubled),
            name: names.one(position, &mut doubled),
            membership: memberships.one(position, &mut doubled),
            client: clients.one(position, &mut doubled),
            shreddings: shreddings.all(position),
            screening: screenings.one(position, &mut doubled),
            acknowledgement: acknowledgements.one(position, &mut doubled),
            webhook: webhooks.one(position, &mut doubled),
            transfer: transfers.one(position, &mut doubled),
            register: registers.one(position, &mut doubled),
            register_version: register_versions.one(position, &mut doubled),
            register_binding: register_bindings.one(position, &mut doubled),
            register_ending: register_endings.one(position, &mut doubled),
            message: messages.one(position, &mut doubled),
            message_clearance: message_clearances.one(position, &mut doubled),
            key: keys.one(position, &mut doubled),
            rotation: None,
            generation: generations.one(position, &mut doubled),
        };
        let mut none = None; // their key is the position alone
        chunk.push(At {
            position,
            entry: entries.one(position, &mut none),
            leaf: leaves.one(position, &mut none),
            salt: salts.one(position, &mut none),
            checkpoint: checkpoints.one(position, &mut none),
            rows,
            beside: beside.all(position),
            digests: digests.all(position),
            doubled,
            cut_off: None,
        });
    }
    chunk
}

/// A row that belongs to an entry.
trait Belonging {
    const TABLE: &'static str;
    fn position(&self) -> Position;
}

macro_rules! belonging {
    ($($row:ty: $table:literal by $column:ident,)+) => {
        $(impl Belonging for $row {
            const TABLE: &'static str = $table;
            fn position(&self) -> Position {
                self.$column
            }
        })+
    };
}

belonging! {
    EntryRow: "entries" by position,
    LeafRow: "leaves" by position,
    SubmissionSaltRow: "submission_salts" by position,
    CheckpointRow: "checkpoints" by size,
    ObjectionRow: "objections" by position,
    ObjectionEventRow: "objection_events" by position,
    TagRow: "tags" by position,
    OriginalRow: "originals" by position,
    RecordKeyRow: "record_keys" by position,
    ReviewItemRow: "review_items" by position,
    ReviewClearanceRow: "review_clearances" by position,
    ControllerRow: "controllers" by position,
    GroupRow: "groups" by position,
    PartyNameRow: "party_names" by position,
    MembershipEventRow: "membership_events" by position,
    ClientVersionRow: "client_versions" by position,
    ShreddingRow: "shreddings" by position,
    ScreeningRow: "screenings" by position,
    AcknowledgementRow: "acknowledgements" by position,
    WebhookVersionRow: "webhook_versions" by position,
    TransferRow: "transfers" by position,
    RegisterRow: "registers" by position,
    RegisterVersionRow: "register_versions" by position,
    RegisterBindingRow: "register_bindings" by position,
    RegisterEndingRow: "register_endings" by position,
    MessageRow: "messages" by position,
    MessageClearanceRow: "message_clearances" by position,
    KeyRow: "keys" by position,
    TagGenerationRow: "tag_generations" by position,
    TagDigestRow: "tag_digests" by position,
}

/// A table's rows, given out position by position.
struct Feed<R>(Peekable<IntoIter<R>>);

impl<R: Belonging> Feed<R> {
    fn of(rows: Vec<R>) -> Self {
        Self(rows.into_iter().peekable())
    }

    /// Of rows that are not in the order of positions.
    fn sorted(mut rows: Vec<R>) -> Self {
        rows.sort_by_key(R::position);
        Self::of(rows)
    }

    fn next(&mut self, position: Position) -> Option<R> {
        self.0.next_if(|row| row.position() == position)
    }

    fn all(&mut self, position: Position) -> Vec<R> {
        std::iter::from_fn(|| self.next(position)).collect()
    }

    /// The first, and whether there are more.
    fn one(&mut self, position: Position, doubled: &mut Option<&'static str>) -> Option<R> {
        let first = self.next(position)?;
        while self.next(position).is_some() {
            *doubled = Some(R::TABLE);
        }
        Some(first)
    }
}
