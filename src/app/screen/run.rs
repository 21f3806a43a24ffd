//! The run of one screening: cut, decided side by side, collected in order. No row
//! crosses a thread, only blocks of them, and never more than [`AHEAD`] of those.

use super::certificate::{self, Certificate};
use super::collect::Collector;
use super::failure::Failure;
use super::judge::{Counts, Hand, judge};
use super::kept::Place;
use super::{Screening, Watch, Way};
use crate::app::clients::Since;
use crate::app::listed::Basis;
use crate::app::refusal::{Code, Refusal};
use crate::app::{App, Caller};
use crate::domain::Time;
use crate::domain::decision::Decision;
use crate::tabular::campaign::{Block, Cutter, Fault, Layout};
use crate::tabular::spool::Spooled;
use sha2::{Digest, Sha256};
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Parts of the upload that wait to be cut.
const PARTS: usize = 4;
/// Blocks that are under way, on top of one for each thread that decides.
const AHEAD: usize = 3;
/// Threads that decide, at most.
const THREADS: usize = 8;

/// One screening, as every thread of it knows it.
pub(super) struct Job {
    pub(super) app: App,
    pub(super) caller: Caller,
    pub(super) screening: Screening,
    pub(super) controller: Option<Uuid>,
    pub(super) basis: Basis,
    pub(super) since: Option<Since>,
    pub(super) id: Uuid,
    pub(super) begun_at: Time,
    pub(super) watch: Watch,
}

/// Where a file goes in. Dropped before its end, the upload has broken off.
pub struct Feed(mpsc::Sender<Part>);

/// A part of a file.
pub(in crate::app) enum Part {
    /// The next bytes.
    Bytes(Vec<u8>),
    /// That was all.
    End,
}

impl Feed {
    /// A way in, and where its parts come out.
    pub(in crate::app) fn new() -> (Self, mpsc::Receiver<Part>) {
        let (feed, parts) = mpsc::channel(PARTS);
        (Self(feed), parts)
    }

    /// The next part; waits while the file comes faster than it is decided. False:
    /// the run is over, and the outcome says why.
    pub async fn push(&self, part: Vec<u8>) -> bool {
        self.0.send(Part::Bytes(part)).await.is_ok()
    }

    /// That was all.
    pub async fn end(self) {
        let _ = self.0.send(Part::End).await;
    }
}

/// What came of a screening whose certificate says `completed`.
pub struct Screened {
    /// The certificate.
    pub certificate: Certificate,
    /// The rows that come back, where they were spooled for the caller.
    pub result: Option<Spooled>,
}

/// What a run came to.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) counts: Counts,
    pub(super) received: u64,
    pub(super) received_digest: Option<[u8; 32]>,
    pub(super) sent: u64,
    pub(super) sent_digest: Option<[u8; 32]>,
    pub(super) layout: Option<Arc<Layout>>,
}

type Outcome = oneshot::Receiver<Result<Screened, Refusal>>;

/// Starts the threads.
pub(super) fn start(job: Job, way: Way, place: Place) -> Result<(Feed, Outcome), Refusal> {
    let (feed, parts) = Feed::new();
    let (tell, outcome) = oneshot::channel();
    let run = move || {
        let keep = matches!(way, Way::Keep);
        let (totals, collected) = collected(&job, way, parts);
        let told = end(&job, &totals, collected);
        // A kept result is there before anybody can be told that it is.
        let told = match told {
            Ok(mut screened) if keep => {
                place.keep(screened.result.take(), job.app.now());
                Ok(screened)
            }
            told => {
                drop(place);
                told
            }
        };
        let _ = tell.send(told);
    };
    let started = thread::Builder::new().name("screening".to_owned()).spawn(run);
    started.map_err(|error| {
        log::error!("a screening got no thread: {error}");
        Refusal::new(Code::Unavailable).retry_after(10)
    })?;
    Ok((feed, outcome))
}

/// Writes the certificate, counts what was asked, and says how it went.
fn end(
    job: &Job,
    totals: &Totals,
    collected: Result<Option<Spooled>, Failure>,
) -> Result<Screened, Refusal> {
    let counts = &totals.counts;
    let app = &job.app;
    app.meter.count(&job.caller.client.id, "screening", counts.identifiers, app.now());
    for decision in [Decision::Clear, Decision::Undecidable, Decision::Blocked] {
        (job.watch)(decision, counts.decided[decision as usize]);
    }
    let failure = collected.as_ref().err();
    let certificate = certificate::write(job, totals, failure);
    match collected {
        Err(failure) => {
            if let Err(refusal) = certificate {
                log::error!("the certificate of a failed screening: {:?}", refusal.code);
            }
            Err(failure.into())
        }
        Ok(result) => Ok(Screened { certificate: certificate?, result }),
    }
}

