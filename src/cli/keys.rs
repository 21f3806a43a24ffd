//! `nejtack keys`.

use super::failure::{Failure, Outcome};
use super::first_start::{self, Need};
use super::instance;
use super::out;
use crate::config::{Asking, Keys, KeysAction};
use crate::crypto::root_key::RootKey;
use serde_json::json;

/// Does what `keys` was asked.
pub(super) fn run(options: &Keys) -> Outcome {
    match options.action {
        KeysAction::Export => export(&options.asking),
        KeysAction::Status => status(&options.asking),
    }
}

/// Reads the key's own file: the root key never goes over HTTP.
fn export(asking: &Asking) -> Outcome {
    let Some(file) = asking.place.root_key() else { return Err(first_start::no_root_key()) };
    let loaded = RootKey::read(&file).map_err(|error| Failure::refused(error.to_string()))?;
    if let Some(warning) = loaded.warning {
        out::note(warning);
    }
    let text = loaded.key.export();
    if asking.json {
        return out::json(&json!({"root_key_id": loaded.key.id(), "root_key": text.as_str()}));
    }
    out::line(text.trim_end())
}

fn status(asking: &Asking) -> Outcome {
    let answer = instance::with(asking, Need::Read, |api| api.get(&["v1", "keys"]))?;
    if asking.json {
        return out::json(&answer);
    }
    out::line(format!("Root key {}\n", out::cell(&answer["root_key"])))?;
    let keys = answer["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<_> =
        keys.iter().map(|key| [out::cell(&key["purpose"]), out::cell(&key["version"])]).collect();
    out::table(["KEY", "VERSION"], &rows)
}
