//! Every example request of the document, sent to a live service in the order of
//! a story: it does what it says, and the answer is of the form that is told.

use super::{Operation, content, document, faults, operations, resolved};
use crate::support::{Answer, Party, Setup, World};
use crate::webhooks::receiver::Receiver;
use nejtack::app::Hearing;
use nejtack::store::Backend;
use serde_json::{Value, json};
use std::collections::BTreeSet;

struct Story {
    document: Value,
    operations: Vec<Operation>,
    told: BTreeSet<String>,
}

impl Story {
    /// Sends the operation's example. Parameters that are not given have their
    /// own examples.
    #[track_caller]
    fn tell(&mut self, id: &str, by: &Party<'_>, given: &[(&str, &str)]) -> Answer {
        let one = self.operations.iter().find(|one| one.id == id).expect(id);
        let (mut path, mut query) = (one.path.clone(), String::new());
        for parameter in one.described["parameters"].as_array().into_iter().flatten() {
            let parameter = resolved(&self.document, parameter);
            let name = parameter["name"].as_str().expect("a name");
            let given = given.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
            let example = parameter["example"].as_str().or(parameter["schema"]["example"].as_str());
            match (&parameter["in"], given.or(example)) {
                (place, Some(value)) if place == "path" => {
                    path = path.replace(&format!("{{{name}}}"), value);
                }
                (place, Some(value)) if place == "query" && parameter["required"] == true => {
                    query = format!("?{name}={value}");
                }
                (_, None) => assert_ne!(parameter["required"], true, "{id}: no example of {name}"),
                _ => {}
            }
        }
        let mut request = by.request(&one.method, &format!("{path}{query}"));
        for (kind, _, examples) in content(&self.document, &one.described["requestBody"]) {
            let Some(body) = examples.first().filter(|_| kind == "application/json") else {
                continue;
            };
            request = request.json(body);
        }
        self.take(id, Answer::of(request))
    }

    /// The answer must be the good one that is described.
    #[track_caller]
    fn take(&mut self, id: &str, answer: Answer) -> Answer {
        let one = self.operations.iter().find(|one| one.id == id).expect(id);
        let responses = &one.described["responses"];
        let good =
            [201, 202].into_iter().find(|status| responses.get(status.to_string()).is_some());
        // What may have to be waited for is a 202, and a 200 as soon as it is there.
        let there = answer.status == 200 && good == Some(202) && responses.get("200").is_some();
        let good = good.filter(|_| !there).unwrap_or(200);
        assert_eq!(answer.status, good, "{id}: {answer}");
        let contents = content(&self.document, &responses[good.to_string()]);
        let kind = answer.header("content-type");
        let described = contents.iter().find(|(own, ..)| own == kind);
        let (_, schema, _) = described.unwrap_or_else(|| panic!("{id}: {kind} is not described"));
        let json = kind == "application/json" || kind == "application/x-ndjson";
        let said = if json { answer.body.clone() } else { answer.text.clone().into() };
        assert_eq!(faults(&self.document, schema, &said), Vec::<String>::new(), "{id}: {answer}");
        for (header, _) in responses[good.to_string()]["headers"].as_object().into_iter().flatten()
        {
            let optional = header.starts_with("RateLimit");
            assert!(optional || answer.headers.contains_key(header), "{id}: no {header}");
        }
        self.told.insert(id.to_owned());
        answer
    }
}

impl Story {
    /// What the example of a screening comes back as.
    fn screened(&self) -> String {
        let one = self.operations.iter().find(|one| one.id == "run_screening").expect("it");
        let example = &one.described["responses"]["200"]["content"]["text/csv"]["example"];
        example.as_str().expect("a text").to_owned()
    }
}

/// A register is added, loaded and bound, and binds no more.
fn registers(story: &mut Story, operator: &Party<'_>) {
    story.tell("add_register", operator, &[]);
    let id = story.tell("bind_register", operator, &[]).body["id"].clone();
    let one = story.operations.iter().find(|one| one.id == "load_register_version").expect("it");
    let file = one.described["requestBody"]["content"]["text/csv"]["example"].clone();
    let path = one.path.replace("{register}", "nix-telefon");
    let request = operator.request("POST", &format!("{path}?date=2026-11-02"));
    let file = file.as_str().expect("a file").to_owned();
    let loaded = Answer::of(request.header("Content-Type", "text/csv").body(file));
    story.take("load_register_version", loaded);
    for id in ["list_registers", "list_register_versions", "list_register_bindings"] {
        story.tell(id, operator, &[]);
    }
    let id = id.as_str().expect("an id");
    story.tell("end_register_binding", operator, &[("id", id)]);
}

