//! A row: a person, as the file tells of one.

use std::borrow::Cow;

use super::Column;
use super::cell;
use super::json::Object;
use super::layout::{Layout, Source};
use super::person::{add, same_personnummer};
use crate::domain::identifier::hashed::Hashed;
use crate::domain::person::{Address, Hash, HashOf, Name, OpaqueId, Person};

/// A row of a campaign file.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The line that it begins on, as an editor counts.
    pub line: u64,
    /// Why nobody can tell what the row says; it must be answered undecidable.
    /// One of [`Row::FAULTS`].
    pub fault: Option<&'static str>,
    pub(super) content: Content<'a>,
}

/// Where a row's values are.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    Fields(Fields<'a>),
    Object(&'a Object),
}

/// A row's fields.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    pub(super) layout: &'a Layout,
    pub(super) text: &'a str,
    /// Where the first field begins.
    pub(super) start: usize,
    /// Where each field ends; the next begins behind the delimiter.
    pub(super) ends: &'a [usize],
}

impl std::fmt::Debug for Content<'_> {
    /// Without what it holds, which is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content").finish_non_exhaustive()
    }
}

impl Row<'_> {
    /// Fewer fields than the heading has.
    pub const TOO_FEW_FIELDS: &'static str = "too_few_fields";
    /// More fields than the heading has.
    pub const TOO_MANY_FIELDS: &'static str = "too_many_fields";
    /// Something stands behind a closing quote: perhaps two rows in one.
    pub const STRAY_QUOTE: &'static str = "stray_quote";
    /// Two personnummer that differ: perhaps two persons.
    pub const SEVERAL_PERSONNUMMER: &'static str = "several_personnummer";

    /// A member of a JSON object that should say who a person is, and holds
    /// something that is not understood.
    pub const UNKNOWN_SHAPE: &'static str = "unknown_shape";

    /// Every fault of a row.
    pub const FAULTS: [&'static str; 5] = [
        Self::TOO_FEW_FIELDS,
        Self::TOO_MANY_FIELDS,
        Self::STRAY_QUOTE,
        Self::SEVERAL_PERSONNUMMER,
        Self::UNKNOWN_SHAPE,
    ];

    /// Makes `person` the one of this row; what it held is gone, but its memory
    /// is used again. A row with a fault says nothing.
    pub fn fill(&self, person: &mut Person) {
        let fields = match &self.content {
            Content::Fields(fields) => fields,
            Content::Object(_) if self.fault.is_some() => return *person = Person::default(),
            Content::Object(object) => {
                super::person::copy(&object.person, person);
                super::person::hashes_apart(person);
                return without_hashes_of_nothing(person);
            }
        };
        let Fields { layout, .. } = fields;
        let slots = &layout.slots;
        begin(person, layout);
        if self.fault.is_some() {
            return;
        }
        for source in &layout.sources {
            let Some(field) = fields.get(source.at) else { continue };
            let slot = source.slot;
            let value = match source.column {
                Column::Email => person.emails.get_mut(slot),
                Column::Phone => person.phones.get_mut(slot),
                Column::AdvertisingId => person.advertising_ids.get_mut(slot),
                Column::CustomerId => person.customer_ids.get_mut(slot).map(|id| &mut id.value),
                Column::CookieId => person.cookie_ids.get_mut(slot).map(|id| &mut id.value),
                Column::EmailSha256 | Column::PhoneSha256 => {
                    person.hashes.get_mut(slot).map(|hash| &mut hash.value)
                }
                Column::Personnummer => {
                    let number = person.personnummer.as_mut().filter(|it| it.trim().is_empty());
                    number.map(cleared)
                }
                Column::Street => address(person, slot, |it| &mut it.street, "\n"),
                Column::PostalCode => address(person, slot, |it| &mut it.postal_code, " "),
                Column::City => address(person, slot, |it| &mut it.city, " "),
                Column::GivenName if slots.names => part(person, |name| &mut name.given),
                Column::FamilyName if slots.names => part(person, |name| &mut name.family),
                _ => None,
            };
            if let Some(value) = value {
                cell::read(field, source.column, value);
            }
        }
        if slots.names {
            fields.whole_name(person);
        }
        super::person::hashes_apart(person);
        without_hashes_of_nothing(person);
    }

    /// What the field at this place says, without the spaces around it; `None` in NDJSON.
    #[must_use]
    pub fn cell(&self, at: usize) -> Option<String> {
        let Content::Fields(fields) = &self.content else { return None };
        let mut value = String::new();
        cell::read(fields.get(at)?, Column::Ignore, &mut value);
        Some(value.trim().to_owned())
    }

    /// How many bytes of the file it is, line break aside.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.content {
            Content::Fields(fields) => fields.ends.last().map_or(0, |end| end - fields.start),
            Content::Object(_) => 0,
        }
    }

    /// What the sender has to do with the person, as the row says it: the kind, the day on
    /// which it was given, the last day, and whether the offer is of the same kind. Blanks
    /// are none.
    #[must_use]
    pub fn relationship(&self) -> [Option<String>; 4] {
        const SAID: [Column; 4] = [
            Column::Relationship,
            Column::RelationshipGivenAt,
            Column::RelationshipEndedAt,
            Column::SimilarOffer,
        ];
        match &self.content {
            Content::Object(object) => object.relationship.clone(),
            Content::Fields(fields) if fields.layout.relationship => {
                SAID.map(|column| fields.of(column).next())
            }
            Content::Fields(_) => Default::default(),
        }
    }

    /// Whose campaign the row belongs to, if a column says.
    #[must_use]
    pub fn controller(&self) -> Option<Cow<'_, str>> {
        let fields = match &self.content {
            Content::Fields(fields) => fields,
            Content::Object(object) => return object.controller.as_deref().map(Cow::Borrowed),
        };
        let field = fields.get(fields.layout.controller?)?;
        let mut value = String::new();
        if matches!(field.as_bytes().first(), Some(b'"' | b'=' | b'\'')) {
            cell::read(field, Column::Controller, &mut value);
            return Some(Cow::Owned(value.trim().to_owned()));
        }
        Some(Cow::Borrowed(field.trim()))
    }
}

