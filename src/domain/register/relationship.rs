//! What the sender has to do with a person, and what that lifts.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What the sender says that it has to do with a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relationship {
    /// What it is.
    pub kind: RelationshipKind,
    /// The day on which a consent was given.
    pub given_at: Option<NaiveDate>,
    /// The last day of it, which may be still to come; none: it goes on.
    pub ended_at: Option<NaiveDate>,
    /// Whether what is offered is of the same kind as what was bought.
    pub similar_offer: bool,
}

/// The kinds of relationship that registers know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationshipKind {
    /// The person is, or was, a customer.
    Customer,
    /// The person has asked for it, and can show so.
    Consent,
}

/// What lifts a register's block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LiftedBy {
    /// Being a customer; none: that lifts nothing.
    pub customer: Option<CustomerRule>,
    /// Having consented.
    #[serde(default)]
    pub consent: bool,
    /// Only for so many days after the consent was given, where there is such a bound: one
    /// of which nobody says when it was given then lifts nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_days: Option<u16>,
}

/// Which customers may be contacted all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRule {
    /// For so many days after the relationship's last one.
    #[serde(default)]
    pub days_after_end: u16,
    /// Only with an offer of the same kind.
    #[serde(default)]
    pub similar_offer: bool,
}

/// Whether a block is lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lift {
    /// It is not.
    No,
    /// It is.
    Yes,
    /// It is not any more: on an earlier day it was.
    NoLonger,
}

impl RelationshipKind {
    /// Every kind with its name.
    pub const EVERY: [(&'static str, Self); 2] =
        [("customer", Self::Customer), ("consent", Self::Consent)];
}

impl Relationship {
    /// Reads what a row of a file says: the kind, the day on which it was given and the
    /// last one (a date, or a time whose date counts), and whether the offer is similar.
    /// `None`: it says none, or none that can be read, which lifts nothing.
    #[must_use]
    pub fn read(
        kind: &str,
        [given_at, ended_at]: [Option<&str>; 2],
        similar_offer: Option<&str>,
    ) -> Option<Self> {
        let is =
            |words: &[&str], text: &str| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        let kind = match kind {
            kind if is(&["customer", "kund"], kind) => RelationshipKind::Customer,
            kind if is(&["consent", "samtycke"], kind) => RelationshipKind::Consent,
            _ => return None,
        };
        let read = |text: Option<&str>| match text {
            None => Some(None),
            Some(text) => day(text).map(Some),
        };
        let (given_at, ended_at) = (read(given_at)?, read(ended_at)?);
        let similar = |text: &str| is(&["true", "yes", "ja", "1", "sant"], text);
        let similar_offer = similar_offer.is_some_and(similar);
        Some(Self { kind, given_at, ended_at, similar_offer })
    }
}

/// A date, or the date of a time with its offset.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let time = || chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.date_naive());
    date.filter(|_| text.len() == 10).or_else(time)
}

impl LiftedBy {
    /// Whether this relationship lifts the block on this day.
    #[must_use]
    pub fn lifts(&self, relationship: Option<&Relationship>, today: NaiveDate) -> Lift {
        let Some(relationship) = relationship else { return Lift::No };
        let after = |date: NaiveDate, days: u16| {
            date.checked_add_days(chrono::Days::new(days.into())).unwrap_or(NaiveDate::MAX)
        };
        let mut last = NaiveDate::MAX;
        let days = match (relationship.kind, self.customer) {
            (RelationshipKind::Customer, Some(rule))
                if relationship.similar_offer || !rule.similar_offer =>
            {
                rule.days_after_end
            }
            (RelationshipKind::Consent, _) if self.consent => {
                if let Some(days) = self.consent_days {
                    let given = relationship.given_at.filter(|given| *given <= today);
                    let Some(given) = given else { return Lift::No };
                    last = after(given, days);
                }
                0
            }
            _ => return Lift::No,
        };
        if let Some(ended) = relationship.ended_at {
            last = last.min(after(ended, days));
        }
        if today <= last { Lift::Yes } else { Lift::NoLonger }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u64) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
        first.checked_add_days(chrono::Days::new(number)).expect("a date")
    }

    fn customer(ended_at: Option<NaiveDate>, similar_offer: bool) -> Option<Relationship> {
        let kind = RelationshipKind::Customer;
        Some(Relationship { kind, given_at: None, ended_at, similar_offer })
    }

    #[test]
    fn a_customer_counts_for_as_long_as_the_rules_say() {
        let rule = CustomerRule { days_after_end: 10, similar_offer: true };
        let rules = LiftedBy { customer: Some(rule), ..LiftedBy::default() };
        let lifts =
            |relationship: Option<Relationship>| rules.lifts(relationship.as_ref(), day(50));
        assert_eq!(lifts(customer(None, true)), Lift::Yes);
        assert_eq!(lifts(customer(Some(day(40)), true)), Lift::Yes);
        assert_eq!(lifts(customer(Some(day(39)), true)), Lift::NoLonger);
        assert_eq!(lifts(customer(None, false)), Lift::No, "another kind of offer");
        assert_eq!(lifts(None), Lift::No);
    }

    #[test]
    fn a_consent_counts_until_it_has_lapsed_and_where_it_lifts_at_all() {
        let consent = |ended_at| Relationship {
            kind: RelationshipKind::Consent,
            given_at: None,
            ended_at,
            similar_offer: false,
        };
        let yes = LiftedBy { consent: true, ..LiftedBy::default() };
        assert_eq!(yes.lifts(Some(&consent(Some(day(50)))), day(50)), Lift::Yes);
        assert_eq!(yes.lifts(Some(&consent(Some(day(49)))), day(50)), Lift::NoLonger);
        assert_eq!(LiftedBy::default().lifts(Some(&consent(None)), day(50)), Lift::No);
        assert_eq!(yes.lifts(customer(None, true).as_ref(), day(50)), Lift::No);
    }

    #[test]
    fn a_consent_that_lasts_a_while_needs_its_day() {
        let rules = LiftedBy { consent: true, consent_days: Some(10), customer: None };
        let lifts = |given_at, ended_at| {
            let kind = RelationshipKind::Consent;
            let said = Relationship { kind, given_at, ended_at, similar_offer: false };
            rules.lifts(Some(&said), day(50))
        };
        assert_eq!(lifts(None, None), Lift::No, "nobody says when");
        assert_eq!(lifts(Some(day(40)), None), Lift::Yes);
        assert_eq!(lifts(Some(day(39)), None), Lift::NoLonger);
        assert_eq!(lifts(Some(day(45)), Some(day(49))), Lift::NoLonger, "it was taken back");
        assert_eq!(lifts(Some(day(39)), Some(day(90))), Lift::NoLonger, "it cannot last longer");
        assert_eq!(lifts(Some(day(51)), None), Lift::No, "still to come");
    }
}
