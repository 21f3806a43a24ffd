//! The command line, by the real binary.

mod backup;
mod commands;
mod demo;
mod first_start;
mod help;
mod one_owner;
mod postgresql;
mod receipt;
mod rollback;

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The binary, with no variable of ours from the environment of the tests.
pub(crate) fn nejtack() -> Command {
    under(&[])
}

/// The same, run by another program.
pub(crate) fn under(words: &[String]) -> Command {
    let binary = env!("CARGO_BIN_EXE_nejtack");
    let mut command = match words {
        [] => Command::new(binary),
        [program, arguments @ ..] => {
            let mut command = Command::new(program);
            command.args(arguments).arg(binary);
            command
        }
    };
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("NEJTACK_") {
            command.env_remove(name);
        }
    }
    command.env("USER", "elin").env_remove("SUDO_USER").stdin(Stdio::null());
    command
}

/// A folder for an instance, gone with the test.
pub(crate) struct Folder {
    outer: tempfile::TempDir,
    pub(crate) data: PathBuf,
}

impl Folder {
    /// A data folder that is not there yet.
    pub(crate) fn new() -> Self {
        let outer = tempfile::tempdir().expect("a folder");
        let data = outer.path().join("data");
        Self { outer, data }
    }

    /// One with a database and a root key in it.
    pub(crate) fn started() -> Self {
        let folder = Self::new();
        folder.done(&["groups", "add", "tandgruppen", "--name", "Tandgruppen"]);
        folder
    }

    fn file(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    /// Runs a command on it.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = nejtack();
        command.args(arguments).arg("--data").arg(&self.data).current_dir(self.outer.path());
        command.output().expect("the binary runs")
    }

    /// Runs a command that must succeed; what it printed.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Runs a command that must be refused, with exit code 1 and nothing on
    /// stdout; what it said.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?}");
        assert!(told.starts_with("nejtack: "), "{told}");
        told
    }

    /// The one JSON object that a command prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let text = self.done(&[arguments, &["--json"]].concat());
        assert_eq!(text.lines().count(), 1, "{text}");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert!(value.is_object(), "{text}");
        value
    }

    pub(crate) fn serve(&self) -> Serving {
        Serving::start(nejtack().arg("serve").arg("--data").arg(&self.data))
    }

    /// The names of what is in it.
    fn names(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&self.data) else { return Vec::new() };
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.expect("an entry").file_name().into_string().expect("UTF-8")
        };
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort();
        names
    }
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A process that serves, killed with the test.
pub(crate) struct Serving {
    pub(crate) process: Child,
    lines: Receiver<String>,
    told: Vec<String>,
}

impl Serving {
    /// Starts one on a free port, and waits until it serves.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut serving = Self::spawn(command.args(["--listen", "127.0.0.1:0"]));
        serving.wait_for("nejtack: documentation at ");
        serving
    }

    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut process =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let (send, lines) = channel();
        let reader = BufReader::new(process.stderr.take().expect("stderr"));
        std::thread::spawn(move || {
            for line in reader.lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        Self { process, lines, told: Vec::new() }
    }

    /// Reads on until a line begins like this.
    pub(crate) fn wait_for(&mut self, beginning: &str) {
        while !self.told.iter().any(|line| line.starts_with(beginning)) {
            match self.lines.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => self.told.push(line),
                Err(error) => panic!("{error}; until then: {:#?}", self.told),
            }
        }
    }

    /// The URL it serves.
    pub(crate) fn url(&self) -> &str {
        let mut lines = self.told.iter().filter_map(|line| line.strip_prefix("nejtack: serving "));
        lines.next().expect("a line with the URL")
    }

    /// What of it a person reads on stderr, without the log.
    fn told(&self) -> String {
        self.told.join("\n")
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("it can be killed");
        self.process.wait().expect("it ends");
    }

    /// Ends it as systemd does; its exit code and what it said last.
    pub(crate) fn terminate(mut self) -> (Option<i32>, String) {
        let killed = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(killed.expect("kill runs").success());
        let status = self.process.wait().expect("it ends");
        self.told.extend(self.lines.iter());
        (status.code(), self.told())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The permission bits of a file.
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}
