//! One owner: who holds the lock of a data folder owns its database.
//!
//! The kernel lets go of the lock when the process ends, however it ends, so a
//! lock never has to be broken by hand. The file stays; while it is locked it
//! says who holds it, and on what errand.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// The lock file in a data folder.
pub(super) const LOCK: &str = "nejtack.lock";

/// What a folder is owned for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errand {
    /// To serve, for a long time.
    Serve,
    /// For one command.
    Command,
}

/// The right to open the database of a data folder, as long as it is kept.
pub(super) struct Owner(File);

/// Why the folder is not ours.
pub(super) enum NotOwner {
    /// Another process holds it: on what errand, and its number, if it has said so.
    Held(Option<(Errand, u32)>),
    /// The lock could not be tried.
    Unusable(std::io::Error),
}

impl Owner {
    /// Takes the lock, or says who has it. Never waits.
    pub(super) fn take(folder: &Path, errand: Errand) -> Result<Self, NotOwner> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(folder.join(LOCK)).map_err(NotOwner::Unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let holder = file.read_to_string(&mut text).ok().and_then(|_| holder(&text));
                return Err(NotOwner::Held(holder));
            }
            Err(TryLockError::Error(error)) => return Err(NotOwner::Unusable(error)),
        }
        let word = if errand == Errand::Serve { "serve" } else { "command" };
        let told = file.set_len(0).and_then(|()| writeln!(file, "{} {word}", std::process::id()));
        told.map_err(NotOwner::Unusable)?;
        Ok(Self(file))
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // The name goes before the lock does; closing would let go of it anyway.
        let _ = self.0.set_len(0);
        let _ = self.0.unlock();
    }
}

fn holder(text: &str) -> Option<(Errand, u32)> {
    let (process, word) = text.trim_end().split_once(' ')?;
    let errand = if word == "serve" { Errand::Serve } else { Errand::Command };
    Some((errand, process.parse().ok()?))
}

/// Makes a data folder that nobody else can enter; leaves one that is there.
///
/// # Errors
/// When it cannot be made, or is no folder.
pub(super) fn make_folder(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
