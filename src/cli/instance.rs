//! Reaching an instance: the one that serves, or one of our own.

use super::client::Api;
use super::failure::{Failure, Outcome};
use super::first_start::{self, Need};
use super::owner::{Errand, NotOwner, Owner};
use super::serving::Serving;
use super::socket::Socket;
use crate::app::shred::Retention;
use crate::app::{App, Hearing, LARGEST_GROUP, Opening, Settings};
use crate::config::{Asking, Place};
use crate::domain::identifier::KindSet;
use crate::http::server::ServerOptions;
use crate::ledger::guard::Rollback;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a command waits for another process that is about to answer, or to end: who
/// comes first reads the whole ledger, and several may have come before.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it looks.
const GLANCE: Duration = Duration::from_millis(40);

/// An instance in this process. Its fields are dropped in order: the lock last.
pub(super) struct Instance {
    /// Its use cases.
    pub app: App,
    /// The public id of its root key.
    pub root_key_id: String,
    /// The file that was read from.
    pub root_key_file: PathBuf,
    _owner: Option<Owner>,
}

/// Whoever answers.
enum Reached {
    /// A process that serves.
    Other(Api),
    /// We may bring it up.
    Ours(Option<Owner>),
}

/// Does something with an instance, whoever it is served by.
pub(super) fn with<T>(
    asking: &Asking,
    need: Need,
    work: impl FnOnce(&Api) -> Outcome<T>,
) -> Outcome<T> {
    with_url(asking, need, None, work)
}

/// The same, for what depends on the URL by which the instance is known.
pub(super) fn with_url<T>(
    asking: &Asking,
    need: Need,
    public_url: Option<&str>,
    work: impl FnOnce(&Api) -> Outcome<T>,
) -> Outcome<T> {
    with_settings(asking, need, nobody(public_url), work)
}

/// The same, for what depends on the kinds that the instance must not hold.
pub(super) fn with_refused<T>(
    asking: &Asking,
    need: Need,
    refused: KindSet,
    work: impl FnOnce(&Api) -> Outcome<T>,
) -> Outcome<T> {
    with_settings(asking, need, Settings { refused, ..nobody(None) }, work)
}

/// The same, for what depends on where webhooks may go.
pub(super) fn with_hearing<T>(
    asking: &Asking,
    need: Need,
    hearing: Hearing,
    work: impl FnOnce(&Api) -> Outcome<T>,
) -> Outcome<T> {
    with_settings(asking, need, Settings { hearing, ..nobody(None) }, work)
}

/// The same, with settings of its own.
pub(super) fn with_settings<T>(
    asking: &Asking,
    need: Need,
    settings: Settings,
    work: impl FnOnce(&Api) -> Outcome<T>,
) -> Outcome<T> {
    let owner = match reach(asking, need)? {
        Reached::Other(api) => return work(&api),
        Reached::Ours(owner) => owner,
    };
    let instance = Instance::open(&asking.place, need, owner, settings)?;
    let outcome = instance.locally(asking, work);
    instance.close();
    outcome
}

impl Instance {
    /// Opens the instance at this place.
    pub(super) fn open(
        place: &Place,
        need: Need,
        owner: Option<Owner>,
        settings: Settings,
    ) -> Outcome<Self> {
        let prepared = match place.database_url() {
            Some(url) => first_start::postgresql(place, url, need)?,
            None => first_start::embedded(place, need)?,
        };
        let (begun, opening) = prepared.into_opening(settings, place.state());
        let root_key_id = opening.root_key.id();
        let app = App::open(opening).map_err(|error| Failure::refused(error.to_string()))?;
        begun.finish(place);
        Ok(Self { app, root_key_id, root_key_file: begun.root_key_file, _owner: owner })
    }

    /// Opens one that is there, also where its database was put back to an older
    /// state: how is told.
    pub(super) fn open_older(
        place: &Place,
        owner: Option<Owner>,
    ) -> Outcome<(Self, Option<Rollback>)> {
        let prepared = match place.database_url() {
            Some(url) => first_start::postgresql(place, url, Need::Read)?,
            None => first_start::embedded(place, Need::Read)?,
        };
        let (begun, opening) = prepared.into_opening(nobody(None), place.state());
        let root_key_id = opening.root_key.id();
        let opened = App::open_older(opening);
        let (app, rollback) = opened.map_err(|error| Failure::refused(error.to_string()))?;
        let root_key_file = begun.root_key_file;
        Ok((Self { app, root_key_id, root_key_file, _owner: owner }, rollback))
    }

