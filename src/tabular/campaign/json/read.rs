//! Reads an object as a person, member by member.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::{Column, Row, person};
use super::keys::{Keys, Meaning, Met};
use crate::domain::person::{Address, Hash, HashOf, Name, OpaqueId, Person};

/// A line, read.
#[derive(Default)]
pub(in super::super) struct Object {
    pub(in super::super) person: Person,
    pub(in super::super) controller: Option<String>,
    /// Its kind, its last day, and whether the offer is similar.
    pub(in super::super) relationship: [Option<String>; 4],
    pub(in super::super) fault: Option<&'static str>,
    /// Members of ours are in it.
    pub(in super::super) ours: bool,
    /// Flat members of addresses, paired when all have come.
    streets: Vec<String>,
    postal_codes: Vec<String>,
    cities: Vec<String>,
    whole_name: String,
}

/// Reads lines, and remembers what their keys mean.
pub(in super::super) struct Reader<'a> {
    keys: &'a Keys,
    met: Met,
    object: Object,
}

impl<'a> Reader<'a> {
    pub(in super::super) fn new(keys: &'a Keys) -> Self {
        Self { keys, met: Met::default(), object: Object::default() }
    }

    /// Reads a line; `None` if it is no object.
    pub(in super::super) fn read(&mut self, line: &str) -> Option<&Object> {
        self.object = Object::default();
        let mut json = serde_json::Deserializer::from_str(line);
        Members { reader: self, top: true }.deserialize(&mut json).ok()?;
        json.end().ok()?;
        self.object.finish();
        Some(&self.object)
    }

    /// The keys that say something.
    pub(in super::super) fn known(&self) -> Vec<(&str, Column)> {
        self.met.known()
    }

    /// Whether a key with this name was met.
    pub(in super::super) fn has_met(&self, name: impl Fn(&str) -> bool) -> bool {
        self.met.has(name)
    }

    /// Whether any key says who a person is.
    pub(in super::super) fn identifies(&self) -> bool {
        self.met.identifies()
    }
}

impl Object {
    fn add(&mut self, column: Column, issuer: Option<&str>, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let person = &mut self.person;
        let owned = || text.to_owned();
        match column {
            Column::Email => person.emails.push(owned()),
            Column::Phone => person.phones.push(owned()),
            Column::AdvertisingId => person.advertising_ids.push(owned()),
            Column::EmailSha256 => person.hashes.push(Hash { of: HashOf::Email, value: owned() }),
            Column::PhoneSha256 => person.hashes.push(Hash { of: HashOf::Phone, value: owned() }),
            Column::Personnummer => match &person.personnummer {
                Some(first) if !person::same_personnummer(first, text) => {
                    self.fault = Some(Row::SEVERAL_PERSONNUMMER);
                }
                _ => person.personnummer = Some(owned()),
            },
            Column::Name => person::add(&mut self.whole_name, text),
            Column::GivenName => self.name(|name| &mut name.given, text),
            Column::FamilyName => self.name(|name| &mut name.family, text),
            Column::Street => self.streets.push(owned()),
            Column::PostalCode => self.postal_codes.push(owned()),
            Column::City => self.cities.push(owned()),
            Column::CustomerId | Column::CookieId => match issuer {
                Some(issuer) => self.id(column, issuer.to_owned(), owned()),
                None => self.fault = Some(Row::UNKNOWN_SHAPE),
            },
            Column::Relationship => self.relationship[0] = Some(text.trim().to_owned()),
            Column::RelationshipGivenAt => self.relationship[1] = Some(text.trim().to_owned()),
            Column::RelationshipEndedAt => self.relationship[2] = Some(text.trim().to_owned()),
            Column::SimilarOffer => self.relationship[3] = Some(text.trim().to_owned()),
            Column::Controller => self.controller = Some(text.trim().to_owned()),
            Column::Ignore | Column::ObjectedAt | Column::Reason => {}
        }
    }

    fn name(&mut self, part: impl Fn(&mut Name) -> &mut Option<String>, text: &str) {
        let name = self.person.name.get_or_insert_default();
        person::add(part(name).get_or_insert_default(), text);
    }

    fn id(&mut self, column: Column, issuer: String, value: String) {
        let ids = match column {
            Column::CookieId => &mut self.person.cookie_ids,
            _ => &mut self.person.customer_ids,
        };
        ids.push(OpaqueId { issuer, value });
    }

    /// Pairs streets with postcodes, and gives a whole name its parts.
    fn finish(&mut self) {
        let (streets, codes) = (&self.streets, &self.postal_codes);
        let count = if codes.is_empty() { streets.len().min(1) } else { codes.len() };
        for at in 0..count {
            // What is left over belongs to the last: lines of one address.
            let lines = if at + 1 == count { streets.get(at..) } else { streets.get(at..=at) };
            self.person.addresses.push(Address {
                street: lines.map(|lines| lines.join("\n")),
                postal_code: codes.get(at).cloned(),
                city: self.cities.get(at).cloned(),
            });
        }
        if self.person.addresses.is_empty() {
            self.person.name = None;
        } else if !self.whole_name.is_empty() {
            person::whole_name(self.person.name.get_or_insert_default(), &self.whole_name);
        }
    }
}

/// The members of an object.
struct Members<'r, 'a> {
    reader: &'r mut Reader<'a>,
    top: bool,
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { reader, top } = self;
        while let Some(meaning) = members.next_key_seed(Key(reader))? {
            match meaning {
                Meaning::Nothing => drop(members.next_value::<IgnoredAny>()?),
                Meaning::Ours => {
                    reader.object.ours |= top;
                    members.next_value::<IgnoredAny>()?;
                }
                meaning => {
                    members.next_value_seed(Value { reader, meaning: &meaning })?;
                }
            }
        }
        Ok(())
    }
}

