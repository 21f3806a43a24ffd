//! The data folder's own socket. Whoever can open it is the operator, so it is
//! never, not for a moment, open to others.

use super::ServerError;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

/// Binds the socket (0600), in the place of one that nobody serves any more.
pub(super) fn bind(path: &Path) -> Result<UnixListener, ServerError> {
    let failed = |error| ServerError::Socket(path.to_owned(), error);
    if let Ok(metadata) = std::fs::symlink_metadata(path) {
        if !metadata.file_type().is_socket() {
            return Err(failed(Error::new(ErrorKind::AlreadyExists, "a file is in its place")));
        }
        if UnixStream::connect(path).is_ok() {
            return Err(ServerError::SocketInUse(path.to_owned()));
        }
    }
    // bind() gives the file the umask's mode. In a folder of our own (0700) that
    // does not matter; it is moved to its place when its mode is right.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let private = tempfile::Builder::new()
        .prefix(".s")
        .rand_bytes(4)
        .tempdir_in(folder.unwrap_or(Path::new(".")))
        .map_err(failed)?;
    let inside = private.path().join("s");
    let listener = UnixListener::bind(&inside).map_err(failed)?;
    std::fs::set_permissions(&inside, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    std::fs::rename(&inside, path).map_err(failed)?;
    Ok(listener)
}
