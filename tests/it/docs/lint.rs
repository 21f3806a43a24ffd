//! The conventions that hold for every operation. What is wrong is told all at
//! once, each with its operation.

use super::{Operation, content, document, operations, resolved};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Operations that need no token.
const PUBLIC: [&str; 9] = [
    "check_live",
    "check_ready",
    "follow_unsubscribe_link",
    "issue_token",
    "read_authorization_server",
    "read_checkpoint",
    "read_jwks",
    "read_log_key",
    "read_unsubscribe_page",
];
/// What gateways call, who carry no token: each says which of 401 and 403 it gives.
const WEBHOOKS: [(&str, &str); 3] = [
    ("receive_elks_sms", "401"),
    ("receive_elks_sms_by_secret", "401"), // its secret is its address
    ("receive_twilio_sms", "403"),
];
/// Answers of which nothing may be said but the status: 46elks texts a body to people.
const SILENT: [&str; 2] = ["receive_elks_sms", "receive_elks_sms_by_secret"];
/// Names of others, in paths and fields that are theirs to name.
const THEIRS: [&str; 2] = ["46elks", "twilio"];
/// Pages for people, whose errors are pages too.
const PAGES: [&str; 2] = ["follow_unsubscribe_link", "read_unsubscribe_page"];
/// Where the tools for transparency logs look for one (C2SP tlog-tiles).
const LOG: &str = "/log/";

/// Words in paths that are no plural nouns, and why they may stay
/// (mass nouns, a collection of its own, and what there is one of).
const SINGULAR: [&str; 5] = ["audit", "batch", "receipt", "result", "review"];

fn webhook(one: &Operation) -> Option<&'static str> {
    WEBHOOKS.iter().find(|(id, _)| *id == one.id).map(|(_, status)| *status)
}

