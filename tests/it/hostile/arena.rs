//! A service with something to attack: every POST of the document it serves, with
//! its example body, a path that leads somewhere, and a client that may.

use crate::support::{Answer, Party, World, objection, person};
use nejtack::store::Backend;
use serde_json::{Value, json};

pub(super) struct Arena<'a> {
    pub(super) world: &'a World,
    pub(super) operations: Vec<Operation>,
    service: Party<'a>,
    crm: Party<'a>,
    staff: Party<'a>,
    gateway: Party<'a>,
    operator: Party<'a>,
    names: Vec<(&'static str, String)>,
}

/// A POST that takes JSON.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) path: String,
    pub(super) example: Value,
    /// Whether `?dry_run=true` is possible.
    pub(super) dry: bool,
    scope: String,
}

impl<'a> Arena<'a> {
    pub(super) fn of(world: &'a World) -> Self {
        let (service, crm, staff) = (world.service(), world.crm(), world.staff());
        let mut unclear = person();
        unclear["phones"] = json!(["ring efter 17"]);
        let made = service.makes("/v1/objections", &objection("arena", &["tandgruppen"], &unclear));
        let review = staff.get("/v1/review");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let operator = world.operator();
        let hook = json!({"url": "https://crm.tandgruppen.example/hooks"});
        let webhook = operator.makes("/v1/webhooks", &hook);
        let names = vec![
            ("/v1/webhooks/{id}", format!("/v1/webhooks/{}", text(&webhook["id"]))),
            ("/v1/objections/{id}", format!("/v1/objections/{}", text(&made["id"]))),
            ("/v1/review/{id}", format!("/v1/review/{}", text(&review.body["items"][0]["id"]))),
            ("{client_id}", "crm".to_owned()),
            ("{controller}", "optiker-ek".to_owned()),
            ("{group}", "tandgruppen".to_owned()),
            ("{register}", "nix-telefon".to_owned()),
        ];
        let nix = json!({"slug": "nix-telefon", "name": "NIX", "preset": "nix-telefon"});
        operator.makes("/v1/registers", &nix);
        let gateway = json!({"client_id": "egen", "role": "sms-gateway",
            "controllers": ["tandgruppen"], "sms": {"form": "json"}});
        let gateway = world.client(&gateway);
        let operations = Vec::new();
        let mut arena = Self { world, operations, service, crm, staff, gateway, operator, names };
        let document = world.stranger().get("/openapi.json").body;
        for (path, item) in document["paths"].as_object().expect("paths") {
            let forms = &item["post"]["requestBody"]["content"];
            let content = &forms["application/json"];
            // of several, the one that the service sends
            let named = content["examples"].as_object().into_iter().flatten();
            let mut named = named.map(|(_, named)| &named["value"]);
            let example = named.find(|value| value.get("direct").is_none());
            let example = example.unwrap_or(&content["example"]);
            // A list that may also come as CSV is a file: its rows are answered one by one.
            if example.is_object() && forms["text/csv"].is_null() {
                let operation = arena.operation(path, &item["post"], example);
                arena.operations.push(operation);
            }
        }
        assert!(arena.operations.len() > 12, "the document lost its examples");
        arena
    }

    fn operation(&self, path: &str, post: &Value, example: &Value) -> Operation {
        let mut path = path.to_owned();
        for (name, value) in &self.names {
            path = path.replace(name, value);
        }
        let named = |name: &str| {
            post["parameters"].as_array().is_some_and(|all| all.iter().any(|p| p["name"] == name))
        };
        let id = post["operationId"].as_str().expect("an id").to_owned();
        let example = Self::fitting(&id, example.clone());
        let scope = post["security"][0]["oauth2"][0].as_str().expect("a scope").to_owned();
        Operation { id, path, example, dry: named("dry_run"), scope }
    }

    /// The example, where it would clash with what there is already.
    fn fitting(id: &str, mut example: Value) -> Value {
        match id {
            "add_controller" | "rename_controller" | "add_group" | "add_register" => {
                example["slug"] = json!("nykliniken");
                example["name"] = json!("Nykliniken");
            }
            "add_client" => example["client_id"] = json!("ny-tjanst"),
            "join_group" => example["controller"] = json!("optiker-ek"),
            "record_objection" => {
                // nothing of the document but its digest is in the example
                example["proxy"]["document"]["content"] = json!("aGVsbG8=");
            }
            _ => {}
        }
        example
    }

    /// Whoever may do it.
    pub(super) fn party(&self, operation: &Operation) -> &Party<'a> {
        match operation.scope.as_str() {
            "objections:write" => &self.service,
            "lookups:decide" | "links:create" | "changes:read" => &self.crm,
            "objections:withdraw" | "review:clear" => &self.staff,
            "sms:receive" => &self.gateway,
            _ => &self.operator,
        }
    }

    pub(super) fn post(&self, operation: &Operation, body: &Value) -> Answer {
        self.party(operation).post(&operation.path, body)
    }

    /// Checks without recording, where that is possible.
    pub(super) fn try_post(&self, operation: &Operation, body: &Value) -> Answer {
        self.party(operation).post(&operation.trial(), body)
    }

    /// Sends bytes as they are.
    pub(super) fn send(&self, operation: &Operation, bytes: impl Into<Vec<u8>>) -> Answer {
        self.send_as(operation, bytes, Some("application/json"))
    }

    pub(super) fn send_as(
        &self,
        operation: &Operation,
        bytes: impl Into<Vec<u8>>,
        media_type: Option<&str>,
    ) -> Answer {
        let mut request = self.party(operation).request("POST", &operation.trial());
        if let Some(media_type) = media_type {
            request = request.header("Content-Type", media_type);
        }
        Answer::of(request.body(bytes.into()))
    }

    pub(super) fn position(&self) -> i64 {
        self.world.app.as_of().position
    }
}

impl Operation {
    /// The path that records nothing.
    pub(super) fn trial(&self) -> String {
        if self.dry { format!("{}?dry_run=true", self.path) } else { self.path.clone() }
    }

    /// Whether no body at all means something.
    pub(super) fn may_be_missing(&self) -> bool {
        ["withdraw_objection", "add_static_key", "rotate_secret", "rotate_webhook"]
            .contains(&self.id.as_str())
    }

    pub(super) fn text(&self) -> String {
        self.example.to_string()
    }
}

/// Runs an attack, after which the ledger must be where it was.
pub(super) fn attack(backend: Backend, attack: impl Fn(&Arena<'_>, &Operation)) {
    let world = World::on(backend);
    let arena = Arena::of(&world);
    let before = arena.position();
    for operation in &arena.operations {
        attack(&arena, operation);
        assert_eq!(arena.position(), before, "{} recorded something", operation.id);
    }
}
