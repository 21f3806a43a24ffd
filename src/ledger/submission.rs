//! What may enter the sequencer's pool: fully validated, with every id, key and
//! salt already made, so that a commit waits for nothing but the disk.

use super::proofs::Logged;
use super::rotation::Rotation;
use crate::domain::{Position, Time};
use crate::store::rows::{
    ClientVersionRow, ControllerRow, GroupRow, MembershipEventRow, ObjectionEventRow, ObjectionRow,
    OriginalRow, PartyNameRow, RecordKeyRow, ReviewClearanceRow, ReviewItemRow, ShreddingRow,
    TagRow,
};
use crate::store::{
    AcknowledgementRow, KeyRow, MessageClearanceRow, MessageRow, RegisterBindingRow,
    RegisterEndingRow, RegisterRow, RegisterVersionRow, ScreeningRow, StoreError, TagGenerationRow,
    TransferRow, WebhookVersionRow,
};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// One request to record something. All of it is committed, or nothing.
pub struct Submission {
    /// The client that asks.
    pub client: String,
    /// The acting person's account name.
    pub actor: Option<String>,
    /// The body in canonical JSON: only its salted digest is kept.
    pub canonical: Vec<u8>,
    /// The request's idempotency key, if it has one.
    pub idempotency: Option<Idempotency>,
    /// What to record; each is an entry of its own, in this order.
    pub acts: Vec<Act>,
}

/// An idempotency key and the answer that belongs to it.
pub struct Idempotency {
    /// Keyed digest of the key.
    pub key_tag: [u8; 32],
    /// Keyed digest of operation and canonical body.
    pub content_digest: [u8; 32],
    /// The answer but for its position and time, sealed.
    pub answer: Vec<u8>,
}

/// One thing to record. Rows come with position and time still 0: the sequencer
/// sets them.
pub struct Act {
    /// The entry's kind.
    pub kind: EntryKind,
    /// What it is about.
    pub subject: Option<Uuid>,
    /// SHA-256 salts: of the leaf, and of what was submitted.
    pub salts: ([u8; 32], [u8; 32]),
    /// The proxy's document, for its salted digest.
    pub document: Option<Vec<u8>>,
    /// Its rows.
    pub rows: ActRows,
    /// What must still hold when it is committed.
    pub needs: Vec<Need>,
    /// What the entry says besides, by name.
    pub says: Vec<(&'static str, Value)>,
}

/// The kinds of entries. Names are for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// An objection came.
    ObjectionRecorded,
    /// It was taken back, for some controllers and channels.
    ObjectionWithdrawn,
    /// It never was the person's.
    ObjectionAnnulled,
    /// The person has a further e-mail address or number.
    IdentifiersAdded,
    /// Sealed originals were read.
    OriginalsRead,
    /// Keys of originals were destroyed.
    OriginalsShredded,
    /// The instance has a new key.
    KeyRotated,
    /// Another generation of tags is in use.
    TagsRotated,
    /// Staff dealt with something unreadable.
    ReviewCleared,
    /// A new client.
    ClientRegistered,
    /// A client's secret, keys or rights changed.
    ClientChanged,
    /// A client was shut out.
    ClientDisabled,
    /// A new controller.
    ControllerRegistered,
    /// A controller's slug or name changed.
    ControllerRenamed,
    /// A new group.
    GroupRegistered,
    /// A controller joined a group.
    MembershipBegan,
    /// A controller left a group.
    MembershipEnded,
    /// A file was screened, and what was found counts.
    ScreeningCompleted,
    /// A file could not be screened to its end: nothing of it counts.
    ScreeningFailed,
    /// A consumer of the change feed has applied it up to a position.
    ChangesAcknowledged,
    /// A new endpoint of webhooks.
    WebhookRegistered,
    /// An endpoint has a new key.
    WebhookChanged,
    /// Nothing is sent to an endpoint any more.
    WebhookDisabled,
    /// Sending goes on where it stopped.
    WebhookEnabled,
    /// A list was taken over, to its end.
    ImportCompleted,
    /// A list broke off: what came before stands.
    ImportIncomplete,
    /// All that a controller holds was handed out.
    ExportCompleted,
    /// A new opt-out register.
    RegisterRegistered,
    /// A version of it was put in force.
    RegisterLoaded,
    /// It binds some controllers from now on.
    RegisterBound,
    /// It binds them no more.
    RegisterUnbound,
    /// A message came that somebody must look at.
    MessageReceived,
    /// Staff dealt with a message.
    MessageCleared,
    /// A database was accepted that is older than the log once was.
    LogRolledBack,
}

