//! Lists that a company has today, and that are to be taken over: its own old list,
//! and what mailing programs give out of whom they no longer send to.
//!
//! A [`Reader`] takes a file's bytes in order and gives [`Entry`]s, one for each row or
//! element. What a program writes is known by [`Format`]; whether a row is a person's
//! no, or only an address that cannot be reached, by [`Word`].

mod csv;
mod date;
mod elements;
mod fields;
mod json;
mod listmonk;
mod mailchimp;
mod mailgun;
mod own;
mod reader;
mod sendgrid;
mod ses;
mod superoffice;

pub use date::{DEFAULT_ZONE, read as read_date};
pub use reader::{Asked, Reader};

use super::campaign::Fault;
use crate::domain::Time;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::person::Person;

/// A line of this service's own export may have this many bytes: it can hold a
/// proxy's document of 5 MiB in base64.
pub const LONGEST_HELD: usize = 12 << 20;

/// Which program wrote a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Any list, as CSV; its headings are known as those of campaign files are.
    Csv,
    /// Mailchimp's audience export.
    Mailchimp,
    /// Amazon SES' suppression list.
    Ses,
    /// Mailgun's suppressions.
    Mailgun,
    /// SendGrid's suppressions.
    Sendgrid,
    /// listmonk's subscribers.
    Listmonk,
    /// SuperOffice's contacts.
    Superoffice,
    /// This service's own export.
    Nejtack,
}

impl Format {
    /// Every format with its name.
    pub const EVERY: [(&'static str, Self); 8] = [
        ("csv", Self::Csv),
        ("mailchimp", Self::Mailchimp),
        ("ses", Self::Ses),
        ("mailgun", Self::Mailgun),
        ("sendgrid", Self::Sendgrid),
        ("listmonk", Self::Listmonk),
        ("superoffice", Self::Superoffice),
        ("nejtack", Self::Nejtack),
    ];

    /// The name used in the API and in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::EVERY.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }

    /// The forms that the program writes.
    #[must_use]
    pub const fn syntaxes(self) -> &'static [Syntax] {
        match self {
            Self::Csv | Self::Mailchimp | Self::Listmonk | Self::Superoffice => &[Syntax::Csv],
            Self::Ses | Self::Mailgun | Self::Sendgrid => {
                &[Syntax::Csv, Syntax::Json, Syntax::Lines]
            }
            Self::Nejtack => &[Syntax::Lines],
        }
    }

    /// What an objection in it covers, unless the caller says otherwise. A list of
    /// one's own is of those who said no to all of it; a mailing program knows of
    /// e-mail alone.
    #[must_use]
    pub fn channels(self) -> ChannelSet {
        match self {
            Self::Csv | Self::Nejtack => ChannelSet::ALL,
            Self::Superoffice => ChannelSet::of(&[Channel::Email, Channel::Post]),
            _ => ChannelSet::of(&[Channel::Email]),
        }
    }
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Fields between delimiters.
    Csv,
    /// One JSON text: an array, or an object that holds one.
    Json,
    /// A JSON value a line.
    Lines,
}

/// Why somebody is in a list, as far as a program says: a closed set, kept in the open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The person unsubscribed.
    Unsubscribe,
    /// The person complained of what came.
    Complaint,
    /// Somebody put the person on the program's own blocklist.
    Blocklisted,
    /// The person is marked "no mailings".
    NoMailings,
    /// A consent was taken back.
    ConsentWithdrawn,
    /// Being in the list is all that it says.
    Listed,
    /// What was sent could not be delivered: no no of anybody's.
    Bounce,
    /// The person may be written to, as far as the program knows.
    NoObjection,
}

impl Word {
    /// Every word with its name.
    pub const EVERY: [(&'static str, Self); 8] = [
        ("unsubscribe", Self::Unsubscribe),
        ("complaint", Self::Complaint),
        ("blocklisted", Self::Blocklisted),
        ("no_mailings", Self::NoMailings),
        ("consent_withdrawn", Self::ConsentWithdrawn),
        ("listed", Self::Listed),
        ("bounce", Self::Bounce),
        ("no_objection", Self::NoObjection),
    ];

    /// The name used in the API and in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::EVERY.iter().find(|(_, word)| *word == self).map_or("", |(name, _)| name)
    }

    /// Whether it is the person's own no.
    #[must_use]
    pub const fn is_objection(self) -> bool {
        !matches!(self, Self::Bounce | Self::NoObjection)
    }
}

/// A row of a list, read.
pub struct Listed {
    /// The person, as far as the list tells.
    pub person: Person,
    /// Why the person is in it.
    pub word: Word,
    /// Since when.
    pub since: Since,
    /// The same as the list writes it.
    pub date: Option<String>,
    /// What the row says of why in its own words: personal data, to be sealed.
    pub text: Option<String>,
}

/// Since when somebody is in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The list does not say.
    Unsaid,
    /// It says something that is no date, or can be two.
    Unreadable,
    /// Since then.
    At(Time),
}

/// What came of a row, or of the file.
pub enum Content {
    /// A row of a program's list.
    Listed(Box<Listed>),
    /// A line of this service's own export.
    Held(Vec<u8>),
    /// A row that nobody can read: a code, and a sentence.
    Unfit(&'static str, &'static str),
    /// The file is none from here on; what came before stands.
    Broken(Fault),
    /// The file has ended: how many bytes, and their SHA-256.
    End(u64, [u8; 32]),
}

/// A row or an element, and where it stands.
pub struct Entry {
    /// The line that it begins on, as an editor counts.
    pub line: u64,
    /// Which it is, from 1.
    pub row: u64,
    /// About how many bytes it has.
    pub size: usize,
    /// What it says.
    pub content: Content,
}

impl std::fmt::Debug for Entry {
    /// Without what it says, which is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("line", &self.line)
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}

/// What a program says of one of its rows, before dates are read; or why nobody can tell.
type Said = Result<Told, &'static str>;

/// What a program says of one of its rows, before dates are read.
struct Told {
    email: Option<String>,
    word: Word,
    date: Option<String>,
    text: Option<String>,
}
