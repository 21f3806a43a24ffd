//! What is wrong with a body: all of it at once, in our own words, and without
//! repeating what was sent.
//!
//! Almost every body is right, and is read straight into its type. Only one that
//! is not takes the long way: it is held against its own published schema.

mod duplicates;
mod words;

use super::body::Posted;
use super::body::absent::{Object, is_blank};
use super::openapi;
use crate::app::refusal::{Code, Refusal};
use crate::domain::fault::Fault;
use jsonschema::Validator;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// So many faults are told at most.
const TOLD: usize = 100;
/// A body of more parts than this is not explained: a hostile one would cost much
/// more memory as a tree than as text.
const PARTS: usize = 1_000_000;

/// Reads a body, or says what is wrong with it.
///
/// # Errors
/// [`Code::Malformed`].
pub(crate) fn read<T: Posted>(json: &[u8]) -> Result<T, Refusal> {
    match serde_json::from_slice::<Object<T>>(json) {
        Ok(Object(value)) => Ok(value),
        Err(error) => Err(explain(json, &T::name(), &error)),
    }
}

fn explain(json: &[u8], schema: &str, error: &serde_json::Error) -> Refusal {
    if std::str::from_utf8(json).is_err() {
        return Refusal::saying(Code::Malformed, "The body is not UTF-8.");
    }
    let parts = json.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
    if parts > PARTS {
        return Refusal::saying(
            Code::Malformed,
            at("The body is not of the documented form", error),
        );
    }
    let mut value = match serde_json::from_slice::<duplicates::Strict>(json) {
        Ok(duplicates::Strict(value)) => value,
        Err(error) => return Refusal::saying(Code::Malformed, not_json(&error)),
    };
    strip(&mut value);
    let mut faults = validator(schema).map(|schema| faults(&schema, &value)).unwrap_or_default();
    if faults.is_empty() {
        let detail = at("A value here is not of the documented form", error);
        faults.push(Fault::new("", "invalid", detail));
    }
    Refusal::at(Code::Malformed, faults)
}

fn not_json(error: &serde_json::Error) -> String {
    if error.is_data() {
        return at("A field is given twice, or a number is too large", error);
    }
    if error.is_eof() {
        return at("The body breaks off", error);
    }
    at("The body is not JSON, or is nested too deeply", error)
}

/// With the place, which tells nothing of the content.
fn at(what: &str, error: &serde_json::Error) -> String {
    format!("{what} (line {}, column {}).", error.line(), error.column())
}

/// Takes away what counts as absent; the elements of a list keep their places.
fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(strip);
            fields.retain(|_, value| !is_absent(value));
        }
        Value::Array(elements) => elements.iter_mut().for_each(strip),
        _ => {}
    }
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => is_blank(text),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

fn faults(schema: &Validator, value: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    for error in schema.iter_errors(value) {
        words::tell(&error, schema_names(), &mut faults);
        if faults.len() >= TOLD {
            break;
        }
    }
    // An absent element in a list of identifiers is no fault, though the schema
    // knows only elements: `strip` left it in its place.
    faults.retain(|fault| {
        !fault.pointer.starts_with("/person")
            || !value.pointer(&fault.pointer).is_some_and(is_absent)
    });
    // Which words there are says more than that it must be a text.
    let words: Vec<String> = faults
        .iter()
        .filter(|fault| fault.code == "unknown_value")
        .map(|fault| fault.pointer.clone())
        .collect();
    faults.retain(|fault| fault.code != "type" || !words.contains(&fault.pointer));
    faults.sort();
    faults.dedup();
    faults
}

/// Every field name of the published schemas: what a near miss may have meant.
fn schema_names() -> &'static [String] {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let schemas = openapi::schemas().as_object().into_iter().flatten();
        let properties = schemas.filter_map(|(_, schema)| schema["properties"].as_object());
        let mut names: Vec<String> = properties.flat_map(|fields| fields.keys().cloned()).collect();
        names.sort();
        names.dedup();
        names
    });
    &NAMES
}

/// The compiled schema of a body, made when first needed.
fn validator(schema: &str) -> Option<Arc<Validator>> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> =
        LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(validator) = compiled.get(schema) {
        return Some(Arc::clone(validator));
    }
    let document = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/components/schemas/{schema}"),
        "components": { "schemas": openapi::schemas() },
    });
    let validator = jsonschema::options().should_validate_formats(true).build(&document).ok()?;
    let validator = Arc::new(validator);
    compiled.insert(schema.to_owned(), Arc::clone(&validator));
    Some(validator)
}
