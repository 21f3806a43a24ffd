//! Each 201 leaves only when what it says is durable: from a trace of the system
//! calls of a server under load.

use super::ask::Acknowledged;
use super::instance::{DATABASE, Instance};
use super::scenes::grow_wal;
use super::strace::Strace;
use super::trace::{Call, calls};
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use uuid::Uuid;

/// Everything that writes or syncs a file or sends.
const CALLS: &str = "pwrite64,write,writev,pwritev,pwritev2,sendto,sendmsg,fsync,fdatasync";
/// Sizes of the WAL's own header, and of what stands before each page in it.
const WAL_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// Clients that post at the same time.
const CLIENTS: usize = 8;

#[test]
fn every_201_is_sent_after_its_commit_was_synced() {
    let begun = Instant::now();
    let each = if super::is_full() { 100 } else { 12 };
    let (instance, folder) = (Instance::prepared(), tempfile::tempdir().expect("a folder"));
    let server = instance.serve();
    let arguments = ["-s", "1000000", "-e", &format!("trace={CALLS}")].map(str::to_owned);
    let strace = Strace::attach(&server, folder.path(), &arguments);
    let acknowledged = Mutex::new(Vec::<Acknowledged>::new());
    let alone = AtomicUsize::new(0);
    for part in 0..2 {
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (caller, acknowledged, alone) =
                    (server.service.another(), &acknowledged, &alone);
                scope.spawn(move || {
                    for number in 0..each {
                        let reference = format!("o-{part}-{client}-{number}");
                        let heard = match client {
                            0 if number % 4 == 0 => {
                                let lines: Vec<_> =
                                    (0..8).map(|line| format!("{reference}-{line}")).collect();
                                caller.object_all("?stream=true", &lines)
                            }
                            _ => {
                                alone.fetch_add(1, Ordering::Relaxed);
                                caller.object(&reference)
                            }
                        };
                        assert!(!heard.broke && heard.refused == 0, "{heard:?}");
                        assert_eq!(heard.wrong, None);
                        acknowledged.lock().expect("a lock").extend(heard.acknowledged);
                    }
                });
            }
        });
        // The second part begins by folding the WAL back, and then begins it anew.
        if part == 0 {
            grow_wal(&instance, &server);
        }
    }
    let trace = calls(&strace.finish());
    server.kill();

    let acknowledged = acknowledged.into_inner().expect("a lock");
    let ids: Vec<_> = acknowledged.iter().map(|one| one.id.parse().expect("a UUID")).collect();
    assert_eq!(answers_201(&trace), alone.into_inner(), "the trace lacks answers");
    let (violations, commits) = violations(&trace, &ids);
    assert_eq!(violations, [""; 0]);
    let folded = trace.iter().filter(|call| call.is_write() && call.path.ends_with(DATABASE));
    let folded = folded.count();
    assert!(folded > 0, "the WAL was never folded back");
    the_check_can_fail(&trace, &ids);
    super::tell(&format!(
        "order: {} 201s and lines of batches in {commits} commits, each sent after a sync of its \
         commit; {folded} pages folded back and synced before the WAL began anew; {} s",
        ids.len(),
        begun.elapsed().as_secs()
    ));
}

/// The same trace, altered: all of it must be seen.
fn the_check_can_fail(trace: &[Call], ids: &[Uuid]) {
    let altered = |alter: &dyn Fn(&mut Call)| {
        let mut trace = trace.to_vec();
        trace.iter_mut().for_each(alter);
        violations(&trace, ids).0.len()
    };
    let of_wal = |call: &Call| call.is_sync() && call.path.ends_with("-wal");
    let without = |call: &mut Call| {
        if of_wal(call) {
            call.name = "gone".into();
        }
    };
    assert!(altered(&without) >= ids.len(), "without syncs");
    let failed = |call: &mut Call| {
        if of_wal(call) {
            call.result = -1;
        }
    };
    assert!(altered(&failed) >= ids.len(), "with syncs that failed");
    let too_late = |call: &mut Call| {
        if of_wal(call) {
            call.ended = usize::MAX;
        }
    };
    assert!(altered(&too_late) >= ids.len(), "with syncs that end too late");
    let not_folded = |call: &mut Call| {
        if call.is_sync() && call.path.ends_with(DATABASE) {
            call.name = "gone".into();
        }
    };
    assert!(altered(&not_folded) > 0, "without a sync of the database");
    // One alone: the last, since the next commit's sync may well come before an
    // answer leaves.
    let last = trace.iter().rev().find(|call| of_wal(call)).expect("a sync").begun;
    let one = |call: &mut Call| {
        if call.begun == last {
            call.name = "gone".into();
        }
    };
    assert!(altered(&one) > 0, "without the last sync");
}

impl Call {
    fn is_write(&self) -> bool {
        matches!(&*self.name, "pwrite64" | "write" | "writev" | "pwritev" | "pwritev2")
    }

