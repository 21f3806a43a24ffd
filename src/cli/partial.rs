//! A file that has its name only when it is whole.

use super::failure::{Failure, Outcome};
use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A file being written under another name beside its own: `NAME.partial`. It
/// goes with this value, unless it is given its name.
pub(super) struct Partial {
    /// Open and locked as long as somebody writes: what a killed process left
    /// behind is not locked.
    pub file: File,
    path: TempPath,
    whole: PathBuf,
    _beside: Beside,
}

/// What SQLite keeps beside a file while it is open; it goes at the end.
struct Beside(PathBuf);

impl Partial {
    /// Begins a file that must not be there yet (0600).
    pub(super) fn begin(whole: &Path) -> Outcome<Self> {
        if super::first_start::there(whole)? {
            return Err(taken(whole));
        }
        let path = behind(whole, ".partial");
        clear(&path)?;
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).mode(0o600).open(&path);
        let file = file.map_err(|error| unwritable(whole, &error))?;
        let beside = Beside(path.clone());
        let path = TempPath::try_from_path(path).map_err(|error| unwritable(whole, &error))?;
        let partial = Self { file, path, whole: whole.into(), _beside: beside };
        partial.file.lock().map_err(|error| unwritable(whole, &error))?;
        Ok(partial)
    }

    /// Where it is for now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where it will be.
    pub(super) fn whole(&self) -> &Path {
        &self.whole
    }

    /// Makes sure that what was written stays.
    pub(super) fn sync(&self) -> Outcome {
        self.file.sync_all().map_err(|error| unwritable(&self.whole, &error))
    }

    /// Gives it its name, unless another file has taken that meanwhile.
    pub(super) fn finish(self) -> Outcome {
        let whole = self.whole.clone();
        self.finish_as(&whole)
    }

    /// Gives it another name than the one it was begun for.
    pub(super) fn finish_as(self, whole: &Path) -> Outcome {
        let Self { file, path, .. } = self;
        let named = path.persist_noclobber(whole).map_err(|failed| match failed.error.kind() {
            ErrorKind::AlreadyExists => taken(whole),
            _ => unwritable(whole, &failed.error),
        });
        drop(file);
        named
    }
}

/// Removes what a killed process left, and nothing that is still written.
fn clear(path: &Path) -> Outcome {
    if let Ok(file) = File::open(path) {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::refused(format!(
                    "another process is writing {}: wait until it is done, or name another file",
                    path.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(unwritable(path, &error)),
        }
    }
    // A journal must not meet another database of the same name.
    drop(Beside(path.to_owned()));
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unwritable(path, &error)),
        _ => Ok(()),
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        for end in ["-journal", "-wal", "-shm"] {
            let _ = std::fs::remove_file(behind(&self.0, end));
        }
    }
}

/// A path with this at its end.
pub(super) fn behind(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}

/// Makes the names in the file's folder durable.
pub(super) fn sync_folder_of(file: &Path) -> Outcome {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| unwritable(file, &error))
}

fn taken(whole: &Path) -> Failure {
    Failure::refused(format!(
        "{} is there already, and is left as it is: name a new file",
        whole.display()
    ))
}

/// Why a file could not be written, and what to do.
pub(super) fn unwritable(file: &Path, error: &std::io::Error) -> Failure {
    let (file, kind) = (file.display(), error.kind());
    Failure::refused(match kind {
        ErrorKind::StorageFull => {
            format!("{file} cannot be written: its disk is full. Make room, or name another place")
        }
        ErrorKind::NotFound => format!("{file} cannot be written: its folder is not there"),
        _ => format!("{file} cannot be written: {kind}"),
    })
}
