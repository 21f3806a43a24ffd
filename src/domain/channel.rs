//! The ways direct marketing reaches a person.

use serde::{Deserialize, Serialize};

/// One way of direct marketing. The numbers are stored: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Channel {
    /// E-mail.
    Email = 0,
    /// SMS and other text messages to a number.
    Sms = 1,
    /// A call by a person.
    Phone = 2,
    /// A call by a machine (ePrivacy Art. 13.1).
    AutomatedCall = 3,
    /// Addressed mail.
    Post = 4,
    /// Mail without a name on it.
    UnaddressedPost = 5,
    /// Advertising on line, audience lists included.
    Online = 6,
    /// Profiling for direct marketing (GDPR Art. 21.2).
    Profiling = 7,
    /// Handing the person's data to others for their marketing.
    Disclosure = 8,
}

impl Channel {
    /// Every channel, in the order of its number.
    pub const EVERY: [Self; 9] = [
        Self::Email,
        Self::Sms,
        Self::Phone,
        Self::AutomatedCall,
        Self::Post,
        Self::UnaddressedPost,
        Self::Online,
        Self::Profiling,
        Self::Disclosure,
    ];

    /// The name used in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Phone => "phone",
            Self::AutomatedCall => "automated_call",
            Self::Post => "post",
            Self::UnaddressedPost => "unaddressed_post",
            Self::Online => "online",
            Self::Profiling => "profiling",
            Self::Disclosure => "disclosure",
        }
    }

    /// The channel with this API name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|channel| channel.name() == name)
    }
}

/// A set of channels. `all` is a value of its own, so that an objection to all
/// of them also covers a channel that is added later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ChannelSet(u16);

impl ChannelSet {
    /// Every channel there is or will be.
    pub const ALL: Self = Self(u16::MAX);
    /// No channel.
    pub const NONE: Self = Self(0);

    /// The set as it is stored.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set from its stored form.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// The set of these channels.
    #[must_use]
    pub fn of(channels: &[Channel]) -> Self {
        channels.iter().fold(Self::NONE, |set, channel| set.with(*channel))
    }

    /// This set and one channel more.
    #[must_use]
    pub const fn with(self, channel: Channel) -> Self {
        Self(self.0 | 1 << channel as u8)
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the channel is in the set.
    #[must_use]
    pub const fn contains(self, channel: Channel) -> bool {
        self.0 & (1 << channel as u8) != 0
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The channels known today that are in the set.
    pub fn iter(self) -> impl Iterator<Item = Channel> {
        Channel::EVERY.into_iter().filter(move |channel| self.contains(*channel))
    }

    /// The names used in the API: `["all"]`, or each channel's.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        if self == Self::ALL { vec!["all"] } else { self.iter().map(Channel::name).collect() }
    }
}
