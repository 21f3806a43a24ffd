//! A line of an export: an objection with all that is held of it. What was posted is in
//! it as long as it is still sealed; the keyed tags are in it always, and can be taken
//! back only where the same tag key is.

use super::read_as::ReadAs;
use crate::app::originals::{Keeping, Sealer};
use crate::crypto::keyring::Keyring;
use crate::crypto::tag::Tag;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::identifier::{Grade, Key, Kind};
use crate::domain::person::Person;
use crate::store::rows::{OriginalRow, TagRow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// What a line says that it is. Another version is another word.
pub(super) const OBJECTION: &str = "objection/1";

/// An objection.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    /// [`OBJECTION`].
    pub(super) nejtack: String,
    pub(super) id: Uuid,
    pub(super) source: String,
    pub(super) right: String,
    pub(super) objected_at: String,
    pub(super) received_at: String,
    pub(super) channels: Vec<String>,
    /// Slugs of whom it binds, where it was recorded; empty: every one.
    #[serde(default)]
    pub(super) controllers: Vec<String>,
    #[serde(default)]
    pub(super) purpose: String,
    #[serde(default)]
    pub(super) legal_basis: String,
    #[serde(default)]
    pub(super) client: String,
    #[serde(default)]
    pub(super) actor: Option<String>,
    #[serde(default)]
    pub(super) details: Value,
    #[serde(default)]
    pub(super) warnings: Value,
    #[serde(default)]
    pub(super) originals: Vec<Original>,
    /// What the person among them was read as.
    #[serde(default)]
    pub(super) read_as: ReadAs,
    #[serde(default)]
    pub(super) events: Vec<Event>,
    #[serde(default)]
    pub(super) tags: Vec<Tagged>,
    #[serde(default)]
    pub(super) tag_key: Option<TagKey>,
}

/// What happened to it later, as far as it concerns the controller.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Event {
    pub(super) id: Uuid,
    /// `EventKind::name`.
    pub(super) kind: String,
    pub(super) at: String,
    /// What a withdrawal frees.
    #[serde(default)]
    pub(super) channels: Vec<String>,
    #[serde(default)]
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) client: String,
    #[serde(default)]
    pub(super) actor: Option<String>,
    #[serde(default)]
    pub(super) originals: Vec<Original>,
    /// What the person among them was read as.
    #[serde(default)]
    pub(super) read_as: ReadAs,
    #[serde(default)]
    pub(super) tags: Vec<Tagged>,
}

/// Something that was sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Original {
    pub(super) field: String,
    /// Whether it is part of the proof, which is kept longer.
    #[serde(default)]
    pub(super) proof: bool,
    /// JSON, or a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Value>,
    /// A text as it is, where it would read as JSON; a document in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) base64: Option<String>,
}

/// A keyed tag.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tagged {
    pub(super) kind: String,
    pub(super) grade: String,
    /// The version of the rules by which the identifier was read.
    pub(super) normaliser: i32,
    pub(super) tag: String,
}

/// Which key made the tags.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TagKey {
    /// How often it had been exchanged.
    pub(super) generation: i32,
    /// The tag of something that is known: the same key makes it the same.
    pub(super) check: String,
}

/// An objection goes from instance to instance so often at most that it is known by each
/// of its ids.
const MOST_IDS: usize = 32;

impl Line {
    /// The objection's ids: here, and wherever it came from, the first of all last.
    pub(super) fn ids(&self) -> Vec<Uuid> {
        let mut ids = vec![self.id];
        if self.details["format"] == "nejtack" {
            let before = self.details["originals"].as_array().into_iter().flatten();
            let before = std::iter::once(&self.details["original"]).chain(before);
            let before = before.filter_map(|id| Uuid::parse_str(id.as_str()?).ok());
            ids.extend(before);
        }
        let first = ids[ids.len() - 1];
        ids.truncate(MOST_IDS - 1);
        if ids.last() != Some(&first) {
            ids.push(first);
        }
        ids
    }
}

impl TagKey {
    /// The key that makes tags in this generation.
    pub(super) fn of(keyring: &Keyring, generation: i32) -> Option<Self> {
        let check = keyring.tag_in(&known(), generation)?;
        Some(Self { generation, check: STANDARD.encode(check.0) })
    }

