//! A new version of a register: its file comes in as a stream, and counts all at once.

use super::add::may_write;
use super::list::{VersionView, version_view};
use super::read::{source, staged};
use super::settle::{Settled, not_older, possible, settled};
use super::stage::{Place, Stage, Staged};
use super::{all_yours, found};
use crate::app::App;
use crate::app::caller::Caller;
use crate::app::commit::{Committed, Envelope, act, commit};
use crate::app::refusal::{Code, Refusal};
use crate::app::screen::Feed;
use crate::blocklist::registers::Register;
use crate::crypto::random;
use crate::domain::fault::Fault;
use crate::domain::register::{Holds, Layout};
use crate::ledger::submission::{ActRows, EntryKind, Need};
use crate::tabular::campaign::Format;
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
    pub columns: Option<String>,
    /// How the file is written; none where the register has a layout of its own.
    pub format: Option<Format>,
    /// The version in force, where its date or its file is wrong: this one may be of an
    /// earlier day.
    pub replaces: Option<Uuid>,
    /// Whether it may have lost many of the rows in force.
    pub allow_shrink: bool,
}

/// What was said of a load, as far as it counts at its end.
pub(super) struct Said {
    pub(super) date: NaiveDate,
    columns: Option<String>,
    pub(super) replaces: Option<Uuid>,
    pub(super) allow_shrink: bool,
}

/// A load under way.
pub struct Begun {
    register: Arc<Register>,
    said: Said,
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
    /// Rows of the version that it replaced.
    #[serde(default)]
    pub rows_before: Option<i64>,
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
/// [`Code::NotFound`]; a date that cannot be; a register that binds others' controllers,
/// or holds what must not be held here.
pub async fn begin_load(
    app: &App,
    caller: &Caller,
    new: NewVersion,
    (dry_run, retried): (bool, bool),
) -> Result<(Feed, Begun), Refusal> {
    may_write(caller)?;
    app.caught_up_for(caller).await?;
    let register = {
        let memory = app.memory();
        let register = found(&memory, &new.register)?;
        let bound = register.bindings.iter().filter(|bound| bound.ended.is_none());
        all_yours(&memory, caller, bound)?;
        register
    };
    holdable(app, &register)?;
    possible(new.date, app.today())?;
    if let Some(version) = register.in_force()
        && !retried
        && new.replaces.is_none()
    {
        not_older(version.date, new.date)?;
    }
    let source = source(&register, new.columns.as_deref(), new.format)?;
    let version = random::uuid_v7(app.now());
    let place = app.loads.enter(app, version)?;
    let stage = Stage::new(app, Arc::clone(&register), version, dry_run)?;
    let (feed, parts) = Feed::new();
    let (tell, outcome) = oneshot::channel();
    let NewVersion { date, columns, replaces, allow_shrink, .. } = new;
    let said = Said { date, columns, replaces, allow_shrink };
    let run = move || {
        let staged = staged(stage, source, date, parts);
        let ended = staged.map(|staged| Ended { staged, place });
        let _ = tell.send(ended); // who is gone has left rows that are swept
    };
    std::thread::Builder::new().name("register".to_owned()).spawn(run).map_err(|error| {
        log::error!("a register got no thread to be loaded by: {error}");
        Refusal::new(Code::Unavailable).retry_after(10)
    })?;
    Ok((feed, Begun { register, said, outcome }))
}

/// A kind that is refused here would be left out of every row: whoever is on the register
/// by it would be cleared.
fn holdable(app: &App, register: &Register) -> Result<(), Refusal> {
    let refused = register.rules.holds.0.intersection(app.settings().refused);
    if refused.is_empty() {
        return Ok(());
    }
    let names = Holds(refused).names().join(", ");
    let detail = format!(
        "The register holds {names}, which this service must not hold: no version of it can be loaded here."
    );
    let fault = Fault::new("/register", "kind_refused", detail.clone());
    let detail = Some(detail.into());
    Err(Refusal { detail, ..Refusal::at(Code::Unprocessable, vec![fault]) })
}

/// What a load asks for, for who repeats it: of what was left out, nothing.
fn canonical(register: Uuid, said: &Said, file: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut asked = json!({
        "register": register, "date": said.date, "file": STANDARD.encode(file),
    });
    if let Some(columns) = &said.columns {
        asked["columns"] = json!(columns);
    }
    if let Some(replaces) = said.replaces {
        asked["replaces"] = json!(replaces);
    }
    if said.allow_shrink {
        asked["allow_shrink"] = json!(true);
    }
    serde_json_canonicalizer::to_vec(&asked).map_err(|_| Refusal::new(Code::Internal))
}

/// Waits for the end of the file, and puts the version in force.
///
/// The same file of the same day as the version in force, read in the same way, is that
/// version: it is answered as when it was loaded, and nothing is recorded. Another file
/// of that day replaces it, and so does the same file with other columns.
///
/// # Errors
/// What is wrong with the file; a later version that came meanwhile.
pub async fn put_in_force(
    app: &App,
    caller: &Caller,
    begun: Begun,
    (idempotency_key, dry_run): (Option<&str>, bool),
) -> Result<Committed<Loaded>, Refusal> {
    let Begun { register, said, outcome } = begun;
    let ended = outcome.await.unwrap_or_else(|_| Err(Refusal::new(Code::Internal)))?;
    let Ended { staged: Staged { row, roll }, place } = ended;
    let canonical = canonical(register.id, &said, &row.file_digest)?;
    let envelope = Envelope { caller, canonical: &canonical, idempotency_key, dry_run };
    let operation = "load_register_version";
    let before = match settled(app, &envelope, operation, &register, (&row, &said)).await {
        Ok(Settled::Follows(before)) => before,
        settled => {
            forget(app, place.version).await;
            return match settled? {
                Settled::Answered(answer) => Ok(*answer),
                Settled::Follows(_) => Err(Refusal::new(Code::Internal)), // above
            };
        }
    };
    let version = place.version;
    let view = version_view(&row, &register.rules, (app.today(), app.now(), true))?;
    let rows_before = before.map(|before| before.rows);
    let value = Loaded { register: register.slug.clone(), version: view, rows_before };
    let need = Need::RegisterStaged {
        register: register.id,
        after: before.map_or(0, |before| before.position),
        version,
        pieces: if dry_run { 0 } else { row.piece_count },
    };
    let mut says = json!({"register": register.slug, "date": said.date, "rows": row.row_count});
    if let Some(replaces) = said.replaces {
        says["replaces"] = json!(replaces);
    }
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

async fn forget(app: &App, version: Uuid) {
    let forgotten = app.waiting(move |instance| {
        instance.forget_version(version);
        Ok(())
    });
    let _ = forgotten.await; // the sweep comes to it
}