/// Whoever hashes a column hashes its blanks, too.
fn without_hashes_of_nothing(person: &mut Person) {
    let of_nothing = |hash: &Hash| {
        let read = Hashed::parse(hash.of, &hash.value);
        read.is_ok_and(|hash| hash.is_of_nothing())
    };
    person.hashes.iter_mut().filter(|hash| of_nothing(hash)).for_each(|hash| hash.value.clear());
}

impl<'a> Fields<'a> {
    /// The field at this place, quotes and all.
    pub(super) fn get(&self, at: usize) -> Option<&'a str> {
        let end = *self.ends.get(at)?;
        self.text.get(self.from(at)..end)
    }

    /// Where the field at this place begins.
    pub(super) fn from(&self, at: usize) -> usize {
        if at == 0 { self.start } else { self.ends[at - 1] + 1 }
    }

    /// Whether two columns give personnummer that differ.
    pub(super) fn personnummer_differ(&self) -> bool {
        let mut first = String::new();
        self.of(Column::Personnummer).any(|value| {
            if first.is_empty() {
                first = value;
                return false;
            }
            !same_personnummer(&first, &value)
        })
    }

    fn whole_name(&self, person: &mut Person) {
        let mut whole = String::new();
        self.of(Column::Name).for_each(|value| add(&mut whole, &value));
        if let Some(name) = person.name.as_mut().filter(|_| !whole.is_empty()) {
            super::person::whole_name(name, &whole);
        }
    }

    /// What the columns of this kind say, blanks left out.
    fn of(&self, column: Column) -> impl Iterator<Item = String> {
        let sources = self.layout.sources.iter().filter(move |source| source.column == column);
        let values = sources.map(move |source| {
            let mut value = String::new();
            cell::read(self.get(source.at).unwrap_or_default(), column, &mut value);
            value.trim().to_owned()
        });
        values.filter(|value| !value.is_empty())
    }
}

/// Empties the person and gives it room for what the file has.
fn begin(person: &mut Person, layout: &Layout) {
    let slots = &layout.slots;
    texts(&mut person.emails, slots.emails);
    texts(&mut person.phones, slots.phones);
    texts(&mut person.advertising_ids, slots.advertising_ids);
    person.personnummer.get_or_insert_default().clear();
    person.addresses.resize_with(slots.addresses, Address::default);
    for address in &mut person.addresses {
        for line in [&mut address.street, &mut address.postal_code, &mut address.city] {
            line.get_or_insert_default().clear();
        }
    }
    if slots.names {
        let Name { given, family } = person.name.get_or_insert_default();
        given.get_or_insert_default().clear();
        family.get_or_insert_default().clear();
    } else {
        person.name = None;
    }
    ids(&mut person.customer_ids, slots.customer_ids, layout, Column::CustomerId);
    ids(&mut person.cookie_ids, slots.cookie_ids, layout, Column::CookieId);
    hashes(&mut person.hashes, slots.hashes, layout);
}

fn texts(texts: &mut Vec<String>, count: usize) {
    texts.resize_with(count, String::new);
    for text in texts {
        text.clear();
    }
}

fn ids(ids: &mut Vec<OpaqueId>, count: usize, layout: &Layout, column: Column) {
    ids.resize_with(count, OpaqueId::default);
    for Source { slot, issuer, .. } in layout.sources.iter().filter(|it| it.column == column) {
        if let Some(id) = ids.get_mut(*slot) {
            id.value.clear();
            id.issuer.clear();
            id.issuer.push_str(issuer.as_deref().unwrap_or_default());
        }
    }
}

fn hashes(hashes: &mut Vec<Hash>, count: usize, layout: &Layout) {
    hashes.resize_with(count, || Hash { of: HashOf::Email, value: String::new() });
    for source in &layout.sources {
        let of = match source.column {
            Column::EmailSha256 => HashOf::Email,
            Column::PhoneSha256 => HashOf::Phone,
            _ => continue,
        };
        if let Some(hash) = hashes.get_mut(source.slot) {
            hash.of = of;
            hash.value.clear();
        }
    }
}

/// A line of an address; what it holds already stays, parted from what comes.
fn address<'a>(
    person: &'a mut Person,
    slot: usize,
    line: impl Fn(&mut Address) -> &mut Option<String>,
    between: &str,
) -> Option<&'a mut String> {
    let line = line(person.addresses.get_mut(slot)?).get_or_insert_default();
    if !line.is_empty() {
        line.push_str(between);
    }
    Some(line)
}

fn cleared(text: &mut String) -> &mut String {
    text.clear();
    text
}

fn part(
    person: &mut Person,
    part: impl Fn(&mut Name) -> &mut Option<String>,
) -> Option<&mut String> {
    let part = part(person.name.as_mut()?).get_or_insert_default();
    if !part.is_empty() {
        part.push(' ');
    }
    Some(part)
}
