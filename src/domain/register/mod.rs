//! National opt-out registers: what one holds, how old it may be, and what lifts its block.
//!
//! A register is somebody else's list of persons who want no direct marketing from
//! anyone: NIX-Telefon, Denmark's Robinson list, or any list of the kind. An objection
//! to a controller is absolute (GDPR Art. 21.3); a register is a matter of good
//! marketing practice or of marketing law, and those know exceptions, such as for
//! customers. So its block can be lifted where its rules say so, and an objection's
//! never.

mod coverage;
mod preset;
mod relationship;

pub use coverage::Coverage;
pub use preset::Preset;
pub use relationship::{CustomerRule, Lift, LiftedBy, Relationship, RelationshipKind, day};

use super::channel::{Channel, ChannelSet};
use super::identifier::{Kind, KindSet};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a register can hold, by the names of a person's fields.
pub const HOLDINGS: [(&str, Kind); 7] = [
    ("emails", Kind::Email),
    ("phones", Kind::Phone),
    ("personnummer", Kind::Personnummer),
    ("addresses", Kind::Postal),
    ("customer_ids", Kind::CustomerId),
    ("cookie_ids", Kind::CookieId),
    ("advertising_ids", Kind::AdvertisingId),
];

/// The longest age that can be allowed: ten years of days.
pub const LONGEST_AGE: u16 = 3_660;

/// How a register's files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// CSV or NDJSON, by column.
    Columns,
    /// Denmark's Robinson list as the CPR office gives it out: fixed places, ISO 8859-1.
    DkRobinson,
}

/// What a register holds, and by which rules it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The preset that these rules began as.
    pub preset: Option<Preset>,
    /// The kinds of identifier that it holds.
    pub holds: Holds,
    /// The channels that it closes, unless a binding says otherwise.
    pub channels: Vec<Channel>,
    /// How many days after its date a version can be relied on.
    pub max_age_days: u16,
    /// What lifts its block.
    pub lifted_by: LiftedBy,
    /// How its files are written.
    pub layout: Layout,
    /// What headings of its files mean, as in `columns` of a screening.
    pub columns: Option<String>,
    /// The country of numbers and postcodes that name none (ISO 3166).
    pub region: String,
}

/// The kinds that a register holds, written by the names in [`HOLDINGS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holds(pub KindSet);

impl Rules {
    /// The channels that it closes, as a set.
    #[must_use]
    pub fn channels(&self) -> ChannelSet {
        ChannelSet::of(&self.channels)
    }

    /// The last day on which a version of this date can be relied on.
    #[must_use]
    pub fn good_until(&self, date: NaiveDate) -> NaiveDate {
        date.checked_add_days(chrono::Days::new(self.max_age_days.into())).unwrap_or(NaiveDate::MAX)
    }

    /// The kinds of which one must be known of a person before a version whose rows all
    /// have `every` can be said not to have them, on this channel: the channel's contact
    /// point where the register holds such and every row has it, or else what stands for
    /// the person; anything that every row has where it holds none.
    #[must_use]
    pub fn needed(&self, channel: Channel, every: KindSet) -> KindSet {
        let reaches = |kind: &Kind| match channel {
            Channel::Post | Channel::UnaddressedPost => *kind == Kind::Postal,
            channel => kind.contact_point_of().is_some_and(|own| own.contains(channel)),
        };
        let contact = self.holds.0.iter().filter(reaches).fold(KindSet::NONE, KindSet::with);
        let every = every.intersection(self.holds.0);
        if contact.is_empty() {
            return every;
        }
        let reached = contact.intersection(every);
        if reached.is_empty() {
            // Another number or address than the one given may be the one on the list.
            return every.without(KindSet::of(&[Kind::Email, Kind::Phone, Kind::Postal]));
        }
        reached
    }
}

impl Holds {
    /// The names of what is held.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let held = HOLDINGS.into_iter().filter(|(_, kind)| self.0.contains(*kind));
        held.map(|(name, _)| name).collect()
    }
}

impl Serialize for Holds {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for Holds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let mut kinds = KindSet::NONE;
        for name in names {
            let known = HOLDINGS.into_iter().find(|(own, _)| *own == name);
            let (_, kind) = known.ok_or_else(|| serde::de::Error::custom("an unknown holding"))?;
            kinds = kinds.with(kind);
        }
        Ok(Self(kinds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_survive_the_ledger() {
        for preset in Preset::EVERY {
            let rules = preset.rules();
            let json = serde_json::to_string(&rules).expect("written");
            assert_eq!(serde_json::from_str::<Rules>(&json).expect("read"), rules, "{json}");
        }
    }

    #[test]
    fn a_version_is_good_to_the_last_day_and_no_longer() {
        let rules = Preset::NixTelefon.rules();
        let date = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
        assert_eq!(rules.good_until(date), NaiveDate::from_ymd_opt(2026, 3, 1).expect("a date"));
    }

    #[test]
    fn a_number_is_needed_where_numbers_are_held_and_an_address_where_addresses_are() {
        let (phone, postal) = (KindSet::of(&[Kind::Phone]), KindSet::of(&[Kind::Postal]));
        let both = KindSet::of(&[Kind::Phone, Kind::Postal]);
        let norway = Preset::NoReservasjon.rules();
        assert_eq!(norway.needed(Channel::Phone, both), phone);
        assert_eq!(norway.needed(Channel::Post, both), postal);
        assert_eq!(norway.needed(Channel::Phone, phone), phone);
        assert_eq!(norway.needed(Channel::Post, phone), KindSet::NONE, "no address is in it");
        let denmark = Preset::DkRobinson.rules();
        assert_eq!(denmark.needed(Channel::Phone, postal), postal);
    }

    #[test]
    fn what_stands_for_the_person_will_do_where_contact_points_are_missing() {
        let held = KindSet::of(&[Kind::Personnummer, Kind::Phone]);
        let rules = Rules { holds: Holds(held), ..Preset::NixTelefon.rules() };
        let number = KindSet::of(&[Kind::Personnummer]);
        assert_eq!(rules.needed(Channel::Phone, number), number);
        assert_eq!(rules.needed(Channel::Phone, held), KindSet::of(&[Kind::Phone]));
        assert_eq!(rules.needed(Channel::Phone, KindSet::NONE), KindSet::NONE);
    }
}
