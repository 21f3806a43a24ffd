//! A new version of a register: its file comes in as a stream, and counts all at once.

use super::add::may_write;
use super::found;
use super::list::{VersionView, version_view};
use super::read::{source, staged};
use super::stage::{Place, Stage, Staged};
use crate::app::App;
use crate::app::caller::Caller;
use crate::app::commit::{Committed, Envelope, act, answered_before, commit, receipts};
use crate::app::refusal::{Code, Refusal};
use crate::app::screen::Feed;
use crate::blocklist::registers::Register;
use crate::crypto::random;
use crate::domain::fault::Fault;
use crate::domain::register::Layout;
use crate::ledger::entry::from_micros;
use crate::ledger::submission::{ActRows, EntryKind, Need};
use crate::store::{RegisterVersionRow, entries, registers};
use crate::tabular::campaign::{Format, Mapping};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::oneshot;
use uuid::Uuid;

/// A version about to be loaded.
pub struct NewVersion {
    /// The register, by slug or id.
    pub register: String,
    /// The day that its file is of.
    pub date: NaiveDate,
    /// What headings mean, besides what the register's rules say.
    pub columns: Vec<Mapping>,
    /// How the file is written; none where the register has a layout of its own.
    pub format: Option<Format>,
}

/// A load under way.
pub struct Begun {
    register: Arc<Register>,
    date: NaiveDate,
    outcome: oneshot::Receiver<Result<Ended, Refusal>>,
}

/// What came of a whole file: written, and not in force yet.
struct Ended {
    staged: Staged,
    place: Place,
}

/// What was put in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Loaded {
    /// The register's slug.
    pub register: String,
    /// The version.
    pub version: VersionView,
}

/// How the files of a register are written.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn layout_of(app: &App, caller: &Caller, register: &str) -> Result<Layout, Refusal> {
    may_write(caller)?;
    app.caught_up_for(caller).await?;
    Ok(found(&app.memory(), register)?.rules.layout)
}

/// Begins to load a version: where its file goes in, and what is to be waited for.
/// `retried`: the request may be one that was answered before,
/// which is told when all of it is here.
///
/// # Errors
/// [`Code::NotFound`]; a date that cannot be.
pub async fn begin_load(
    app: &App,
    caller: &Caller,
    new: NewVersion,
    (dry_run, retried): (bool, bool),
) -> Result<(Feed, Begun), Refusal> {
    may_write(caller)?;
    app.caught_up_for(caller).await?;
    let register = found(&app.memory(), &new.register)?;
    if new.date > app.today() {
        return Err(date_fault("in_the_future", "This day is still to come.".to_owned()));
    }
    if !retried {
        not_older(&register, new.date)?;
    }
    let version = random::uuid_v7(app.now());
    let place = app.loads.enter(app, version)?;
    let stage = Stage::new(app, Arc::clone(&register), version, dry_run);
    let source = source(&register, new.columns, new.format)?;
    let (feed, parts) = Feed::new();
    let (tell, outcome) = oneshot::channel();
    let date = new.date;
    let run = move || {
        let staged = staged(stage, source, date, parts);
        let ended = staged.map(|staged| Ended { staged, place });
        let _ = tell.send(ended); // who is gone has left rows that are swept
    };
    std::thread::Builder::new().name("register".to_owned()).spawn(run).map_err(|error| {
        log::error!("a register got no thread to be loaded by: {error}");
        Refusal::new(Code::Unavailable).retry_after(10)
    })?;
    Ok((feed, Begun { register, date, outcome }))
}

fn date_fault(code: &'static str, detail: String) -> Refusal {
    Refusal::at(Code::Unprocessable, vec![Fault::new("/date", code, detail)])
}

fn not_older(register: &Register, date: NaiveDate) -> Result<(), Refusal> {
    match register.in_force() {
        Some(version) if date < version.date => Err(date_fault(
            "older_than_in_force",
            format!("The version in force is of {}; load one of that day or later.", version.date),
        )),
        _ => Ok(()),
    }
}

