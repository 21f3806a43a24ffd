//! A service that does tell: the same use case, mounted here, with a planted
//! difference in front of it. What finds nothing in ours must find this.

use crate::support::World;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use chrono::Utc;
use nejtack::app::access::bearer;
use nejtack::app::look_up::{LookUp, look_up};
use nejtack::app::read_objection::objections_by_reference;
use nejtack::app::record_objection::{Identification, NewObjection, ProxyGiven, record_objection};
use nejtack::app::{Caller, Envelope};
use nejtack::domain::channel::Channel;
use nejtack::domain::client::Scope;
use nejtack::domain::decision::Decision;
use nejtack::domain::person::{Address, Name, OpaqueId, Person};
use nejtack::domain::proxy::Grantor;
use serde_json::{Value, json};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use uuid::Uuid;

/// What is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plant {
    /// Nothing: the use case as it is, so that what is found is the plant.
    Nothing,
    /// Who is known is answered at once: "we have that one".
    EarlyReturn,
    /// Who is known has the earlier objection read, too, and then all is done as it
    /// must be.
    OneReadMore,
}

/// It serves until it is dropped.
pub(super) struct Planted {
    pub(super) url: String,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
}

struct State {
    app: nejtack::app::App,
    plant: Plant,
}

impl Planted {
    /// Beside the true service, on the same database.
    pub(super) fn on(world: &World, plant: Plant) -> Self {
        let state = web::Data::new(State { app: world.app.clone(), plant });
        let (tell, told) = channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(state.clone())
                        .route("/v1/objections", web::post().to(record))
                });
                let server = server.workers(1).disable_signals();
                let server = server.bind(("127.0.0.1", 0)).expect("a port");
                let address = server.addrs()[0];
                let server = server.run();
                tell.send((address, server.handle())).expect("told");
                server.await.expect("it ran");
            });
        });
        let (address, handle) = told.recv().expect("it serves");
        Self { url: format!("http://{address}"), handle, thread: Some(thread) }
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

async fn record(
    request: HttpRequest,
    body: web::Json<Value>,
    state: web::Data<State>,
) -> HttpResponse {
    let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).expect("a token");
    let caller = bearer(&state.app, token, None).expect("a caller");
    let reference = text(&body, "/reference");
    if state.plant != Plant::Nothing && is_known(&state, &caller, person(&body)).await {
        if state.plant == Plant::EarlyReturn {
            return answer(Uuid::now_v7(), &reference, Utc::now());
        }
        let earlier = reference.replace("nu-", "da-");
        let earlier = objections_by_reference(&state.app, &caller, &earlier).await;
        earlier.expect("the earlier one");
    }
    let canonical = body.to_string();
    let envelope = Envelope {
        caller: &caller,
        canonical: canonical.as_bytes(),
        idempotency_key: None,
        dry_run: false,
    };
    let recorded = record_objection(&state.app, envelope, objection(&body)).await;
    let recorded = recorded.unwrap_or_else(|_| panic!("refused: {body}"));
    answer(recorded.value.id, &reference, recorded.time)
}

fn answer(id: Uuid, reference: &str, time: chrono::DateTime<Utc>) -> HttpResponse {
    HttpResponse::Created().insert_header(("Location", format!("/v1/objections/{id}"))).json(
        json!({
            "id": id, "reference": reference, "status": "recorded",
            "received_at": time, "effective_at": time, "warnings": []
        }),
    )
}

async fn is_known(state: &State, caller: &Caller, person: Person) -> bool {
    let mut asker = caller.clone();
    std::sync::Arc::make_mut(&mut asker.scopes).insert(Scope::LookupsDecide);
    let question = LookUp {
        controller: "tandgruppen-malmo".to_owned(),
        channels: vec![Channel::Email],
        at: None,
        registers: Vec::new(),
    };
    let (found, _) = look_up(&state.app, &asker, question, person).await.expect("a decision");
    found.decisions().any(|(_, decision)| decision == Decision::Blocked)
}

fn text(body: &Value, pointer: &str) -> String {
    let found = body.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no {pointer}")).to_owned()
}

fn person(body: &Value) -> Person {
    let some = |pointer: &str| Some(text(body, pointer));
    Person {
        name: Some(Name { given: some("/person/name/given"), family: some("/person/name/family") }),
        personnummer: some("/person/personnummer"),
        emails: vec![text(body, "/person/emails/0")],
        addresses: vec![Address {
            street: some("/person/addresses/0/street"),
            postal_code: some("/person/addresses/0/postal_code"),
            city: some("/person/addresses/0/city"),
        }],
        customer_ids: vec![OpaqueId {
            issuer: text(body, "/person/customer_ids/0/issuer"),
            value: text(body, "/person/customer_ids/0/value"),
        }],
        ..Person::default()
    }
}

fn objection(body: &Value) -> NewObjection {
    let time = |pointer: &str| text(body, pointer).parse().expect("a time");
    NewObjection {
        reference: Some(text(body, "/reference")),
        controllers: vec![text(body, "/controllers/0")],
        right: text(body, "/right"),
        objected_at: Some(time("/objected_at")),
        channels: None,
        person: person(body),
        proxy: Some(ProxyGiven {
            reference: Some(text(body, "/proxy/reference")),
            holder_name: Some(text(body, "/proxy/holder/name")),
            holder_organisation_number: text(body, "/proxy/holder/organisation_number"),
            grantor: Grantor::Person,
            granted_at: time("/proxy/granted_at"),
            valid_until: None,
            rights: vec![text(body, "/proxy/rights/0")],
            identification: Some(Identification {
                method: text(body, "/proxy/identification/method"),
                at: Some(time("/proxy/identification/at")),
                transaction: Some(text(body, "/proxy/identification/transaction")),
            }),
            document: None,
        }),
        direct: None,
    }
}
