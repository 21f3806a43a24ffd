//! Controllers, the groups they belong to, and whom an objection binds.

use super::Position;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A controller (GDPR Art. 4.7): who decides to send, and must ask first.
#[derive(Debug, Clone)]
pub struct Controller {
    /// Its id.
    pub id: Uuid,
    /// Its name in requests ("tandgruppen-goteborg"); never given to another.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its organisation number, ten digits; several controllers may share one.
    pub organisation_number: Option<String>,
    /// The region that telephone numbers without a country belong to (ISO 3166).
    pub region: String,
}

/// Controllers that a person can say no to in one breath.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its id.
    pub id: Uuid,
    /// Its name in requests; never given to another.
    pub slug: String,
    /// Its name for people.
    pub name: String,
}

/// From when until when a controller belongs to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: Uuid,
    /// The entry that began it.
    pub began: Position,
    /// The entry that ended it.
    pub ended: Option<Position>,
}

/// The controllers that an objection, a withdrawal or a client's right speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// Every controller of this instance, now and later.
    Every,
    /// These controllers, and the members of these groups.
    Named {
        /// Controllers by id.
        #[serde(default)]
        controllers: Vec<Uuid>,
        /// Groups by id.
        #[serde(default)]
        groups: Vec<Uuid>,
    },
}

/// A controller or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// A controller's id.
    Controller(Uuid),
    /// A group's id.
    Group(Uuid),
}

/// All controllers, groups and memberships, with their past.
#[derive(Debug, Default, Clone)]
pub struct Directory {
    controllers: HashMap<Uuid, Controller>,
    groups: HashMap<Uuid, Group>,
    slugs: HashMap<String, Party>,
    memberships: HashMap<Uuid, Vec<Membership>>,
    /// Each region that some controller has.
    regions: BTreeSet<String>,
}

impl Directory {
    /// Takes in a new controller; its slug and name come by [`Directory::put_name`].
    pub fn put_controller(&mut self, controller: Controller) {
        self.regions.insert(controller.region.clone());
        self.controllers.insert(controller.id, controller);
    }

    /// Takes in a new group; its slug and name come by [`Directory::put_name`].
    pub fn put_group(&mut self, group: Group) {
        self.groups.insert(group.id, group);
    }

    /// Gives a controller or group its slug and name from now on. An earlier
    /// slug keeps leading to it.
    pub fn put_name(&mut self, party: Uuid, slug: &str, name: &str) {
        if let Some(controller) = self.controllers.get_mut(&party) {
            (controller.slug, controller.name) = (slug.to_owned(), name.to_owned());
            self.slugs.insert(slug.to_owned(), Party::Controller(party));
        } else if let Some(group) = self.groups.get_mut(&party) {
            (group.slug, group.name) = (slug.to_owned(), name.to_owned());
            self.slugs.insert(slug.to_owned(), Party::Group(party));
        }
    }

    /// Records that `controller` belongs to `group` from `at` on.
    pub fn begin_membership(&mut self, group: Uuid, controller: Uuid, at: Position) {
        let memberships = self.memberships.entry(controller).or_default();
        memberships.push(Membership { group, began: at, ended: None });
    }

    /// Records that `controller` left `group` at `at`.
    pub fn end_membership(&mut self, group: Uuid, controller: Uuid, at: Position) {
        for membership in self.memberships.entry(controller).or_default() {
            if membership.group == group && membership.ended.is_none() {
                membership.ended = Some(at);
            }
        }
    }

    /// The controller with this id.
    #[must_use]
    pub fn controller(&self, id: Uuid) -> Option<&Controller> {
        self.controllers.get(&id)
    }

    /// The group with this id.
    #[must_use]
    pub fn group(&self, id: Uuid) -> Option<&Group> {
        self.groups.get(&id)
    }

    /// Every controller, by slug.
    #[must_use]
    pub fn controllers(&self) -> Vec<&Controller> {
        let mut all: Vec<_> = self.controllers.values().collect();
        all.sort_by(|a, b| a.slug.cmp(&b.slug));
        all
    }