/// Waits for the end of the file, and puts the version in force.
///
/// The same file of the same day as the version in force is that version: it is answered
/// as when it was loaded, and nothing is recorded. Another file of that day replaces it.
///
/// # Errors
/// What is wrong with the file; a later version that came meanwhile.
pub async fn put_in_force(
    app: &App,
    caller: &Caller,
    begun: Begun,
    (idempotency_key, dry_run): (Option<&str>, bool),
) -> Result<Committed<Loaded>, Refusal> {
    let Begun { register, date, outcome } = begun;
    let ended = outcome.await.unwrap_or_else(|_| Err(Refusal::new(Code::Internal)))?;
    let Ended { staged: Staged { row, roll }, place } = ended;
    let file = STANDARD.encode(&row.file_digest);
    let asked = json!({"register": register.id, "date": date, "file": file});
    let canonical = serde_json_canonicalizer::to_vec(&asked);
    let canonical = canonical.map_err(|_| Refusal::new(Code::Internal))?;
    let envelope = Envelope { caller, canonical: &canonical, idempotency_key, dry_run };
    let operation = "load_register_version";
    let settled = settled(app, &envelope, operation, &register, &row).await;
    match settled {
        Ok(None) => {}
        settled => {
            forget(app, place.version).await;
            return settled.map(|found| found.expect("asked above"));
        }
    }
    let newest = app
        .memory()
        .registers
        .find(&register.slug)
        .map_or(0, |register| register.in_force().map_or(0, |version| version.position));
    let version = place.version;
    let view = version_view(&row, &register.rules, (app.today(), app.now(), true))?;
    let value = Loaded { register: register.slug.clone(), version: view };
    let need = Need::RegisterStaged {
        register: register.id,
        after: newest,
        version,
        pieces: if dry_run { 0 } else { row.piece_count },
    };
    let says = json!({"register": register.slug, "date": date, "rows": row.row_count});
    let rows = ActRows { register_version: Some(row), ..ActRows::default() };
    let mut act = act(EntryKind::RegisterLoaded, Some(version), rows, vec![need]);
    act.says.push(("register", says));
    if !dry_run {
        app.ledger.call_roll(version, roll);
    }
    let committed = commit(app, &envelope, operation, vec![act], value).await;
    drop(place);
    match committed {
        Ok(mut committed) => {
            let own = &mut committed.value.version;
            (own.position, own.loaded_at) = (committed.position, committed.time);
            app.sweep_registers_soon();
            Ok(committed)
        }
        Err(refusal) => {
            forget(app, version).await;
            Err(refusal)
        }
    }
}

/// What needs no entry: a retry, a file that is in force already, one that is too old.
async fn settled(
    app: &App,
    envelope: &Envelope<'_>,
    operation: &str,
    register: &Register,
    row: &RegisterVersionRow,
) -> Result<Option<Committed<Loaded>>, Refusal> {
    if let Some(mut earlier) = answered_before::<Loaded>(app, envelope, operation).await? {
        earlier.receipts = receipts(app, earlier.position, earlier.position).await?;
        let own = &mut earlier.value.version;
        (own.position, own.loaded_at) = (earlier.position, earlier.time);
        return Ok(Some(earlier));
    }
    app.caught_up_for(envelope.caller).await?;
    let register = found(&app.memory(), &register.id.to_string())?;
    let id = register.id;
    let newest = app.waiting(move |instance| {
        let read = |conn: &mut _| {
            let Some(row) = registers::newest_version(conn, id.as_bytes())? else {
                return Ok(None);
            };
            let time = entries::get(conn, row.position)?.map_or(0, |entry| entry.time);
            Ok(Some((row, from_micros(time))))
        };
        Ok(instance.ledger.store().read(read)?)
    });
    let Some((newest, time)) = newest.await? else { return Ok(None) };
    let same = (&newest.version_date, &newest.file_digest) == (&row.version_date, &row.file_digest);
    if same {
        let view = version_view(&newest, &register.rules, (app.today(), time, true))?;
        let value = Loaded { register: register.slug.clone(), version: view };
        let receipts = receipts(app, newest.position, newest.position).await?;
        return Ok(Some(Committed { value, position: newest.position, time, receipts }));
    }
    not_older(&register, crate::ledger::registers::date(&row.version_date)?)?;
    Ok(None)
}

async fn forget(app: &App, version: Uuid) {
    let forgotten = app.waiting(move |instance| {
        instance.forget_version(version);
        Ok(())
    });
    let _ = forgotten.await; // the sweep comes to it
}
