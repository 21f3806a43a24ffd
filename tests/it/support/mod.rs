//! A whole service for a test: its own database, real HTTP on a real port, and
//! the operator's socket. A test says what happens; this file says how.

mod answer;
mod people;
pub(crate) mod persons;
pub(crate) mod random;

pub(crate) use answer::Answer;
pub(crate) use people::{objection, person, proxy};

use crate::store::support::Place;
use nejtack::app::shred::Retention;
use nejtack::app::{App, Hearing, LARGEST_GROUP, Opening, Settings};
use nejtack::crypto::root_key::RootKey;
use nejtack::domain::identifier::KindSet;
use nejtack::http::server::{self, ServerOptions};
use nejtack::store::{Backend, DatabaseUrl};
use reqwest::blocking::{Client as Http, ClientBuilder, RequestBuilder};
use serde_json::{Value, json};
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::Duration;

/// The same tests on both databases.
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($world:ident) $body:block)+) => {
        mod sqlite {
            use super::*;
            $($(#[$meta])* #[test] fn $name() {
                let $world = $crate::support::World::on(nejtack::store::Backend::Sqlite);
                $body
            })+
        }
        mod postgresql {
            use super::*;
            $($(#[$meta])* #[test] fn $name() {
                let $world = $crate::support::World::on(nejtack::store::Backend::Postgresql);
                $body
            })+
        }
    };
}
pub(crate) use on_both;

/// A service with two clinics of one group and one practice beside it.
pub(crate) struct World {
    pub(crate) url: String,
    pub(crate) app: App,
    pub(crate) place: Place,
    pub(crate) folder: tempfile::TempDir,
    running: Option<Running>,
}

type Running = (actix_web::dev::ServerHandle, JoinHandle<()>);

/// A further instance on a world's database.
pub(crate) struct Beside {
    url: String,
    app: App,
    running: Option<Running>,
}

/// How an instance can be set up otherwise.
#[derive(Default, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) refused: KindSet,
    pub(crate) seal_personnummer: bool,
    pub(crate) retention: Retention,
    pub(crate) hearing: Hearing,
    /// Without the usual clinics.
    pub(crate) bare: bool,
    /// The database's file on a file system in memory, where there is one: for
    /// what measures times.
    pub(crate) in_memory: bool,
}

/// A client of the API with its token.
pub(crate) struct Party<'a> {
    world: PhantomData<&'a World>,
    http: Http,
    url: String,
    token: Option<String>,
    actor: Option<String>,
}

impl World {
    pub(crate) fn on(backend: Backend) -> Self {
        Self::with(backend, Setup::default())
    }

    pub(crate) fn with(backend: Backend, setup: Setup) -> Self {
        let place = if setup.in_memory { Place::in_memory() } else { Place::new(backend) };
        Self::at(place, setup)
    }

