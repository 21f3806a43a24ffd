//! An objection, and what may happen to it later.

use serde::{Deserialize, Serialize};

/// Why personal data is kept here, as each record says.
pub const PURPOSE: &str = "direct_marketing_blocklist";
/// On what ground: the law asks for it (GDPR Art. 6.1 c with 21.3).
pub const LEGAL_BASIS: &str = "gdpr_6_1_c_21_3";

/// How an objection reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By proxy: an objection service speaks for the person.
    Proxy,
    /// By the person's own request to staff: on the telephone, by letter or e-mail, in a visit.
    Direct,
    /// By the link in a mailing (RFC 8058 among others).
    UnsubscribeLink,
    /// By a text message such as STOP.
    SmsStop,
    /// From a list that was kept elsewhere before.
    Import,
}

impl Source {
    /// Every source.
    pub const EVERY: [Self; 5] =
        [Self::Proxy, Self::Direct, Self::UnsubscribeLink, Self::SmsStop, Self::Import];

    /// The name used in the API and in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Direct => "direct",
            Self::UnsubscribeLink => "unsubscribe_link",
            Self::SmsStop => "sms_stop",
            Self::Import => "import",
        }
    }

    /// The source with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|source| source.name() == name)
    }
}

/// How a person's own request reached staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// On the telephone.
    Telephone,
    /// In a letter.
    Letter,
    /// In an e-mail.
    Email,
    /// Face to face.
    Visit,
}

/// A right that a proxy can name and this service knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// To object to direct marketing (GDPR Art. 21.2).
    ObjectToDirectMarketing,
    /// To take such an objection back.
    WithdrawObjection,
}

impl Right {
    /// The name used in the API and in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ObjectToDirectMarketing => "object_to_direct_marketing",
            Self::WithdrawObjection => "withdraw_objection",
        }
    }
}

/// What is recorded about an objection after it. Never an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// The person takes it back, for some controllers and channels.
    Withdrawn,
    /// It never was theirs: wrong person, forged, recycled number.
    Annulled,
    /// The person has a further e-mail address or number.
    IdentifiersAdded,
}

impl EventKind {
    /// The name used in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Annulled => "annulled",
            Self::IdentifiersAdded => "identifiers_added",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Withdrawn, Self::Annulled, Self::IdentifiersAdded]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// Whether this may follow on what has happened to the objection so far.
    /// After an annulment nothing may: the objection never was the person's.
    #[must_use]
    pub fn may_follow(self, earlier: &[Self]) -> bool {
        !earlier.contains(&Self::Annulled)
    }
}

/// Why an objection never was the person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnulmentReason {
    /// It was recorded for somebody else.
    WrongPerson,
    /// The proxy was forged.
    Forged,
    /// The number or address now belongs to somebody else.
    RecycledNumber,
}

impl AnnulmentReason {
    /// The name used in the API and in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WrongPerson => "wrong_person",
            Self::Forged => "forged",
            Self::RecycledNumber => "recycled_number",
        }
    }
}
