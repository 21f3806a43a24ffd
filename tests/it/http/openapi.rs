//! The published description: whole, true to itself, and the one checked in.

use nejtack::http::openapi::document;
use nejtack::http::problem::kinds;
use serde_json::{Value, json};

fn parsed() -> Value {
    serde_json::from_str(document()).expect("JSON")
}

/// Every operation: its method and path, and what is said of it.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &'_ Value)| -> Vec<(String, Value)> {
        let item = item.as_object().expect("methods");
        item.iter().map(|(method, o)| (format!("{method} {path}"), o.clone())).collect()
    };
    assert!(paths.iter().flat_map(of).count() > 25);
    paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().expect("methods");
            item.iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
}

#[test]
fn the_description_checked_in_is_the_one_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
    let kept = std::fs::read_to_string(path).expect("openapi/openapi.json");
    assert!(kept == document(), "run: nejtack openapi > openapi/openapi.json");
}

#[test]
fn every_operation_says_what_it_is() {
    let document = parsed();
    let mut ids = Vec::new();
    for (name, operation) in operations(&document) {
        for field in ["summary", "description", "operationId"] {
            let text = operation[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{name} has no {field}");
        }
        let tag = &operation["tags"][0];
        let tags = document["tags"].as_array().expect("tags");
        assert!(tags.iter().any(|known| known["name"] == *tag), "{name}: {tag}");
        let secured = operation["security"].as_array().is_some_and(|all| !all.is_empty());
        // the secret of one is its address, which is no scheme that OpenAPI knows
        let by_address = name.ends_with("/46elks/{secret}");
        let for_some = name.contains(" /v1/") && !by_address || name.contains(" /log/tile/");
        assert_eq!(secured, for_some, "{name}: security");
        ids.push(operation["operationId"].as_str().expect("an id").to_owned());
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "an operation id is used twice");
}

#[test]
fn every_answer_is_described_and_shown() {
    let document = parsed();
    let known: Vec<&str> = kinds::EVERY.iter().map(|kind| kind.code).collect();
    for (name, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}");
        for (status, response) in responses {
            let response = match response["$ref"].as_str() {
                Some(to) => document.pointer(to.trim_start_matches('#')).expect("a response"),
                None => response,
            };
            assert!(!response["description"].as_str().unwrap_or_default().is_empty(), "{name}");
            assert!(response["headers"]["X-Request-Id"].is_object(), "{name} {status}");
            for (kind, content) in response["content"].as_object().into_iter().flatten() {
                let problem = kind == "application/problem+json";
                for (code, _) in content["examples"].as_object().into_iter().flatten() {
                    assert!(!problem || known.contains(&code.as_str()), "{name}: {code}");
                }
            }
        }
        let secured = name.contains(" /v1/");
        let by_gateway = name.contains(" /v1/inbound-sms/");
        for status in ["401", "403", "429", "503"] {
            let told = responses.contains_key(status) || by_gateway && status.starts_with("40");
            assert!(!secured || told, "{name} lacks {status}");
        }
        if operation["requestBody"].is_object() && secured {
            for status in ["400", "413", "415"] {
                assert!(responses.contains_key(status), "{name} lacks {status}");
            }
        }
    }
}

#[test]
fn every_example_fits_its_schema() {
    let document = parsed();
    let mut seen = 0;
    let mut check = |place: &str, content: &Value| {
        let validator = validator(&document, &content["schema"]);
        let one = content.get("example").into_iter();
        let many = content["examples"].as_object().into_iter().flatten();
        for example in one.chain(many.map(|(_, example)| &example["value"])) {
            // of NDJSON the schema is a line's, and the example some lines
            let text = example.as_str().filter(|_| content["schema"]["$ref"].is_string());
            let lines = text.map(|text| text.lines().map(serde_json::from_str));
            let several: Option<Vec<Value>> = lines.map(|lines| lines.flatten().collect());
            let several = several.unwrap_or_else(|| vec![example.clone()]);
            assert!(!several.is_empty(), "{place}");
            let errors: Vec<String> = several
                .iter()
                .flat_map(|one| validator.iter_errors(one).map(|error| format!("{error}")))
                .collect();
            assert!(errors.is_empty(), "{place}: {errors:?}");
            seen += 1;
        }
    };
    for (name, operation) in operations(&document) {
        let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
        bodies.for_each(|(_, content)| check(&name, content));
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let contents = response["content"].as_object().into_iter().flatten();
            contents.for_each(|(_, content)| check(&format!("{name} {status}"), content));
        }
    }
    for (name, response) in document["components"]["responses"].as_object().expect("responses") {
        let contents = response["content"].as_object().into_iter().flatten();
        contents.for_each(|(_, content)| check(name, content));
    }
    assert!(seen > 80, "{seen}");
}

#[test]
fn bodies_are_closed_and_their_optional_fields_admit_null() {
    let document = parsed();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let closed: Vec<_> = schemas
        .iter()
        .filter(|(_, schema)| schema["additionalProperties"] == json!(false))
        .collect();
    assert!(closed.len() > 15, "{}", closed.len());
    for (name, schema) in closed {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (field, property) in schema["properties"].as_object().expect("properties") {
            let validator = validator(&document, property);
            let optional = !required.contains(&json!(field));
            assert_eq!(validator.is_valid(&Value::Null), optional, "{name}.{field}");
        }
    }
}

#[test]
fn nothing_names_a_real_person() {
    // Telephone numbers only from the ranges that PTS keeps for fiction, personnummer only from
    // Skatteverket's serials for tests, addresses only under .example.
    let text = document().replace("c2sp.org/tlog-proof@v1", ""); // the name of a format
    for host in text.split('@').skip(1) {
        let host: String =
            host.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
        assert!(host.ends_with("exempel.example"), "{host}");
    }
    assert!(!text.contains("+467") || text.contains("+467017406"));
}