/// Every operation that breaks a rule, with what is wrong.
#[track_caller]
fn each(rule: impl Fn(&Value, &Operation) -> Vec<String>) {
    let document = document();
    let all = operations(&document);
    assert!(all.len() > 25);
    let wrong: Vec<String> = all
        .iter()
        .flat_map(|one| rule(&document, one).into_iter().map(|what| format!("{}: {what}", one.id)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn unless(good: bool, what: impl Into<String>) -> Option<String> {
    (!good).then(|| what.into())
}

#[test]
fn an_operation_is_called_what_its_handler_is_called() {
    let mut handlers = BTreeSet::new();
    let mut folders =
        vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/http"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(path).expect("a source");
                let names =
                    text.lines().filter_map(|line| line.strip_prefix("pub(crate) async fn "));
                handlers.extend(names.filter_map(|rest| rest.split('(').next()).map(str::to_owned));
            }
        }
    }
    each(|_, one| {
        let snake = one.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        [
            unless(snake, "no snake_case"),
            unless(handlers.contains(&one.id), "no handler is called that"),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    let document = document();
    let ids: Vec<_> = operations(&document).into_iter().map(|one| one.id).collect();
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len(),
        ids.len(),
        "twice the same name: {ids:?}"
    );
}

#[test]
fn summary_description_and_one_known_tag() {
    each(|document, one| {
        let summary = one.described["summary"].as_str().unwrap_or("");
        let description = one.described["description"].as_str().unwrap_or("");
        let tags = one.described["tags"].as_array().cloned().unwrap_or_default();
        let known = document["tags"].as_array().expect("tags").iter();
        let known: Vec<_> = known.map(|tag| &tag["name"]).collect();
        [
            unless(
                (1..=60).contains(&summary.chars().count()),
                format!("its summary: {summary:?}"),
            ),
            unless(!summary.ends_with('.'), "its summary has a full stop"),
            unless(summary.starts_with(char::is_uppercase), "its summary has no capital"),
            unless(description.len() > 20, format!("its description: {description:?}")),
            unless(description.ends_with(['.', '!']), "its description has no end"),
            unless(tags.len() == 1 && known.contains(&&tags[0]), format!("its tags: {tags:?}")),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
}

#[test]
fn tags_and_schemas_are_all_used_and_described() {
    let document = document();
    let used: BTreeSet<_> =
        operations(&document).iter().map(|one| one.described["tags"][0].to_string()).collect();
    for tag in document["tags"].as_array().expect("tags") {
        assert!(used.contains(&tag["name"].to_string()), "{tag}: no operation has it");
        assert!(tag["description"].as_str().is_some_and(|text| text.len() > 10), "{tag}");
    }
    let text = document.to_string();
    let mut wrong = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        wrong.extend(unless(
            text.contains(&format!("\"#/components/schemas/{name}\"")),
            format!("{name}: nothing uses it"),
        ));
        wrong.extend(unless(schema["description"].is_string(), format!("{name}: no description")));
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let parts = property["oneOf"].as_array().into_iter().flatten();
            let mut places = parts.chain([property, resolved(&document, property)]);
            let told = places.any(|place| place["description"].is_string());
            wrong.extend(unless(told, format!("{name}.{field}: no description")));
            let snake = field
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            let theirs = name == "TwilioSms";
            wrong.extend(unless(snake || theirs, format!("{name}.{field}: no snake_case")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn security_is_declared_and_only_the_public_ones_have_none() {
    each(|document, one| {
        let ways = one.described["security"].as_array().cloned().unwrap_or_default();
        let public = PUBLIC.contains(&one.id.as_str()) || one.id == "receive_elks_sms_by_secret";
        let schemes = document["components"]["securitySchemes"].as_object().expect("schemes");
        let scopes = &schemes["oauth2"]["flows"]["clientCredentials"]["scopes"];
        let mut wrong: Vec<_> =
            unless(ways.is_empty() == public, "security is declared wrongly").into_iter().collect();
        for (scheme, asked) in ways.iter().filter_map(Value::as_object).flatten() {
            wrong.extend(unless(schemes.contains_key(scheme), format!("no scheme {scheme}")));
            let unknown = asked
                .as_array()
                .into_iter()
                .flatten()
                .find(|scope| scopes.get(scope.as_str().unwrap_or("")).is_none());
            wrong.extend(unknown.map(|scope| format!("no scope {scope}")));
            wrong.extend(unless(
                scheme != "oauth2" || asked.as_array().is_some_and(|all| !all.is_empty()),
                "no scope is named",
            ));
        }
        wrong
    });
}

#[test]
fn every_error_it_can_give_is_told_with_an_example() {
    each(|document, one| {
        let responses = one.described["responses"].as_object().expect("responses");
        let secured = !PUBLIC.contains(&one.id.as_str());
        let parameters = one.described["parameters"].as_array().cloned().unwrap_or_default();
        let names: Vec<_> = parameters
            .iter()
            .map(|own| resolved(document, own)["name"].as_str().unwrap_or("").to_lowercase())
            .collect();
        let mut needed = BTreeSet::new();
        if let Some(status) = webhook(one) {
            needed.extend(["400", status, "429", "503"]);
        } else if secured {
            needed.extend(["400", "401", "403", "429", "503"]);
        }
        if secured && one.described.get("requestBody").is_some() {
            needed.extend(["400", "408", "413", "415"]);
        }
        // who shows nothing at a webhook is refused alike, whether or not there is such a one
        if one.path.contains('{') && webhook(one).is_none() {
            needed.insert("404");
        }
        if names.iter().any(|name| name == "idempotency-key") && one.id != "record_objections_batch"
        {
            needed.insert("409"); // of a batch each line has its own
        }
        if one.id == "issue_token" {
            needed.extend(["400", "401", "429", "503"]);
        }
        let mut wrong: Vec<_> = needed
            .iter()
            .filter_map(|status| unless(responses.contains_key(*status), format!("no {status}")))
            .collect();
        for (status, response) in responses {
            let response = resolved(document, response);
            wrong.extend(unless(
                response["description"].as_str().is_some_and(|text| text.len() > 3),
                format!("{status}: no description"),
            ));
            wrong.extend(unless(
                response["headers"]["X-Request-Id"].is_object(),
                format!("{status}: no X-Request-Id"),
            ));
            if status.starts_with('2') {
                continue;
            }
            let contents = content(document, response);
            if SILENT.contains(&one.id.as_str()) {
                wrong.extend(unless(contents.is_empty(), format!("{status}: it has a body")));
                continue;
            }
            let page = PAGES.contains(&one.id.as_str());
            let kind = match one.id.as_str() {
                "issue_token" => "application/json",
                _ if page => "text/html; charset=utf-8",
                _ => "application/problem+json",
            };
            wrong.extend(unless(
                contents.len() == 1 && contents[0].0 == kind,
                format!("{status}: not {kind}"),
            ));
            for (_, schema, examples) in contents {
                wrong.extend(unless(!examples.is_empty(), format!("{status}: no example")));
                for example in examples {
                    wrong.extend(super::faults(document, &schema, &example));
                    let own = one.id == "issue_token"
                        || page
                        || example["status"].as_u64() == status.parse().ok();
                    wrong.extend(unless(
                        own,
                        format!("{status}: the example is another's: {example}"),
                    ));
                }
            }
            let header = match status.as_str() {
                "401" => "WWW-Authenticate",
                "429" | "503" => "Retry-After",
                _ => continue,
            };
            wrong.extend(unless(
                response["headers"][header].is_object(),
                format!("{status}: no {header}"),
            ));
        }
        wrong
    });
}

#[test]
fn paths_are_plural_nouns_in_kebab_case_and_nothing_is_deleted() {
    each(|_, one| {
        let mut wrong: Vec<_> = unless(
            ["GET", "POST"].contains(&one.method.as_str()),
            format!("its method: {}", one.method),
        )
        .into_iter()
        .collect();
        wrong.extend(unless(
            one.method == "POST" || one.described.get("requestBody").is_none(),
            "a GET with a body",
        ));
        let Some(rest) = one.path.strip_prefix("/v1/") else {
            let known = PUBLIC.contains(&one.id.as_str()) || one.path.starts_with(LOG);
            return unless(known, format!("{} is not under /v1", one.path)).into_iter().collect();
        };
        for word in rest.split('/') {
            let placeholder = word.starts_with('{') && word.ends_with('}');
            let kebab = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            let plural = word.ends_with('s') || SINGULAR.contains(&word);
            wrong.extend(unless(
                placeholder || kebab && plural || THEIRS.contains(&word),
                format!("{word} in its path"),
            ));
        }
        wrong
    });
}

#[test]
fn every_parameter_is_described() {
    each(|document, one| {
        let parameters = one.described["parameters"].as_array().cloned().unwrap_or_default();
        let mut wrong = Vec::new();
        let mut in_path: BTreeSet<_> = one
            .path
            .split('/')
            .filter_map(|word| word.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        for parameter in &parameters {
            let parameter = resolved(document, parameter);
            let name = parameter["name"].as_str().unwrap_or("?");
            wrong.extend(unless(
                parameter["description"].as_str().is_some_and(|text| text.len() > 3),
                format!("{name}: no description"),
            ));
            wrong.extend(unless(parameter["schema"].is_object(), format!("{name}: no schema")));
            if parameter["in"] == "path" {
                wrong.extend(unless(in_path.remove(name), format!("{name} is not in the path")));
            }
            let whose = name == "controller" && ["run_import", "run_export"].contains(&&*one.id);
            let needed = ["channel", "date", "reference", "format"].contains(&name) || whose;
            let required = parameter["in"] == "path" || needed;
            wrong.extend(unless(parameter["required"] == required, format!("{name}: required?")));
        }
        wrong.extend(in_path.first().map(|name| format!("{name} is in the path alone")));
        wrong
    });
}

#[test]
fn whatever_is_sent_takes_no_unknown_fields() {
    let mut bodies = BTreeMap::new();
    let document = document();
    // RFC 6749 §3.2 ignores them; rows of files have whatever a CRM or a register exports; gateways
    // add fields as they like, and their message counts all the same.
    let open = ["issue_token", "run_screening", "load_register_version", "run_import"];
    let open = |one: &&Operation| open.contains(&one.id.as_str()) || webhook(one).is_some();
    for one in operations(&document).iter().filter(|one| !open(one)) {
        for (_, schema, _) in content(&document, &one.described["requestBody"]) {
            objects(&document, &schema, &mut bodies);
        }
    }
    assert!(bodies.len() > 15, "{:?}", bodies.keys());
    let open: Vec<_> = bodies
        .iter()
        .filter(|(_, schema)| schema["additionalProperties"] != false)
        .map(|(name, _)| name)
        .collect();
    assert!(open.is_empty(), "{open:?}");
}

/// Every object with fields that the schema leads to.
fn objects(document: &Value, schema: &Value, found: &mut BTreeMap<String, Value>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = resolved(document, schema).clone();
        if target["properties"].is_object()
            && found.insert(reference.to_owned(), target.clone()).is_some()
        {
            return;
        }
        return objects(document, &target, found);
    }
    for part in schema.as_object().into_iter().flat_map(|fields| fields.values()) {
        match part {
            Value::Object(_) => objects(document, part, found),
            Value::Array(parts) => parts.iter().for_each(|part| objects(document, part, found)),
            _ => {}
        }
    }
}
