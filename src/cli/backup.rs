//! `nejtack backup`.
//!
//! The copy is made by this process, over a reading connection of its own beside
//! the process that serves, and not by that one on request. So the file is written
//! where the operator means, with the operator's rights: a service is often shut in
//! (a container, systemd's `ProtectSystem=`), and the same path would be another
//! place to it. No request has to stay open for as long as a copy takes, a copy
//! that is killed harms nothing but itself, and a database that can no longer be
//! served can still be copied. SQLite's readers and its writer do not wait for each
//! other; the folder's owner stays the only one that writes.
//!
//! No key is needed, so the job that makes the backups need not have one.

use super::failure::{Failure, Outcome};
use super::first_start::{self, Need};
use super::out;
use super::partial::{Partial, behind, sync_folder_of, unwritable};
use crate::app::restore::{self, Contents};
use crate::config::Backup;
use crate::ledger::entry::written;
use crate::store::{StoreError, copy};
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Copies the database into a file.
pub(super) fn run(options: &Backup) -> Outcome {
    let (place, to) = (&options.asking.place, &options.to);
    if let Some(url) = place.database_url() {
        first_start::parse(url)?;
        return Err(on_postgresql());
    }
    first_start::folder(place, Need::Read)?;
    let from = first_start::database(place);
    if !first_start::there(&from)? {
        return Err(Failure::refused(format!("there is no database at {}", from.display())));
    }
    if to.is_dir() {
        let to = to.display();
        return Err(Failure::refused(format!("{to} is a folder: name a file in it")));
    }
    // Shared, so that `restore` does not move the database away under the copy.
    // Kept open until SQLite is done: closing any of its files drops its locks.
    let held = File::open(&from).and_then(|file| file.lock_shared().map(|()| file));
    let held = held.map_err(|error| cannot(&from, &error))?;
    let told = write(&from, to)?;
    drop(held);
    tell(options, &told)
}

/// Writes the copy and its checkpoint; what the copy holds.
fn write(from: &Path, to: &Path) -> Outcome<Contents> {
    let checkpoint_file = behind(to, ".checkpoint");
    let (whole, checkpoint) = (Partial::begin(to)?, Partial::begin(&checkpoint_file)?);
    copy::copy(from, whole.path()).map_err(|error| match error {
        StoreError::Full => Failure::refused(format!(
            "{} cannot be written: its disk is full. Nothing was left behind; make room, or name \
             another place",
            to.display()
        )),
        error => Failure::refused(format!("the copy failed: {error}")),
    })?;
    whole.sync()?;
    // Read back from the copy: what is told is what it holds.
    let contents = restore::contents(whole.path())
        .map_err(|error| Failure::refused(format!("the copy cannot be relied on: {error}")))?;
    let text = (&checkpoint.file).write_all(contents.checkpoint.as_bytes());
    text.map_err(|error| unwritable(&checkpoint_file, &error))?;
    checkpoint.sync()?;
    whole.finish()?;
    checkpoint.finish()?;
    sync_folder_of(to)?;
    Ok(contents)
}

fn tell(options: &Backup, contents: &Contents) -> Outcome {
    let to = std::fs::canonicalize(&options.to).unwrap_or_else(|_| options.to.clone());
    let checkpoint_file = behind(&to, ".checkpoint");
    let bytes = to.metadata().map(|found| found.len()).unwrap_or_default();
    let newest = contents.newest.map(written);
    if options.asking.json {
        return out::json(&json!({
            "file": to.to_string_lossy(),
            "bytes": bytes,
            "checkpoint_file": checkpoint_file.to_string_lossy(),
            "checkpoint": contents.checkpoint,
            "size": contents.size,
            "newest": newest,
            "root_key_id": contents.root_key_id,
        }));
    }
    let newest = newest.map_or_else(String::new, |time| format!(", the newest of {time}"));
    out::line(format!(
        "{}: {} entries{newest}, {bytes} bytes.\n\
         It needs the root key {}, which is not in it: keep that in a safe, apart from the copies \
         (`nejtack keys export`).\n\
         It holds personal data, sealed. What is shredded in the database later can still be read \
         from it: delete copies when their time is over.\n\
         Its checkpoint, also in {}; kept elsewhere, it proves later that nothing is missing:\n\n{}",
        to.display(),
        contents.size,
        contents.root_key_id,
        checkpoint_file.display(),
        contents.checkpoint.trim_end(),
    ))
}

fn on_postgresql() -> Failure {
    Failure::Usage(
        "a PostgreSQL database is copied with PostgreSQL's own tools, such as `pg_dump \
         --format=custom --file=TO URL`, or pg_basebackup with WAL archiving, which loses nothing; \
         put it back with `pg_restore --no-owner --dbname=URL TO` into an empty database. The root \
         key is kept apart as ever (`nejtack keys export`), and `nejtack verify` proves the result"
            .to_owned(),
    )
}

fn cannot(file: &Path, error: &std::io::Error) -> Failure {
    Failure::refused(format!("{} cannot be read: {}", file.display(), error.kind()))
}