    /// Every group, by slug.
    #[must_use]
    pub fn groups(&self) -> Vec<&Group> {
        let mut all: Vec<_> = self.groups.values().collect();
        all.sort_by(|a, b| a.slug.cmp(&b.slug));
        all
    }

    /// The groups that the controller belongs to today.
    #[must_use]
    pub fn groups_of(&self, controller: Uuid) -> Vec<&Group> {
        let all = self.memberships.get(&controller).into_iter().flatten();
        all.filter(|m| m.ended.is_none()).filter_map(|m| self.groups.get(&m.group)).collect()
    }

    /// What a slug (also an earlier one) or an id leads to.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Party> {
        if let Some(party) = self.slugs.get(name) {
            return Some(*party);
        }
        let id = Uuid::try_parse(name).ok()?;
        if self.controllers.contains_key(&id) {
            return Some(Party::Controller(id));
        }
        self.groups.contains_key(&id).then_some(Party::Group(id))
    }

    /// The controller that a slug or an id leads to.
    #[must_use]
    pub fn find_controller(&self, name: &str) -> Option<&Controller> {
        match self.find(name)? {
            Party::Controller(id) => self.controllers.get(&id),
            Party::Group(_) => None,
        }
    }

    /// The binding that these slugs, ids or organisation numbers mean; an empty
    /// list is every controller. An organisation number means all controllers
    /// that share it today.
    ///
    /// # Errors
    /// The indexes of the names that lead to nothing.
    pub fn resolve(&self, names: &[String]) -> Result<Binding, Vec<usize>> {
        if names.is_empty() {
            return Ok(Binding::Every);
        }
        let (mut controllers, mut groups, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for (index, name) in names.iter().enumerate() {
            match self.find(name.trim()) {
                Some(Party::Controller(id)) => controllers.push(id),
                Some(Party::Group(id)) => groups.push(id),
                None => match self.by_organisation(name) {
                    sharing if sharing.is_empty() => unknown.push(index),
                    sharing => controllers.extend(sharing),
                },
            }
        }
        for list in [&mut controllers, &mut groups] {
            list.sort_unstable();
            list.dedup();
        }
        if unknown.is_empty() { Ok(Binding::Named { controllers, groups }) } else { Err(unknown) }
    }

    fn by_organisation(&self, number: &str) -> Vec<Uuid> {
        let Some(number) = organisation_number(number) else { return Vec::new() };
        let sharing = self.controllers.values();
        sharing.filter(|c| c.organisation_number.as_ref() == Some(&number)).map(|c| c.id).collect()
    }

    /// Whether an objection recorded at `since` binds the controller at `at`: a
    /// group's objection binds every member from then on, and one that left.
    #[must_use]
    pub fn binds(
        &self,
        binding: &Binding,
        since: Position,
        controller: Uuid,
        at: Position,
    ) -> bool {
        self.speaks_of(binding, controller, |membership| {
            membership.began <= at && membership.ended.is_none_or(|ended| ended > since)
        })
    }

    /// Whether a withdrawal recorded at `when` frees the controller: of a group,
    /// only those who were members at that moment. Who joins later was not in
    /// the person's mind, and stays bound.
    #[must_use]
    pub fn frees(&self, binding: &Binding, when: Position, controller: Uuid) -> bool {
        self.speaks_of(binding, controller, |membership| {
            membership.began <= when && membership.ended.is_none_or(|ended| ended > when)
        })
    }

    /// Whether the binding named the controller at `at`, or a group that it belonged to
    /// then: how configuration counts, which is nobody's wish to be kept.
    #[must_use]
    pub fn named(&self, binding: &Binding, at: Position, controller: Uuid) -> bool {
        self.frees(binding, at, controller)
    }

    /// Whether the binding names the controller, or a group it belongs to today.
    #[must_use]
    pub fn includes(&self, binding: &Binding, controller: Uuid) -> bool {
        self.speaks_of(binding, controller, |membership| membership.ended.is_none())
    }

    /// The regions of the controllers that a binding includes today, each once.
    #[must_use]
    pub fn regions(&self, binding: &Binding) -> BTreeSet<&str> {
        let all = || self.regions.iter().map(String::as_str).collect();
        // Nearly every instance has one region, and needs no look at each controller.
        if self.regions.len() < 2 || *binding == Binding::Every {
            return all();
        }
        let bound = self.controllers.values().filter(|it| self.includes(binding, it.id));
        bound.map(|it| it.region.as_str()).collect()
    }

    /// Every controller that the binding names, or that has ever belonged to a group it
    /// names, by slug.
    #[must_use]
    pub fn ever(&self, binding: &Binding) -> Vec<Uuid> {
        let all = self.controllers().into_iter().map(|controller| controller.id);
        all.filter(|controller| self.speaks_of(binding, *controller, |_| true)).collect()
    }

    fn speaks_of(
        &self,
        binding: &Binding,
        controller: Uuid,
        counts: impl Fn(&Membership) -> bool,
    ) -> bool {
        match binding {
            Binding::Every => true,
            Binding::Named { controllers, groups } => {
                controllers.contains(&controller)
                    || (!groups.is_empty()
                        && self
                            .memberships
                            .get(&controller)
                            .into_iter()
                            .flatten()
                            .any(|m| groups.contains(&m.group) && counts(m)))
            }
        }
    }

    /// Whether all that `inner` speaks of today lies within `outer`.
    #[must_use]
    pub fn within(&self, inner: &Binding, outer: &Binding) -> bool {
        match (inner, outer) {
            (_, Binding::Every) => true,
            (Binding::Every, Binding::Named { .. }) => false,
            (Binding::Named { controllers, groups }, Binding::Named { groups: own, .. }) => {
                controllers.iter().all(|c| self.includes(outer, *c))
                    && groups.iter().all(|group| own.contains(group))
            }
        }
    }

    /// Whether some controller of `outer` is bound by an objection's `binding`.
    #[must_use]
    pub fn touches(&self, binding: &Binding, since: Position, outer: &Binding) -> bool {
        let all = self.controllers.keys();
        matches!(outer, Binding::Every)
            || all
                .filter(|c| self.includes(outer, **c))
                .any(|c| self.binds(binding, since, *c, Position::MAX))
    }

    /// Whether every controller that an objection binds is one of `outer`: also
    /// one that has left the group since, which it goes on binding.
    #[must_use]
    pub fn all_bound_within(&self, binding: &Binding, since: Position, outer: &Binding) -> bool {
        let mut all = self.controllers.keys();
        all.all(|c| !self.binds(binding, since, *c, Position::MAX) || self.includes(outer, *c))
    }

    /// The slugs of what the binding names, for people; empty means every one.
    #[must_use]
    pub fn names(&self, binding: &Binding) -> Vec<String> {
        let Binding::Named { controllers, groups } = binding else { return Vec::new() };
        let controllers = controllers.iter().filter_map(|id| self.controllers.get(id));
        let groups = groups.iter().filter_map(|id| self.groups.get(id));
        controllers.map(|c| c.slug.clone()).chain(groups.map(|g| g.slug.clone())).collect()
    }
}

/// A Swedish organisation number as ten digits, if it is one: the check digit
/// is right and the third digit is 2 or more. A sole trader's number is a
/// personnummer and is not taken.
#[must_use]
pub fn organisation_number(written: &str) -> Option<String> {
    let mut digits: String =
        written.chars().filter(|c| !matches!(c, '-' | ' ' | '\u{a0}')).collect();
    if digits.len() == 12 && digits.starts_with("16") {
        digits.drain(..2);
    }
    let all = digits.len() == 10 && digits.bytes().all(|b| b.is_ascii_digit());
    (all && digits.as_bytes()[2] >= b'2' && luhn(digits.as_bytes())).then_some(digits)
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a text can be a slug: 2 to 64 of `a-z`, `0-9` and `-`, a letter
/// first, no `-` at the end. An organisation number or an id is never one.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    let bytes = text.as_bytes();
    (2..=64).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        && bytes.last() != Some(&b'-')
}
