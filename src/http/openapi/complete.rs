//! What every operation shares, added by rule: its errors with examples, the
//! headers of its answers, and that absent fields may be sent as null.

use super::super::problem::kinds::{self, EVERY, Kind};
use super::super::problem::{FaultBody, Problem, ProblemBody};
use crate::domain::client::Scope;
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema as _, openapi::RefOr};
use uuid::Uuid;

/// Completes paths and schemas; returns the document's components.
pub(super) fn complete(paths: &mut Value, schemas: &mut Value) -> Value {
    if !schemas.is_object() {
        *schemas = json!({});
    }
    schemas["Problem"] = schema(ProblemBody::schema());
    schemas["Fault"] = schema(FaultBody::schema());
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        admit_null(schema);
        if name.starts_with("Person") && schema["additionalProperties"] == json!(false) {
            admit_null_items(schema);
        } else {
            refuse_blank_items(schema);
        }
    }
    let mut responses = Map::new();
    for item in paths.as_object_mut().into_iter().flat_map(Map::values_mut) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            refusals(operation, &mut responses);
            dry_run(operation);
            parameters(operation);
            headers(operation);
        }
    }
    json!({
        "schemas": schemas.take(),
        "responses": responses,
        "parameters": {
            "Actor": {
                "name": "X-Actor",
                "in": "header",
                "required": false,
                "description": "The acting person's account name; required from staff clients. Never an e-mail address or a personnummer: at most five digits in a row.",
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
                "example": "anna.aberg",
            },
            "IdempotencyKey": {
                "name": "Idempotency-Key",
                "in": "header",
                "required": false,
                "description": "Makes a retry safe: the same content gets the first answer again, other content 409. Bare or quoted, kept for at least 30 days, and yours alone.",
                // Bare, or in quotation marks; one alone is neither.
                "schema": {"type": "string", "pattern": "^(\"[\\x21-\\x7e]{0,255}\"|[\\x21\\x23-\\x7e]([\\x21-\\x7e]{0,253}[\\x21\\x23-\\x7e])?)$"},
                "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
            },
        },
        "headers": {
            "RequestId": {
                "description": "The request's id, a UUIDv7: name it when you ask the operator about a request.",
                "schema": {"type": "string", "format": "uuid"},
            },
            "RetryAfter": {
                "description": "Seconds until another try makes sense.",
                "schema": {"type": "integer", "minimum": 0},
            },
            "Challenge": {
                "description": "How to authenticate (RFC 6750 §3).",
                "schema": {"type": "string"},
            },
        },
        "securitySchemes": security_schemes(),
    })
}

fn schema(schema: RefOr<utoipa::openapi::Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

/// In a body that a client sends, a field that may be left out may also be null.
fn admit_null(schema: &mut Value) {
    if schema["additionalProperties"] != json!(false) {
        return;
    }
    let required = schema["required"].take();
    let is_required =
        |name: &str| required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
    for (name, property) in schema["properties"].as_object_mut().into_iter().flatten() {
        if is_required(name) {
            continue;
        }
        if let Some(Value::String(kind)) = property.get("type") {
            property["type"] = json!([kind, "null"]);
        } else if property.get("$ref").is_some() {
            let reference = json!({"$ref": property["$ref"]});
            let mut nullable = json!({"oneOf": [{"type": "null"}, reference]});
            for (key, value) in property.as_object().into_iter().flatten() {
                if key != "$ref" {
                    nullable[key] = value.clone();
                }
            }
            *property = nullable;
        }
    }
    if required.is_array() {
        schema["required"] = required;
    } else if let Some(fields) = schema.as_object_mut() {
        fields.remove("required");
    }
}

/// Adds each error that the operation can give: those that follow from what it
/// is, and those that it names in `x-refusals`.
fn refusals(operation: &mut Value, shared: &mut Map<String, Value>) {
    let mut kinds: Vec<&'static Kind> = Vec::new();
    let named = operation.as_object_mut().and_then(|fields| fields.remove("x-refusals"));
    let writes_its_own = named.as_ref().is_some_and(|named| *named == json!([]));
    for code in named.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str) {
        kinds.extend(kinds::named(code));
    }
    let silent = operation.as_object_mut().and_then(|fields| fields.remove("x-silent")).is_some();
    if by_token(operation) {
        kinds.extend([&kinds::UNAUTHORIZED, &kinds::INSUFFICIENT_SCOPE, &kinds::ACTOR_REQUIRED]);
        kinds.extend([&kinds::TOO_MANY_ATTEMPTS, &kinds::UNAVAILABLE, &kinds::NOT_READY]);
        kinds.push(&kinds::MALFORMED);
    }
    if operation.get("requestBody").is_some() && !writes_its_own {
        kinds.extend([&kinds::MALFORMED, &kinds::REQUEST_TIMEOUT]);
        kinds.extend([&kinds::PAYLOAD_TOO_LARGE, &kinds::UNSUPPORTED_MEDIA_TYPE]);
    }
    let mut statuses: Vec<u16> = kinds.iter().map(|kind| kind.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        let same: Vec<&Kind> = EVERY
            .iter()
            .copied()
            .filter(|kind| kind.status == status && kinds.contains(kind))
            .collect();
        if silent {
            let mut told = response(status, &same);
            told.as_object_mut().map(|told| told.remove("content"));
            operation["responses"][status.to_string()] = told;
            continue;
        }
        let name = same.iter().map(|kind| kind.code).collect::<Vec<_>>().join("_");
        shared.entry(name.clone()).or_insert_with(|| response(status, &same));
        operation["responses"][status.to_string()] =
            json!({"$ref": format!("#/components/responses/{name}")});
    }
}