    /// Whether it is this instance's.
    pub(super) fn is_of(&self, keyring: &Keyring) -> bool {
        Self::of(keyring, self.generation).is_some_and(|own| own.check == self.check)
    }
}

/// Nobody's identifier.
fn known() -> Key {
    Key::plain(Kind::CookieId, Grade::Exact, "nejtack: which tag key is this?")
}

impl Original {
    pub(super) fn of(row: &OriginalRow, plain: &[u8]) -> Self {
        let text = std::str::from_utf8(plain).ok();
        let json = || text.and_then(|text| serde_json::from_str::<Value>(text).ok());
        let structured = matches!(&*row.field, "person" | "proxy");
        let value = match (structured, text) {
            (true, _) => json(),
            (false, Some(text)) => Some(Value::String(text.to_owned())),
            (false, None) => None,
        };
        let base64 = value.is_none().then(|| STANDARD.encode(plain));
        let proof = row.key_purpose == Keeping::Proof as i16;
        Self { field: row.field.clone(), proof, value, base64 }
    }

    fn plain(&self) -> Option<Vec<u8>> {
        match (&self.value, &self.base64) {
            (Some(Value::String(text)), None) => Some(text.clone().into_bytes()),
            (Some(value), None) => Some(value.to_string().into_bytes()),
            (None, Some(base64)) => STANDARD.decode(base64).ok(),
            _ => None,
        }
    }
}

/// The person in what was sealed, if it still is.
pub(super) fn person(originals: &[Original]) -> Person {
    let found = originals.iter().find(|original| original.field == "person");
    let value = found.and_then(|original| original.value.clone());
    value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

/// Seals what was sealed where the line came from, but for the person and what could
/// not be read of it, which whoever records reads anew.
pub(super) fn seal(originals: &[Original], sealer: &mut Sealer<'_>) {
    for original in originals {
        let field = match &*original.field {
            "person" | "unread" => continue,
            "reference" => "original_reference",
            field => field,
        };
        let Some(plain) = original.plain() else { continue };
        if original.proof {
            sealer.seal(Keeping::Proof, field, &plain);
        } else {
            sealer.seal_text(field, &String::from_utf8_lossy(&plain));
        }
    }
}

/// Whether every original can be sealed under the name that it has.
pub(super) fn fits(originals: &[Original]) -> bool {
    const MOST: usize = 16;
    let name = |field: &str| {
        (1..=40).contains(&field.len())
            && field.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    originals.len() <= MOST && originals.iter().all(|one| name(&one.field) && one.plain().is_some())
}

impl Tagged {
    pub(super) fn of(row: &TagRow) -> Option<Self> {
        Some(Self {
            kind: Kind::from_code(row.kind)?.name().to_owned(),
            grade: Grade::from_code(row.grade)?.name().to_owned(),
            normaliser: row.normaliser_version,
            tag: Self::written(Tag(<[u8; 32]>::try_from(&*row.tag).ok()?)),
        })
    }

    /// A tag as lines have it.
    pub(super) fn written(tag: Tag) -> String {
        STANDARD.encode(tag.0)
    }

    /// The row, in generation `into`, of a tag that was made in `from`.
    pub(super) fn row(&self, keyring: &Keyring, (from, into): (i32, i32)) -> Option<TagRow> {
        let tag: [u8; 32] = STANDARD.decode(&self.tag).ok()?.try_into().ok()?;
        let grades = [Grade::Exact, Grade::Equivalent, Grade::Possible];
        Some(TagRow {
            position: 0,
            ordinal: 0,
            objection: 0,
            kind: Kind::named(&self.kind)? as i16,
            grade: grades.into_iter().find(|grade| grade.name() == self.grade)? as i16,
            tag: keyring.wrapped_tag(Tag(tag), from, into)?.0.to_vec(),
            key_version: into,
            normaliser_version: self.normaliser,
        })
    }
}

/// The channels with these names.
pub(super) fn channels(names: &[String]) -> Option<ChannelSet> {
    names.iter().try_fold(ChannelSet::NONE, |set, name| match &**name {
        "all" => Some(ChannelSet::ALL),
        name => Channel::named(name).map(|channel| set.with(channel)),
    })
}
