//! Times in bodies.

use crate::domain::Time;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::Error};

/// A time as RFC 3339 writes it, with any offset.
#[derive(Clone, Copy)]
pub(crate) struct Moment(pub(crate) Time);

impl Moment {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // chrono also takes a space between date and time; the format does not.
        let separated = matches!(text.as_bytes().get(10), Some(b'T' | b't'));
        let time = DateTime::parse_from_rfc3339(text).ok().filter(|_| separated)?;
        Some(Self(time.with_timezone(&Utc)))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text.trim()).ok_or_else(|| D::Error::custom("not a time"))
    }
}