/// Whether it is an access token that lets callers in.
fn by_token(operation: &Value) -> bool {
    let ways = operation["security"].as_array();
    ways.is_some_and(|ways| ways.iter().any(|way| way.get("oauth2").is_some()))
}

fn response(status: u16, kinds: &[&'static Kind]) -> Value {
    let described: Vec<_> =
        kinds.iter().map(|kind| format!("`{}`: {}", kind.code, kind.meaning)).collect();
    let examples: Map<String, Value> = kinds
        .iter()
        .map(|kind| (kind.code.to_owned(), json!({"summary": kind.title, "value": example(kind)})))
        .collect();
    let mut response = json!({
        "description": described.join("\n\n"),
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": examples,
        }},
    });
    let also = match status {
        401 => Some(("WWW-Authenticate", "Challenge")),
        429 | 503 => Some(("Retry-After", "RetryAfter")),
        _ => None,
    };
    if let Some((header, name)) = also {
        response["headers"][header] = json!({"$ref": format!("#/components/headers/{name}")});
    }
    response
}

fn example(kind: &'static Kind) -> Value {
    let id = Uuid::from_u128(0x0193_505c_2f6b_7c5a_9d3e_5d1f_0c7a_9b42);
    let mut example = serde_json::to_value(Problem::of(kind).body(Some(id))).unwrap_or_default();
    let (pointer, code, detail) = match kind.code {
        "malformed" => {
            ("/person/phone", "unknown_field", "There is no field phone here. Did you mean phones?")
        }
        "right-not-covered" => (
            "/proxy/rights",
            "right_not_covered",
            "The proxy does not name the right that this request uses. A proxy gives only the rights it names.",
        ),
        "nothing-readable" => (
            "/person/emails/0",
            "unreadable",
            "Not an e-mail address. Write one address in each item of the list.",
        ),
        "unprocessable" => (
            "/controllers/0",
            "unknown_controller",
            "There is no controller or group with this slug, id or organisation number.",
        ),
        _ => return example,
    };
    example["errors"] = json!([{"pointer": pointer, "code": code, "detail": detail}]);
    example
}

/// Elements of a person's lists may be absent too: a CRM has three columns for
/// numbers and fills one.
fn admit_null_items(schema: &mut Value) {
    for property in schema["properties"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        let items = &property["items"];
        if items["type"] == "string" {
            property["items"]["type"] = json!(["string", "null"]);
        } else if items.get("$ref").is_some_and(|to| to != "#/components/schemas/Hash") {
            property["items"] = json!({"oneOf": [{"type": "null"}, items]});
        }
    }
}

/// In any other list that a client sends, each element counts.
fn refuse_blank_items(schema: &mut Value) {
    if schema["additionalProperties"] != json!(false) {
        return;
    }
    for property in schema["properties"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        if property["items"]["type"] == "string" {
            property["items"]["pattern"] = r"\S".into();
        }
    }
}

fn has_parameter(operation: &Value, name: &str) -> bool {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.into_iter().any(|parameter| parameter["name"] == name)
}

