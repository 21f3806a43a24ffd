//! What is told about the API: the document, its examples, the pages for people.

mod examples;
mod lint;
mod pages;
mod story;

use crate::support::World;
use nejtack::store::Backend;
use serde_json::Value;

/// The document as the program has it.
fn document() -> Value {
    serde_json::from_str(nejtack::http::openapi::document()).expect("JSON")
}

/// An operation as the document has it.
struct Operation {
    id: String,
    method: String,
    path: String,
    described: Value,
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, described) in item.as_object().expect("operations") {
            all.push(Operation {
                id: described["operationId"].as_str().expect("an operation id").to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                described: described.clone(),
            });
        }
    }
    all
}

/// What a reference leads to; the value itself where it is none.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').expect("a reference within the document");
            let found =
                document.pointer(pointer).unwrap_or_else(|| panic!("{reference} is not there"));
            resolved(document, found)
        }
        None => value,
    }
}

/// What is wrong with a value by a schema of the document, references followed.
fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut whole = schema.clone();
    whole["components"] = document["components"].clone();
    let options = jsonschema::options().should_validate_formats(true).build(&whole);
    let validator = options.unwrap_or_else(|error| panic!("{error}: {schema}"));
    validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Each example of a content with its media type; NDJSON line by line.
fn content(document: &Value, holder: &Value) -> Vec<(String, Value, Vec<Value>)> {
    let mut all = Vec::new();
    for (kind, content) in resolved(document, holder)["content"].as_object().into_iter().flatten() {
        let several = content["examples"].as_object().into_iter().flatten();
        let several = several.map(|(_, example)| resolved(document, example)["value"].clone());
        let whole: Vec<Value> =
            content.get("example").cloned().into_iter().chain(several).collect();
        let examples = whole.into_iter().flat_map(|example| match example.as_str() {
            Some(text) if kind == "application/x-ndjson" => {
                text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
            }
            _ => vec![example],
        });
        all.push((kind.clone(), content["schema"].clone(), examples.collect()));
    }
    all
}

#[test]
fn the_document_is_checked_in_as_it_is_served() {
    let checked_in = include_str!("../../../openapi/openapi.json");
    let is = nejtack::http::openapi::document();
    let at = is.lines().zip(checked_in.lines()).position(|(is, was)| is != was);
    assert!(
        is == checked_in,
        "openapi/openapi.json is no longer what is served (from line {at:?}). If the change is meant:\n    \
         cargo run -- openapi > openapi/openapi.json"
    );
    let world = World::on(Backend::Sqlite);
    let served = world.stranger().get("/openapi.json");
    assert_eq!((served.status, served.header("content-type")), (200, "application/json"));
    assert_eq!(served.text, is);
    let printed = crate::cli::nejtack().arg("openapi").output().expect("it runs");
    assert_eq!(String::from_utf8(printed.stdout).expect("UTF-8"), is);
}
