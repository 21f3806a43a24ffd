//! What Nejtack does, a use case a file. Knows no HTTP and no SQL; clock and
//! randomness come with [`App`].

pub mod access;
pub mod add_identifiers;
pub mod annul;
mod asked;
pub mod audit;
mod backlog;
mod binding;
pub mod caller;
mod certified;
pub mod changes;
pub mod clients;
pub mod commit;
pub mod controllers;
mod direct_given;
pub mod event;
mod ground;
pub mod groups;
pub mod key_status;
mod listed;
pub mod look_up;
pub mod meter;
mod open;
mod originals;
mod paging;
mod proxy_given;
pub mod read_log;
pub mod read_objection;
mod reasons;
pub mod record;
pub mod record_objection;
pub mod refusal;
pub mod registers;
pub mod restore;
pub mod review;
pub mod rotate;
pub mod screen;
pub mod shred;
pub mod sms;
pub mod transfer;
pub mod unsubscribe_links;
mod verified;
pub mod verify;
mod visible;
pub mod webhooks;
pub mod withdraw;

pub use crate::ledger::LARGEST_GROUP;
pub use caller::Caller;
pub use commit::{Committed, Envelope};
pub use direct_given::DirectGiven;
pub use open::{OpenError, Opening};
pub use proxy_given::ProxyGiven;

use crate::crypto::keyring::Keyring;
use crate::crypto::token::{TokenSigner, TokenVerifier};
use crate::domain::Time;
use crate::domain::client::Client;
use crate::domain::identifier::KindSet;
use crate::domain::identifier::Rules;
use crate::ledger::Ledger;
use crate::ledger::memory::Memory;
use crate::store::StoreError;
use refusal::{Code, Refusal};
use std::ops::Deref;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLockReadGuard};
use std::time::Duration;

/// What can be set about an instance.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where callers reach it, without a slash at the end: issuer and audience
    /// of its tokens.
    pub public_url: String,
    /// Kinds of identifier that this instance must not hold.
    pub refused: KindSet,
    /// Whether personnummer are sealed among the originals; they are tagged anyway.
    pub seal_personnummer: bool,
    /// How long originals are kept.
    pub retention: shred::Retention,
    /// How others hear of changes.
    pub hearing: Hearing,
}

/// What can be set about how others hear of changes.
#[derive(Debug, Clone, Copy)]
pub struct Hearing {
    /// How old the oldest change may be that a consumer has not acknowledged, before it
    /// counts as lagging.
    pub consumer_lag_bound: Duration,
    /// Whether webhooks may go into private networks, and over plain http.
    pub allow_private: bool,
    /// Whether webhooks are neither made nor sent: for a copy that is only looked at.
    pub hold_webhooks: bool,
}

impl Default for Hearing {
    /// A day, and no, and no.
    fn default() -> Self {
        Self {
            consumer_lag_bound: Duration::from_secs(86_400),
            allow_private: false,
            hold_webhooks: false,
        }
    }
}

/// One instance of Nejtack. Cheap to clone: all clones are the same instance.
#[derive(Clone)]
pub struct App(Arc<Instance>);

/// What an instance consists of.
pub struct Instance {
    ledger: Ledger,
    signer: TokenSigner,
    verifier: TokenVerifier,
    verified: verified::Verified,
    settings: Settings,
    meter: meter::Meter,
    /// Whether something was shredded that SQLite's write-ahead log may still hold.
    unfolded: AtomicBool,
    rotating: rotate::Rotating,
    screenings: screen::Screenings,
    lags: changes::Lags,
    backlog: backlog::Backlog,
    outgoing: webhooks::Outgoing,
    loads: registers::Loads,
    unread: sms::NewestUnread,
    clock: fn() -> Time,
}

/// The state of the ledger that an answer is true at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// Its newest entry.
    pub position: i64,
    /// That entry's time.
    pub time: Time,
}

impl Deref for App {
    type Target = Instance;
    fn deref(&self) -> &Instance {
        &self.0
    }
}

