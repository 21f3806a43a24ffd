//! What an unsubscribe link says: all of it stands in the link, sealed, so that
//! nothing is stored before somebody says no.

use super::Time;
use super::channel::{Channel, ChannelSet};
use super::fault::Fault;
use super::identifier::{Email, Kind, Phone, Unreadable};
use super::person::Person;
use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

/// How long a link can be used at the least, in days: three years, since mail is kept
/// for long, and who finds an old letter may say no by it.
pub const DAYS: i64 = 1_095;

const SECONDS_A_DAY: i64 = 86_400;

/// An unsubscribe link's content.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsubscribeLink {
    /// Who sent the mailing: the controller that a no binds.
    pub controller: Uuid,
    /// The `client_id` of the tool that made the link.
    pub client: String,
    /// How the mailing was sent.
    pub channel: Channel,
    /// To whom.
    pub contact: ContactPoint,
    /// The first day, counted from 1970 in UTC, on which it no longer works.
    pub expires: u16,
}

/// An e-mail address or a telephone number in its canonical form.
#[derive(Clone, PartialEq, Eq)]
pub enum ContactPoint {
    /// An e-mail address.
    Email(String),
    /// A telephone number.
    Phone(String),
}

impl ContactPoint {
    /// Reads an e-mail address.
    ///
    /// # Errors
    /// What is not one address.
    pub fn email(text: &str) -> Result<Self, Unreadable> {
        Email::parse(text).map(|email| Self::Email(email.canonical()))
    }

    /// Reads a telephone number; `region` is where one that begins with 0 belongs.
    ///
    /// # Errors
    /// What is not one number.
    pub fn phone(text: &str, region: &str) -> Result<Self, Unreadable> {
        Phone::parse(text, region).map(|phone| Self::Phone(phone.canonical().to_owned()))
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Email(_) => Kind::Email,
            Self::Phone(_) => Kind::Phone,
        }
    }

    /// The person as far as the link knows one: by this contact point.
    #[must_use]
    pub fn person(&self) -> Person {
        match self {
            Self::Email(email) => Person { emails: vec![email.clone()], ..Person::default() },
            Self::Phone(phone) => Person { phones: vec![phone.clone()], ..Person::default() },
        }
    }

    /// Enough for its owner to know it again, and for nobody else to learn it: a mail
    /// is forwarded with its links.
    #[must_use]
    pub fn hint(&self) -> String {
        const HIDDEN: &str = "•••";
        let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
        match self {
            Self::Email(email) => {
                let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
                let (host, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
                format!("{}{HIDDEN}@{}{HIDDEN}.{top}", first(local), first(host))
            }
            Self::Phone(phone) => {
                let number = phone.split_once(';').map_or(phone.as_str(), |(number, _)| number);
                let last = number.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
                format!("{HIDDEN} {HIDDEN} {}", &number[last..])
            }
        }
    }
}

/// The channels that a link can be for: those by which mailings reach a contact point
/// of its recipient's, so that a no also meets who is asked about by that alone.
#[must_use]
pub fn channels() -> ChannelSet {
    let reached = |kind: Kind| kind.contact_point_of().unwrap_or(ChannelSet::NONE);
    reached(Kind::Email).union(reached(Kind::Phone))
}

/// Whether a mailing by this channel reaches such a contact point.
#[must_use]
pub fn reaches(channel: Channel, kind: Kind) -> bool {
    kind.contact_point_of().is_some_and(|channels| channels.contains(channel))
}

/// What is wrong with a recipient that has another contact point, both or none.
#[must_use]
pub fn wrong_contact(pointer: String, channel: Channel) -> Fault {
    let detail = match channel {
        Channel::Email => "For the channel email, give the recipient's email and no phone.",
        _ => "For this channel, give the recipient's phone and no email.",
    };
    Fault::new(pointer, "wrong_contact_point", detail)
}

/// The day on which a link that is made now expires.
#[must_use]
pub fn expiry(now: Time) -> u16 {
    // Begun days do not count, so that it is never less than promised.
    let today = now.timestamp().div_euclid(SECONDS_A_DAY);
    u16::try_from(today + DAYS + 1).unwrap_or(u16::MAX)
}

impl UnsubscribeLink {
    /// When it stops working.
    #[must_use]
    pub fn valid_until(&self) -> Time {
        valid_until(self.expires)
    }

    /// The bytes that are sealed: controller (16), expiry (2), channel (1), kind of
    /// contact point (1), length of the client's id (1), that id, the contact point.
    /// Their form belongs to the format that the seal names.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (ContactPoint::Email(contact) | ContactPoint::Phone(contact)) = &self.contact;
        let client = u8::try_from(self.client.len()).expect("a slug has at most 64 characters");
        [
            self.controller.as_bytes(),
            self.expires.to_be_bytes().as_slice(),
            &[self.channel as u8, self.contact.kind() as u8, client],
            self.client.as_bytes(),
            contact.as_bytes(),
        ]
        .concat()
    }

    /// What [`UnsubscribeLink::to_bytes`] wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (controller, rest) = bytes.split_first_chunk::<16>()?;
        let (expires, rest) = rest.split_first_chunk::<2>()?;
        let ([channel, kind, client], rest) = rest.split_first_chunk::<3>()?;
        let (client, contact) = rest.split_at_checked(usize::from(*client))?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let contact = match Kind::from_code(i16::from(*kind))? {
            Kind::Email => ContactPoint::Email(text(contact)?),
            Kind::Phone => ContactPoint::Phone(text(contact)?),
            _ => return None,
        };
        Some(Self {
            controller: Uuid::from_bytes(*controller),
            client: text(client)?,
            channel: Channel::EVERY.into_iter().find(|known| *known as u8 == *channel)?,
            contact,
            expires: u16::from_be_bytes(*expires),
        })
    }
}

/// The moment at which a day begins, in UTC.
#[must_use]
pub fn valid_until(day: u16) -> Time {
    DateTime::UNIX_EPOCH + TimeDelta::days(i64::from(day))
}

impl std::fmt::Debug for UnsubscribeLink {
    /// Without the contact point.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnsubscribeLink").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ContactPoint {
    /// Only what it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ContactPoint").field(&self.kind()).finish()
    }
}
