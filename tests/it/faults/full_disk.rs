//! A disk that fills up: intake says so and waits, look-ups go on, nothing that
//! was acknowledged is lost, and when there is room again so does intake.

use super::ask::{Acknowledged, Caller, Heard, person};
use super::checks::{is_whole, missing, not_blocked, verify};
use super::disk::Disk;
use super::instance::{Instance, Server};
use std::time::{Duration, Instant};

/// The disk, in MiB.
const SIZE: usize = 16;
/// Pages that are left to be filled by posting: room for a WAL of full length
/// and for folding it back a time or two.
const TO_POST: u64 = 1_060;
/// Pages that are left free, one after the other: the intake then fails at
/// another place each time. `cargo test` tries the first of them.
const LEFT: [u64; 16] = [0, 20, 7, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13, 16, 40];
const SOME: usize = 3;
/// More than this fits on no such disk.
const MOST: usize = 20_000;
/// A batch of so many lines has answers that wait in a file.
const LINES: usize = 250;
/// How long the service may take to recover.
const RECOVERY: Duration = Duration::from_secs(60);

/// What was said so far.
struct Said<'a> {
    server: &'a Server,
    acknowledged: Vec<Acknowledged>,
    refused: usize,
}

#[test]
fn a_full_disk_stops_intake_and_nothing_else() {
    let disk = match Disk::new(SIZE) {
        Ok(disk) => disk,
        Err(why) => {
            super::tell(&format!("full-disk: NOT RUN, since there is no disk to fill: {why}"));
            return;
        }
    };
    let begun = Instant::now();
    let instance = Instance::prepared().copy_to(disk);
    let server = instance.serve();
    let mut said = Said { server: &server, acknowledged: Vec::new(), refused: 0 };
    assert_eq!(said.post("d-before").refused, 0);

    let left = if super::is_full() { &LEFT[..] } else { &LEFT[..SOME] };
    for (number, &leave) in left.iter().enumerate() {
        instance.disk().fill(leave);
        said.until_it_is_full(&format!("d-{number}"));
        said.still_answers();
        said.batch_that_needs_a_file(&format!("b-{number}"));
        instance.disk().free();
        said.recovers(&format!("r-{number}"));
    }

    instance.disk().fill(TO_POST);
    let by_posting = said.until_it_is_full("p");
    said.still_answers();
    // A crash while it is full: what it left there is enough to start with.
    let Said { acknowledged, refused, .. } = said;
    server.kill();
    let server = instance.serve();
    let mut said = Said { server: &server, acknowledged, refused };
    said.still_answers();
    instance.disk().free();
    said.recovers("r-p");

    let Said { acknowledged, refused, .. } = said;
    assert_eq!(missing(&server, &acknowledged), [""; 0]);
    server.kill();
    let server = instance.serve();
    assert_eq!(missing(&server, &acknowledged), [""; 0]);
    server.kill();
    assert_eq!(verify(&instance), Ok(()));
    // SQLite finds no file through another's namespace
    let copy = instance.copy();
    let server = copy.serve();
    assert_eq!(is_whole(&copy), Ok(()));
    server.kill();
    super::tell(&format!(
        "full-disk: filled {} times ({by_posting} objections filled it by themselves), {refused} \
         answered 503, {} acknowledged, 0 missing, {} s",
        left.len() + 1,
        acknowledged.len(),
        begun.elapsed().as_secs()
    ));
}

impl Said<'_> {
    fn service(&self) -> &Caller {
        &self.server.service
    }

    fn hear(&mut self, heard: &Heard) {
        assert_eq!(heard.wrong, None);
        assert!(!heard.broke, "the service is gone");
        self.refused += heard.refused;
        for one in &heard.acknowledged {
            match self.acknowledged.iter().find(|known| known.reference == one.reference) {
                Some(known) => assert_eq!(known, one, "a retry got another answer"),
                None => self.acknowledged.push(one.clone()),
            }
        }
    }

    fn post(&mut self, reference: &str) -> Heard {
        let heard = self.service().object(reference);
        self.hear(&heard);
        heard
    }

    /// Posts until it is refused, twice; how many were taken before. The WAL may
    /// have room of its own for some.
    fn until_it_is_full(&mut self, name: &str) -> usize {
        for number in 0..MOST {
            let reference = format!("{name}-{number}");
            if self.post(&reference).refused > 0 && self.post(&reference).refused > 0 {
                return number;
            }
        }
        panic!("{MOST} objections fit on a full disk");
    }

    /// Look-ups and reading go on.
    fn still_answers(&self) {
        assert_eq!(not_blocked(self.server, &self.acknowledged), [""; 0]);
        assert_eq!(self.server.crm.decisions(&[person("never-posted")]), ["clear"]);
        let last = self.acknowledged.len().saturating_sub(5);
        assert_eq!(missing(self.server, &self.acknowledged[last..]), [""; 0]);
        let ready = self.service().get("/health/ready");
        assert_eq!(ready.status, 200, "{ready}");
    }

    /// No line of it is recorded, or its answers cannot be kept: 503 either way.
    fn batch_that_needs_a_file(&mut self, name: &str) {
        let references: Vec<_> = (0..LINES).map(|line| format!("{name}-{line}")).collect();
        let heard = self.service().object_all("", &references);
        self.hear(&heard);
        assert!(heard.refused > 0, "{heard:?}");
    }

    /// There is room again.
    fn recovers(&mut self, name: &str) {
        let begun = Instant::now();
        let references: Vec<_> = (0..LINES / 20).map(|line| format!("{name}-{line}")).collect();
        while self.post(&format!("{name}-0")).refused > 0 {
            assert!(begun.elapsed() < RECOVERY, "intake does not come back");
            std::thread::sleep(Duration::from_millis(50));
        }
        let heard = self.service().object_all("", &references);
        self.hear(&heard);
        assert_eq!(heard.refused, 0, "{heard:?}");
    }
}
