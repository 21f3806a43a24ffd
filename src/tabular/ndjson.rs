//! Newline-delimited JSON: a value a line.

use super::piece::{Broken, Piece, is_space};

/// Cuts a stream into lines. Holds at most one line.
#[derive(Debug)]
pub struct Splitter {
    limit: usize,
    line: Vec<u8>,
    too_long: bool,
    number: u64,
}

impl Splitter {
    /// Lines may have `limit` bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self { limit, line: Vec::new(), too_long: false, number: 1 }
    }

    /// Takes a part of the stream; every line that ends in it goes to `out`.
    /// Blank lines are counted and skipped.
    pub fn push(&mut self, mut part: &[u8], out: &mut impl FnMut(Piece)) {
        while let Some(end) = part.iter().position(|byte| *byte == b'\n') {
            self.take(&part[..end]);
            self.end(out);
            self.number += 1;
            part = &part[end + 1..];
        }
        self.take(part);
    }

    /// The last line, which may lack its line break.
    pub fn finish(mut self, out: &mut impl FnMut(Piece)) {
        self.end(out);
    }

    fn take(&mut self, bytes: &[u8]) {
        if self.too_long || self.line.len() + bytes.len() > self.limit {
            self.too_long = true;
            self.line = Vec::new();
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    fn end(&mut self, out: &mut impl FnMut(Piece)) {
        let mut line = std::mem::take(&mut self.line);
        let number = self.number;
        if std::mem::take(&mut self.too_long) {
            out(Piece { number, content: Err(Broken::TooLong) });
            return;
        }
        if number == 1 && line.starts_with(b"\xEF\xBB\xBF") {
            line.drain(..3);
        }
        while line.last().copied().is_some_and(is_space) {
            line.pop();
        }
        if !line.is_empty() {
            out(Piece { number, content: Ok(line) });
        }
    }
}