    fn is_sync(&self) -> bool {
        matches!(&*self.name, "fsync" | "fdatasync")
    }
}

/// What was sent too early, and how many commits there were. An id is found in
/// the page that holds its row and in the answer that tells it.
fn violations(trace: &[Call], ids: &[Uuid]) -> (Vec<String>, usize) {
    let wal: Vec<&Call> =
        trace.iter().filter(|call| call.is_write() && call.path.ends_with("-wal")).collect();
    let syncs: Vec<&Call> = trace
        .iter()
        .filter(|call| call.is_sync() && call.path.ends_with("-wal") && call.result == 0)
        .collect();
    let written = first_written(&wal, ids);
    let sent = first_sent(trace);
    let mut violations = folding(trace);
    for id in ids {
        let (Some(&at), Some(&leaves)) = (written.get(id), sent.get(id)) else {
            violations.push(format!("{id} was never written, or never sent"));
            continue;
        };
        // The commit's frame says how many pages the database then has; its page
        // is the last write of the commit.
        let Some(commit) = (at..wal.len()).find(|&at| is_commit(wal[at])) else {
            violations.push(format!("{id} was never committed"));
            continue;
        };
        let last = wal.get(commit + 1).map_or(usize::MAX, |page| page.ended);
        let synced = syncs.iter().any(|sync| sync.begun > last && sync.ended < leaves);
        if !synced {
            violations.push(format!("{id} was sent on line {leaves}, written up to line {last}"));
        }
    }
    (violations, wal.iter().filter(|call| is_commit(call)).count())
}

/// Where in the WAL's writes the header before the page stands that first holds
/// each id.
fn first_written(wal: &[&Call], ids: &[Uuid]) -> HashMap<Uuid, usize> {
    let ids: HashSet<_> = ids.iter().collect();
    let mut found = HashMap::new();
    for (at, call) in wal.iter().enumerate().filter(|(_, call)| call.bytes.len() > WAL_HEADER) {
        for window in call.bytes.windows(16) {
            // version 7 and its variant (RFC 9562): most of a page is neither
            if window[6] >> 4 == 7 && window[8] >> 6 == 2 {
                let id = Uuid::from_slice(window).expect("16 bytes");
                if ids.contains(&id) {
                    found.entry(id).or_insert(at.saturating_sub(1));
                }
            }
        }
    }
    found
}

fn is_commit(call: &Call) -> bool {
    call.bytes.len() == FRAME_HEADER && call.bytes[4..8] != [0; 4]
}

/// What went over a connection: the bytes, and where the part begins that each
/// call sent, and on which line.
type Stream = (Vec<u8>, Vec<(usize, usize)>);

fn streams(trace: &[Call]) -> HashMap<&str, Stream> {
    let mut streams: HashMap<&str, Stream> = HashMap::new();
    for call in trace.iter().filter(|call| call.path.starts_with("TCP")) {
        let (bytes, parts) = streams.entry(&call.path).or_default();
        parts.push((bytes.len(), call.begun));
        bytes.extend(&call.bytes[..usize::try_from(call.result).unwrap_or(0)]);
    }
    streams
}

/// The line on which the answer that tells an id begins to leave.
fn first_sent(trace: &[Call]) -> HashMap<Uuid, usize> {
    let mut sent = HashMap::new();
    for (bytes, parts) in streams(trace).values() {
        let text = String::from_utf8_lossy(bytes);
        for (at, _) in text.match_indices("\"id\":\"") {
            let Some(id) = text.get(at + 6..at + 42).and_then(|id| id.parse().ok()) else {
                continue;
            };
            let part = parts.iter().rev().find(|(from, _)| *from <= at).expect("a part");
            let line = sent.entry(id).or_insert(part.1);
            *line = part.1.min(*line);
        }
    }
    sent
}

/// How many answers are a 201.
fn answers_201(trace: &[Call]) -> usize {
    let streams = streams(trace);
    let texts = streams.values().map(|(bytes, _)| String::from_utf8_lossy(bytes));
    texts.map(|text| text.matches("HTTP/1.1 201 ").count()).sum()
}

/// The WAL may be begun anew only when what was folded back is durable.
fn folding(trace: &[Call]) -> Vec<String> {
    let mut violations = Vec::new();
    let mut unsynced = None;
    for call in trace {
        if call.path.ends_with(DATABASE) && call.is_write() {
            unsynced = Some(call.begun);
        } else if call.path.ends_with(DATABASE) && call.is_sync() && call.result == 0 {
            unsynced = None;
        } else if call.path.ends_with("-wal") && call.bytes.len() == WAL_HEADER {
            let early =
                unsynced.map(|line| format!("the WAL began anew before line {line} was synced"));
            violations.extend(early);
        }
    }
    violations
}
