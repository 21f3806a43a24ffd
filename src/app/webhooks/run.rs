//! What sends webhooks by itself, for as long as an instance serves.

use super::super::App;
use super::send::{Claimed, deliver};
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
/// How often it looks by itself: for what is due, and for what others have committed.
const GLANCE: Duration = Duration::from_secs(1);
/// How long it waits after one look before the next, whatever happens.
const BREATH: Duration = Duration::from_millis(20);
/// How long those on their way are waited for at the end; the others are sent again.
const GRACE: Duration = Duration::from_secs(2);

/// An endpoint that is sent to.
struct Lane {
    endpoint: Endpoint,
    /// How far its deliveries have been made.
    through: Position,
    free: usize,
}

/// What there is to do for it.
struct Work {
    endpoint: Endpoint,
    through: Position,
    claimed: Vec<Claimed>,
}

/// Makes and sends deliveries until `stop` is told, or gone.
pub async fn send_webhooks(app: App, mut stop: oneshot::Receiver<()>) {
    let mut moved = app.ledger.moved();
    let mut under_way = JoinSet::new();
    let mut lanes: HashMap<Uuid, Arc<Semaphore>> = HashMap::new();
    let mut through: HashMap<Uuid, Position> = HashMap::new();
    let mut failing = false;
    loop {
        tokio::select! {
            _ = &mut stop => break,
            Some(_) = under_way.join_next() => {}
            _ = moved.changed() => {}
            () = tokio::time::sleep(GLANCE) => {}
        }
        tokio::time::sleep(BREATH).await;
        moved.borrow_and_update();
        if !any(&app) || app.caught_up().await.is_err() {
            continue;
        }
        let mut all = Vec::new();
        for endpoint in active(&app) {
            let id = endpoint.webhook.id;
            let lane = lanes.entry(id).or_insert_with(|| Arc::new(Semaphore::new(LANES)));
            let free = lane.available_permits();
            let through = through.get(&id).copied().unwrap_or(0);
            all.push(Lane { endpoint, through, free });
        }
        let head = app.as_of().position;
        let work = app.waiting(move |instance| {
            let prepare = |lane| prepare(instance, lane, head);
            Ok(all.into_iter().map(prepare).collect::<Vec<_>>())
        });
        for work in work.await.unwrap_or_default() {
            let Work { endpoint, through: to, claimed } = match work {
                Ok(work) => work,
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        log::warn!("webhooks wait: {error}");
                    }
                    continue;
                }
            };
            failing = false;
            let id = endpoint.webhook.id;
            through.insert(id, to);
            for claimed in claimed {
                let Some(lane) = lanes.get(&id) else { continue };
                let (app, endpoint, lane) = (app.clone(), endpoint.clone(), Arc::clone(lane));
                let Ok(permit) = lane.try_acquire_owned() else { continue };
                under_way.spawn(async move {
                    deliver(app, endpoint, claimed).await;
                    drop(permit);
                });
            }
        }
    }
    let rest = async { while under_way.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, rest).await;
}

fn prepare(
    instance: &super::super::Instance,
    lane: Lane,
    head: Position,
) -> Result<Work, StoreError> {
    let Lane { endpoint, through, free } = lane;
    let through = instance.make_deliveries(&endpoint, through, head)?;
    let claimed = match free {
        0 => Vec::new(),
        free => instance.claim(endpoint.webhook.id, free)?,
    };
    Ok(Work { endpoint, through, claimed })
}

fn any(app: &App) -> bool {
    app.memory().webhooks.values().any(|endpoint| endpoint.webhook.disabled.is_none())
}

fn active(app: &App) -> Vec<Endpoint> {
    let memory = app.memory();
    let all = memory.webhooks.values();
    all.filter(|endpoint| endpoint.webhook.disabled.is_none()).cloned().collect()
}