    /// Serves on a socket of its own for as long as the work takes. Not on the
    /// folder's: another command would find it, and be cut off when we end.
    fn locally<T>(&self, asking: &Asking, work: impl FnOnce(&Api) -> Outcome<T>) -> Outcome<T> {
        let folder = tempfile::tempdir().map_err(|error| no_socket(&error))?;
        let socket = Socket::of(folder.path()).map_err(|error| no_socket(&error))?;
        let options = ServerOptions {
            socket: Some(socket.path()),
            workers: Some(1),
            ..ServerOptions::default()
        };
        let api = Api::over(socket, asking.actor())?;
        let serving = Serving::start(&self.app, options)?;
        let outcome = work(&api);
        serving.stop()?;
        outcome
    }

    /// Commits what was accepted. For the end, when nothing serves any more.
    pub(super) fn close(self) {
        self.app.close();
    }
}

/// The settings of an instance by which nothing is recorded about persons.
fn nobody(public_url: Option<&str>) -> Settings {
    Settings {
        public_url: public_url.unwrap_or(crate::config::USUAL_URL).to_owned(),
        refused: KindSet::NONE,
        seal_personnummer: false,
        // And nothing is shredded by the way: how long things are kept is what
        // `serve` was told.
        retention: Retention::default(),
        hearing: Hearing::default(),
    }
}

/// Takes the folder of an embedded instance for a command that no server may
/// run beside; `None` on PostgreSQL.
pub(super) fn take_alone(place: &Place) -> Outcome<Option<Owner>> {
    if place.database_url().is_some() {
        return Ok(None);
    }
    wait_for(place, || match Owner::take(place.data(), Errand::Command) {
        Ok(owner) => Some(Ok(Some(owner))),
        Err(NotOwner::Held(Some((Errand::Serve, process)))) => {
            let folder = place.data().display();
            Some(Err(Failure::refused(format!(
                "process {process} serves the data folder {folder}: stop it first"
            ))))
        }
        Err(NotOwner::Held(_)) => None,
        Err(NotOwner::Unusable(error)) => Some(Err(unusable(place, &error))),
    })
}

/// Takes the folder of an embedded instance, in order to serve; `None` on
/// PostgreSQL, which any number may serve.
pub(super) fn take(place: &Place) -> Outcome<Option<Owner>> {
    if let Some(url) = place.database_url() {
        first_start::parse(url)?;
        return Ok(None);
    }
    first_start::folder(place, Need::Write)?;
    wait_for(place, || match Owner::take(place.data(), Errand::Serve) {
        Ok(owner) => Some(Ok(Some(owner))),
        Err(NotOwner::Held(Some((Errand::Serve, process)))) => {
            let folder = place.data().display();
            Some(Err(Failure::refused(format!(
                "the data folder {folder} has an owner: process {process} serves it. Commands go \
                 through that one; to serve it here, stop it there"
            ))))
        }
        Err(NotOwner::Held(_)) => None,
        Err(NotOwner::Unusable(error)) => Some(Err(unusable(place, &error))),
    })
}

fn reach(asking: &Asking, need: Need) -> Outcome<Reached> {
    let place = &asking.place;
    if let Some(url) = place.database_url() {
        first_start::parse(url)?;
        return Ok(Reached::Ours(None));
    }
    first_start::folder(place, need)?;
    wait_for(place, || {
        let socket = match Socket::of(place.data()) {
            Ok(socket) => socket,
            Err(error) => return Some(Err(unusable(place, &error))),
        };
        if socket.answers() {
            return Some(Api::over(socket, asking.actor()).map(Reached::Other));
        }
        match Owner::take(place.data(), Errand::Command) {
            Ok(owner) => Some(Ok(Reached::Ours(Some(owner)))),
            Err(NotOwner::Held(_)) => None,
            Err(NotOwner::Unusable(error)) => Some(Err(unusable(place, &error))),
        }
    })
}

/// Asks again and again while another process holds the folder and does not
/// answer: it is about to, or about to end.
fn wait_for<T>(place: &Place, mut ask: impl FnMut() -> Option<Outcome<T>>) -> Outcome<T> {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        if begun.elapsed() > PATIENCE {
            return Err(Failure::refused(format!(
                "another process owns the data folder {} and does not answer: it is starting, \
                 stopping, or at another command. Try again in a while",
                place.data().display()
            )));
        }
        std::thread::sleep(GLANCE);
    }
}

fn unusable(place: &Place, error: &std::io::Error) -> Failure {
    let folder = place.data().display();
    Failure::refused(format!("the data folder {folder} cannot be used: {error}"))
}

fn no_socket(error: &std::io::Error) -> Failure {
    Failure::refused(format!("no local socket could be made: {error}"))
}

/// What an instance is opened with, and what is left to do then.
impl first_start::Prepared {
    fn into_opening(
        self,
        settings: Settings,
        state: Option<PathBuf>,
    ) -> (first_start::Begun, Opening) {
        let (database, create, root_key) = (self.database, self.create, self.root_key);
        let opening =
            Opening { database, create, root_key, settings, state, largest_group: LARGEST_GROUP };
        (self.begun, opening)
    }
}
