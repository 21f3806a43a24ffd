//! Screenings that are under way, and results that may still be fetched. All of it
//! is in this process alone: after a restart only certificates are left.

use super::certificate::read_screening;
use crate::app::refusal::{Code, Refusal};
use crate::app::{App, Caller};
use crate::domain::Time;
use crate::domain::client::Scope;
use crate::tabular::campaign::Format;
use crate::tabular::spool::Spooled;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// How long a result may be fetched.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// So many screenings may be under way at once, so many of one client …
const UNDER_WAY: usize = 16;
const OF_ONE_CLIENT: usize = 8;
/// … and so many results wait to be fetched.
const WAITING: usize = 128;

/// The screenings that this process knows of.
#[derive(Clone, Default)]
pub(crate) struct Screenings(Arc<Mutex<HashMap<Uuid, Known>>>);

struct Known {
    client: String,
    state: State,
}

enum State {
    UnderWay { begun_at: Time },
    Kept { result: Spooled, format: Format, until: Time },
}

/// How a screening stands.
pub enum Standing<T> {
    /// It is under way.
    UnderWay {
        /// Since when.
        begun_at: Time,
    },
    /// It has ended.
    Ended(T),
}

/// A screening's place among those under way, given up when this is dropped.
pub(super) struct Place {
    all: Screenings,
    id: Uuid,
    format: Format,
}

impl Screenings {
    /// Takes a place among those under way; `keep` says that the result is to wait.
    pub(super) fn enter(
        &self,
        id: Uuid,
        client: &str,
        (format, keep): (Format, bool),
        now: Time,
    ) -> Result<Place, Refusal> {
        let mut all = self.known();
        let under_way = |known: &&Known| matches!(known.state, State::UnderWay { .. });
        let running = all.values().filter(under_way).count();
        let own = all.values().filter(under_way).filter(|known| known.client == client).count();
        if running >= UNDER_WAY || own >= OF_ONE_CLIENT || keep && all.len() >= WAITING {
            let detail =
                "Too many screenings are under way, or too many results wait to be fetched.";
            return Err(Refusal::saying(Code::Unavailable, detail).retry_after(30));
        }
        let state = State::UnderWay { begun_at: now };
        all.insert(id, Known { client: client.to_owned(), state });
        drop(all);
        Ok(Place { all: self.clone(), id, format })
    }

    /// Drops results whose time is over.
    pub(crate) fn forget(&self, now: Time) {
        let due =
            |known: &Known| matches!(&known.state, State::Kept { until, .. } if *until <= now);
        self.known().retain(|_, known| !due(known));
    }

    /// Since when a screening of this client is under way.
    pub(super) fn under_way(&self, id: Uuid, client: Option<&str>) -> Option<Time> {
        let all = self.known();
        let known = all.get(&id).filter(|known| client.is_none_or(|own| known.client == own))?;
        match known.state {
            State::UnderWay { begun_at } => Some(begun_at),
            State::Kept { .. } => None,
        }
    }

    fn kept(&self, id: Uuid, client: &str) -> Option<(Spooled, Format)> {
        let all = self.known();
        match &all.get(&id).filter(|known| known.client == client)?.state {
            State::Kept { result, format, .. } => Some((result.clone(), *format)),
            State::UnderWay { .. } => None,
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Keeps the result for whoever comes for it.
    pub(super) fn keep(self, result: Option<Spooled>, now: Time) {
        let Some(result) = result else { return };
        if let Some(known) = self.all.known().get_mut(&self.id) {
            known.state = State::Kept { result, format: self.format, until: now + KEPT };
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.all.known();
        if matches!(all.get(&self.id), Some(Known { state: State::UnderWay { .. }, .. })) {
            all.remove(&self.id);
        }
    }
}

/// The result of a screening that the caller ran and did not wait for.
///
/// # Errors
/// [`Code::NotFound`] for another's and for none; [`Code::ResultGone`] where only the
/// certificate is left.
pub async fn read_screening_result(
    app: &App,
    caller: &Caller,
    id: Uuid,
) -> Result<Standing<(Spooled, Format)>, Refusal> {
    caller.require(&[Scope::ScreeningsRun])?;
    app.caught_up_for(caller).await?;
    if let Some(kept) = app.screenings.kept(id, &caller.client.id) {
        return Ok(Standing::Ended(kept));
    }
    match read_screening(app, caller, id).await? {
        Standing::UnderWay { begun_at } => Ok(Standing::UnderWay { begun_at }),
        Standing::Ended(certificate) if certificate.client != caller.client.id => {
            Err(Refusal::new(Code::NotFound))
        }
        Standing::Ended(_) => Err(Refusal::new(Code::ResultGone)),
    }
}
