//! What a line's numbers and addresses were read as. A number in national form and a
//! postcode of four digits do not say which country they are of: that was told by the
//! controllers whom the objection binds where it was recorded, and whoever imports the
//! line may be in another country. So a line says it, and is read without a country.

use super::line::Tagged;
use crate::domain::identifier::postal::{PersonName, Place, stored_keys};
use crate::domain::identifier::{Key, Kind, Phone};
use crate::domain::person::{Address, Name, Person};
use serde::{Deserialize, Serialize};

/// The region of nothing: what needs a country to be read is unreadable in it, and waits
/// for staff.
pub(super) const NOWHERE: &str = "";

/// What the person of a line was read as.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReadAs {
    /// For each telephone field, its numbers in E.164: several where it holds several, or
    /// where controllers of several countries are bound.
    phones: Vec<Vec<String>>,
    /// For each address, its postcode with the country, where it needs one.
    postal_codes: Vec<Vec<String>>,
}

impl ReadAs {
    /// What the tags of an entry say that its person was read as. The directory's regions
    /// are tried, and those count whose tag is there: a controller's group or a group's
    /// members may have changed since.
    pub(super) fn of(
        person: &Person,
        regions: &[String],
        tags: &[Tagged],
        tag: impl Fn(&Key) -> Option<String>,
    ) -> Self {
        let held = |kind: Kind, keys: Vec<Key>| {
            let mut there = tags.iter().filter(|held| held.kind == kind.name());
            let ours: Vec<_> = keys.iter().filter_map(&tag).collect();
            there.any(|held| ours.contains(&held.tag))
        };
        let phones = |field: &String| {
            let read = regions.iter().flat_map(|region| Phone::all(field, region));
            let read = read.filter(|phone| held(Kind::Phone, phone.keys()));
            each_once(read.map(|phone| phone.canonical().to_owned()))
        };
        let name = PersonName::parse(person.name.as_ref().unwrap_or(&Name::default())).ok();
        let postal_codes = |address: &Address| {
            let read = regions.iter().filter_map(|region| Place::parse_in(address, region).ok());
            let read = read.filter(|place| {
                let name = name.as_ref().filter(|_| place.country().is_some());
                name.is_some_and(|name| held(Kind::Postal, stored_keys(name, place)))
            });
            each_once(read.map(|place| place.postcode().to_owned()))
        };
        Self {
            phones: person.phones.iter().map(phones).collect(),
            postal_codes: person.addresses.iter().map(postal_codes).collect(),
        }
    }

    /// The person so that it can be read without a country; what nobody could tell stays
    /// as it was written.
    pub(super) fn told(&self, mut person: Person) -> Person {
        let known =
            |all: &[Vec<String>], at: usize| all.get(at).filter(|known| !known.is_empty()).cloned();
        let phones = person.phones.into_iter().enumerate();
        person.phones = phones
            .flat_map(|(at, field)| known(&self.phones, at).unwrap_or_else(|| vec![field]))
            .collect();
        let addresses = person.addresses.into_iter().enumerate();
        person.addresses = addresses
            .flat_map(|(at, address)| match known(&self.postal_codes, at) {
                None => vec![address],
                Some(known) => known
                    .into_iter()
                    .map(|code| Address { postal_code: Some(code), ..address.clone() })
                    .collect(),
            })
            .collect();
        person
    }
}

fn each_once(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut once = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}
