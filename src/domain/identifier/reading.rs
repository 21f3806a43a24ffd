//! A whole person read at once: the one entry for those who record and look up.

use std::cell::LazyCell;

use super::hashed::{self, Hashed};
use super::opaque::{AdvertisingId, Opaque};
use super::pointer::Pointer;
use super::postal::{self, PersonName, Place};
use super::rules::{Rules, Side};
use super::{Email, Key, Kind, Personnummer, Phone, Unreadable, code, phone, quick, several};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::fault::Fault;
use crate::domain::person::{Address, Name, OpaqueId, Person};

/// A field that may hold several values.
const LONGEST_FIELD: usize = 4_096;

/// What was read of a person.
#[derive(Debug, Default)]
pub struct Reading {
    /// The keys, each kind and material once, with its strongest grade.
    pub keys: Vec<Key>,
    /// What could not be read, what was dropped, and what to write instead.
    pub warnings: Vec<Fault>,
    /// The channels whose contact point was given and could not be read.
    pub unreadable: ChannelSet,
    /// How many identifiers were given; those of refused kinds do not count.
    pub given: usize,
    /// How many of them could be read.
    pub readable: usize,
    /// The values that could not be read, for staff's review list.
    pub unread: Vec<Unread>,
}

impl Reading {
    /// Nothing read, in the same memory.
    fn clear(&mut self) {
        let Self { keys, warnings, unreadable, given, readable, unread } = self;
        keys.clear();
        warnings.clear();
        unread.clear();
        *unreadable = ChannelSet::NONE;
        (*given, *readable) = (0, 0);
    }
}

/// A value that could not be read: personal data, to be sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Unread {
    /// JSON Pointer to where it stood.
    pub pointer: String,
    /// Why it could not be read.
    pub code: &'static str,
    /// The value itself, cut at 4,096 characters.
    pub value: String,
}

impl std::fmt::Debug for Unread {
    /// Without the value, which is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unread")
            .field("pointer", &self.pointer)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// Reads every identifier of a person; `pointer` is where the person stands in
/// the body ("/person").
#[must_use]
pub fn read(person: &Person, pointer: &str, rules: &Rules<'_>, side: Side) -> Reading {
    let mut reading = Reading::default();
    read_into(&mut reading, person, pointer, rules, side);
    reading
}

/// The same into a reading that was used before: for many persons after one
/// another, so that they share its memory.
pub fn read_into(
    reading: &mut Reading,
    person: &Person,
    pointer: &str,
    rules: &Rules<'_>,
    side: Side,
) {
    let quick = side == Side::Probe;
    Reader { rules, side, quick, pointer, reading }.read(person);
}

/// What [`read`] gives, without its quick paths: what they are held against.
#[must_use]
pub fn read_without_quick_paths(
    person: &Person,
    pointer: &str,
    rules: &Rules<'_>,
    side: Side,
) -> Reading {
    let mut reading = Reading::default();
    Reader { rules, side, quick: false, pointer, reading: &mut reading }.read(person);
    reading
}

/// What other platforms' hashes can meet is stored, never probed: a look-up
/// that has the value itself meets our own keys.
fn with_platforms(mut keys: Vec<Key>, more: impl Fn() -> Vec<Key>, side: Side) -> Vec<Key> {
    if side == Side::Store {
        keys.extend(more());
    }
    keys
}

struct Reader<'a> {
    rules: &'a Rules<'a>,
    side: Side,
    /// Whether to try the quick paths first.
    quick: bool,
    pointer: &'a str,
    reading: &'a mut Reading,
}

