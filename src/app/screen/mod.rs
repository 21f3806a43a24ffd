//! Screening a campaign: a whole file of persons goes through, and comes back with
//! a decision on each row.
//!
//! The file is cut into blocks of whole rows, blocks are decided side by side on
//! several threads, and what comes of them is hashed and passed on in order
//! ([`run`]). Whatever the file's size, so many blocks are in memory and no more.
//! Every run ends in a certificate, an entry of the ledger ([`certificate`]): what
//! it says `completed` of counts, and nothing else.

pub mod certificate;
mod collect;
mod failure;
mod judge;
mod kept;
pub mod reason;
mod run;

pub use super::listed::Counted;
pub use certificate::{Certificate, ColumnUsed, read_screening};
pub use kept::{Standing, read_screening_result};
pub(super) use run::Part;
pub use run::{Feed, Screened};

pub(super) use kept::Screenings;

use super::caller::Caller;
use super::clients::Since;
use super::listed::Basis;
use super::refusal::{Code, Refusal};
use super::{App, AsOf, binding, meter};
use crate::crypto::random;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::client::Scope;
use crate::domain::decision::Decision;
use crate::domain::fault::Fault;
use crate::tabular::campaign::Options;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// What is asked of every row of a file.
#[derive(Debug, Clone)]
pub struct Screening {
    /// The controller that wants to send, for rows that name none themselves.
    pub controller: Option<String>,
    /// How it wants to send.
    pub channel: Channel,
    /// Which rows come back.
    pub keep: Keep,
    /// Of those, only the ones whose decision was another at this position.
    pub changed_since: Option<i64>,
    /// Registers that count besides those that bind the controller, by slug or id.
    pub registers: Vec<String>,
    /// How the file is read.
    pub options: Options,
}

/// Which rows come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Every row.
    All,
    /// Those that may be sent to.
    Clear,
    /// All others.
    NotClear,
    /// Those that are blocked.
    Blocked,
    /// Those that cannot be told.
    Undecidable,
}

impl Keep {
    /// Every choice with its name.
    pub const EVERY: [(&'static str, Self); 5] = [
        ("all", Self::All),
        ("clear", Self::Clear),
        ("not_clear", Self::NotClear),
        ("blocked", Self::Blocked),
        ("undecidable", Self::Undecidable),
    ];

    /// The name used in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::EVERY.iter().find(|(_, keep)| *keep == self).map_or("", |(name, _)| name)
    }

    const fn takes(self, decision: Decision) -> bool {
        match self {
            Self::All => true,
            Self::Clear => matches!(decision, Decision::Clear),
            Self::NotClear => !matches!(decision, Decision::Clear),
            Self::Blocked => matches!(decision, Decision::Blocked),
            Self::Undecidable => matches!(decision, Decision::Undecidable),
        }
    }
}

/// What becomes of the rows that come back.
pub enum Way {
    /// They wait in a spool for the end.
    Spool,
    /// They wait there, and may be fetched for a day.
    Keep,
    /// They go out at once, piece by piece, to somebody on this runtime.
    Stream(mpsc::Sender<Vec<u8>>, Handle),
}

/// Is told how many rows were decided how.
pub type Watch = Arc<dyn Fn(Decision, u64) + Send + Sync>;

/// A screening under way.
pub struct Begun {
    /// The id of its certificate to be.
    pub id: Uuid,
    /// The state of the ledger that every decision will be true at.
    pub as_of: AsOf,
    /// Where the file goes in.
    pub feed: Feed,
    /// What comes of it.
    pub outcome: oneshot::Receiver<Result<Screened, Refusal>>,
}

/// Begins a screening: checks who asks for what, and settles the state of the
/// ledger that it is about.
///
/// # Errors
/// [`Refusal`]; then there is no certificate either.
pub async fn begin(
    app: &App,
    caller: &Caller,
    screening: Screening,
    way: Way,
    watch: Watch,
) -> Result<Begun, Refusal> {
    caller.require(&[Scope::ScreeningsRun])?;
    let quota = app.meter.quota(&caller.client, app.now());
    if let Some(left) = quota.filter(|quota: &meter::Quota| quota.remaining == 0) {
        return Err(Refusal::new(Code::QuotaExceeded).retry_after(left.reset_seconds));
    }
    app.caught_up_for(caller).await?;
    app.messages_known(ChannelSet::of(&[screening.channel])).await?;
    let basis = Basis::now(app, &screening.registers)?;
    let as_of = basis.as_of;
    if screening.changed_since.is_some_and(|since| !(0..=as_of.position).contains(&since)) {
        let detail = "Give a position from 0 to the newest one, which as_of tells.";
        let fault = Fault::new("/changed_since", "out_of_range", detail);
        return Err(Refusal::at(Code::Unprocessable, vec![fault]));
    }
    let controller = match &screening.controller {
        Some(name) => Some(binding::one(&app.memory().directory, caller, name)?.id),
        None if screening.options.controller_column.is_some() => None,
        None => {
            let detail = "Name the controller that wants to send, or with controller_column the column that does.";
            let fault = Fault::new("/controller", "required", detail);
            return Err(Refusal::at(Code::Unprocessable, vec![fault]));
        }
    };
    let since = Since::of(app, caller, screening.changed_since).await?;
    let id = random::uuid_v7(app.now());
    let kind = (screening.options.format, matches!(way, Way::Keep));
    let place = app.screenings.enter(id, &caller.client.id, kind, app.now())?;
    let job = run::Job {
        app: app.clone(),
        caller: caller.clone(),
        screening,
        controller,
        basis,
        since,
        id,
        begun_at: app.now(),
        watch,
    };
    let (feed, outcome) = run::start(job, way, place)?;
    Ok(Begun { id, as_of, feed, outcome })
}
