//! How identifiers are read, and when two of them are the same.
//!
//! Every identifier has one canonical form and one or more [`Key`]s. Two
//! identifiers meet when a stored key and a probed key are equal; the match has
//! the weaker of the two grades.

use super::channel::{Channel, ChannelSet};

/// The version of the rules in this folder. Kept with each tag, so that a later
/// version knows which tags were read by which rules.
pub const NORMALISER_VERSION: i32 = 1;

/// What an identifier is. The numbers are stored: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// An e-mail address.
    Email = 1,
    /// A telephone number.
    Phone = 2,
    /// A personnummer or samordningsnummer.
    Personnummer = 3,
    /// A name at a postal address.
    Postal = 4,
    /// A customer id and its issuer.
    CustomerId = 5,
    /// A cookie id and its issuer.
    CookieId = 6,
    /// An advertising id.
    AdvertisingId = 7,
}

impl Kind {
    /// Every kind.
    pub const EVERY: [Self; 7] = [
        Self::Email,
        Self::Phone,
        Self::Personnummer,
        Self::Postal,
        Self::CustomerId,
        Self::CookieId,
        Self::AdvertisingId,
    ];

    /// The name used in the API, in configuration and in key derivation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Personnummer => "personnummer",
            Self::Postal => "postal",
            Self::CustomerId => "customer_id",
            Self::CookieId => "cookie_id",
            Self::AdvertisingId => "advertising_id",
        }
    }

    /// The kind with this API name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind with this stored number.
    #[must_use]
    pub fn from_code(code: i16) -> Option<Self> {
        Self::EVERY.into_iter().find(|kind| *kind as i16 == code)
    }

    /// The channels whose contact point this kind is; `None` for a kind that
    /// stands for the person rather than for a way to reach one.
    #[must_use]
    pub fn contact_point_of(self) -> Option<ChannelSet> {
        match self {
            Self::Email => Some(ChannelSet::of(&[Channel::Email])),
            Self::Phone => {
                Some(ChannelSet::of(&[Channel::Sms, Channel::Phone, Channel::AutomatedCall]))
            }
            _ => None,
        }
    }
}

/// How sure it is that two identifiers with this key are the same.
/// Ordered: the weaker grade is the greater. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Grade {
    /// The same value. Blocks.
    Exact = 1,
    /// Written differently, the same by the kind's rules. Blocks.
    Equivalent = 2,
    /// Perhaps the same: makes a decision undecidable, never clear.
    Possible = 3,
}

impl Grade {
    /// The name used in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Equivalent => "equivalent",
            Self::Possible => "possible",
        }
    }

    /// The grade with this stored number.
    #[must_use]
    pub fn from_code(code: i16) -> Option<Self> {
        [Self::Exact, Self::Equivalent, Self::Possible]
            .into_iter()
            .find(|grade| *grade as i16 == code)
    }

    /// The grade of a match between keys of these two grades.
    #[must_use]
    pub fn meet(self, other: Self) -> Self {
        self.max(other)
    }
}

/// One way in which an identifier can be met. `material` goes under the tag's
/// HMAC and nowhere else: it is personal data (for e-mail and telephone an
/// unkeyed hash, which is no protection).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// What the identifier is.
    pub kind: Kind,
    /// How sure a match by this key is.
    pub grade: Grade,
    /// The bytes that the tag is made of, after the kind.
    pub material: Vec<u8>,
}

impl std::fmt::Debug for Key {
    /// Without the material, which is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("kind", &self.kind)
            .field("grade", &self.grade)
            .finish_non_exhaustive()
    }
}

/// Why a value could not be read. Never carries the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    /// A stable word for programs ("unreadable", "check_digit", "ambiguous").
    pub code: &'static str,
    /// A sentence for people: what is wrong and what to write instead.
    pub detail: &'static str,
}