    pub(crate) fn at(place: Place, setup: Setup) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings {
            public_url: "https://nej.example".into(),
            refused: setup.refused,
            seal_personnummer: setup.seal_personnummer,
            retention: setup.retention,
            hearing: setup.hearing,
        };
        let root_key = RootKey::create(&folder.path().join("root.key")).expect("a root key");
        let opening = opening(place.url.clone(), true, root_key, settings);
        let app = App::open(opening).expect("it opens");
        let mut world = Self { url: String::new(), app, place, folder, running: None };
        world.serve();
        if setup.bare {
            return world;
        }
        let admin = world.operator();
        admin.makes("/v1/groups", &json!({"slug": "tandgruppen", "name": "Tandgruppen"}));
        for (slug, name, group) in [
            ("tandgruppen-goteborg", "Tandgruppen Göteborg", Some("tandgruppen")),
            ("tandgruppen-malmo", "Tandgruppen Malmö", Some("tandgruppen")),
            ("optiker-ek", "Optiker Ek", None),
        ] {
            let body = json!({"slug": slug, "name": name, "group": group});
            admin.makes("/v1/controllers", &body);
        }
        drop(admin);
        world
    }

    fn serve(&mut self) {
        let (url, running) = serve(self.app.clone(), Some(self.socket()));
        (self.url, self.running) = (url, Some(running));
    }

    /// Another instance on the same database.
    pub(crate) fn beside(&self) -> Beside {
        let app = self.open_again();
        let (url, running) = serve(app.clone(), None);
        Beside { url, app, running: Some(running) }
    }

    fn open_again(&self) -> App {
        self.open_with(self.app.settings().clone())
    }

    fn open_with(&self, settings: Settings) -> App {
        let root_key = RootKey::read(&self.folder.path().join("root.key")).expect("the key").key;
        let database = self.place.url.clone();
        App::open(opening(database, false, root_key, settings)).expect("it opens again")
    }

    /// The newest position there is.
    pub(crate) fn app_position(&self) -> i64 {
        self.app.as_of().position
    }

    /// The database it is on.
    pub(crate) fn app_backend(&self) -> Backend {
        self.place.url.backend()
    }

    /// What a further start of the program would say.
    pub(crate) fn reopened(&self) -> Result<App, String> {
        let root_key = RootKey::read(&self.folder.path().join("root.key")).expect("the key").key;
        let settings = self.app.settings().clone();
        let opening = opening(self.place.url.clone(), false, root_key, settings);
        App::open(opening).map_err(|error| error.to_string())
    }

    fn socket(&self) -> std::path::PathBuf {
        self.folder.path().join("nejtack.sock")
    }

    /// Whoever can open the data folder's socket.
    pub(crate) fn operator(&self) -> Party<'_> {
        let http = http().unix_socket(self.socket()).build().expect("a client");
        let url = "http://localhost".to_owned();
        Party { world: PhantomData, http, url, token: None, actor: None }
    }

    /// Somebody without a token.
    pub(crate) fn stranger(&self) -> Party<'_> {
        Party {
            world: PhantomData,
            http: http().build().expect("a client"),
            url: self.url.clone(),
            token: None,
            actor: None,
        }
    }

    /// Somebody without a token at another address of this machine: addresses
    /// with many failures are slowed down.
    pub(crate) fn stranger_at(&self, host: u8) -> Party<'_> {
        let http = http().local_address(IpAddr::from([127, 0, 1, host]));
        Party { http: http.build().expect("a client"), ..self.stranger() }
    }

    /// Registers a client and takes a token for it.
    pub(crate) fn client(&self, body: &Value) -> Party<'_> {
        let made = self.operator().makes("/v1/clients", body);
        self.holder(made["client_id"].as_str().expect("an id"), &made["client_secret"])
    }

    /// The client with this id and secret, with a token.
    pub(crate) fn holder(&self, id: &str, secret: &Value) -> Party<'_> {
        let mut party = self.stranger();
        let form = [("grant_type", "client_credentials")];
        let request = party.http.post(format!("{}/oauth2/token", self.url)).form(&form);
        let answer = Answer::of(request.basic_auth(id, secret.as_str()));
        assert_eq!(answer.status, 200, "{answer}");
        party.token = answer.body["access_token"].as_str().map(str::to_owned);
        party
    }

    /// An objection service.
    pub(crate) fn service(&self) -> Party<'_> {
        self.client(&json!({"client_id": "sparrtjanst", "role": "objection-service", "organisation_number": "559999-0008"}))
    }

    /// A CRM that asks for the group's clinics, and is told why.
    pub(crate) fn crm(&self) -> Party<'_> {
        self.client(&json!({"client_id": "crm", "role": "marketing-tool", "controllers": ["tandgruppen"], "scopes": ["lookups:explain"]}))
    }

    /// The same again: a client is registered once, so this one has another name.
    pub(crate) fn crm_again(&self) -> Party<'_> {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let id = format!("crm-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.client(&json!({"client_id": id, "role": "marketing-tool", "controllers": ["tandgruppen"], "scopes": ["lookups:explain"]}))
    }

    /// A newsletter tool of the practice that belongs to no group.
    pub(crate) fn optician(&self) -> Party<'_> {
        self.client(&json!({"client_id": "optiker-crm", "role": "marketing-tool", "controllers": ["optiker-ek"]}))
    }

    /// Staff of the group's clinics.
    pub(crate) fn staff(&self) -> Party<'_> {
        let body =
            json!({"client_id": "reception", "role": "staff", "controllers": ["tandgruppen"]});
        self.client(&body).acting_as("elin.berg")
    }

    /// A client that was registered before, with a new token.
    pub(crate) fn client_again(&self, client_id: &str) -> Party<'_> {
        let made = self.operator().post(&format!("/v1/clients/{client_id}/tokens"), &json!({}));
        self.stranger().with_token(made.body["access_token"].as_str().expect("a token"))
    }

    /// Stops the service and opens the same database again.
    pub(crate) fn restarted(self) -> Self {
        self.restarted_with(|_| ())
    }

    /// The same, with settings that have changed.
    pub(crate) fn restarted_with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        self.stop();
        let mut settings = self.app.settings().clone();
        change(&mut settings);
        self.app = self.open_with(settings);
        self.serve();
        self
    }

    fn stop(&mut self) {
        stop(self.running.take(), &self.app);
    }
}

