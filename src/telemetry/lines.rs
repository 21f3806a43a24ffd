//! Lines on their way to stderr: written by a thread of their own, many at a time,
//! since a system call a line would be a tenth of what a look-up costs.
//!
//! A line is out within milliseconds; a warning or an error at once, with all before
//! it, so that what led to an end is told.

use log::{Level, Log, Metadata, Record};
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long lines gather.
const GATHERING: Duration = Duration::from_millis(5);
/// More than this does not gather: who has more to say writes it out first.
const MOST: usize = 1024 * 1024;

/// The lines that are not written yet.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<Shared>);

#[derive(Default)]
struct Shared {
    lines: Mutex<Vec<u8>>,
    some: Condvar,
    /// Held while writing, so that lines stay in order.
    writing: Mutex<()>,
}

impl Lines {
    /// Lines that a thread writes to stderr.
    pub(super) fn start() -> std::io::Result<Self> {
        let lines = Self::default();
        let own = lines.clone();
        std::thread::Builder::new().name("log".into()).spawn(move || own.run())?;
        Ok(lines)
    }

    fn run(&self) {
        loop {
            let waiting = held(&self.0.lines);
            let some = self.0.some.wait_while(waiting, |lines| lines.is_empty());
            drop(some.unwrap_or_else(PoisonError::into_inner));
            std::thread::sleep(GATHERING);
            self.write_out();
        }
    }

    /// Writes what has gathered.
    pub(super) fn write_out(&self) {
        let _one = held(&self.0.writing);
        let lines = std::mem::take(&mut *held(&self.0.lines));
        // A log that cannot be written stops nobody.
        let _ = std::io::stderr().write_all(&lines);
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let mut lines = held(&self.0.lines);
        lines.extend_from_slice(line);
        let (first, many) = (lines.len() == line.len(), lines.len() > MOST);
        drop(lines);
        if first {
            self.0.some.notify_one();
        }
        if many {
            self.write_out();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(()) // the logger says so after each line
    }
}

/// A logger whose lines gather, but for those that somebody should see at once.
pub(super) struct Gathering {
    pub(super) logger: env_logger::Logger,
    pub(super) lines: Lines,
}

impl Log for Gathering {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.logger.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        self.logger.log(record);
        if record.level() <= Level::Warn {
            self.lines.write_out();
        }
    }

    fn flush(&self) {
        self.lines.write_out();
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