/// A block on its way to be decided.
struct Work {
    block: Block,
    done: SyncSender<Decided>,
}

/// What came of it.
pub(super) type Decided = Result<(Counts, Vec<u8>), Fault>;

/// What comes next in the file's order.
pub(super) enum Turn {
    Block(Arc<Layout>, Receiver<Decided>),
    End(Arc<Layout>),
    Failed(Failure),
}

/// What the threads of a run share.
pub(super) struct Shared<'a> {
    job: &'a Job,
    /// Nobody collects any more.
    over: AtomicBool,
    /// Buffers to be used again.
    spare: Mutex<Vec<Vec<u8>>>,
}

fn collected(
    job: &Job,
    way: Way,
    parts: mpsc::Receiver<Part>,
) -> (Totals, Result<Option<Spooled>, Failure>) {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS);
    let (give, work) = sync_channel::<Work>(threads);
    let (order, turns) = sync_channel::<Turn>(threads + AHEAD);
    let work = Mutex::new(work);
    let shared = Shared { job, over: AtomicBool::new(false), spare: Mutex::default() };
    thread::scope(|scope| {
        let cutting = scope.spawn(|| shared.cut(parts, give, order));
        for _ in 0..threads {
            scope.spawn(|| shared.decide(&work));
        }
        let mut collector = Collector::new(&shared, way);
        let ended = collector.collect(&turns);
        drop(turns);
        let Collector { mut totals, mut sink, hash, .. } = collector;
        let collected = ended.and_then(|()| sink.finish());
        if !matches!(collected, Ok(_) | Err(Failure::File(_))) {
            shared.over.store(true, Ordering::Relaxed);
        }
        if collected.is_ok() {
            totals.sent_digest = Some(hash.finalize().into());
        }
        drop(sink); // who waits for more need not wait for the certificate
        match cutting.join() {
            Ok((received, digest)) => {
                (totals.received, totals.received_digest) = (received, digest);
                (totals, collected)
            }
            Err(_) => (totals, Err(Failure::Broken)),
        }
    })
}

impl Shared<'_> {
    /// Cuts the upload into blocks, and hashes it. Of a file that cannot be read the
    /// rest is taken too: most clients send everything before they read an answer.
    fn cut(
        &self,
        mut parts: mpsc::Receiver<Part>,
        give: SyncSender<Work>,
        order: SyncSender<Turn>,
    ) -> (u64, Option<[u8; 32]>) {
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        let mut under_way = Some((Cutter::new(self.job.screening.options.clone()), give, order));
        let mut blocks = Vec::new();
        while let Some(part) = parts.blocking_recv() {
            if self.over.load(Ordering::Relaxed) {
                return (bytes, None);
            }
            let part = match part {
                Part::Bytes(part) => part,
                Part::End => {
                    if let Some((cutter, give, order)) = under_way.take() {
                        let end = match cutter.finish(&mut blocks) {
                            Ok(layout) => Turn::End(layout),
                            Err(fault) => Turn::Failed(Failure::File(fault)),
                        };
                        let _ = hand_over(&mut blocks, &give, &order) && order.send(end).is_ok();
                    }
                    return (bytes, Some(hash.finalize().into()));
                }
            };
            bytes += part.len() as u64;
            if let Some((cutter, give, order)) = &mut under_way {
                let cut = cutter.push(&part, &mut blocks);
                let mut goes_on = hand_over(&mut blocks, give, order);
                if let Err(fault) = cut {
                    let _ = order.send(Turn::Failed(Failure::File(fault)));
                    goes_on = false;
                }
                if !goes_on {
                    under_way = None;
                }
            }
            hash.update(&part);
        }
        if let Some((_, _, order)) = under_way {
            let _ = order.send(Turn::Failed(Failure::BrokenOff));
        }
        (bytes, None)
    }

    /// Decides block after block.
    fn decide(&self, work: &Mutex<Receiver<Work>>) {
        let mut hand = Hand::default();
        loop {
            let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Work { block, done }) = next else { return };
            let mut out = self.spare().pop().unwrap_or_default();
            out.clear();
            let counts = judge(self.job, &block, &mut hand, &mut out);
            let _ = done.send(counts.map(|counts| (counts, out)));
        }
    }

    pub(super) fn spare(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands blocks to whoever is free, and their results' places to the collector.
fn hand_over(blocks: &mut Vec<Block>, give: &SyncSender<Work>, order: &SyncSender<Turn>) -> bool {
    blocks.drain(..).all(|block| {
        let (done, result) = sync_channel(1);
        let layout = Arc::clone(block.layout());
        order.send(Turn::Block(layout, result)).is_ok() && give.send(Work { block, done }).is_ok()
    })
}
