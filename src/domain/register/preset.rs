//! What is publicly known of the registers of Sweden, Denmark and Norway.
//!
//! Months are counted as the fewest days that they can have, so that no version is
//! relied on a day too long. Whoever knows the contract of their own delivery better can
//! say otherwise when the register is added.

use super::{CustomerRule, Holds, Layout, LiftedBy, Rules};
use crate::domain::channel::Channel;
use crate::domain::identifier::{Kind, KindSet};
use serde::{Deserialize, Serialize};

/// A register whose rules are built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// NIX-Telefon, Sweden: telephone numbers.
    ///
    /// A number that was not in the register may be called for two months, "counted from
    /// the day on which the version used was updated" (nixtelefon.org, "För företag").
    /// Customers may be called with offers of the same kind of goods or services, and who
    /// has consented may be; since 2017-07-01 such a consent lasts three months for a
    /// number that is in the register (nixtelefon.org, "Nu skärps reglerna"). How long a
    /// relationship counts after it has ended is not told there, so that here it does
    /// not. The files' format is not public: map it by column.
    NixTelefon,
    /// NIX adresserat, Sweden: names and postal addresses.
    ///
    /// A version may be used for three months. Lifted by consent, and for customers by an
    /// offer of the same kind of goods or services, "but not for more than a year" after
    /// the obligations were fulfilled (swedma.se, "NIX adresserat – företagsinformation").
    /// The files' format is not public: map it by column.
    NixAdresserat,
    /// Robinsonlisten, Denmark: names and addresses, for addressed mail and calls.
    ///
    /// Made every quarter by the CPR office (CPR-loven § 40.4); traders must consult the
    /// newest (markedsføringsloven § 10.4), customers' names included: only a prior
    /// request lifts it. The longest quarter has 92 days. The layout is built in
    /// ([`Layout::DkRobinson`]).
    DkRobinson,
    /// Reservasjonsregisteret, Norway: numbers and addresses, for calls and addressed mail.
    ///
    /// Lists must be checked against it at least once a month (markedsføringsloven
    /// §§ 12–13, brreg.no). A customer may still be contacted by whom they are a
    /// customer of. The files' format comes with the agreement: map it by column.
    NoReservasjon,
}

impl Preset {
    /// Every preset.
    pub const EVERY: [Self; 4] =
        [Self::NixTelefon, Self::NixAdresserat, Self::DkRobinson, Self::NoReservasjon];

    /// The name used in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NixTelefon => "nix-telefon",
            Self::NixAdresserat => "nix-adresserat",
            Self::DkRobinson => "dk-robinson",
            Self::NoReservasjon => "no-reservasjon",
        }
    }

    /// Its rules.
    #[must_use]
    pub fn rules(self) -> Rules {
        let (holds, channels): (&[Kind], &[Channel]) = match self {
            Self::NixTelefon => (&[Kind::Phone], &[Channel::Phone, Channel::AutomatedCall]),
            Self::NixAdresserat => (&[Kind::Postal], &[Channel::Post]),
            Self::DkRobinson => {
                (&[Kind::Postal], &[Channel::Phone, Channel::AutomatedCall, Channel::Post])
            }
            Self::NoReservasjon => (
                &[Kind::Phone, Kind::Postal],
                &[Channel::Phone, Channel::AutomatedCall, Channel::Post],
            ),
        };
        let similar = |days_after_end| Some(CustomerRule { days_after_end, similar_offer: true });
        let (max_age_days, customer, region) = match self {
            Self::NixTelefon => (59, similar(0), "SE"),
            Self::NixAdresserat => (89, similar(365), "SE"),
            Self::DkRobinson => (92, None, "DK"),
            Self::NoReservasjon => (28, similar(0), "NO"),
        };
        let consent_days = match self {
            Self::NixTelefon => Some(89),
            _ => None,
        };
        let layout = match self {
            Self::DkRobinson => Layout::DkRobinson,
            _ => Layout::Columns,
        };
        Rules {
            preset: Some(self),
            holds: Holds(KindSet::of(holds)),
            channels: channels.to_vec(),
            max_age_days,
            lifted_by: LiftedBy { customer, consent: true, consent_days },
            layout,
            columns: None,
            region: region.to_owned(),
        }
    }
}