/// A dry run is answered like the real one, with 200 and without a place.
fn dry_run(operation: &mut Value) {
    let mut checked = operation["responses"]["201"].clone();
    if checked.is_null() {
        if let Some(responses) = operation["responses"].as_object_mut() {
            responses.remove("201");
        }
        return;
    }
    checked["description"] = "With `dry_run=true`: checked, and nothing recorded.".into();
    let example = &mut checked["content"]["application/json"]["example"];
    if example.get("status").is_some() {
        example["status"] = "checked".into();
    }
    if let Some(example) = example.as_object_mut() {
        if example.get("status").is_some_and(|status| status == "checked")
            && !example.contains_key("cleared_at")
        {
            example.remove("id");
            example.remove("receipt");
        }
        for secret in ["client_secret", "static_key"] {
            example.entry(secret).and_modify(|value| *value = Value::Null);
        }
        example.remove("webhook_urls");
    }
    if let Some(headers) = checked["headers"].as_object_mut() {
        headers.remove("Location");
    }
    operation["responses"]["200"] = checked;
}

/// The headers that a request can carry.
fn parameters(operation: &mut Value) {
    let mut also = Vec::new();
    // What says of itself that it knows again what it is sent needs no key.
    let known_again = operation.as_object_mut().and_then(|it| it.remove("x-known-again"));
    if has_parameter(operation, "dry_run") && known_again.is_none() {
        also.push("IdempotencyKey");
    }
    if by_token(operation) {
        also.push("Actor");
    }
    for name in also {
        let reference = json!({"$ref": format!("#/components/parameters/{name}")});
        match operation["parameters"].as_array_mut() {
            Some(all) => all.push(reference),
            None => operation["parameters"] = json!([reference]),
        }
    }
}

/// Every answer carries the request's id.
fn headers(operation: &mut Value) {
    for response in operation["responses"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        if response.get("$ref").is_none() {
            response["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/RequestId"});
        }
    }
}

fn security_schemes() -> Value {
    let scopes: Map<String, Value> = Scope::EVERY
        .iter()
        .map(|(scope, name)| ((*name).to_owned(), scope_means(*scope).into()))
        .collect();
    json!({
        "oauth2": {
            "type": "oauth2",
            "description": "OAuth 2.0 client credentials. A token lives for 15 minutes; without `scope` it carries all that the client has been granted.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": scopes}},
        },
        "gateway_basic": {
            "type": "http",
            "scheme": "basic",
            "description": "The `client_id` and secret of an `sms-gateway` of the form `46elks`.",
        },
        "twilio_signature": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Twilio-Signature",
            "description": "Twilio's signature of the request: HMAC-SHA-1 under the account's auth token, over the address and the form's fields.",
        },
        "static_key": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "njt_…",
            "description": "For tools that cannot do OAuth: a key that an administrator makes for the client. Look-ups and screenings only; it expires.",
        },
    })
}

fn scope_means(scope: Scope) -> &'static str {
    match scope {
        Scope::ObjectionsWrite => "Record objections",
        Scope::ObjectionsReadOwn => "Read the client's own objections",
        Scope::ObjectionsRead => "Read the objections that bind the client's controllers",
        Scope::ObjectionsWithdrawOwn => {
            "Withdraw the client's own objections, by a proxy that says so"
        }
        Scope::ObjectionsWithdraw => {
            "Withdraw and annul objections that bind the client's controllers"
        }
        Scope::ControllersList => "List controllers and groups",
        Scope::LookupsDecide => "Ask whether persons are blocked",
        Scope::LookupsExplain => "See why they are",
        Scope::ScreeningsRun => "Screen whole files",
        Scope::ChangesRead => "Follow what changes decisions",
        Scope::IdentifiersRead => "Read sealed originals; every reading is recorded",
        Scope::ReviewClear => "See and clear what could not be read",
        Scope::LogRead => "Read the transparency log's tiles",
        Scope::AuditRead => "See who asked how much",
        Scope::ClientsAdmin => "Manage clients",
        Scope::ControllersAdmin => "Manage controllers, groups and memberships",
        Scope::RegistersWrite => "Load opt-out registers",
        Scope::ImportsRun => "Import lists",
        Scope::ExportsRun => "Export all that is held",
        Scope::WebhooksAdmin => "Manage webhooks",
        Scope::SmsReceive => "Hand over messages that people sent",
        Scope::LinksCreate => "Make unsubscribe links",
    }
}