impl EntryKind {
    /// The name in the entry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ObjectionRecorded => "objection.recorded",
            Self::ObjectionWithdrawn => "objection.withdrawn",
            Self::ObjectionAnnulled => "objection.annulled",
            Self::IdentifiersAdded => "identifiers.added",
            Self::OriginalsRead => "originals.read",
            Self::OriginalsShredded => "originals.shredded",
            Self::KeyRotated => "key.rotated",
            Self::TagsRotated => "tags.rotated",
            Self::ReviewCleared => "review.cleared",
            Self::ClientRegistered => "client.registered",
            Self::ClientChanged => "client.changed",
            Self::ClientDisabled => "client.disabled",
            Self::ControllerRegistered => "controller.registered",
            Self::ControllerRenamed => "controller.renamed",
            Self::GroupRegistered => "group.registered",
            Self::MembershipBegan => "membership.began",
            Self::MembershipEnded => "membership.ended",
            Self::ScreeningCompleted => "screening.completed",
            Self::ScreeningFailed => "screening.failed",
            Self::ChangesAcknowledged => "changes.acknowledged",
            Self::WebhookRegistered => "webhook.registered",
            Self::WebhookChanged => "webhook.changed",
            Self::WebhookDisabled => "webhook.disabled",
            Self::WebhookEnabled => "webhook.enabled",
            Self::ImportCompleted => "import.completed",
            Self::ImportIncomplete => "import.incomplete",
            Self::ExportCompleted => "export.completed",
            Self::RegisterRegistered => "register.registered",
            Self::RegisterLoaded => "register.loaded",
            Self::RegisterBound => "register.bound",
            Self::RegisterUnbound => "register.unbound",
            Self::MessageReceived => "message.received",
            Self::MessageCleared => "message.cleared",
            Self::LogRolledBack => "log.rolled_back",
        }
    }
}

/// The rows of an act, by table.
#[derive(Clone, Default)]
pub struct ActRows {
    /// The objection.
    pub objection: Option<ObjectionRow>,
    /// The later event; `objection` 0 means the objection that the submission's first act
    /// records.
    pub event: Option<ObjectionEventRow>,
    /// Tags; `objection` 0 means the objection of this act.
    pub tags: Vec<TagRow>,
    /// Sealed originals.
    pub originals: Vec<OriginalRow>,
    /// The keys that open them.
    pub record_keys: Vec<RecordKeyRow>,
    /// Which keys go, of earlier entries.
    pub shreddings: Vec<ShreddingRow>,
    /// What staff must look at; `objection` 0 means the objection of this act.
    pub review_items: Vec<ReviewItemRow>,
    /// Staff looked at something.
    pub clearance: Option<ReviewClearanceRow>,
    /// A new controller.
    pub controller: Option<ControllerRow>,
    /// A new group.
    pub group: Option<GroupRow>,
    /// A slug and name.
    pub name: Option<PartyNameRow>,
    /// A membership.
    pub membership: Option<MembershipEventRow>,
    /// A client.
    pub client: Option<ClientVersionRow>,
    /// The certificate of a screened file.
    pub screening: Option<ScreeningRow>,
    /// How far a consumer has come.
    pub acknowledgement: Option<AcknowledgementRow>,
    /// An endpoint of webhooks.
    pub webhook: Option<WebhookVersionRow>,
    /// An import or an export.
    pub transfer: Option<TransferRow>,
    /// A new opt-out register.
    pub register: Option<RegisterRow>,
    /// A version of one.
    pub register_version: Option<RegisterVersionRow>,
    /// Whom one binds.
    pub register_binding: Option<RegisterBindingRow>,
    /// Whom one binds no more.
    pub register_ending: Option<RegisterEndingRow>,
    /// A message that somebody must look at.
    pub message: Option<MessageRow>,
    /// Staff looked at one.
    pub message_clearance: Option<MessageClearanceRow>,
    /// A key.
    pub key: Option<KeyRow>,
    /// A rotation as far as it was checked: the sequencer finishes it.
    pub rotation: Option<Box<Rotation>>,
    /// What became of it.
    pub generation: Option<TagGenerationRow>,
}

