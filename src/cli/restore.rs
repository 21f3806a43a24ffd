//! `nejtack restore`.
//!
//! A copy is judged before anything is changed, and a database that is in the way
//! is moved aside whole, never deleted. A restore that is cut off leaves either the
//! old database in its place or none, which no start takes for an empty blocklist.

use super::failure::{Failure, Outcome};
use super::first_start::{self, Need};
use super::instance::{self, Instance};
use super::out;
use super::partial::{Partial, behind, sync_folder_of, unwritable};
use crate::app::caller::Caller;
use crate::app::restore::{self as app, Contents};
use crate::config::{Asking, Place, Restore};
use crate::crypto::root_key::{RootKey, RootKeyError};
use crate::ledger::entry::written;
use crate::ledger::guard::Rollback;
use serde_json::json;
use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Takes a database back, or accepts the one that is there.
pub(super) fn run(options: &Restore) -> Outcome {
    let place = &options.asking.place;
    if let Some(url) = place.database_url() {
        first_start::parse(url)?;
        if options.from.is_some() {
            return Err(on_postgresql());
        }
    }
    match &options.from {
        Some(from) => restore(options, from),
        None => accept(&options.asking),
    }
}

fn restore(options: &Restore, from: &Path) -> Outcome {
    let place = &options.asking.place;
    alone(from, place)?; // first: SQLite itself would change what lies beside it
    let contents = app::contents(from).map_err(|error| unfit(from, &error))?;
    let root_key = root_key(place, from, &contents)?;
    first_start::folder(place, Need::Write)?;
    let owner = instance::take_alone(place)?;
    let database = first_start::database(place);
    let in_the_way = in_the_way(&database)?;
    if !in_the_way.is_empty() && !options.replace {
        return Err(Failure::refused(format!(
            "{} is there already: --replace moves it aside, into a folder beside it",
            in_the_way[0].display()
        )));
    }
    // Judged as the copy that will be used, so that nothing can change in between.
    let copy = Partial::begin(&behind(&database, ".restored"))?;
    let copied = File::open(from).and_then(|mut from| std::io::copy(&mut from, &mut &copy.file));
    copied.map_err(|error| unwritable(copy.path(), &error))?;
    copy.sync()?;
    let state = place.state();
    let rollback = app::examine(copy.path(), &root_key, state.as_deref());
    let rollback = rollback.map_err(|error| unfit(from, &error))?;
    if let Some(rollback) = rollback.filter(|_| !options.accept_older) {
        return Err(older(from, &rollback));
    }
    let aside = set_aside(place, &in_the_way)?;
    copy.finish_as(&database)?;
    sync_folder_of(&database)?;
    let (instance, rollback) = Instance::open_older(place, owner)?;
    let entry = match &rollback {
        Some(rollback) => Some(record(&instance, &options.asking, rollback)?),
        None => None,
    };
    instance.close();
    tell(options, &contents, aside.as_deref(), entry)
}

/// Goes on with the database that is there.
fn accept(asking: &Asking) -> Outcome {
    let place = &asking.place;
    if place.state().is_none() {
        return Err(Failure::Usage(
            "say where the newest checkpoint was kept: --state DIR".to_owned(),
        ));
    }
    if place.database_url().is_none() {
        first_start::folder(place, Need::Read)?;
    }
    let owner = instance::take_alone(place)?;
    let (instance, rollback) = Instance::open_older(place, owner)?;
    let Some(rollback) = rollback else {
        return Err(Failure::refused(
            "there is nothing to accept: the database holds all that the state file tells of",
        ));
    };
    let position = record(&instance, asking, &rollback)?;
    instance.close();
    let (was, is) = (rollback.abandoned.size, rollback.found.size);
    if asking.json {
        return out::json(&json!({
            "accepted": {"abandoned_size": was, "kept_size": is, "position": position},
            "read_changes_after": is,
        }));
    }
    out::line(format!(
        "The database goes on from {is} entries, although its log once held {was}: entry \
         {position} says so.\n{}\n{}",
        send_again(None),
        read_anew(is)
    ))
}

/// Records what was accepted; the entry's position.
fn record(instance: &Instance, asking: &Asking, rollback: &Rollback) -> Outcome<i64> {
    let caller = Caller::operator(asking.actor());
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| Failure::refused(format!("no runtime: {error}")))?;
    let recorded = runtime.block_on(app::accept_rollback(&instance.app, &caller, rollback));
    match recorded {
        Ok(committed) => Ok(committed.position),
        Err(refusal) => Err(Failure::refused(format!(
            "the database is in its place, but the rollback was not accepted: {}. Do it with \
             `nejtack restore --accept-older`",
            refusal.detail.unwrap_or_else(|| "see the log".into())
        ))),
    }
}

/// The root key that the copy needs.
fn root_key(place: &Place, from: &Path, contents: &Contents) -> Outcome<RootKey> {
    let (from, needed) = (from.display(), &contents.root_key_id);
    let Some(file) = place.root_key() else { return Err(first_start::no_root_key()) };
    let loaded = RootKey::read(&file).map_err(|error| match error {
        RootKeyError::Missing(file) => Failure::refused(format!(
            "{from} needs the root key {needed}, and there is none at {}: put it there, or name \
             it with --root-key-file",
            file.display()
        )),
        error => Failure::refused(error.to_string()),
    })?;
    let given = loaded.key.id();
    if given != *needed {
        return Err(Failure::refused(format!(
            "{from} needs the root key {needed}, and {} is the root key {given}: name the right \
             one with --root-key-file",
            file.display()
        )));
    }
    Ok(loaded.key)
}

