//! Whether an instance may be made, or must be there already.
//!
//! A database and its root key are born together or not at all: a key beside a
//! missing database, or a database without its key, is a loss that somebody must
//! hear of, and never a reason to begin anew with an empty blocklist.

use super::failure::{Failure, Outcome};
use super::{out, owner};
use crate::config::Place;
use crate::crypto::root_key::{RootKey, RootKeyError};
use crate::ledger::guard::{self, GuardError};
use crate::store::{Backend, DatabaseUrl, Store, StoreError};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The embedded database in a data folder.
const DATABASE: &str = "nejtack.sqlite";
/// There from before the first file is made until all of them are, so that a
/// first start that was cut off can be told from a loss.
const UNFINISHED: &str = "first-start.unfinished";

/// The embedded database of this place.
pub(super) fn database(place: &Place) -> PathBuf {
    place.data().join(DATABASE)
}

/// What a command needs of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// One that is there.
    Read,
    /// One that may be made.
    Write,
}

/// What an instance is opened with.
pub(super) struct Prepared {
    /// Where its database is.
    pub database: DatabaseUrl,
    /// Whether that may be made.
    pub create: bool,
    /// Its root key.
    pub root_key: RootKey,
    /// What is left to do when it is open.
    pub begun: Begun,
}

/// A start under way.
pub(super) struct Begun {
    /// Where the root key was read from.
    pub root_key_file: PathBuf,
    unfinished: Option<PathBuf>,
    made_key: bool,
}

impl Begun {
    /// The instance is open: all files of a first start are there.
    pub(super) fn finish(&self, place: &Place) {
        if let Some(mark) = &self.unfinished {
            let _ = std::fs::remove_file(mark);
        }
        if self.made_key && !place.demo {
            let file = self.root_key_file.display();
            out::note(format!(
                "made a new root key, {file}. Without it the blocklist cannot be read: print a \
                 copy for a safe with `nejtack keys export --root-key-file {file}`, and never keep \
                 it with the backups"
            ));
        }
    }
}

/// Makes sure that there is a data folder.
pub(super) fn folder(place: &Place, need: Need) -> Outcome {
    let folder = place.data();
    let told = folder.display();
    match std::fs::metadata(folder) {
        // Not even a lock file is put where a command was sent by mistake.
        Ok(found) if found.is_dir() => match need {
            Need::Read if !holds_anything(place)? => Err(nothing_there(folder)),
            _ => Ok(()),
        },
        Ok(_) => Err(Failure::refused(format!("{told} is not a folder: name one with --data"))),
        Err(error) if error.kind() == ErrorKind::NotFound => match need {
            Need::Read => Err(nothing_there(folder)),
            Need::Write => owner::make_folder(folder).map_err(|error| {
                Failure::refused(format!("the data folder {told} cannot be made: {error}"))
            }),
        },
        Err(error) => {
            Err(Failure::refused(format!("the data folder {told} cannot be opened: {error}")))
        }
    }
}

fn holds_anything(place: &Place) -> Outcome<bool> {
    let folder = place.data();
    Ok(there(&folder.join(DATABASE))? || there(&folder.join("root.key"))?)
}

/// Looks at a data folder that we own.
pub(super) fn embedded(place: &Place, need: Need) -> Outcome<Prepared> {
    let folder = place.data();
    let (file, mark) = (folder.join(DATABASE), folder.join(UNFINISHED));
    let root_key_file = place.root_key().unwrap_or_else(|| folder.join("root.key"));
    let (has_database, has_key) = (there(&file)?, there(&root_key_file)?);
    let begun = there(&mark)?;
    // A database that never was in use may still be finished, but the key is
    // made before it: one without the key has lost it.
    let create = begun || !has_database;
    if !has_database {
        if has_key && !begun && place.named_root_key().is_none() {
            return Err(Failure::refused(format!(
                "{} has a root key and no database: the database was moved or lost. Put \
                 {DATABASE} back, from a backup if need be; a new blocklist would know of no \
                 objection",
                folder.display()
            )));
        }
        if need == Need::Read {
            return Err(nothing_there(folder));
        }
        if !begun {
            no_log_yet(place)?;
            nothing_else(folder, &root_key_file)?;
            begin(folder, &mark)?;
        }
    }
    let made_key = !has_database && !has_key;
    Ok(Prepared {
        database: DatabaseUrl::sqlite_file(&file),
        create,
        root_key: if made_key { make(&root_key_file)? } else { read(&root_key_file)? },
        begun: Begun { root_key_file, unfinished: create.then_some(mark), made_key },
    })
}

