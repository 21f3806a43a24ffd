//! A bare socket: for what no HTTP library would send.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Raw {
    stream: TcpStream,
    /// What came and has not been looked at.
    came: Vec<u8>,
}

/// What came back on a bare socket.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    /// 0 where nothing came.
    pub(crate) status: u16,
    /// The head, in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Raw {
    pub(crate) fn to(url: &str) -> Self {
        let address: SocketAddr = url.trim_start_matches("http://").parse().expect("an address");
        let stream = TcpStream::connect(address).expect("it accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, came: Vec::new() }
    }

    /// Sends; whether it was taken.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).and_then(|()| self.stream.flush()).is_ok()
    }

    /// Says that no more will come.
    pub(crate) fn done(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Whether anything comes within a while.
    pub(crate) fn hears_within(&self, wait: Duration) -> bool {
        self.stream.set_read_timeout(Some(wait)).expect("a timeout");
        let heard = self.stream.peek(&mut [0]).is_ok_and(|read| read > 0);
        self.stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        heard
    }

    /// Reads one answer, by its Content-Length or its chunks.
    pub(crate) fn answer(&mut self) -> Heard {
        let head_end = loop {
            if let Some(end) = find(&self.came, b"\r\n\r\n") {
                break end + 4;
            }
            if !self.more() {
                return Heard { status: 0, head: String::new(), body: String::new() };
            }
        };
        let head = String::from_utf8_lossy(&self.came[..head_end]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        self.came.drain(..head_end);
        let mut lines = head.lines();
        let length = lines.find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let chunked = head.contains("transfer-encoding: chunked");
        let end = loop {
            let end = match length {
                Some(length) => Some(length).filter(|length| self.came.len() >= *length),
                None if chunked => find(&self.came, b"0\r\n\r\n").map(|at| at + 5),
                None => Some(0).filter(|_| matches!(status, 100 | 204)),
            };
            match end {
                Some(end) => break end,
                None if self.more() => {}
                None => break self.came.len(),
            }
        };
        let body = self.came.drain(..end).collect::<Vec<u8>>();
        Heard { status, head, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Everything until the other side closes; `None` if it does not.
    pub(crate) fn rest(&mut self) -> Option<String> {
        while self.more() {}
        match self.stream.read(&mut [0]) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                None
            }
            _ => Some(String::from_utf8_lossy(&self.came).into_owned()),
        }
    }

    fn more(&mut self) -> bool {
        let mut part = [0; 64 * 1024];
        match self.stream.read(&mut part) {
            Ok(0) | Err(_) => false,
            Ok(count) => {
                self.came.extend_from_slice(&part[..count]);
                true
            }
        }
    }
}

impl Heard {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
