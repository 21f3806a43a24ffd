//! Keys that the caller named and that have not come yet. Not every object has
//! every key, so only the file's end tells that one is missing.

use super::super::{Fault, Mapping, sniff};
use super::keys::{Keys, is_same};
use super::read::Reader;

/// A key to be seen before the file ends.
#[derive(Debug, Clone)]
pub(in super::super) struct Unseen {
    /// The key as JSON: as it is, and in ASCII, as Python writes it.
    written: [String; 2],
    pub(in super::super) fault: Fault,
}

impl Unseen {
    /// The keys that were named and not met.
    pub(in super::super) fn after(reader: &Reader<'_>, keys: &Keys) -> Vec<Self> {
        let columns =
            keys.columns.iter().filter(|mapping| !reader.has_met(|key| mapping.names(key)));
        let columns = columns.map(|it: &Mapping| Self::new(&it.heading, sniff::missing(Some(it))));
        let named = keys.controller.iter().filter(|name| !reader.has_met(|key| is_same(name, key)));
        columns.chain(named.map(|name| Self::new(name, sniff::no_controller()))).collect()
    }

    fn new(key: &str, fault: Fault) -> Self {
        let plain = serde_json::Value::from(key).to_string();
        let mut ascii = String::new();
        for unit in plain.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) if byte.is_ascii() => ascii.push(char::from(byte)),
                _ => ascii.push_str(&format!("\\u{unit:04x}")),
            }
        }
        Self { written: [plain, ascii], fault }
    }

    /// Whether the text has the key.
    pub(in super::super) fn is_in(&self, text: &str) -> bool {
        let text = text.as_bytes();
        self.written.iter().any(|key| memchr::memmem::find(text, key.as_bytes()).is_some())
    }
}
