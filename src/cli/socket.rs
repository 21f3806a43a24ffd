//! The local socket of an instance: only who may open it can command.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The socket in a data folder.
const NAME: &str = "nejtack.sock";
/// A socket address holds 107 bytes; the rest is room for a temporary name.
const LONGEST: usize = 80;

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
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
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

    /// Listens on it, in place of what a killed process left behind. Only the
    /// owner of the folder may call this.
    ///
    /// It is made in a folder of its own and moved into place when it has its
    /// mode, so that there is no moment at which others could open it.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub(super) fn listen(&self) -> io::Result<UnixListener> {
        let private = tempfile::Builder::new()
            .prefix(".socket-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(&self.folder)?;
        let unfinished = private.path().join("s");
        let listener = UnixListener::bind(&unfinished)?;
        std::fs::set_permissions(&unfinished, Permissions::from_mode(0o600))?;
        std::fs::rename(&unfinished, self.path())?;
        Ok(listener)
    }

    /// Takes it away, so that the next command need not try it.
    pub(super) fn remove(&self) {
        let _ = std::fs::remove_file(self.path());
    }
}
