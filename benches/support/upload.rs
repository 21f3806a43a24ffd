//! Sends a file and reads what is answered, both at once and with little work, so
//! that the machine is left to the service.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes read or written at once.
const PART: usize = 1 << 18;

/// What came back.
pub(crate) struct Answer {
    /// From the first byte sent to the last one read.
    pub(crate) took: Duration,
    pub(crate) lines: u64,
    /// The body, where it was to be kept.
    pub(crate) body: Vec<u8>,
}

/// Posts a CSV file there; the answer is a 200 and whole.
pub(crate) fn csv(address: SocketAddr, path: &str, token: &str, file: &Path, keep: bool) -> Answer {
    let length = file.metadata().expect("a file").len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).expect("it accepts");
    let mut sending = stream.try_clone().expect("a stream");
    let mut file = File::open(file).expect("a file");
    let begun = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            sending.write_all(head.as_bytes()).expect("it is sent");
            let mut part = vec![0; PART];
            loop {
                match file.read(&mut part).expect("it is read") {
                    0 => break,
                    read => sending.write_all(&part[..read]).expect("it is sent"),
                }
            }
        });
        let mut reading = Reading::new(keep);
        let mut part = vec![0; PART];
        while !reading.is_over() {
            match stream.read(&mut part).expect("it answers") {
                0 => panic!("it broke off: {}", reading.head),
                read => reading.take(&part[..read]),
            }
        }
        Answer { took: begun.elapsed(), lines: reading.lines, body: reading.body }
    })
}

/// Where the reader is.
enum At {
    Head,
    /// In a body of known length, or in a chunk: so many bytes are left.
    Body(usize, Framing),
    /// In the line that tells a chunk's size.
    Size(Vec<u8>),
    /// In the empty line that ends the last chunk: so many bytes are left.
    Last(usize),
    End,
}

#[derive(Clone, Copy, PartialEq)]
enum Framing {
    Length,
    Chunks,
}

/// An HTTP answer that is coming.
struct Reading {
    at: At,
    head: String,
    keep: bool,
    lines: u64,
    body: Vec<u8>,
}

impl Reading {
    fn new(keep: bool) -> Self {
        Self { at: At::Head, head: String::new(), keep, lines: 0, body: Vec::new() }
    }

    fn is_over(&self) -> bool {
        matches!(self.at, At::End)
    }

    fn take(&mut self, mut came: &[u8]) {
        while !came.is_empty() {
            match &mut self.at {
                At::End => panic!("more than the answer came"),
                At::Head => {
                    let (&byte, rest) = came.split_first().expect("it is not empty");
                    self.head.push(char::from(byte));
                    came = rest;
                    if self.head.ends_with("\r\n\r\n") {
                        self.at = self.begin(came);
                    }
                }
                At::Size(line) => {
                    let (&byte, rest) = came.split_first().expect("it is not empty");
                    came = rest;
                    line.push(byte);
                    // the line end of the chunk before stands first
                    if line.len() > 2 && line.ends_with(b"\r\n") {
                        let text = String::from_utf8_lossy(line);
                        let size = usize::from_str_radix(text.trim(), 16).expect("a size");
                        self.at =
                            if size == 0 { At::Last(2) } else { At::Body(size, Framing::Chunks) };
                    }
                }
                At::Last(left) => {
                    assert!(came.len() <= *left, "more than the answer came");
                    let left = *left - came.len();
                    came = &[];
                    self.at = if left == 0 { At::End } else { At::Last(left) };
                }
                At::Body(left, framing) => {
                    let (now, rest) = came.split_at(came.len().min(*left));
                    let (left, framing) = (*left - now.len(), *framing);
                    self.lines += now.iter().filter(|byte| **byte == b'\n').count() as u64;
                    if self.keep {
                        self.body.extend_from_slice(now);
                    }
                    came = rest;
                    self.at = match (left, framing) {
                        (0, Framing::Length) => At::End,
                        (0, Framing::Chunks) => At::Size(Vec::new()),
                        _ => At::Body(left, framing),
                    };
                }
            }
        }
    }

    /// What follows the head.
    fn begin(&self, rest: &[u8]) -> At {
        let head = self.head.to_ascii_lowercase();
        let text = String::from_utf8_lossy(rest);
        assert!(head.starts_with("http/1.1 200 "), "{head}{text}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        match length.and_then(|length| length.parse().ok()) {
            Some(0) => At::End,
            Some(length) => At::Body(length, Framing::Length),
            // as if a chunk had come before
            None => At::Size(b"\r\n".to_vec()),
        }
    }
}