/// What the sequencer checks once more inside the transaction, since others may
/// have been faster.
pub enum Need {
    /// The objection at this position can still take this event.
    EventPossible(Position),
    /// Nobody else ever had the slug or the name.
    NameFree {
        /// Who wants them.
        party: Uuid,
        /// The slug.
        slug: String,
        /// The name.
        name: String,
    },
    /// The controller is a member of the group, or is none.
    Membership {
        /// The group.
        group: Uuid,
        /// The controller.
        controller: Uuid,
        /// Which of both.
        is: bool,
    },
    /// No client ever had this id.
    ClientFree(String),
    /// The client is still as it was when the change was made.
    ClientUnchanged {
        /// The client.
        id: String,
        /// The position of the version that was changed.
        since: Position,
    },
    /// The client has acknowledged nothing so far or further.
    AcknowledgesMore {
        /// The client.
        client: String,
        /// What it acknowledges.
        position: Position,
    },
    /// The endpoint is still as it was when the change was made.
    WebhookUnchanged {
        /// The endpoint.
        id: Uuid,
        /// The position of the version that was changed.
        since: Position,
    },
    /// The review item has not been cleared.
    ItemOpen(Uuid),
    /// The message has not been cleared.
    MessageOpen(Uuid),
    /// This generation of tags is in use, and this is the newest version of the tag key.
    Generation {
        /// The generation.
        in_use: i32,
        /// The version.
        key: i32,
    },
    /// No register ever had the slug or the name.
    RegisterFree {
        /// The slug.
        slug: String,
        /// The name.
        name: String,
    },
    /// The register's newest version is still the one that this one is to follow, and all
    /// of this one's rows are there.
    RegisterStaged {
        /// The register.
        register: Uuid,
        /// The position of its newest version; 0: it has none.
        after: Position,
        /// The version that is to follow.
        version: Uuid,
        /// How many pieces its rows are in.
        pieces: i64,
    },
    /// The register still binds by this binding.
    RegisterBinds(Uuid),
    /// Something of these ranges is still there to be shredded.
    Unshredded(Vec<ShreddingRow>),
}

/// What became of a submission.
pub enum Committed {
    /// It was recorded.
    New {
        /// Position of its last entry.
        position: Position,
        /// That entry's time.
        time: Time,
        /// What writes the receipts of its entries.
        logged: Arc<Logged>,
    },
    /// The same was recorded before, under the same reference.
    SameReference(Box<ObjectionRow>),
    /// The same message came before, under the same id of the gateway's.
    SameMessage(Box<MessageRow>),
    /// The same was recorded before, under the same idempotency key.
    SameKey {
        /// Position of the (last) entry it made.
        position: Position,
        /// That entry's time.
        time: Time,
        /// The answer, sealed.
        answer: Vec<u8>,
    },
}

/// Why a submission was not recorded.
#[derive(Debug, Clone)]
pub enum SubmitError {
    /// The reference stands for something else.
    ReferenceReused,
    /// The idempotency key stands for something else.
    KeyReused,
    /// What has happened to the objection rules the event out.
    EventNotPossible,
    /// The slug, name or client id is, or was, somebody else's.
    NameTaken,
    /// Somebody changed the same thing at the same time.
    Overtaken,
    /// The store failed.
    Store(StoreError),
    /// This instance is closing.
    Closed,
}

impl From<StoreError> for SubmitError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