impl Reader<'_> {
    fn read(mut self, person: &Person) {
        self.reading.clear();
        let (rules, side) = (self.rules, self.side);
        if let Some(number) = &person.personnummer {
            let place = Pointer::of("personnummer");
            let read = |text: &str| Personnummer::parse(text, rules.today).map(|it| it.keys());
            self.one(Kind::Personnummer, place, number, read, |text, keys| {
                quick::personnummer(text, rules.today, keys)
            });
        }
        for (at, field) in person.emails.iter().enumerate() {
            let place = Pointer::at("emails", at);
            let read = |text: &str| {
                let email = Email::parse(text)?;
                Ok(with_platforms(email.keys(), || email.platform_keys(), side))
            };
            self.field(Kind::Email, place, field, several::emails, read, quick::email);
        }
        for (at, field) in person.phones.iter().enumerate() {
            let place = Pointer::at("phones", at);
            let read = |text: &str| {
                let read = |region: &str| Phone::parse(text, region);
                let phones = rules.in_each(side, phone::WHICH_COUNTRY, read)?;
                let keys =
                    |phone: &Phone| with_platforms(phone.keys(), || phone.platform_keys(), side);
                Ok(phones.iter().flat_map(keys).collect())
            };
            let one_region = rules.other_regions.is_empty();
            self.field(Kind::Phone, place, field, several::phones, read, |text, keys| {
                one_region && quick::phone(text, rules.region, keys)
            });
        }
        self.addresses(person.name.as_ref(), &person.addresses);
        self.opaque(Kind::CustomerId, "customer_ids", &person.customer_ids);
        self.opaque(Kind::CookieId, "cookie_ids", &person.cookie_ids);
        for (at, id) in person.advertising_ids.iter().enumerate() {
            let read = |text: &str| AdvertisingId::parse(text).map(|id| id.keys());
            self.one(Kind::AdvertisingId, Pointer::at("advertising_ids", at), id, read, |_, _| {
                false
            });
        }
        for (at, hash) in person.hashes.iter().enumerate() {
            let place = Pointer::at("hashes", at).part("value");
            self.hash(place, hashed::kind(hash.of), &hash.value, || {
                Hashed::parse(hash.of, &hash.value).map(|hash| hash.keys())
            });
        }
        self.finish(person.name.as_ref());
    }

    /// A field with one value.
    fn one(
        &mut self,
        kind: Kind,
        place: Pointer<'_>,
        value: &str,
        read: impl Fn(&str) -> Result<Vec<Key>, Unreadable>,
        quick: impl Fn(&str, &mut Vec<Key>) -> bool,
    ) {
        if !self.is_read(kind, value, quick) && !is_blank(value) && !self.refuses(kind, place) {
            self.note(kind, place, value, read(value));
        }
    }

    /// A field that may hold several values.
    fn field(
        &mut self,
        kind: Kind,
        place: Pointer<'_>,
        field: &str,
        split: fn(&str) -> Vec<String>,
        read: impl Fn(&str) -> Result<Vec<Key>, Unreadable>,
        quick: impl Fn(&str, &mut Vec<Key>) -> bool,
    ) {
        if self.is_read(kind, field, quick) || is_blank(field) || self.refuses(kind, place) {
            return;
        }
        if field.chars().nth(LONGEST_FIELD).is_some() {
            return self.note(kind, place, field, Err(code::too_long()));
        }
        let parts = split(field);
        if parts.len() < 2 {
            // As it was written; also where only separators were.
            return self.note(kind, place, field, read(parts.first().map_or(field, |part| part)));
        }
        for part in parts {
            self.note(kind, place, &part, read(&part));
        }
    }

    /// Whether the kind's quick path has read this field.
    #[inline]
    fn is_read(
        &mut self,
        kind: Kind,
        field: &str,
        quick: impl Fn(&str, &mut Vec<Key>) -> bool,
    ) -> bool {
        let read = self.quick
            && !self.rules.refused.contains(kind)
            && quick(field, &mut self.reading.keys);
        self.reading.given += usize::from(read);
        self.reading.readable += usize::from(read);
        read
    }

    fn addresses(&mut self, name: Option<&Name>, addresses: &[Address]) {
        // A file's rows all have the columns of an address; what is blank needs no name.
        let name = LazyCell::new(|| PersonName::parse(name.unwrap_or(&Name::default())));
        let mut name_told = false;
        for (at, address) in addresses.iter().enumerate() {
            let place = Pointer::at("addresses", at);
            let lines = [&address.street, &address.postal_code, &address.city];
            let lines = || lines.into_iter().flatten().filter(|line| !is_blank(line));
            if lines().next().is_none() || self.refuses(Kind::Postal, place) {
                continue;
            }
            if let Err((part, why)) = &*name
                && why.code != code::NAME_MISSING
                && !std::mem::replace(&mut name_told, true)
            {
                self.warn(Pointer::of("name").part(part), *why);
            }
            let read = |region: &str| Place::parse_in(address, region);
            let unclear = ("postal_code", postal::WHICH_COUNTRY);
            let (place, keys) = match (&*name, self.rules.in_each(self.side, unclear, read)) {
                (_, Err((part, why))) => (place.part(part), Err(why)),
                (Err(_), Ok(_)) => (place, Err(postal::NAME_MISSING)),
                (Ok(name), Ok(_)) if name.is_cut() && self.side == Side::Probe => {
                    (place, Err(postal::MANY_NAMES))
                }
                (Ok(name), Ok(places)) => {
                    let keys = |at: &Place| match self.side {
                        Side::Store => postal::stored_keys(name, at),
                        Side::Probe => postal::probe_keys(name, at),
                    };
                    (place, Ok(places.iter().flat_map(keys).collect()))
                }
            };
            let whole = || lines().map(|line| line.trim()).collect::<Vec<_>>().join(", ");
            // Noted only where it could not be read.
            let value = if keys.is_ok() { String::new() } else { whole() };
            let cut = keys.is_ok() && matches!(&*name, Ok(name) if name.is_cut());
            self.note(Kind::Postal, place, &value, keys);
            if cut && !std::mem::replace(&mut name_told, true) {
                // What fits binds, and a person sees to the rest.
                let why = postal::MANY_NAMES;
                self.warn(Pointer::of("name"), why);
                self.leave(Pointer::of("name"), &whole(), why);
            }
        }
    }

    fn opaque(&mut self, kind: Kind, list: &str, ids: &[OpaqueId]) {
        for (at, id) in ids.iter().enumerate() {
            let place = Pointer::at(list, at);
            if is_blank(&id.value) || self.refuses(kind, place) {
                continue;
            }
            match Opaque::parse(kind, &id.issuer, &id.value) {
                Ok(opaque) => self.note(kind, place, &id.value, Ok(opaque.keys())),
                Err((part, why)) => self.note(kind, place.part(part), &id.value, Err(why)),
            }
        }
    }

    /// A hash is looked up, never recorded, and never kept for review: nobody
    /// can read it, and unkeyed it protects nothing.
    fn hash(
        &mut self,
        place: Pointer<'_>,
        kind: Kind,
        value: &str,
        read: impl Fn() -> Result<Vec<Key>, Unreadable>,
    ) {
        if is_blank(value) || self.refuses(kind, place) {
            return;
        }
        let keys = match self.side {
            Side::Store => Err(hashed::NOT_RECORDABLE),
            Side::Probe => read(),
        };
        match keys {
            Ok(keys) => self.note(kind, place, value, Ok(keys)),
            Err(why) => self.miss(kind, place, why),
        }
    }

    /// Whether the kind is refused here, and says so.
    fn refuses(&mut self, kind: Kind, place: Pointer<'_>) -> bool {
        let refused = self.rules.refused.contains(kind);
        if refused {
            self.warn(place, KIND_REFUSED);
        }
        refused
    }

    fn note(
        &mut self,
        kind: Kind,
        place: Pointer<'_>,
        value: &str,
        keys: Result<Vec<Key>, Unreadable>,
    ) {
        match keys {
            Ok(keys) => {
                self.reading.given += 1;
                self.reading.readable += 1;
                self.reading.keys.extend(keys);
            }
            Err(why) => {
                self.miss(kind, place, why);
                self.leave(place, value, why);
            }
        }
    }

    /// Leaves a value to the review list.
    fn leave(&mut self, place: Pointer<'_>, value: &str, why: Unreadable) {
        self.reading.unread.push(Unread {
            pointer: place.behind(self.pointer),
            code: why.code,
            value: value.chars().take(LONGEST_FIELD).collect(),
        });
    }

    /// Counts a value that was given and could not be read.
    fn miss(&mut self, kind: Kind, place: Pointer<'_>, why: Unreadable) {
        self.reading.given += 1;
        self.reading.unreadable = self.reading.unreadable.union(reached_by(kind));
        self.warn(place, why);
    }

    fn warn(&mut self, place: Pointer<'_>, why: Unreadable) {
        let pointer = place.behind(self.pointer);
        self.reading.warnings.push(Fault::new(pointer, why.code, why.detail));
    }

    fn finish(mut self, name: Option<&Name>) {
        let named = |name: &Name| {
            [&name.given, &name.family].into_iter().flatten().any(|part| !is_blank(part))
        };
        if self.reading.given == 0 && name.is_some_and(named) {
            self.warn(Pointer::of("name"), NAME_ALONE);
        }
        let keys = &mut self.reading.keys;
        // One e-mail address and one number, say, are in order as they come.
        if !keys.is_sorted_by(|a, b| (a.kind, &a.material) < (b.kind, &b.material)) {
            keys.sort_unstable_by(|a, b| {
                (a.kind, &a.material, a.grade).cmp(&(b.kind, &b.material, b.grade))
            });
            keys.dedup_by(|next, first| next.kind == first.kind && next.material == first.material);
        }
    }
}

const KIND_REFUSED: Unreadable = Unreadable {
    code: code::KIND_REFUSED,
    detail: "This service must not hold identifiers of this kind; it was dropped.",
};
const NAME_ALONE: Unreadable = Unreadable {
    code: code::NAME_ALONE,
    detail: "A name alone identifies nobody. Add an address, an e-mail address or a number.",
};

/// The channels that a value of this kind reaches: if it cannot be read, they
/// must not be answered "clear".
fn reached_by(kind: Kind) -> ChannelSet {
    match kind {
        Kind::Postal => ChannelSet::of(&[Channel::Post, Channel::UnaddressedPost]),
        kind => kind.contact_point_of().unwrap_or(ChannelSet::NONE),
    }
}

/// Absent, as CRMs write it: nothing, or only what cannot be seen.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || super::folding::is_invisible(c))
}