/// Screens the example by the usual way and by the slow one; what came back.
fn screenings(story: &mut Story, tool: &Party<'_>) -> String {
    let one = story.operations.iter().find(|one| one.id == "run_screening").expect("it");
    let content = one.described["requestBody"]["content"].clone();
    let path = format!("{}?controller=tandgruppen-goteborg&channel=email", one.path);
    let post = |kind: &str| {
        let file = content[kind]["example"].as_str().expect("a file").to_owned();
        tool.request("POST", &path).header("Content-Type", kind).body(file)
    };
    let lines = Answer::of(post("application/x-ndjson"));
    assert_eq!(lines.status, 200, "{lines}");
    let told: Vec<Value> =
        lines.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let decisions: Vec<_> = told.iter().map(|row| &row["nejtack_decision"]).collect();
    assert_eq!(decisions, ["blocked", "clear"], "as the example says");
    let whole = story.take("run_screening", Answer::of(post("text/csv")));
    story.tell("read_screening", tool, &[("id", whole.header("nejtack-screening"))]);
    let later = Answer::of(post("text/csv").header("Prefer", "respond-async"));
    let later = story.take("run_screening", later);
    let id = later.header("nejtack-screening").to_owned();
    loop {
        let result = story.tell("read_screening_result", tool, &[("id", &id)]);
        if result.status == 200 {
            assert_eq!(result.text, whole.text);
            return whole.text;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// Imports the example of each form, and exports what is held.
fn lists(story: &mut Story, admin: &Party<'_>) {
    let of = |story: &Story, id: &str| {
        let one = story.operations.iter().find(|one| one.id == id).expect("it");
        (one.path.clone(), one.described.clone())
    };
    let (path, described) = of(story, "run_import");
    for (kind, format) in [
        ("application/json", "ses"),
        ("application/x-ndjson", "mailgun"),
        ("text/csv", "mailchimp"),
    ] {
        let example = &described["requestBody"]["content"][kind]["example"];
        let file = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        let path = format!("{path}?controller=tandgruppen-goteborg&format={format}");
        let request = admin.request("POST", &path).header("Content-Type", kind).body(file);
        let mut answer = Answer::of(request);
        let lines: Vec<Value> =
            answer.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let statuses: Vec<_> = lines.iter().map(|line| line["status"].clone()).collect();
        let said = &described["responses"]["200"]["content"]["application/x-ndjson"]["example"];
        if format == "mailchimp" {
            let said = said.as_str().expect("lines").lines();
            let said: Vec<Value> =
                said.map(|line| serde_json::from_str(line).expect("JSON")).collect();
            let as_said: Vec<_> = said.iter().map(|line| line["status"].clone()).collect();
            assert_eq!(statuses, as_said, "as the example says: {answer}");
            let bytes = &said[2]["import"]["file"]["bytes"];
            assert_eq!(&lines[2]["import"]["file"]["bytes"], bytes, "as the example says");
        }
        for line in lines {
            answer.body = line;
            answer = story.take("run_import", answer);
        }
        let id = answer.header("nejtack-import").to_owned();
        story.tell("read_import", admin, &[("id", &id)]);
    }
    let (path, _) = of(story, "run_export");
    let request = admin.request("POST", &format!("{path}?controller=tandgruppen-goteborg"));
    let mut answer = Answer::of(request);
    let lines: Vec<Value> =
        answer.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines.len() > 3, "{answer}");
    for line in lines {
        answer.body = line;
        answer = story.take("run_export", answer);
    }
    let id = answer.header("nejtack-export").to_owned();
    story.tell("read_export", admin, &[("id", &id)]);
}

/// Has each gateway hand over its example; what says stop is in effect.
fn messages(story: &mut Story, world: &World) {
    let gateway = |sms: Value| {
        let id = sms["form"].as_str().expect("a form").to_owned();
        let body = json!({"client_id": id.trim_start_matches("46"), "role": "sms-gateway",
            "controllers": ["tandgruppen"], "sms": sms});
        world.operator().makes("/v1/clients", &body)
    };
    let json = gateway(json!({"form": "json"}));
    story.tell("receive_sms", &world.holder("json", &json["client_secret"]), &[]);
    let elks = gateway(json!({"form": "46elks"}))["client_secret"].clone();
    let elks = elks.as_str().expect("a secret");
    gateway(json!({"form": "twilio", "auth_tokens": ["0123456789abcdef"]}));
    let form = |story: &Story, id: &str| {
        let one = story.operations.iter().find(|one| one.id == id).expect(id);
        let content = &one.described["requestBody"]["content"];
        let example = content["application/x-www-form-urlencoded"]["example"].clone();
        let fields = example.as_object().expect("a form").clone();
        let text =
            |(name, value): (String, Value)| (name, value.as_str().expect("text").to_owned());
        fields.into_iter().map(text).collect::<Vec<_>>()
    };
    for (id, path) in [
        ("receive_elks_sms", "/v1/inbound-sms/46elks".to_owned()),
        ("receive_elks_sms_by_secret", format!("/v1/inbound-sms/46elks/{elks}")),
    ] {
        let request = world.stranger().request("POST", &path).form(&form(story, id));
        let by_basic = id == "receive_elks_sms";
        let request = if by_basic { request.basic_auth("elks", Some(elks)) } else { request };
        let answer = Answer::of(request);
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{answer}");
        story.told.insert(id.to_owned());
    }
    let fields = form(story, "receive_twilio_sms");
    let borrowed: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let answer = crate::messages::signed_by(world, "0123456789abcdef", &borrowed);
    crate::messages::is_empty_twiml(&answer);
    story.told.insert("receive_twilio_sms".to_owned());
}

/// Follows changes, and has them told to a receiver on this machine.
fn changes(story: &mut Story, world: &World, tool: &Party<'_>) {
    story.tell("read_changes", tool, &[]);
    story.tell("acknowledge_changes", tool, &[]);
    story.tell("list_consumers", tool, &[]);
    let operator = world.operator();
    let registered = story.tell("add_webhook", &operator, &[]).body;
    let id = registered["id"].as_str().expect("an id");
    story.tell("disable_webhook", &operator, &[("id", id)]);
    let receiver = Receiver::new();
    let here = operator.makes("/v1/webhooks", &json!({"url": receiver.url()}));
    let here = here["id"].as_str().expect("an id");
    let job = nejtack::jobs::Webhooks::start(world.app.clone()).expect("it sends");
    let members = "/v1/groups/tandgruppen/departures";
    operator.makes(members, &json!({"controller": "tandgruppen-goteborg"}));
    receiver.wait_for(1);
    let sent = story.tell("list_webhook_deliveries", &operator, &[("id", here)]).body;
    let delivery = sent["deliveries"][0]["id"].as_str().expect("an id").to_owned();
    story.tell("redeliver_webhook", &operator, &[("id", here), ("delivery", &delivery)]);
    receiver.wait_for(2);
    let tested = story.tell("test_webhook", &operator, &[("id", here)]).body;
    assert_eq!(tested["delivered"], true, "as the example says: {tested}");
    drop(job);
    for told in ["enable_webhook", "rotate_webhook", "get_webhook"] {
        story.tell(told, &operator, &[("id", id)]);
    }
    story.tell("list_webhooks", &operator, &[]);
}

#[test]
fn every_example_does_what_it_says() {
    let hearing = Hearing { allow_private: true, ..Hearing::default() };
    let setup = Setup { bare: true, hearing, ..Setup::default() };
    let world = World::with(Backend::Sqlite, setup);
    let document = document();
    let operations = operations(&document);
    let mut story = Story { document, operations, told: BTreeSet::new() };
    let (operator, nobody) = (world.operator(), world.stranger());

    for id in [
        "check_live",
        "check_ready",
        "read_authorization_server",
        "read_jwks",
        "read_checkpoint",
        "read_log_key",
    ] {
        story.tell(id, &nobody, &[]);
    }
    for id in [
        "add_group",
        "add_controller",
        "leave_group",
        "join_group",
        "list_groups",
        "list_controllers",
    ] {
        story.tell(id, &operator, &[]);
    }
    let client = story.tell("add_client", &operator, &[]).body;
    let secret = client["client_secret"].as_str().expect("a secret");
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "sparrtjanst"),
        ("client_secret", secret),
    ];
    let example = &story
        .operations
        .iter()
        .find(|one| one.id == "issue_token")
        .expect("it")
        .described["requestBody"]["content"]["application/x-www-form-urlencoded"]["example"];
    let fields: BTreeSet<_> =
        example.as_object().expect("a form").keys().map(String::as_str).collect();
    assert_eq!(fields, form.iter().map(|(name, _)| *name).collect(), "the example is this form");
    let token = Answer::of(nobody.request("POST", "/oauth2/token").form(&form));
    let token = story.take("issue_token", token);
    let service =
        world.stranger().with_token(token.body["access_token"].as_str().expect("a token"));

    let objection = story.tell("record_objection", &service, &[]).body;
    let id = objection["id"].as_str().expect("an id").to_owned();
    story.tell("record_objections_batch", &service, &[]);
    let batch =
        story.operations.iter().find(|one| one.id == "record_objections_batch").expect("it");
    let kind = "application/x-ndjson";
    let lines = batch.described["requestBody"]["content"][kind]["example"].as_str().expect("lines");
    let request = service.request("POST", &batch.path).header("Content-Type", kind);
    let answer = Answer::of(request.body(lines.to_owned()));
    assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{answer}");
    let told: Vec<Value> =
        answer.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let example = &batch.described["responses"]["200"]["content"][kind];
    for (line, said) in told.iter().zip(example["example"].as_str().expect("lines").lines()) {
        assert_eq!(
            faults(&story.document, &example["schema"], line),
            Vec::<String>::new(),
            "{line}"
        );
        let said: Value = serde_json::from_str(said).expect("JSON");
        for field in ["/line", "/reference", "/status", "/problem/code"] {
            assert_eq!(
                line.pointer(field),
                said.pointer(field),
                "{field}: as the example says: {line}"
            );
        }
    }
    assert_eq!(told.len(), lines.lines().count());
    story.tell("list_objections", &service, &[]);
    story.tell("get_objection", &service, &[("id", &id)]);
    let receipt = story.tell("read_receipt", &service, &[("id", &id)]).text;
    assert_eq!(objection["receipt"], receipt.as_str(), "the one that came with the 201");

    let tool = world.client(&json!({"client_id": "utskick", "role": "marketing-tool",
        "controllers": ["tandgruppen"], "scopes": ["lookups:explain"]}));
    let looked_up = story.tell("look_up", &tool, &[]).body;
    assert_eq!(
        looked_up["decisions"],
        json!({"email": "blocked"}),
        "as the example says: {looked_up}"
    );
    let many = story.tell("look_up_batch", &tool, &[]).body;
    assert_eq!(
        many["results"][0]["decisions"],
        json!({"email": "blocked", "sms": "blocked"}),
        "{many}"
    );
    assert_eq!(
        many["results"][1]["decisions"],
        json!({"email": "clear", "sms": "clear"}),
        "{many}"
    );

    let made = story.tell("create_unsubscribe_links", &tool, &[]).body;
    assert_eq!(made["links"][1]["problem"]["code"], "unreadable", "as the example says: {made}");
    let url = made["links"][0]["url"].as_str().expect("a link");
    let link = url.strip_prefix("https://nej.example").expect("the public URL");
    let token = &link["/u/".len()..];
    story.tell("read_unsubscribe_page", &nobody, &[("token", token)]);
    for form in [("List-Unsubscribe", "One-Click"), ("scope", "channel")] {
        let used = Answer::of(nobody.request("POST", link).form(&[form]));
        story.take("follow_unsubscribe_link", used);
    }

    let screened = screenings(&mut story, &tool);
    assert_eq!(screened, story.screened(), "as the example says");

    messages(&mut story, &world);

    let staff = world
        .client(&json!({"client_id": "reception", "role": "staff", "controllers": ["tandgruppen"]}))
        .acting_as("elin.berg");
    story.tell("get_objection", &staff, &[("id", &id)]);
    story.tell("add_identifiers", &staff, &[("id", &id)]);
    story.tell("withdraw_objection", &staff, &[("id", &id)]);
    assert_eq!(
        tool.decision(
            "tandgruppen-goteborg",
            "email",
            &json!({"emails": ["anna.karin@exempel.example"]})
        ),
        "clear"
    );
    story.tell("withdraw_person", &staff, &[]);
    let unreadable = json!({"right": "object_to_direct_marketing", "person": {"emails": ["bo.ek@exempel.example"], "phones": ["070-174 06 O7"]},
        "proxy": {"holder": {"organisation_number": "559999-0008"}, "grantor": "self", "granted_at": "2026-11-19T18:00:00Z", "rights": ["object_to_direct_marketing"]}});
    service.makes("/v1/objections", &unreadable);
    let review = story.tell("list_review", &staff, &[]).body;
    let item = review["items"][0]["id"].as_str().expect("an item").to_owned();
    assert_eq!(review["items"][0]["value"], "070-174 06 O7", "as the example says: {review}");
    story.tell("clear_review", &staff, &[("id", &item)]);
    story.tell("annul_objection", &staff, &[("id", &id)]);

    changes(&mut story, &world, &tool);
    lists(&mut story, &world.client(&json!({"client_id": "admin", "role": "admin"})));
    let auditor = world.client(&json!({"client_id": "revisor", "role": "auditor"}));
    story.tell("read_tile", &auditor, &[]);
    let audit = story.tell("list_audit", &auditor, &[]).body;
    assert_eq!(audit["uses"][0]["client"], "utskick", "{audit}");
    for id in [
        "read_key_status",
        "list_clients",
        "change_client",
        "add_static_key",
        "issue_client_token",
        "rotate_secret",
        "rename_controller",
        "disable_client",
        "shred_originals",
        "rotate_keys",
    ] {
        story.tell(id, &operator, &[]);
    }
    registers(&mut story, &operator);
    let untold: Vec<_> =
        story.operations.iter().map(|one| &one.id).filter(|id| !story.told.contains(*id)).collect();
    assert!(untold.is_empty(), "tell them in the story: {untold:?}");
}
