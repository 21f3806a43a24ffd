//! A data folder that is copied, served, crashed and served again.

use super::ask::Caller;
use super::disk::Disk;
use crate::cli::{Folder, Serving, under};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// The controller that asks.
pub(super) const CLINIC: &str = "tandgruppen-malmo";
/// The database in a data folder.
pub(super) const DATABASE: &str = "nejtack.sqlite";

/// A data folder with a clinic and its clients in it.
pub(super) struct Instance {
    home: Home,
    secrets: Arc<Secrets>,
}

enum Home {
    /// A folder of its own, gone with it.
    Folder(Folder),
    /// A small disk.
    Disk(Disk),
}

struct Secrets {
    service: String,
    crm: String,
}

/// A process that serves it, and its clients.
pub(super) struct Server {
    serving: Serving,
    pub(super) service: Caller,
    pub(super) crm: Caller,
}

impl Instance {
    pub(super) fn prepared() -> Self {
        let folder = Folder::started();
        folder.done(&["controllers", "add", CLINIC, "--name", "Tandgruppen Malmö"]);
        let secret = |arguments: &[&str]| {
            let made = folder.json(&[&["clients", "add"], arguments].concat());
            made["client_secret"].as_str().expect("a secret").to_owned()
        };
        let service =
            ["sparrtjanst", "--role", "objection-service", "--organisation-number", "559999-0008"];
        let crm = ["crm", "--role", "marketing-tool", "--controller", CLINIC];
        let secrets = Secrets { service: secret(&service), crm: secret(&crm) };
        Self { home: Home::Folder(folder), secrets: Arc::new(secrets) }
    }

    /// The same folder once more. Nobody may be serving it.
    pub(super) fn copy(&self) -> Self {
        let folder = Folder::new();
        copy(&self.seen(), &folder.data);
        Self { home: Home::Folder(folder), secrets: Arc::clone(&self.secrets) }
    }

    /// The same folder once more, on this disk.
    pub(super) fn copy_to(&self, disk: Disk) -> Self {
        copy(&self.seen(), &disk.seen().join("data"));
        Self { home: Home::Disk(disk), secrets: Arc::clone(&self.secrets) }
    }

    /// The disk that it is on.
    pub(super) fn disk(&self) -> &Disk {
        match &self.home {
            Home::Disk(disk) => disk,
            Home::Folder(_) => panic!("it is on no disk of its own"),
        }
    }

    /// The data folder as its processes see it.
    pub(super) fn data(&self) -> PathBuf {
        match &self.home {
            Home::Folder(folder) => folder.data.clone(),
            Home::Disk(disk) => disk.at().join("data"),
        }
    }

    /// The data folder as the test sees it.
    fn seen(&self) -> PathBuf {
        match &self.home {
            Home::Folder(folder) => folder.data.clone(),
            Home::Disk(disk) => disk.seen().join("data"),
        }
    }

    /// The database as the test sees it.
    pub(super) fn database(&self) -> PathBuf {
        self.seen().join(DATABASE)
    }

    /// A command about this folder.
    pub(super) fn command(&self, words: &[&str]) -> Command {
        let mut command = match &self.home {
            Home::Folder(_) => under(&[]),
            Home::Disk(disk) => under(&disk.enter()),
        };
        command.args(words).arg("--data").arg(self.data());
        if let Home::Disk(disk) = &self.home {
            // what goes into temporary files is to meet the same full disk
            command.env("TMPDIR", disk.at());
        }
        command
    }

    pub(super) fn serve(&self) -> Server {
        let serving = Serving::start(&mut self.command(&["serve"]));
        let url = serving.url();
        let service = Caller::new(url, "sparrtjanst", &self.secrets.service);
        let crm = Caller::new(url, "crm", &self.secrets.crm);
        Server { serving, service, crm }
    }

    /// Begins to serve, and does not wait until it does.
    pub(super) fn begin_to_serve(&self) -> Serving {
        Serving::spawn(self.command(&["serve"]).args(["--listen", "127.0.0.1:0"]))
    }
}

impl Server {
    pub(super) fn process(&self) -> u32 {
        self.serving.process.id()
    }

    /// kill -9.
    pub(super) fn kill(self) {
        self.serving.kill();
    }
}

/// Copies what outlives a process.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("a new folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a type").is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("it is copied");
        }
    }
}
