//! Where rows and fields end (RFC 4180, and what programs make of it).
//!
//! A quote opens a quoted field only where a field begins; elsewhere it is text.

use memchr::{memchr, memchr_iter, memchr2, memchr2_iter, memchr3, memrchr, memrchr2};

use super::LONGEST_ROW;

/// What separates fields and rows in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between fields; never a quote or a line break. `None`: a row is one field,
    /// and quotes mean nothing (NDJSON).
    pub(super) delimiter: Option<u8>,
    /// Rows end at CR alone, as old Macintosh programs write.
    pub(super) cr: bool,
}

/// A row: where its text ends, and where the next one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    pub(super) content: usize,
    pub(super) next: usize,
    /// Something stood behind a closing quote.
    pub(super) stray: bool,
}

/// Why a row has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// The line has not all come.
    Line,
    /// The quote here was not closed.
    Quote(usize),
}

impl Dialect {
    /// Reads the row that begins at `start`, and adds where its fields end to
    /// `ends`. `last` says that nothing follows the text.
    pub(super) fn row(
        self,
        text: &[u8],
        start: usize,
        last: bool,
        ends: &mut Vec<usize>,
    ) -> Result<End, Open> {
        let Some(delimiter) = self.delimiter else {
            let end = self.line_end(text, start, last)?;
            ends.push(end.content);
            return Ok(end);
        };
        let mut field = start;
        let mut stray = false;
        loop {
            let mut at = field;
            let mut closed = None;
            if text.get(field) == Some(&b'"') {
                at = closing(text, field).ok_or(Open::Quote(field))?;
                closed = Some(at);
            }
            match self.field_end(text, at, delimiter) {
                Some(end) if text[end] == delimiter => {
                    stray |= closed.is_some_and(|closed| is_more(&text[closed..end]));
                    ends.push(end);
                    field = end + 1;
                }
                found => {
                    let mut end = self.line_at(text, found, at, last)?;
                    end.stray =
                        stray || closed.is_some_and(|closed| is_more(&text[closed..end.content]));
                    ends.push(end.content);
                    return Ok(end);
                }
            }
        }
    }

    /// The end of the line that begins at `start`, whatever is in it.
    fn line_end(self, text: &[u8], start: usize, last: bool) -> Result<End, Open> {
        let rest = &text[start..];
        let found = if self.cr { memchr2(b'\r', b'\n', rest) } else { memchr(b'\n', rest) };
        self.line_at(text, found.map(|at| start + at), start, last)
    }

    /// The end of a row at the line break `found`; no text of it begins before `from`.
    fn line_at(
        self,
        text: &[u8],
        found: Option<usize>,
        from: usize,
        last: bool,
    ) -> Result<End, Open> {
        let Some(at) = found else {
            let next = text.len();
            let content = if self.cr { next } else { without_returns(text, from, next) };
            return if last { Ok(End { content, next, stray: false }) } else { Err(Open::Line) };
        };
        if self.cr {
            let next = match (text[at], text.get(at + 1)) {
                (b'\r', None) if !last => return Err(Open::Line),
                (b'\r', Some(b'\n')) => at + 2,
                _ => at + 1,
            };
            return Ok(End { content: at, next, stray: false });
        }
        Ok(End { content: without_returns(text, from, at), next: at + 1, stray: false })
    }

    fn field_end(self, text: &[u8], from: usize, delimiter: u8) -> Option<usize> {
        let rest = &text[from..];
        let found = if self.cr {
            memchr3(delimiter, b'\n', b'\r', rest)
        } else {
            memchr2(delimiter, b'\n', rest)
        };
        found.map(|at| from + at)
    }

    /// How far whole rows go: to just behind the last one that has ended. All of
    /// the text, if nothing follows it.
    pub(super) fn whole(self, text: &[u8], last: bool) -> Result<usize, Open> {
        if self.delimiter.is_none() || memchr(b'"', text).is_none() {
            return if last { Ok(text.len()) } else { Ok(self.last_break(text)) };
        }
        let mut ends = Vec::new();
        let mut at = 0;
        while at < text.len() {
            ends.clear();
            match self.row(text, at, last, &mut ends) {
                Ok(end) => at = end.next,
                Err(Open::Quote(quote)) if last || text.len() - at > LONGEST_ROW => {
                    return Err(Open::Quote(quote));
                }
                Err(_) => break,
            }
        }
        Ok(at)
    }

    /// Just behind the last line break.
    fn last_break(self, text: &[u8]) -> usize {
        if !self.cr {
            return memrchr(b'\n', text).map_or(0, |at| at + 1);
        }
        // A CR at the end may be half of a line break.
        let told = text.strip_suffix(b"\r").unwrap_or(text);
        memrchr2(b'\r', b'\n', told).map_or(0, |at| at + 1)
    }

    /// How many line breaks the text has.
    pub(super) fn lines(self, text: &[u8]) -> u64 {
        let count = if self.cr {
            let second = |at: usize| text[at] == b'\n' && at > 0 && text[at - 1] == b'\r';
            memchr2_iter(b'\r', b'\n', text).filter(|at| !second(*at)).count()
        } else {
            memchr_iter(b'\n', text).count()
        };
        count as u64
    }
}

/// Where text ends before a line feed: before the returns that stand there. A
/// file that was converted twice has two.
pub(super) fn without_returns(text: &[u8], from: usize, line_feed: usize) -> usize {
    let mut content = line_feed;
    while content > from && text[content - 1] == b'\r' {
        content -= 1;
    }
    content
}

/// Just behind the quote that closes the one at `open`.
fn closing(text: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += memchr(b'"', text.get(at..)?)? + 1;
        match text.get(at) {
            Some(b'"') => at += 1,
            _ => return Some(at),
        }
    }
}

/// Whether more than spaces stands behind a closing quote.
fn is_more(behind: &[u8]) -> bool {
    behind.iter().any(|byte| !matches!(byte, b' ' | b'\t'))
}

/// Whether rows end at CR alone: the first line break outside quotes tells.
pub(super) fn ends_with_cr(text: &[u8]) -> bool {
    let mut quoted = false;
    for at in memchr::memchr3_iter(b'"', b'\r', b'\n', text) {
        match text[at] {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'\n' => return false,
            _ => {
                let after = text[at..].iter().find(|byte| **byte != b'\r');
                return after != Some(&b'\n');
            }
        }
    }
    false
}
