//! Who may do what: roles, scopes and the clients that hold them.

use super::controller::Binding;
use super::message::Form;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a client is. A role decides which scopes it can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Posts objections on proxies.
    ObjectionService,
    /// Asks before it sends.
    MarketingTool,
    /// The controllers' own people.
    Staff,
    /// Reads the log and who asked how much.
    Auditor,
    /// Registers controllers and clients.
    Admin,
    /// Hands over the messages that people send to a controller's number.
    SmsGateway,
}

/// What a token lets its holder do (RFC 6749 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Record objections.
    ObjectionsWrite,
    /// Read the client's own objections.
    ObjectionsReadOwn,
    /// Read the objections that bind the client's controllers.
    ObjectionsRead,
    /// Withdraw the client's own objections.
    ObjectionsWithdrawOwn,
    /// Withdraw and annul objections that bind the client's controllers.
    ObjectionsWithdraw,
    /// List controllers.
    ControllersList,
    /// Ask whether persons are blocked.
    LookupsDecide,
    /// See why.
    LookupsExplain,
    /// Screen whole files.
    ScreeningsRun,
    /// Follow changes.
    ChangesRead,
    /// Read sealed originals; every reading is an entry.
    IdentifiersRead,
    /// See and clear the review list.
    ReviewClear,
    /// Read the log's tiles.
    LogRead,
    /// Read who asked how much.
    AuditRead,
    /// Manage clients.
    ClientsAdmin,
    /// Manage controllers, groups and memberships.
    ControllersAdmin,
    /// Load opt-out registers.
    RegistersWrite,
    /// Import lists.
    ImportsRun,
    /// Export all that is held.
    ExportsRun,
    /// Manage webhooks.
    WebhooksAdmin,
    /// Hand over messages that people sent.
    SmsReceive,
    /// Make unsubscribe links.
    LinksCreate,
}

impl Scope {
    /// Every scope with its name in tokens.
    pub const EVERY: [(Self, &'static str); 22] = [
        (Self::ObjectionsWrite, "objections:write"),
        (Self::ObjectionsReadOwn, "objections:read-own"),
        (Self::ObjectionsRead, "objections:read"),
        (Self::ObjectionsWithdrawOwn, "objections:withdraw-own"),
        (Self::ObjectionsWithdraw, "objections:withdraw"),
        (Self::ControllersList, "controllers:list"),
        (Self::LookupsDecide, "lookups:decide"),
        (Self::LookupsExplain, "lookups:explain"),
        (Self::ScreeningsRun, "screenings:run"),
        (Self::ChangesRead, "changes:read"),
        (Self::IdentifiersRead, "identifiers:read"),
        (Self::ReviewClear, "review:clear"),
        (Self::LogRead, "log:read"),
        (Self::AuditRead, "audit:read"),
        (Self::ClientsAdmin, "clients:admin"),
        (Self::ControllersAdmin, "controllers:admin"),
        (Self::RegistersWrite, "registers:write"),
        (Self::ImportsRun, "imports:run"),
        (Self::ExportsRun, "exports:run"),
        (Self::WebhooksAdmin, "webhooks:admin"),
        (Self::SmsReceive, "sms:receive"),
        (Self::LinksCreate, "links:create"),
    ];

    /// The scope's name in tokens.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::EVERY.iter().find(|(scope, _)| *scope == self).map_or("", |(_, name)| name)
    }

    /// The scope with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.iter().find(|(_, own)| *own == name).map(|(scope, _)| *scope)
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| serde::de::Error::custom("an unknown scope"))
    }
}

impl Role {
    /// Every role with its name.
    pub const EVERY: [(Self, &'static str); 6] = [
        (Self::ObjectionService, "objection-service"),
        (Self::MarketingTool, "marketing-tool"),
        (Self::Staff, "staff"),
        (Self::Auditor, "auditor"),
        (Self::Admin, "admin"),
        (Self::SmsGateway, "sms-gateway"),
    ];

    /// The role's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::EVERY.iter().find(|(role, _)| *role == self).map_or("", |(_, name)| name)
    }

    /// The role with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.iter().find(|(_, own)| *own == name).map(|(role, _)| *role)
    }

    /// The scopes a client of this role has unless told otherwise.
    #[must_use]
    pub const fn usual_scopes(self) -> &'static [Scope] {
        use Scope as S;
        match self {
            Self::ObjectionService => &[
                S::ObjectionsWrite,
                S::ObjectionsReadOwn,
                S::ObjectionsWithdrawOwn,
                S::ControllersList,
            ],
            Self::MarketingTool => {
                &[S::LookupsDecide, S::ScreeningsRun, S::ChangesRead, S::LinksCreate]
            }
            Self::Staff => &[
                S::ObjectionsWrite,
                S::ObjectionsRead,
                S::ObjectionsWithdraw,
                S::LookupsDecide,
                S::LookupsExplain,
                S::ScreeningsRun,
                S::ReviewClear,
            ],
            Self::Auditor => &[S::LogRead, S::AuditRead],
            Self::Admin => &[
                S::ClientsAdmin,
                S::ControllersAdmin,
                S::RegistersWrite,
                S::ImportsRun,
                S::ExportsRun,
                S::WebhooksAdmin,
            ],
            Self::SmsGateway => &[S::SmsReceive],
        }
    }

    /// The scopes a client of this role has only where they are granted by name.
    #[must_use]
    pub const fn grantable_scopes(self) -> &'static [Scope] {
        match self {
            Self::MarketingTool => &[Scope::LookupsExplain, Scope::IdentifiersRead],
            Self::Staff => &[Scope::IdentifiersRead],
            _ => &[],
        }
    }

    /// Whether a client of this role can hold the scope.
    #[must_use]
    pub fn may_hold(self, scope: Scope) -> bool {
        self.usual_scopes().contains(&scope) || self.grantable_scopes().contains(&scope)
    }

    /// Whether a client of this role acts for controllers of its own and for
    /// nobody else.
    #[must_use]
    pub const fn is_bound(self) -> bool {
        matches!(self, Self::MarketingTool | Self::Staff | Self::SmsGateway)
    }
}

/// A program that may call this service. Versions of it are kept for ever; the
/// newest counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its `client_id`: a slug, never given to another.
    pub id: String,
    /// What it is.
    pub role: Role,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The controllers it acts for.
    pub controllers: Binding,
    /// The organisation behind an objection service, ten digits: its proxies
    /// must name it as their holder.
    pub organisation_number: Option<String>,
    /// How many identifiers it may ask about in a day (UTC); `None`: no bound.
    pub quota_per_day: Option<u64>,
    /// Whether it has been shut out. Takes effect at once, tokens included.
    pub disabled: bool,
    /// Keyed hash of its secret, base64; none where it uses a key pair.
    pub secret_hash: Option<String>,
    /// Its public key (RFC 7517) for `private_key_jwt`.
    pub jwk: Option<serde_json::Value>,
    /// Static keys for tools that cannot do OAuth.
    #[serde(default)]
    pub static_keys: Vec<StaticKey>,
    /// How a gateway hands messages over; none of other roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<Gateway>,
}

/// How a gateway hands messages over, and what shows that it is the one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    /// In which form.
    pub form: Form,
    /// What it signs with, sealed, base64: checking a signature needs the key itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub auth_tokens: Vec<String>,
}

/// A static key: look-ups and screenings only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaticKey {
    /// Keyed hash of the key, base64.
    pub hash: String,
    /// When it stops working.
    pub expires_at: super::Time,
}
