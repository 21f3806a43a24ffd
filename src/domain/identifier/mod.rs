//! How identifiers are read, and when two of them are the same.
//!
//! Every identifier has one canonical form and one or more [`Key`]s. Two
//! identifiers meet when a stored key and a probed key are equal; the match has
//! the weaker of the two grades.

use sha2::{Digest, Sha256};

use super::channel::{Channel, ChannelSet};

pub mod email;
pub(super) mod folding;
pub mod hashed;
mod material;
pub mod opaque;
pub mod personnummer;
pub mod phone;
mod pointer;
pub mod postal;
pub mod quick;
pub mod reading;
mod rules;
mod several;
mod street;

pub use email::Email;
pub use material::Material;
pub use personnummer::Personnummer;
pub use phone::Phone;
pub use reading::{Reading, Unread, read, read_into, read_without_quick_paths};
pub use rules::{Rules, Side};

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

/// A set of kinds, such as those that an instance must not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KindSet(u16);

impl KindSet {
    /// No kind.
    pub const NONE: Self = Self(0);

    /// The set of these kinds.
    #[must_use]
    pub fn of(kinds: &[Kind]) -> Self {
        kinds.iter().fold(Self::NONE, |set, kind| set.with(*kind))
    }

    /// This set and one kind more.
    #[must_use]
    pub const fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << kind as u8)
    }

    /// Whether the kind is in the set.
    #[must_use]
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The kinds that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The kinds of this set that are not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds that are in the set.
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::EVERY.into_iter().filter(move |kind| self.contains(*kind))
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
    pub material: Material,
}

impl Key {
    /// A key whose material is the canonical form itself.
    pub(crate) fn plain(kind: Kind, grade: Grade, canonical: impl Into<Material>) -> Self {
        Self { kind, grade, material: canonical.into() }
    }

    /// A key whose material is the canonical form's SHA-256, as audience files
    /// carry it: so a hashed look-up meets the same tag. No protection by
    /// itself; the tag's HMAC goes over it.
    pub(crate) fn hashed(kind: Kind, grade: Grade, canonical: &str) -> Self {
        Self {
            kind,
            grade,
            material: <[u8; 32]>::from(Sha256::digest(canonical.as_bytes())).into(),
        }
    }
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

/// Every code that a reading's warnings can carry: a closed list, which the
/// API's documentation repeats.
pub mod code {
    use super::Unreadable;

    /// The value is not one of its kind, or a part of it is missing.
    pub const UNREADABLE: &str = "unreadable";
    /// The check digit of a personnummer is wrong: a mistyped digit.
    pub const CHECK_DIGIT: &str = "check_digit";
    /// A personnummer's date does not exist or lies in the future.
    pub const DATE: &str = "date";
    /// The value can be read in more ways than one.
    pub const AMBIGUOUS: &str = "ambiguous";
    /// An organisation number where a person's number belongs.
    pub const ORGANISATION_NUMBER: &str = "organisation_number";
    /// This instance must not hold identifiers of this kind; it was dropped.
    pub const KIND_REFUSED: &str = "kind_refused";
    /// An address without a given name and a surname identifies nobody.
    pub const NAME_MISSING: &str = "name_missing";
    /// A name was all that was given, and identifies nobody.
    pub const NAME_ALONE: &str = "name_alone";
    /// Longer than any value of its kind.
    pub const TOO_LONG: &str = "too_long";
    /// NUL or another control character is in the value.
    pub const CONTROL_CHARACTERS: &str = "control_characters";
    /// A hash can be looked up, but not recorded.
    pub const HASH_NOT_RECORDABLE: &str = "hash_not_recordable";
    /// A value that systems fill in for nobody in particular.
    pub const PLACEHOLDER: &str = "placeholder";

    /// Every code.
    pub const EVERY: [&str; 12] = [
        UNREADABLE,
        CHECK_DIGIT,
        DATE,
        AMBIGUOUS,
        ORGANISATION_NUMBER,
        KIND_REFUSED,
        NAME_MISSING,
        NAME_ALONE,
        TOO_LONG,
        CONTROL_CHARACTERS,
        HASH_NOT_RECORDABLE,
        PLACEHOLDER,
    ];

    pub(super) const fn too_long() -> Unreadable {
        Unreadable { code: TOO_LONG, detail: "Too long. Write one value in each item of the list." }
    }

    pub(super) const fn control_characters() -> Unreadable {
        Unreadable {
            code: CONTROL_CHARACTERS,
            detail: "There is a control character in it, such as NUL. Send the text without.",
        }
    }
}

/// Keeps a parsed identifier out of log lines and panic messages.
macro_rules! conceal {
    ($($name:ident),+) => { $(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+ };
}
use conceal;
