//! The program itself, as a process of its own: what it costs is measured from
//! outside, and nothing of the benchmark is in its memory.

use reqwest::blocking::Client;
use serde_json::Value;
use std::fs::{File, read_to_string};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program that cargo built beside the benchmark.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_nejtack");
/// Longer than any start that is worth waiting for.
const PATIENCE: Duration = Duration::from_secs(600);

/// Where an instance lives.
#[derive(Clone)]
pub(crate) struct Place {
    /// Its data folder; on PostgreSQL that of its root key.
    pub(crate) folder: PathBuf,
    /// The PostgreSQL database that it is in, if it is in one.
    pub(crate) url: Option<String>,
}

impl Place {
    /// A data folder that is not there yet.
    pub(crate) fn embedded(folder: &Path, name: &str) -> Self {
        Self { folder: folder.join(name), url: None }
    }

    /// A command of the program there.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).env("NEJTACK_PUBLIC_URL", "https://nej.example");
        match &self.url {
            None => command.arg("--data").arg(&self.folder),
            Some(url) => command.env("NEJTACK_DATABASE_URL", url),
        };
        if self.url.is_some() {
            command.arg("--root-key-file").arg(self.folder.join("root.key"));
        }
        command
    }

    /// Runs a command to its end; what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).stdin(Stdio::null()).output().expect("it starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "nejtack {}: {told}", arguments.join(" "));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Registers a clinic, an objection service and a marketing tool.
    pub(crate) fn register(&self) {
        std::fs::create_dir_all(&self.folder).expect("a folder");
        if self.url.is_some() {
            let key = self.folder.join("root.key");
            nejtack::crypto::root_key::RootKey::create(&key).expect("a root key");
        }
        self.run(&["controllers", "add", "tandgruppen", "--name", "Tandgruppen"]);
        let service = ["clients", "add", "sparrtjanst", "--role", "objection-service"];
        self.run(&[&service[..], &["--organisation-number", "559999-0008"]].concat());
        let tool = ["clients", "add", "crm", "--role", "marketing-tool"];
        self.run(&[&tool[..], &["--controller", "tandgruppen"]].concat());
    }

    /// A token of one of them, good for fifteen minutes.
    pub(crate) fn token(&self, client: &str) -> String {
        self.run(&["token", "--client", client])
    }

    /// Serves there, and is ready when this returns.
    pub(crate) fn serve(&self) -> Serving {
        let log = self.folder.join("served.log");
        let file = File::create(&log).expect("a file");
        let begun = Instant::now();
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        let mut child = command.spawn().expect("it starts");
        let address = loop {
            let told = read_to_string(&log).unwrap_or_default();
            let at = told.split_once("serving http://").and_then(|(_, rest)| rest.lines().next());
            if let Some(address) = at.and_then(|at| at.parse::<SocketAddr>().ok()) {
                break address;
            }
            let ended = child.try_wait().expect("it can be asked");
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "it does not serve: {told}");
            std::thread::sleep(Duration::from_millis(10));
        };
        let client = Client::builder().timeout(None).build().expect("a client");
        let mut serving = Serving { child, client, address, took: Duration::ZERO };
        while !serving.is_ready() {
            assert!(begun.elapsed() < PATIENCE, "it is not ready");
            std::thread::sleep(Duration::from_millis(10));
        }
        serving.took = begun.elapsed();
        serving
    }
}

/// It serves until it is dropped.
pub(crate) struct Serving {
    child: Child,
    client: Client,
    pub(crate) address: SocketAddr,
    /// From its start until it was ready.
    pub(crate) took: Duration,
}

impl Serving {
    fn is_ready(&self) -> bool {
        let ready = self.client.get(format!("http://{}/health/ready", self.address)).send();
        ready.is_ok_and(|answer| answer.status().is_success())
    }

    /// What it has of this in its status, in bytes ("VmRSS").
    pub(crate) fn memory(&self, what: &str) -> u64 {
        memory(self.child.id(), what)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Posts JSON and gives the answer, which is no refusal.
    pub(crate) fn post(&self, path: &str, token: &str, body: String) -> Value {
        serde_json::from_str(&self.posted(path, token, "application/json", body)).expect("JSON")
    }

    /// Posts a body and gives the text of the answer, which is no refusal.
    pub(crate) fn posted(&self, path: &str, token: &str, kind: &str, body: String) -> String {
        let sent = self.client.post(format!("http://{}{path}", self.address)).bearer_auth(token);
        let answer = sent.header("Content-Type", kind).body(body).send().expect("it answers");
        let (status, text) = (answer.status(), answer.text().expect("all of it"));
        assert!(status.is_success(), "{path}: {status} {text}");
        text
    }

    /// Asks it to end and waits.
    pub(crate) fn stop(&mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.is_ok_and(|status| status.success()), "it is there");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process has of this in its status, in bytes.
pub(crate) fn memory(process: u32, what: &str) -> u64 {
    let status = read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let kib = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

/// A TCP port of the loopback that was free just now, for programs that cannot
/// choose one themselves.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A child that goes when this does.
pub(crate) struct Peer(pub(crate) Child);

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