/// A copy is one file: with a write-ahead log or a journal beside it, it is a live
/// database, and by itself it would lack what is in there.
fn alone(from: &Path, place: &Place) -> Outcome {
    let told = from.display();
    let holds = |end| std::fs::metadata(behind(from, end)).is_ok_and(|found| found.len() > 0);
    let same = |path: &Path| std::fs::canonicalize(path).ok();
    let itself = same(from).is_some_and(|file| same(&first_start::database(place)) == Some(file));
    if itself {
        return Err(Failure::refused(format!("{told} is the database itself")));
    }
    if holds("-wal") || holds("-journal") {
        return Err(Failure::refused(format!(
            "{told} has a write-ahead log beside it (-wal or -journal), so it is a database in \
             use and not whole by itself: make a copy of it with `nejtack backup`"
        )));
    }
    Ok(())
}

/// A database, or what is left of one.
fn in_the_way(database: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for file in ["", "-wal", "-shm", "-journal"].map(|end| behind(database, end)) {
        if first_start::there(&file)? {
            found.push(file);
        }
    }
    Ok(found)
}

/// Moves a database aside, whole; where to. The write-ahead log goes last: what
/// is cut off in between leaves a log without a database, which nothing opens.
fn set_aside(place: &Place, files: &[PathBuf]) -> Outcome<Option<PathBuf>> {
    let Some(first) = files.first() else { return Ok(None) };
    let busy = || {
        let folder = place.data().display();
        Failure::refused(format!("a backup of {folder} is being made: wait until it is done"))
    };
    let held = File::open(first).map_err(|error| unwritable(first, &error))?;
    held.try_lock().map_err(|_| busy())?;
    let time = chrono::Utc::now().format("%Y%m%dT%H%M%SZ");
    let folder = place.data().join(format!("replaced-{time}"));
    let made = DirBuilder::new().mode(0o700).create(&folder);
    made.map_err(|error| unwritable(&folder, &error))?;
    for file in files {
        let name = file.file_name().unwrap_or_default();
        let moved = std::fs::rename(file, folder.join(name));
        moved.map_err(|error| unwritable(file, &error))?;
    }
    sync_folder_of(&folder.join("moved"))?;
    sync_folder_of(first)?;
    Ok(Some(folder))
}

fn tell(
    options: &Restore,
    contents: &Contents,
    aside: Option<&Path>,
    entry: Option<i64>,
) -> Outcome {
    let newest = contents.newest.map(written);
    if options.asking.json {
        return out::json(&json!({
            "size": contents.size,
            "newest": newest,
            "checkpoint": contents.checkpoint,
            "root_key_id": contents.root_key_id,
            "replaced": aside.map(|folder| folder.to_string_lossy()),
            "rolled_back": entry,
            "read_changes_after": entry.map(|_| contents.size),
        }));
    }
    let place = &options.asking.place;
    let time = newest.as_deref().map_or_else(String::new, |time| format!(", the newest of {time}"));
    let mut text =
        format!("Restored into {}: {} entries{time}.\n", place.data().display(), contents.size);
    if let Some(folder) = aside {
        let folder = folder.display();
        text.push_str(&format!("The database that was there is now in {folder}.\n"));
    }
    if let Some(position) = entry {
        text.push_str(&format!("Entry {position} says that the log was rolled back.\n"));
    }
    text.push_str(&send_again(newest.as_deref()));
    if entry.is_some() {
        text.push('\n');
        text.push_str(&read_anew(contents.size));
    }
    out::line(text)
}

/// Positions are used again, so those that consumers hold lead to something else.
fn read_anew(kept: impl std::fmt::Display) -> String {
    format!(
        "Positions after {kept} are used again: every consumer of changes must read anew from \
         there (after={kept}), whatever it had come to, and ask about everybody once more \
         (changed_since=0)."
    )
}

fn send_again(newest: Option<&str>) -> String {
    let since =
        newest.map_or_else(|| "since the copy was made".into(), |time| format!("after {time}"));
    format!(
        "What was acknowledged {since} is not in it: have the objection services send it again \
         (with the same references, nothing is recorded twice), and register again what was \
         registered then."
    )
}

fn unfit(from: &Path, error: &crate::app::OpenError) -> Failure {
    Failure::refused(format!("{} cannot be restored: {error}", from.display()))
}

fn older(from: &Path, rollback: &Rollback) -> Failure {
    let (from, file) = (from.display(), rollback.file.display());
    let (was, is) = (rollback.abandoned.size, rollback.found.size);
    let missing = match was - is {
        missing if missing > 0 => format!("{missing} of them would be missing"),
        _ => "but others than these".to_owned(),
    };
    Failure::refused(format!(
        "{from} holds {is} entries, and {file} shows that the log has held {was}: {missing}. Take \
         a newer copy if there is one. If not, --accept-older restores this one and records the \
         loss; then the objection services must send again what they sent since"
    ))
}

fn on_postgresql() -> Failure {
    Failure::Usage(
        "a PostgreSQL database is put back with PostgreSQL's own tools, such as `pg_restore \
         --no-owner --dbname=URL FROM` into an empty database; then `nejtack verify` proves it, \
         and where --state refuses it as older, `nejtack restore --accept-older` accepts it"
            .to_owned(),
    )
}
