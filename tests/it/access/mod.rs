//! Who may: clients and their tokens, roles, bounds, quotas, and the record of
//! who asked how much.

mod audit;
mod bounds;
mod changes;
mod golden;
mod quota;
mod tokens;

pub(crate) use tokens::keyring;

use crate::support::{Answer, Party, World};
use serde_json::{Value, json};

/// A marketing tool of the group's clinics.
fn tool(client_id: &str) -> Value {
    json!({"client_id": client_id, "role": "marketing-tool", "controllers": ["tandgruppen"]})
}

/// A look-up of one person by an e-mail address.
fn question(controller: &str) -> Value {
    json!({"controller": controller, "channels": ["email"], "person": {"emails": ["bo.ek@exempel.example"]}})
}

/// An operation of the served document.
#[derive(Debug, Clone)]
struct Operation {
    id: String,
    method: String,
    /// With a name or id where the document has a placeholder; of nothing real.
    path: String,
    described: Value,
}

/// Every operation of the served document, by path.
fn operations(world: &World) -> Vec<Operation> {
    let document = world.stranger().get("/openapi.json").body;
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, described) in item.as_object().expect("operations") {
            operations.push(Operation {
                id: described["operationId"].as_str().expect("an id").to_owned(),
                method: method.to_uppercase(),
                path: path
                    .replace("{id}", "0193a1b2-0000-7000-8000-000000000000")
                    .replace(['{', '}'], ""),
                described: described.clone(),
            });
        }
    }
    assert!(operations.len() > 25, "{operations:?}");
    operations
}

/// The static key that the client gets.
fn static_key(world: &World, client_id: &str) -> String {
    let path = format!("/v1/clients/{client_id}/static-keys");
    let made = world.operator().makes(&path, &json!({}));
    made["static_key"].as_str().expect("a key").to_owned()
}

/// The answer to a request that is wrong in every way but who asks.
fn broken(party: &Party<'_>, operation: &Operation) -> Answer {
    let request = party.request(&operation.method, &operation.path);
    Answer::of(match operation.method.as_str() {
        "GET" => request,
        _ => request.header("Content-Type", "application/json").body("{\"broken\": "),
    })
}