struct Key<'r, 'a>(&'r mut Reader<'a>);

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = Meaning;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Meaning, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_> {
    type Value = Meaning;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Meaning, E> {
        let Reader { keys, met, .. } = self.0;
        Ok(met.meaning(keys, key))
    }
}

/// A value that means something.
struct Value<'r, 'a> {
    reader: &'r mut Reader<'a>,
    meaning: &'r Meaning,
}

impl Value<'_, '_> {
    fn text(self, text: &str) {
        let object = &mut self.reader.object;
        match self.meaning {
            Meaning::Column(column, issuer) => object.add(*column, issuer.as_deref(), text),
            Meaning::Hashes if !text.is_empty() => object.fault = Some(Row::UNKNOWN_SHAPE),
            _ => {} // a name or a number of something else
        }
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.text(&number.to_string());
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.text(&number.to_string());
        Ok(())
    }

    /// Written so that it is no telephone number: digits may be lost.
    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.text(&format!("{number:E}"));
        Ok(())
    }

    /// Some systems write `false` for what is missing.
    fn visit_bool<E>(self, said: bool) -> Result<(), E> {
        if said {
            self.text("true");
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let Self { reader, meaning } = self;
        while values.next_element_seed(Value { reader, meaning })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { reader, meaning } = self;
        let Meaning::Column(column, issuer) = meaning else {
            if *meaning == Meaning::Inside {
                return Members { reader, top: false }.visit_map(members);
            }
            return hash(&mut reader.object, members);
        };
        let parts = Parts::read(&mut members)?;
        let object = &mut reader.object;
        match column {
            Column::Street => object.person.addresses.push(Address {
                street: parts.of(Column::Street),
                postal_code: parts.of(Column::PostalCode),
                city: parts.of(Column::City),
            }),
            Column::Name => {
                let all = [Column::GivenName, Column::FamilyName, Column::Name];
                all.iter().for_each(|it| parts.each(*it, |text| object.add(*it, None, text)));
            }
            Column::CustomerId | Column::CookieId => {
                let issuer = parts.named("issuer").or(issuer.as_deref()).unwrap_or_default();
                match parts.named("value") {
                    Some(value) => object.id(*column, issuer.to_owned(), value.to_owned()),
                    None => object.fault = Some(Row::UNKNOWN_SHAPE),
                }
            }
            Column::Relationship => {
                // As a look-up has it.
                let said = [
                    ("kind", *column),
                    ("given_at", Column::RelationshipGivenAt),
                    ("ended_at", Column::RelationshipEndedAt),
                ];
                for (name, column) in said {
                    parts.named(name).into_iter().for_each(|text| object.add(column, None, text));
                }
                if parts.named("similar_offer") == Some("true") {
                    object.add(Column::SimilarOffer, None, "true");
                }
            }
            Column::Ignore => {}
            column => {
                let mut found = false;
                let mut take = |text: &str| {
                    found = true;
                    object.add(*column, issuer.as_deref(), text);
                };
                ["value", "address", "number"]
                    .iter()
                    .filter_map(|it| parts.named(it))
                    .for_each(&mut take);
                parts.each(*column, &mut take);
                if !found && !parts.0.is_empty() {
                    object.fault = Some(Row::UNKNOWN_SHAPE);
                }
            }
        }
        Ok(())
    }
}

fn hash<'de, A: MapAccess<'de>>(object: &mut Object, mut members: A) -> Result<(), A::Error> {
    let parts = Parts::read(&mut members)?;
    let column = match parts.named("of") {
        Some("email") => Column::EmailSha256,
        Some("phone") => Column::PhoneSha256,
        _ => Column::Ignore,
    };
    match parts.named("value").filter(|_| column != Column::Ignore) {
        Some(value) => object.add(column, None, value),
        None => object.fault = Some(Row::UNKNOWN_SHAPE),
    }
    Ok(())
}

/// The members of a small object that are texts or numbers; others are `None`.
struct Parts(Vec<(String, Option<String>)>);

impl Parts {
    fn read<'de, A: MapAccess<'de>>(members: &mut A) -> Result<Self, A::Error> {
        let mut parts = Vec::new();
        while let Some((key, value)) = members.next_entry::<String, serde_json::Value>()? {
            let text = match value {
                serde_json::Value::String(text) => Some(text),
                serde_json::Value::Number(number) => Some(number.to_string()),
                serde_json::Value::Bool(true) if key == "similar_offer" => Some("true".to_owned()),
                _ => None,
            };
            parts.push((key, text));
        }
        Ok(Self(parts))
    }

    fn named(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.and_then(|(_, text)| text.as_deref())
    }

    fn each(&self, column: Column, mut take: impl FnMut(&str)) {
        for (key, text) in &self.0 {
            if part(key) == Some(column)
                && let Some(text) = text
            {
                take(text);
            }
        }
    }

    fn of(&self, column: Column) -> Option<String> {
        let mut lines = Vec::new();
        self.each(column, |text| lines.push(text.to_owned()));
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// What a key within a name or an address means.
fn part(key: &str) -> Option<Column> {
    match key {
        "given" | "first" => Some(Column::GivenName),
        "family" | "last" => Some(Column::FamilyName),
        "full" => Some(Column::Name),
        key => super::super::headings::meaning(key),
    }
}
