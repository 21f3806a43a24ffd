//! `nejtack keys`.

use super::failure::{Failure, Outcome};
use super::first_start::{self, Need};
use super::instance;
use super::out;
use crate::config::{Asking, Keys, KeysAction};
use crate::crypto::root_key::RootKey;
use serde_json::{Value, json};
use std::time::Duration;

/// How often a rotation is looked at.
const GLANCE: Duration = Duration::from_millis(200);

/// Does what `keys` was asked.
pub(super) fn run(options: &Keys) -> Outcome {
    match options.action {
        KeysAction::Export => export(&options.asking),
        KeysAction::Rotate => rotate(&options.asking),
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
    out::table(["KEY", "VERSION"], &rows)?;
    let rotation = &answer["rotation"];
    if rotation.is_null() {
        return Ok(());
    }
    let cell = |name| out::cell(&rotation[name]);
    out::line(format!(
        "\nA rotation to version {} of the tag key is under way ({}: entry {} of {}).",
        cell("to"),
        cell("stage"),
        cell("entries"),
        cell("of")
    ))?;
    match rotation["failed"].as_str() {
        Some(why) => out::line(format!("It broke off: {why}")),
        None => Ok(()),
    }
}

/// Begins it, and waits until it is done.
fn rotate(asking: &Asking) -> Outcome {
    let version = instance::with(asking, Need::Read, |api| {
        let begun = api.post_nothing(&["v1", "keys", "rotations"])?;
        let mut status = begun;
        while !status["rotation"].is_null() {
            if let Some(why) = status["rotation"]["failed"].as_str() {
                return Err(Failure::refused(format!("the rotation broke off: {why}")));
            }
            std::thread::sleep(GLANCE);
            status = api.get(&["v1", "keys"])?;
        }
        Ok(version_of(&status, "tag"))
    })?;
    if asking.json {
        return out::json(&json!({"purpose": "tag", "version": version}));
    }
    out::line(format!(
        "Every tag is now under version {version} of its key. Make a backup: those before it hold \
         the old tags."
    ))
}

/// The version in use of the key for this purpose.
fn version_of(status: &Value, purpose: &str) -> i64 {
    let mut keys = status["keys"].as_array().into_iter().flatten();
    let found = keys.find(|key| key["purpose"] == purpose);
    found.and_then(|key| key["version"].as_i64()).unwrap_or_default()
}
