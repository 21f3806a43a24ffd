//! What a version of a register can be asked by.
//!
//! Who is on a register can be told by anything that one of its rows has. That somebody
//! is not on it can be told only by what every row has: an address says nothing of rows
//! that have a number alone, and an id of one issuer nothing of those that have another's.

use super::HOLDINGS;
use crate::domain::identifier::{Key, Kind, KindSet, opaque};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// What every row of a version has. Written by the names in [`HOLDINGS`], ids with their
/// issuers: `{"customer_ids": ["crm.tandgruppen.example"], "phones": []}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    kinds: KindSet,
    /// Of ids: whose every row has one of.
    issuers: BTreeSet<(Kind, String)>,
}

/// The kinds that say nothing without their issuer.
const ISSUED: [Kind; 2] = [Kind::CustomerId, Kind::CookieId];

impl Coverage {
    /// What one row has.
    #[must_use]
    pub fn of_row(keys: &[Key]) -> Self {
        let kinds = keys.iter().fold(KindSet::NONE, |set, key| set.with(key.kind));
        let issuers = keys.iter().filter_map(|key| Some((key.kind, opaque::issuer(key)?)));
        Self { kinds, issuers: issuers.map(|(kind, name)| (kind, name.to_owned())).collect() }
    }

    /// What every row of a version has that was loaded before this was kept: where a
    /// register holds one kind alone, each row had to have it.
    #[must_use]
    pub fn of_old(held: KindSet) -> Self {
        let alone = held.iter().count() == 1 && held.without(KindSet::of(&ISSUED)) == held;
        Self { kinds: if alone { held } else { KindSet::NONE }, issuers: BTreeSet::new() }
    }

    /// Leaves what one more row has too.
    pub fn meet(&mut self, row: &Self) {
        self.kinds = self.kinds.intersection(row.kinds);
        self.issuers.retain(|issued| row.issuers.contains(issued));
        for kind in ISSUED {
            if !self.issuers.iter().any(|(own, _)| *own == kind) {
                self.kinds = self.kinds.without(KindSet::of(&[kind]));
            }
        }
    }

    /// The kinds that every row has.
    #[must_use]
    pub fn kinds(&self) -> KindSet {
        self.kinds
    }

    /// Whether every row has an identifier that this one can be compared with.
    #[must_use]
    pub fn reaches(&self, key: &Key) -> bool {
        self.kinds.contains(key.kind)
            && (!ISSUED.contains(&key.kind)
                || opaque::issuer(key).is_some_and(|issuer| {
                    self.issuers.iter().any(|(kind, own)| *kind == key.kind && own == issuer)
                }))
    }

    /// What every row has, for people: `phones`, `customer_ids@crm.tandgruppen.example`.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let by_name = self.by_name().into_iter();
        let names = |(name, issuers): (&str, Vec<&str>)| match issuers.is_empty() {
            true => vec![name.to_owned()],
            false => issuers.into_iter().map(|issuer| format!("{name}@{issuer}")).collect(),
        };
        by_name.flat_map(names).collect()
    }

    fn by_name(&self) -> BTreeMap<&'static str, Vec<&str>> {
        let held = HOLDINGS.into_iter().filter(|(_, kind)| self.kinds.contains(*kind));
        let issuers = |kind: Kind| {
            let own = self.issuers.iter().filter(move |(own, _)| *own == kind);
            own.map(|(_, issuer)| issuer.as_str()).collect()
        };
        held.map(|(name, kind)| (name, issuers(kind))).collect()
    }
}

impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.by_name().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Coverage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut coverage = Self::default();
        for (name, issuers) in BTreeMap::<String, Vec<String>>::deserialize(deserializer)? {
            let known = HOLDINGS.into_iter().find(|(own, _)| *own == name);
            let (_, kind) = known.ok_or_else(|| serde::de::Error::custom("an unknown holding"))?;
            coverage.kinds = coverage.kinds.with(kind);
            coverage.issuers.extend(issuers.into_iter().map(|issuer| (kind, issuer)));
        }
        Ok(coverage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identifier::opaque::Opaque;
    use crate::domain::identifier::{Email, Phone};

    fn id(issuer: &str) -> Vec<Key> {
        Opaque::parse(Kind::CustomerId, issuer, "K-1").expect("an id").keys()
    }

    fn of(rows: &[Vec<Key>]) -> Coverage {
        let mut rows = rows.iter().map(|keys| Coverage::of_row(keys));
        let mut all = rows.next().expect("a row");
        rows.for_each(|row| all.meet(&row));
        all
    }

    #[test]
    fn only_what_every_row_has_counts() {
        let phone = || Phone::parse("070-174 06 21", "SE").expect("a number").keys();
        let email = Email::parse("eva.ek@exempel.example").expect("an address").keys();
        let both = [phone(), email.clone()].concat();
        for (rows, names) in [
            (vec![phone(), phone()], vec!["phones"]),
            (vec![both.clone(), phone()], vec!["phones"]),
            (vec![phone(), email], vec![]),
            (
                vec![id("CRM.a.example"), [id("crm.b.example"), id("crm.a.example")].concat()],
                vec!["customer_ids@crm.a.example"],
            ),
            (vec![id("crm.a.example"), id("crm.b.example")], vec![]),
        ] {
            let all = of(&rows);
            assert_eq!(all.names(), names);
            let json = serde_json::to_string(&all).expect("written");
            assert_eq!(serde_json::from_str::<Coverage>(&json).expect("read"), all, "{json}");
        }
    }

    #[test]
    fn an_id_reaches_its_own_issuers_and_no_other() {
        let all = of(&[id("crm.a.example")]);
        assert!(all.reaches(&id("Crm.A.example")[0]));
        assert!(!all.reaches(&id("crm.b.example")[0]));
    }

    #[test]
    fn a_version_of_before_is_asked_by_the_one_kind_that_it_holds() {
        let of_old = |kinds: &[Kind]| Coverage::of_old(KindSet::of(kinds)).names();
        assert_eq!(of_old(&[Kind::Phone]), ["phones"]);
        assert_eq!(of_old(&[Kind::Phone, Kind::Postal]), [""; 0]);
        assert_eq!(of_old(&[Kind::CustomerId]), [""; 0], "of whichever issuer");
    }
}
