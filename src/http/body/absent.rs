//! What counts as absent. CRMs send `null`, `""`, blanks and empty lists for
//! what they do not have, all the time.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use std::fmt;
use std::marker::PhantomData;

/// Reads a field that may be absent. An array is only ever read as an empty one:
/// serde would otherwise take a list for an object's fields in order.
pub(crate) fn option<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Present(PhantomData))
}

/// Reads a field that has a value of its own where it is absent.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(option(deserializer)?.unwrap_or_default())
}

/// Reads a list of at most `MAX`. What is absent within it keeps its place, since
/// pointers count from the list as it was sent.
pub(crate) fn list<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    deserializer.deserialize_any(List::<T, MAX> { absent: || Some(T::default()) })
}

/// Reads a text of at most 200 characters.
pub(crate) fn short<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let text: Option<String> = option(deserializer)?;
    match text {
        Some(text) if text.chars().count() > 200 => Err(Error::custom("a text is too long")),
        text => Ok(text),
    }
}

/// Reads a field that must be there: what counts as absent is not.
pub(crate) fn required<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    option(deserializer)?.ok_or_else(|| Error::custom("a required field is absent"))
}

/// Reads a list of at most `MAX` of which each element counts: a blank among
/// names of controllers must not come to mean every controller.
pub(crate) fn set<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(List::<T, MAX> { absent: || None })
}

/// The same of at least one: an empty list is an absent one.
pub(crate) fn required_set<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let all = set::<D, T, MAX>(deserializer)?;
    if all.is_empty() { Err(Error::custom("a required list is absent")) } else { Ok(all) }
}

/// Whether a text says nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'))
}

struct Present<T>(PhantomData<T>);

macro_rules! scalars {
    ($($visit:ident: $type:ty),*) => {$(
        fn $visit<E: Error>(self, value: $type) -> Result<Self::Value, E> {
            T::deserialize(value.into_deserializer()).map(Some)
        }
    )*};
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Present<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of the documented form")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if is_blank(text) { Ok(None) } else { T::deserialize(text.into_deserializer()).map(Some) }
    }

    scalars!(visit_bool: bool, visit_u64: u64, visit_i64: i64);

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        // 1548.0 is an integer in JSON Schema, and some languages write one so. Up to
        // 2^53 nothing is lost.
        if value.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&value) {
            return self.visit_u64(value as u64);
        }
        T::deserialize(value.into_deserializer()).map(Some)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        match seq.next_element::<serde::de::IgnoredAny>()? {
            None => Ok(None),
            Some(_) => Err(Error::custom("a list where none can be")),
        }
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Present<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

struct List<T, const MAX: usize> {
    /// What stands for an absent element; none where there must be none.
    absent: fn() -> Option<T>,
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for List<T, MAX> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if is_blank(text) { Ok(Vec::new()) } else { Err(Error::custom("not a list")) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = seq.next_element_seed(Present::<T>(PhantomData))? {
            if all.len() == MAX {
                return Err(Error::custom("too many"));
            }
            let element = element.or_else(self.absent);
            all.push(element.ok_or_else(|| Error::custom("an element is absent"))?);
        }
        Ok(all)
    }
}

/// Reads JSON into `T` by way of an object only.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(Present(PhantomData))? {
            Some(value) => Ok(Self(value)),
            None => Err(Error::custom("not an object")),
        }
    }
}