impl App {
    /// Runs what waits for the database on a thread that may wait.
    async fn waiting<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Instance) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let instance = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || work(&instance)).await;
        done.unwrap_or_else(|_| Err(Refusal::new(Code::Internal)))
    }

    /// Brings memory up to every entry acknowledged before this call.
    async fn caught_up(&self) -> Result<(), Refusal> {
        if self.ledger.fresh().is_some() {
            return Ok(());
        }
        self.ledger.caught_up().await.map_err(|error| match error.is_transient() {
            true => Refusal::from(error),
            // Rows that this version cannot read, or a database that was put
            // back to an older state: nothing can be answered, never `clear`.
            false => not_ready(&error),
        })
    }

    /// The same, and judges the caller again by what came to light: another
    /// instance may have shut the client out since the token was read.
    async fn caught_up_for(&self, caller: &Caller) -> Result<(), Refusal> {
        self.caught_up().await?;
        let out = |client: &Arc<Client>| client.disabled;
        if !caller.local && self.memory().client(&caller.client.id).is_none_or(out) {
            return Err(Refusal::new(Code::Unauthorized));
        }
        Ok(())
    }
}

impl Instance {
    /// What was set about this instance.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Time {
        (self.clock)()
    }

    /// The newest entry this instance knows.
    #[must_use]
    pub fn as_of(&self) -> AsOf {
        let (position, time) = self.ledger.as_of();
        AsOf { position, time }
    }

    /// Whether this instance can answer now. May wait for the database.
    ///
    /// # Errors
    /// [`Code::NotReady`], and why.
    pub fn ready(&self) -> Result<(), Refusal> {
        if !self.ledger.takes_submissions() {
            let detail = "Nothing can be recorded any more: this instance is closing or broken.";
            return Err(Refusal::saying(Code::NotReady, detail).retry_after(5));
        }
        self.ledger.catch_up().map_err(|error| not_ready(&error))
    }

    /// What an instance does by itself every few seconds: keeps the use that was
    /// counted, follows what other instances wrote, forgets old idempotency keys.
    /// Waits for the database.
    pub fn housekeeping(&self) {
        self.meter.flush(self.ledger.store());
        if self.ledger.fresh().is_none()
            && let Err(error) = self.ledger.catch_up()
        {
            log::warn!("cannot follow the ledger: {error}");
        }
        if self.ledger.fresh().is_none()
            && let Err(error) = self.ledger.keep_newest()
        {
            log::warn!("the newest checkpoint cannot be read: {error}");
        }
        let past = (self.now() - commit::KEYS_KEPT).timestamp_micros();
        let forget = |conn: &mut _| crate::store::idempotency::forget_before(conn, past);
        if let Err(error) = self.ledger.store().write(forget) {
            log::warn!("old idempotency keys stay: {error}");
        }
        self.forget_shredded();
        self.screenings.forget(self.now());
        if let Err(error) = self.measure_lags() {
            log::warn!("how far consumers have come cannot be read: {error}");
        }
        if let Err(error) = self.measure_backlog() {
            log::warn!("how much waits for review cannot be read: {error}");
        }
        self.sweep_registers();
    }

    /// Commits what was accepted and keeps the use that was counted. For the
    /// end, after the server stopped.
    pub fn close(&self) {
        self.rotating.end();
        self.ledger.close();
        self.meter.flush(self.ledger.store());
    }

    /// The keys as they are now.
    fn keyring(&self) -> Arc<Keyring> {
        self.ledger.keys().ring()
    }

    fn memory(&self) -> RwLockReadGuard<'_, Memory> {
        self.ledger.memory()
    }

    /// The day it is in Sweden.
    fn today(&self) -> chrono::NaiveDate {
        day_of(self.now())
    }

    /// The rules by which identifiers are read for a region.
    fn rules<'a>(&self, region: &'a str) -> Rules<'a> {
        Rules { region, other_regions: &[], today: self.today(), refused: self.settings.refused }
    }
}

/// The day of a moment in Sweden.
fn day_of(time: Time) -> chrono::NaiveDate {
    time.with_timezone(&chrono_tz::Europe::Stockholm).date_naive()
}

/// An instance that cannot follow the ledger answers nothing.
fn not_ready(error: &StoreError) -> Refusal {
    log::warn!("not ready: {error}");
    Refusal::saying(Code::NotReady, "The database cannot be reached or read.").retry_after(5)
}

impl From<StoreError> for Refusal {
    /// What the caller is told of a failing store; what failed goes to the log.
    fn from(error: StoreError) -> Self {
        log::error!("store: {error}");
        match error {
            StoreError::CommitUnknown => Self::saying(
                Code::Unavailable,
                "Whether this was recorded is not known. Send it again with the same reference or Idempotency-Key.",
            )
            .retry_after(5),
            error if error.is_transient() => Self::new(Code::Unavailable).retry_after(2),
            _ => Self::new(Code::Internal),
        }
    }
}
