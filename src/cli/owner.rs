//! One owner: who holds the lock of a data folder owns its database.
//!
//! The kernel lets go of the lock when the process ends, however it ends, so a
//! lock never has to be broken by hand. The file stays; it says who held it last.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// The lock file in a data folder.
const LOCK: &str = "nejtack.lock";

/// The right to open the database of a data folder, as long as it is kept.
pub(super) struct Owner(File);

/// Why the folder is not ours.
pub(super) enum NotOwner {
    /// Another process holds it; its number, if it said so.
    Held(Option<u32>),
    /// The lock could not be tried.
    Unusable(std::io::Error),
}

impl Owner {
    /// Takes the lock, or says who has it. Never waits.
    pub(super) fn take(folder: &Path) -> Result<Self, NotOwner> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(folder.join(LOCK)).map_err(NotOwner::Unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let read = file.read_to_string(&mut text);
                return Err(NotOwner::Held(read.ok().and_then(|_| text.trim().parse().ok())));
            }
            Err(TryLockError::Error(error)) => return Err(NotOwner::Unusable(error)),
        }
        // Only so that a message can name us.
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        match written {
            Ok(()) => Ok(Self(file)),
            Err(error) => Err(NotOwner::Unusable(error)),
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // The name goes before the lock does. Closing lets go of the lock anyway.
        let _ = self.0.set_len(0);
        let _ = self.0.unlock();
    }
}

/// Makes a data folder that nobody else can enter; leaves one that is there.
///
/// # Errors
/// When it cannot be made, or is no folder.
pub(super) fn make_folder(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
