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
    for schema in schemas.as_object_mut().into_iter().flat_map(Map::values_mut) {
        admit_null(schema);
    }
    let mut responses = Map::new();
    for item in paths.as_object_mut().into_iter().flat_map(Map::values_mut) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            refusals(operation, &mut responses);
            headers(operation);
        }
    }
    json!({
        "schemas": schemas.take(),
        "responses": responses,
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
    let secured = operation["security"].as_array().is_some_and(|all| !all.is_empty());
    if secured {
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
        let name = same.iter().map(|kind| kind.code).collect::<Vec<_>>().join("_");
        shared.entry(name.clone()).or_insert_with(|| response(status, &same));
        operation["responses"][status.to_string()] =
            json!({"$ref": format!("#/components/responses/{name}")});
    }
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
        "nothing-readable" => {
            ("/person/emails/0", "unreadable", "Write the address as name@domain.")
        }
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
    }
}
