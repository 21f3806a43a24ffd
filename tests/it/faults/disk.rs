//! A small disk that can be filled: a tmpfs in a mount namespace of its own, so
//! that nothing is left on the machine however the test ends.

use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What the tmpfs counts in.
const PAGE: u64 = 4096;

/// The disk. A process holds its namespace, and ends with its standard input.
pub(super) struct Disk {
    holder: Child,
    folder: tempfile::TempDir,
    own_user: bool,
}

impl Disk {
    /// A disk of so many MiB.
    ///
    /// # Errors
    /// Why this machine gives none.
    pub(super) fn new(size: usize) -> Result<Self, String> {
        Self::with(size, false).or_else(|as_we_are| {
            // Whoever may not mount may still do so as root of a namespace of users.
            Self::with(size, true).map_err(|as_root_of_none| {
                format!(
                    "a tmpfs needs root or user namespaces. As we are: {as_we_are}. In a user \
                     namespace: {as_root_of_none}"
                )
            })
        })
    }

    fn with(size: usize, own_user: bool) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("unshare");
        command.arg("--mount");
        if own_user {
            command.args(["--user", "--map-root-user"]);
        }
        let mount = format!(
            "mount -t tmpfs -o size={size}m,mode=700 tmpfs \"$0\" && echo ready && exec cat"
        );
        command.args(["sh", "-c", &mount]).arg(folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut holder = command.spawn().map_err(|error| format!("unshare: {error}"))?;
        let mut line = String::new();
        let mut out = BufReader::new(holder.stdout.take().expect("its stdout"));
        out.read_line(&mut line).expect("it says something");
        if line != "ready\n" {
            let told = holder.wait_with_output().expect("it ends");
            return Err(String::from_utf8_lossy(&told.stderr).trim().to_owned());
        }
        Ok(Self { holder, folder, own_user })
    }

    /// Where it is mounted.
    pub(super) fn at(&self) -> &Path {
        self.folder.path()
    }

    /// The same as seen from outside the namespace.
    pub(super) fn seen(&self) -> PathBuf {
        let root = format!("/proc/{}/root", self.holder.id());
        Path::new(&root).join(self.at().strip_prefix("/").expect("a full path"))
    }

    /// What runs a command inside.
    pub(super) fn enter(&self) -> Vec<String> {
        let mut words = vec!["nsenter".to_owned(), "--mount".to_owned()];
        if self.own_user {
            words.extend(["--user".to_owned(), "--preserve-credentials".to_owned()]);
        }
        words.extend(["--target".to_owned(), self.holder.id().to_string()]);
        words
    }

    fn ballast(&self) -> PathBuf {
        self.seen().join("ballast")
    }

    /// Fills it up but for so many pages.
    pub(super) fn fill(&self, leave: u64) {
        let mut file = File::create(self.ballast()).expect("a file");
        let mut length = 0;
        for part in [&[0; 64 * 1024][..], &[0; PAGE as usize]] {
            loop {
                match file.write(part) {
                    Ok(written) => length += written as u64,
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
        file.set_len(length.saturating_sub(leave * PAGE)).expect("it gets shorter");
    }

    /// Gives all that back.
    pub(super) fn free(&self) {
        std::fs::remove_file(self.ballast()).expect("it is there");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        let _ = self.holder.wait();
    }
}
