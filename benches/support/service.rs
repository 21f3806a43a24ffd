//! A whole service in this process: a new SQLite file, the real server on a real
//! port, a clinic, and an objection service with its token.

use nejtack::app::{App, Opening, Settings};
use nejtack::crypto::root_key::RootKey;
use nejtack::domain::identifier::KindSet;
use nejtack::http::server::{self, ServerOptions};
use nejtack::store::DatabaseUrl;
use reqwest::blocking::Client;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

/// It serves until it is stopped.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) app: App,
    socket: PathBuf,
    handle: actix_web::dev::ServerHandle,
    thread: JoinHandle<()>,
}

impl Service {
    /// In this folder, which is empty.
    pub(crate) fn within(folder: &Path, largest_group: usize) -> Self {
        let opening = Opening {
            database: DatabaseUrl::sqlite_file(&folder.join("nejtack.sqlite")),
            create: true,
            root_key: RootKey::create(&folder.join("root.key")).expect("a root key"),
            settings: Settings {
                public_url: "https://nej.example".to_owned(),
                refused: KindSet::NONE,
                seal_personnummer: false,
                retention: nejtack::app::shred::Retention::default(),
                hearing: nejtack::app::Hearing::default(),
            },
            state: Some(folder.to_owned()), // as `serve` keeps it
            largest_group,
        };
        let app = App::open(opening).expect("it opens");
        let (socket, served) = (folder.join("nejtack.sock"), app.clone());
        let at = socket.clone();
        let (tell, told) = channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let options = ServerOptions {
                    listen: Some(([127, 0, 0, 1], 0).into()),
                    socket: Some(at),
                    ..ServerOptions::default()
                };
                let running = server::start(served, options).expect("it serves");
                let address = running.address.expect("a port");
                tell.send((address, running.handle.clone())).expect("told");
                running.run().await.expect("it ran");
            });
        });
        let (address, handle) = told.recv().expect("it serves");
        Self { address, app, socket, handle, thread }
    }

    /// Registers a clinic and an objection service; gives a token of the latter.
    pub(crate) fn token(&self) -> String {
        let operator = Client::builder().unix_socket(self.socket.clone()).build();
        let operator = operator.expect("a client");
        let post = |path: &str, body: &Value| -> Value {
            let sent = operator.post(format!("http://localhost{path}")).json(body).send();
            let answer = sent.and_then(reqwest::blocking::Response::error_for_status);
            answer.and_then(reqwest::blocking::Response::json).expect("it is made")
        };
        post("/v1/controllers", &json!({"slug": "tandgruppen", "name": "Tandgruppen"}));
        let service = json!({"client_id": "sparrtjanst", "role": "objection-service", "organisation_number": "559999-0008"});
        post("/v1/clients", &service);
        let token = post("/v1/clients/sparrtjanst/tokens", &json!({}));
        token["access_token"].as_str().expect("a token").to_owned()
    }

    pub(crate) fn stop(self) {
        drop(self.handle.stop(false));
        self.thread.join().expect("it stops");
        self.app.close();
    }
}
