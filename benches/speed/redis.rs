//! Redis as a peer (Debian's package): one set with as many members of 32 bytes as
//! we have keys, and nothing written to disk.

use crate::support::load::Asking;
use crate::support::process::{Peer, free_port};
use std::borrow::Cow;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// 20 bytes; `redis-benchmark` puts twelve digits behind them.
const PREFIX: &str = "nejtack-benchmark-t:";

pub(crate) struct Redis {
    _process: Peer,
    pub(crate) address: SocketAddr,
    members: u64,
}

impl Redis {
    /// Starts it and gives it so many members.
    pub(crate) fn filled(folder: &Path, members: u64) -> Self {
        let port = free_port();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
        command.args(["--appendonly", "no", "--dir"]).arg(folder).stdout(Stdio::null());
        let process = Peer(command.spawn().expect("redis-server (Debian: redis-server)"));
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let begun = Instant::now();
        let stream = loop {
            match TcpStream::connect(address) {
                Ok(stream) => break stream,
                Err(error) => assert!(begun.elapsed() < Duration::from_secs(10), "{error}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        fill(&stream, members);
        Self { _process: process, address, members }
    }

    /// Members asked for a second, one a request, half of them there.
    pub(crate) fn single(&self, connections: usize, seconds: f64) -> f64 {
        // It counts requests, not seconds: a short run tells how many are needed.
        let rate = self.benchmark(connections, 40_000);
        self.benchmark(connections, (rate * seconds) as u64)
    }

    fn benchmark(&self, connections: usize, requests: u64) -> f64 {
        let mut command = Command::new("redis-benchmark");
        command.args(["-p", &self.address.port().to_string(), "-c", &connections.to_string()]);
        command.args(["-n", &requests.to_string(), "-r", &(2 * self.members).to_string()]);
        command.args(["--csv", "SISMEMBER", "tags", &format!("{PREFIX}__rand_int__")]);
        let output = command.output().expect("redis-benchmark (Debian: redis-tools)");
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().unwrap_or_default();
        let mut cells = last.rsplit("\",\"").map(|cell| cell.trim_matches('"'));
        // "test","rps","avg","min","p50","p95","p99","max"
        cells.nth(6).and_then(|rate| rate.parse().ok()).unwrap_or_else(|| panic!("{text}"))
    }
}

fn member(number: u64) -> String {
    format!("{PREFIX}{number:012}")
}

fn fill(stream: &TcpStream, members: u64) {
    const AT_ONCE: u64 = 10_000;
    let mut writer = stream.try_clone().expect("a stream");
    let mut reader = BufReader::new(stream);
    for first in (0..members).step_by(AT_ONCE as usize) {
        let numbers = first..members.min(first + AT_ONCE);
        writer.write_all(&command("SADD", &numbers.collect::<Vec<_>>())).expect("it takes them");
        let mut answer = String::new();
        reader.read_line(&mut answer).expect("it answers");
        assert!(answer.starts_with(':'), "{answer}");
    }
}

/// A command about these members.
fn command(name: &str, numbers: &[u64]) -> Vec<u8> {
    let head = format!("*{}\r\n${}\r\n{name}\r\n$4\r\ntags\r\n", numbers.len() + 2, name.len());
    let mut command = head.into_bytes();
    for number in numbers {
        command.extend_from_slice(format!("$32\r\n{}\r\n", member(*number)).as_bytes());
    }
    command
}

/// Asks for many members at once, half of them there.
pub(crate) struct Many {
    commands: Vec<Vec<u8>>,
    count: usize,
}

impl Many {
    /// So many commands of so many members.
    pub(crate) fn of(redis: &Redis, commands: usize, count: usize) -> Self {
        let mut numbers = crate::world::Numbers::new(2 * redis.members);
        let one = |_| {
            let numbers: Vec<u64> = (0..count).map(|_| numbers.next()).collect();
            command("SMISMEMBER", &numbers)
        };
        Self { commands: (0..commands).map(one).collect(), count }
    }
}

impl Asking for Many {
    fn request(&self, number: usize) -> Cow<'_, [u8]> {
        self.commands[number % self.commands.len()].as_slice().into()
    }

    fn complete(&self, came: &[u8]) -> bool {
        assert!(came.first().is_none_or(|first| *first == b'*'), "it is no list");
        came.len() == format!("*{}\r\n", self.count).len() + self.count * 4
    }
}
