//! The local socket of an instance: only who may open it can command.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// The socket in a data folder.
const NAME: &str = "nejtack.sock";
/// A socket's address holds 107 bytes; some are left for the name that the
/// server gives it before it has its mode.
const LONGEST: usize = 85;

/// Where an instance's socket is.
pub(super) struct Socket {
    /// The folder, in words that are short enough.
    folder: PathBuf,
    /// Keeps the way through /proc open where the folder's own name is too long.
    _handle: Option<File>,
}

impl Socket {
    /// The socket in this folder.
    ///
    /// # Errors
    /// When the folder cannot be opened.
    pub(super) fn of(folder: &Path) -> std::io::Result<Self> {
        if folder.as_os_str().len() <= LONGEST {
            return Ok(Self { folder: folder.into(), _handle: None });
        }
        let handle = File::open(folder)?;
        let folder = PathBuf::from(format!("/proc/self/fd/{}", handle.as_raw_fd()));
        Ok(Self { folder, _handle: Some(handle) })
    }

    /// Its path.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(NAME)
    }

    /// Whether somebody answers. What a killed process left behind does not.
    pub(super) fn answers(&self) -> bool {
        UnixStream::connect(self.path()).is_ok()
    }
}