/// Where the state folder tells of a log, its database is to be found and not
/// to be made anew: asked before a key is made for it.
fn no_log_yet(place: &Place) -> Outcome {
    let told = |error: GuardError| Failure::refused(error.to_string());
    match place.state().filter(|folder| folder != place.data()) {
        Some(folder) => match guard::read(&folder).map_err(told)? {
            Some(kept) => Err(told(GuardError::Begun(kept.file))),
            None => Ok(()),
        },
        // There, it is one of the files that must not be in a new folder.
        None => Ok(()),
    }
}

/// A first start is for an empty folder: whatever else is in it, it may be what
/// is left of an instance, or a folder that was named by mistake.
fn nothing_else(folder: &Path, root_key_file: &Path) -> Outcome {
    let cannot = |error| Failure::refused(format!("{} cannot be read: {error}", folder.display()));
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let name = entry.file_name();
        // A file system of its own has the second.
        if name != owner::LOCK && name != "lost+found" && entry.path() != root_key_file {
            return Err(Failure::refused(format!(
                "{} holds no instance and is not empty (there is {}): name an empty folder, or a \
                 new one, with --data",
                folder.display(),
                name.display()
            )));
        }
    }
    Ok(())
}

/// Marks a first start, and keeps others out of the folder.
fn begin(folder: &Path, mark: &Path) -> Outcome {
    let marked = OpenOptions::new().write(true).create_new(true).mode(0o600).open(mark);
    marked.and_then(|mark| mark.sync_all()).map_err(|error| {
        let folder = folder.display();
        Failure::refused(format!("the data folder {folder} cannot be written to: {error}"))
    })?;
    // Somebody else's folder (a mounted volume) keeps its mode: every file in it
    // has its own.
    let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700));
    Ok(())
}

/// Looks at a PostgreSQL database.
pub(super) fn postgresql(place: &Place, url: &str, need: Need) -> Outcome<Prepared> {
    let database = parse(url)?;
    let Some(root_key_file) = place.root_key() else { return Err(no_root_key()) };
    let made_key = need == Need::Write && !there(&root_key_file)?;
    if made_key {
        no_log_yet(place)?;
        // Only a database in which there is nothing yet may get a new key.
        match Store::open(&database, false) {
            Err(StoreError::Missing(_)) => {}
            Err(error) => return Err(Failure::refused(error.to_string())),
            Ok(_) => {
                return Err(Failure::refused(RootKeyError::Missing(root_key_file).to_string()));
            }
        }
        if place.named_root_key().is_none() {
            folder(place, need)?;
        }
    }
    Ok(Prepared {
        database,
        create: need == Need::Write,
        root_key: if made_key { make(&root_key_file)? } else { read(&root_key_file)? },
        begun: Begun { root_key_file, unfinished: None, made_key },
    })
}

/// Reads a database URL. An embedded database has no URL here: it is the data
/// folder that has an owner.
pub(super) fn parse(url: &str) -> Outcome<DatabaseUrl> {
    let url = DatabaseUrl::parse(url).map_err(|error| Failure::refused(error.to_string()))?;
    match url.backend() {
        Backend::Postgresql => Ok(url),
        Backend::Sqlite => Err(Failure::refused(
            "--database-url is for postgres://; an embedded database is named by its folder, with \
             --data",
        )),
    }
}

/// On PostgreSQL somebody must say where the root key is.
pub(super) fn no_root_key() -> Failure {
    Failure::Usage(
        "on PostgreSQL, say where the root key is: --root-key-file FILE, or --data DIR for \
         DIR/root.key"
            .to_owned(),
    )
}

fn nothing_there(folder: &Path) -> Failure {
    Failure::refused(format!(
        "there is no instance in {}: name its folder with --data, or make one with `nejtack serve`",
        folder.display()
    ))
}

fn read(file: &Path) -> Outcome<RootKey> {
    let loaded = RootKey::read(file).map_err(|error| Failure::refused(error.to_string()))?;
    if let Some(warning) = loaded.warning {
        out::note(warning);
    }
    Ok(loaded.key)
}

fn make(file: &Path) -> Outcome<RootKey> {
    RootKey::create(file).map_err(|error| Failure::refused(error.to_string()))
}

/// Whether there is anything of this name; a link that leads nowhere is something.
pub(super) fn there(path: &Path) -> Outcome<bool> {
    match std::fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => {
            Err(Failure::refused(format!("{} cannot be looked at: {error}", path.display())))
        }
    }
}
