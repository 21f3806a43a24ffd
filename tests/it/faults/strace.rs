//! strace on a server that is at rest: to see what it does, or to have a call
//! of the system fail.

use super::instance::Server;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long strace may take to see that everything has died.
const PATIENCE: Duration = Duration::from_secs(60);

/// A strace that is attached.
pub(super) struct Strace {
    process: Child,
    output: PathBuf,
}

impl Strace {
    /// Attaches to every thread of the server, and waits until it has.
    pub(super) fn attach(server: &Server, folder: &Path, arguments: &[String]) -> Self {
        let output = folder.join("strace.out");
        let mut command = Command::new("strace");
        command.args(["-f", "-yy", "-p", &server.process().to_string(), "-o"]).arg(&output);
        command.args(arguments).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|error| {
            panic!("strace does not run: {error} (Debian: apt-get install strace)")
        });
        let mut told = Vec::new();
        let mut lines = BufReader::new(process.stderr.take().expect("its stderr")).lines();
        loop {
            match lines.next() {
                Some(Ok(line)) if line.contains(" attached") => break,
                Some(Ok(line)) => told.push(line),
                _ => panic!(
                    "strace cannot attach; it needs root, or kernel.yama.ptrace_scope = 0: {told:?}"
                ),
            }
        }
        // What it says later must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, output }
    }

    /// Detaches; what it wrote.
    pub(super) fn finish(mut self) -> String {
        self.detach();
        self.written()
    }

    /// The server is dying, and strace ends when it is dead; what it wrote. A
    /// strace that is told to detach from a process that dies may wait for ever.
    pub(super) fn finish_with_the_server(mut self) -> String {
        let begun = Instant::now();
        while self.process.try_wait().expect("a status").is_none() {
            assert!(begun.elapsed() < PATIENCE, "strace does not end with what it traces");
            std::thread::sleep(Duration::from_millis(2));
        }
        self.written()
    }

    fn written(&self) -> String {
        let text = std::fs::read(&self.output).expect("its output");
        String::from_utf8(text).expect("strace writes ASCII")
    }

    fn detach(&mut self) {
        // SIGTERM: SIGKILL could leave the server stopped
        let _ =
            Command::new("kill").arg(self.process.id().to_string()).stderr(Stdio::null()).status();
        let _ = self.process.wait();
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.detach();
        }
    }
}
