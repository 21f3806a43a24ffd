//! What sends webhooks by itself, for as long as an instance serves.

use super::super::App;
use super::pass::{Lane, Passed};
use super::send::{Ended, deliver};
use crate::domain::Position;
use crate::ledger::memory::Endpoint;
use crate::store::StoreError;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Messages that are on their way to one endpoint at a time. Each endpoint has lanes of
/// its own, so that one that is slow is slow for itself.
const LANES: usize = 4;
/// Deliveries that are taken for one endpoint at a time: more than it has lanes, so that
/// these are not empty until the next pass.
const AHEAD: usize = 12;
/// How often it looks by itself: for what is due, and for what others have committed.
const GLANCE: Duration = Duration::from_secs(1);
/// How long it waits after one look before the next, whatever happens.
const BREATH: Duration = Duration::from_millis(20);
/// How long those on their way are waited for at the end; the others are sent again.
const GRACE: Duration = Duration::from_secs(2);

/// What is kept of an endpoint from one pass to the next.
struct Kept {
    lanes: Arc<Semaphore>,
    /// Room for deliveries that are taken and not settled.
    room: Arc<Semaphore>,
    /// How far its deliveries have been made.
    through: Position,
}

/// Makes and sends deliveries until `stop` is told, or gone.
pub async fn send_webhooks(app: App, mut stop: oneshot::Receiver<()>) {
    if app.settings.hearing.hold_webhooks {
        let _ = stop.await;
        return;
    }
    let mut moved = app.ledger.moved();
    let mut rounds = Rounds {
        app: app.clone(),
        kept: HashMap::new(),
        under_way: JoinSet::new(),
        ended: Vec::new(),
        turn: 0,
        failing: false,
    };
    let mut more = false;
    loop {
        if !more {
            tokio::select! {
                _ = &mut stop => break,
                Some(done) = rounds.under_way.join_next() => rounds.ended.extend(done.ok()),
                _ = moved.changed() => {}
                () = tokio::time::sleep(GLANCE) => {}
            }
        }
        tokio::select! {
            _ = &mut stop => break,
            () = tokio::time::sleep(BREATH) => {}
        }
        moved.borrow_and_update();
        more = rounds.round().await;
    }
    rounds.end().await;
}

/// Pass after pass.
struct Rounds {
    app: App,
    kept: HashMap<Uuid, Kept>,
    under_way: JoinSet<Ended>,
    /// What has ended and is not settled.
    ended: Vec<Ended>,
    /// With which endpoint the next pass begins.
    turn: usize,
    failing: bool,
}

impl Rounds {
    /// One pass, and sends what was taken; whether there is more to do right away.
    async fn round(&mut self) -> bool {
        while let Some(done) = self.under_way.try_join_next() {
            self.ended.extend(done.ok());
        }
        let idle = active(&self.app).is_empty() && self.ended.is_empty();
        if idle || self.app.caught_up().await.is_err() {
            return false;
        }
        let lanes = self.lanes(active(&self.app));
        let (count, endpoints) = (lanes.len(), endpoints_of(&lanes));
        let Some(passed) = self.pass(lanes).await else { return false };
        if let Some(error) = &passed.failed {
            self.fails(error);
        } else {
            self.failing = false;
        }
        self.turn = (self.turn + passed.next) % count.max(1);
        for (endpoint, (through, claimed)) in endpoints.into_iter().zip(passed.lanes) {
            if let Some(kept) = self.kept.get_mut(&endpoint.webhook.id) {
                kept.through = through;
                for claimed in claimed {
                    let Ok(room) = Arc::clone(&kept.room).try_acquire_owned() else { break };
                    let (app, place) = (self.app.clone(), (Arc::clone(&kept.lanes), room));
                    self.under_way.spawn(deliver(app, endpoint.clone(), claimed, place));
                }
            }
        }
        passed.more
    }

    /// Those that are sent to, beginning with the one whose turn it is.
    fn lanes(&mut self, mut endpoints: Vec<Endpoint>) -> Vec<Lane> {
        endpoints.sort_by_key(|endpoint| endpoint.registered);
        let first = self.turn % endpoints.len().max(1);
        endpoints.rotate_left(first);
        let lane = |endpoint: Endpoint| {
            let kept = self.kept.entry(endpoint.webhook.id).or_insert_with(|| Kept {
                lanes: Arc::new(Semaphore::new(LANES)),
                room: Arc::new(Semaphore::new(AHEAD)),
                through: 0,
            });
            Lane { endpoint, through: kept.through, room: kept.room.available_permits() }
        };
        endpoints.into_iter().map(lane).collect()
    }

    /// Does a pass, and settles what has ended; what could not be settled is kept.
    async fn pass(&mut self, lanes: Vec<Lane>) -> Option<Passed> {
        let ended = std::mem::take(&mut self.ended);
        let head = self.app.as_of().position;
        let passed = self.app.waiting(move |instance| {
            let passed = instance.pass(&lanes, &ended, head);
            Ok((passed, ended))
        });
        let (passed, ended) = passed.await.ok()?;
        match passed {
            Ok(passed) => Some(passed),
            Err(error) => {
                self.ended = ended;
                self.fails(&error);
                None
            }
        }
    }

    /// Says so once, and not with every pass.
    fn fails(&mut self, error: &StoreError) {
        if !std::mem::replace(&mut self.failing, true) {
            log::warn!("webhooks wait: {error}");
        }
    }

    /// Waits a moment for those on their way, and gives back what was not sent.
    async fn end(mut self) {
        for kept in self.kept.values() {
            kept.lanes.close();
        }
        let rest = async {
            while let Some(done) = self.under_way.join_next().await {
                self.ended.extend(done.ok());
            }
        };
        let _ = tokio::time::timeout(GRACE, rest).await;
        let _ = self.pass(Vec::new()).await;
    }
}

fn endpoints_of(lanes: &[Lane]) -> Vec<Endpoint> {
    lanes.iter().map(|lane| lane.endpoint.clone()).collect()
}

fn active(app: &App) -> Vec<Endpoint> {
    let memory = app.memory();
    let all = memory.webhooks.values();
    all.filter(|endpoint| endpoint.webhook.disabled.is_none()).cloned().collect()
}