fn opening(database: DatabaseUrl, create: bool, root_key: RootKey, settings: Settings) -> Opening {
    let (state, largest_group) = (None, LARGEST_GROUP);
    Opening { database, create, root_key, settings, state, largest_group }
}

fn serve(app: App, socket: Option<std::path::PathBuf>) -> (String, Running) {
    let (tell, told) = channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let options = ServerOptions {
                listen: Some(([127, 0, 0, 1], 0).into()),
                socket,
                workers: Some(1),
                ..ServerOptions::default()
            };
            let running = server::start(app, options).expect("it serves");
            let address = running.address.expect("a port");
            tell.send((address, running.handle.clone())).expect("told");
            running.run().await.expect("it ran");
        });
    });
    let (address, handle) = told.recv().expect("it serves");
    (format!("http://{address}"), (handle, thread))
}

fn stop(running: Option<Running>, app: &App) {
    if let Some((handle, thread)) = running {
        drop(handle.stop(false));
        let _ = thread.join();
        app.close();
    }
}

impl Beside {
    /// What the program has it do every few seconds.
    pub(crate) fn housekeeping(&self) {
        self.app.housekeeping();
    }

    /// Its use cases.
    pub(crate) fn app(&self) -> App {
        self.app.clone()
    }

    /// Somebody without a token, at this instance.
    pub(crate) fn party(&self) -> Party<'_> {
        let url = self.url.clone();
        Party {
            world: PhantomData,
            http: http().build().expect("a client"),
            url,
            token: None,
            actor: None,
        }
    }
}

/// A client that speaks no TLS, and so does not read the machine's certificates: that
/// would take longer than most of what it is made for. It waits long: a machine may be
/// slow, and only what hangs is to end.
pub(crate) fn http() -> ClientBuilder {
    Http::builder().tls_certs_only([]).timeout(Duration::from_secs(300))
}

impl Drop for Beside {
    fn drop(&mut self) {
        stop(self.running.take(), &self.app);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Party<'_> {
    /// The same, naming the acting person.
    pub(crate) fn acting_as(mut self, account: &str) -> Self {
        self.actor = Some(account.to_owned());
        self
    }

    /// The same, with another token.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().expect("a token")
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(actor) = &self.actor {
            request = request.header("X-Actor", actor);
        }
        request
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request("POST", path).json(body))
    }

    /// Posts with an idempotency key.
    pub(crate) fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        Answer::of(self.request("POST", path).header("Idempotency-Key", key).json(body))
    }

    /// Posts something that must be made; what came back.
    pub(crate) fn makes(&self, path: &str, body: &Value) -> Value {
        let answer = self.post(path, body);
        assert_eq!(answer.status, 201, "{answer}");
        answer.body
    }

    /// The decision for one channel of one controller.
    pub(crate) fn decision(&self, controller: &str, channel: &str, person: &Value) -> String {
        let body = json!({"controller": controller, "channels": [channel], "person": person});
        let answer = self.post("/v1/lookups", &body);
        assert_eq!(answer.status, 200, "{answer}");
        answer.body["decisions"][channel].as_str().expect("a decision").to_owned()
    }
}
