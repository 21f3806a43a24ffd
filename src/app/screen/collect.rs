//! Takes what came of blocks in the file's order: hashes it, and passes it on.

use super::Way;
use super::failure::Failure;
use super::run::{Shared, Totals, Turn};
use crate::tabular::campaign::Layout;
use crate::tabular::spool::{Spool, Spooled};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long a client may leave a piece of its answer untaken: threads wait with it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Takes results in the file's order.
pub(super) struct Collector<'a> {
    shared: &'a Shared<'a>,
    pub(super) totals: Totals,
    pub(super) sink: Sink,
    pub(super) hash: Sha256,
}

pub(super) enum Sink {
    Spool(Option<Spool>),
    Stream(mpsc::Sender<Vec<u8>>, Handle),
}

impl<'a> Collector<'a> {
    pub(super) fn new(shared: &'a Shared<'a>, way: Way) -> Self {
        let sink = match way {
            Way::Spool | Way::Keep => Sink::Spool(Some(Spool::new())),
            Way::Stream(sender, runtime) => Sink::Stream(sender, runtime),
        };
        Self { shared, totals: Totals::default(), sink, hash: Sha256::new() }
    }

    pub(super) fn collect(&mut self, turns: &Receiver<Turn>) -> Result<(), Failure> {
        loop {
            match turns.recv() {
                Ok(Turn::Block(layout, result)) => {
                    self.begun(&layout)?;
                    let decided = result.recv().map_err(|_| Failure::Broken)?;
                    let (counts, out) = decided.map_err(Failure::File)?;
                    self.totals.counts.add(counts);
                    self.pass_on(out)?;
                }
                Ok(Turn::End(layout)) => return self.begun(&layout),
                Ok(Turn::Failed(failure)) => return Err(failure),
                Err(_) => return Err(Failure::Broken),
            }
        }
    }

    /// Before the first row comes the heading.
    fn begun(&mut self, layout: &Arc<Layout>) -> Result<(), Failure> {
        if self.totals.layout.is_some() {
            return Ok(());
        }
        self.totals.layout = Some(Arc::clone(layout));
        let mut heading = Vec::new();
        layout.heading(&mut heading);
        self.pass_on(heading)
    }

    fn pass_on(&mut self, out: Vec<u8>) -> Result<(), Failure> {
        if out.is_empty() {
            return Ok(());
        }
        self.hash.update(&out);
        self.totals.sent += out.len() as u64;
        match &mut self.sink {
            Sink::Stream(sender, _) if sender.is_closed() => Err(Failure::Untaken),
            Sink::Stream(sender, runtime) => {
                // The timer must be made on the runtime.
                let sending = async { timeout(PATIENCE, sender.send(out)).await };
                let taken = runtime.block_on(sending);
                taken.map_err(|_| Failure::Untaken)?.map_err(|_| Failure::Untaken)
            }
            Sink::Spool(spool) => {
                let mut own = spool.take().ok_or(Failure::Broken)?;
                if own.push(&out) {
                    own = own.settle().map_err(Failure::Disk)?;
                }
                *spool = Some(own);
                self.shared.spare().push(out);
                Ok(())
            }
        }
    }
}

impl Sink {
    pub(super) fn finish(&mut self) -> Result<Option<Spooled>, Failure> {
        match self {
            Self::Stream(..) => Ok(None),
            Self::Spool(spool) => {
                let spool = spool.take().ok_or(Failure::Broken)?;
                spool.read_back().map(Some).map_err(Failure::Disk)
            }
        }
    }
}
