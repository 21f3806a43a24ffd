//! A message that a person sends to a gateway's number, and what it asks for.
//!
//! Only what says plainly "stop" is read here: a marketing message must tell how to
//! make it stop (marknadsföringslagen 20 §), and whoever does that has objected (GDPR
//! Art. 21.2). Everything else is for people to read.

mod own;
mod refusal;
mod sender;
mod tokens;
mod understand;
mod words;

pub use sender::sender;
pub use understand::{reach, understand};

use super::channel::{Channel, ChannelSet};
use serde::{Deserialize, Serialize};

/// In which form a gateway hands messages over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Form {
    /// 46elks: a form without a signature (<https://46elks.se/docs/receive-sms>).
    #[serde(rename = "46elks")]
    Elks,
    /// Twilio: a signed form (<https://www.twilio.com/docs/messaging/guides/webhook-request>).
    #[serde(rename = "twilio")]
    Twilio,
    /// Plain JSON with an access token.
    #[serde(rename = "json")]
    Json,
}

impl Form {
    /// Every form.
    pub const EVERY: [Self; 3] = [Self::Elks, Self::Twilio, Self::Json];

    /// The name used in the API and in the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Elks => "46elks",
            Self::Twilio => "twilio",
            Self::Json => "json",
        }
    }

    /// The form with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|form| form.name() == name)
    }
}

/// What kind of word, or who, said stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    /// STOP, STOPP, SLUTA: no more of it.
    Stop,
    /// AVREGISTRERA, AVANMÄL, UNSUBSCRIBE: off the list.
    Unsubscribe,
    /// AVSLUTA, AVBRYT, QUIT, END, CANCEL: an end to it.
    End,
    /// The gateway understood it as an opt-out (Twilio's `OptOutType`).
    Gateway,
    /// Staff read it.
    Staff,
}

impl Word {
    /// The name in an objection's details.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Unsubscribe => "unsubscribe",
            Self::End => "end",
            Self::Gateway => "gateway",
            Self::Staff => "staff",
        }
    }
}

/// How much is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// What comes by text message.
    Sms,
    /// All direct marketing.
    Everything,
}

impl Reach {
    /// The name in an objection's details.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Everything => "all",
        }
    }

    /// The channels that an objection of this reach covers.
    #[must_use]
    pub fn channels(self) -> ChannelSet {
        match self {
            Self::Sms => ChannelSet::of(&[Channel::Sms]),
            Self::Everything => ChannelSet::ALL,
        }
    }
}

/// Why a message is for people to read. The codes are part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unclear {
    /// It has no words.
    NoText,
    /// It has a "not": "sluta inte", "don't stop".
    Negated,
    /// It asks something.
    Question,
    /// START, JA: no consent, and it takes no objection back.
    StartWord,
    /// It says something else, or more.
    NotUnderstood,
    /// What it says is plain, but not whose number it came from.
    SenderUnreadable,
}

impl Unclear {
    /// The code in the review list.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoText => "no_text",
            Self::Negated => "negated",
            Self::Question => "question",
            Self::StartWord => "start_word",
            Self::NotUnderstood => "not_understood",
            Self::SenderUnreadable => "sender_unreadable",
        }
    }
}

/// What a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Understood {
    /// Stop.
    Stop(Word, Reach),
    /// That is for people to say.
    Unclear(Unclear),
}
