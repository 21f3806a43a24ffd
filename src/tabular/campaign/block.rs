//! Whole rows of a file, answered one by one.

use std::borrow::Cow;
use std::sync::Arc;

use super::layout::{self, Layout};
use super::row::{Content, Fields};
use super::{Encoding, Fault, LONGEST_ROW, Row, cell, json};

/// Rows that follow one another. Blocks know nothing of each other: several can
/// be answered at once, and go out in the order in which they came.
#[derive(Clone)]
pub struct Block {
    pub(super) layout: Arc<Layout>,
    /// The file's encoding, as it was known when the block's last row came.
    pub(super) encoding: Encoding,
    /// The line that the block begins on.
    pub(super) line: u64,
    pub(super) text: String,
}

impl std::fmt::Debug for Block {
    /// Without the rows, which are personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Block")
            .field("line", &self.line)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// What goes into our columns. Made of plain words; what would need quotes gets them.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// `blocked`, `undecidable` or `clear`.
    pub decision: &'a str,
    /// Why.
    pub reason: Cow<'a, str>,
}

impl Block {
    /// The layout of the file.
    #[must_use]
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The line that the block begins on, as an editor counts.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes of text the block holds.
    #[must_use]
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// Adds the rows to `out`, in the file's encoding, with what `decide` says of
    /// each; a row of which it says nothing is left out.
    ///
    /// # Errors
    /// A row that is too long, or no row at all.
    pub fn rewrite<'o>(
        &self,
        out: &mut Vec<u8>,
        decide: impl FnMut(&Row<'_>) -> Option<Outcome<'o>>,
    ) -> Result<(), Fault> {
        if self.encoding.is_plain() {
            out.reserve(self.text.len() + self.text.len() / 2);
            return self.rows(out, decide);
        }
        let mut text = Vec::with_capacity(self.text.len() * 2);
        let result = self.rows(&mut text, decide);
        self.encoding.write(&String::from_utf8_lossy(&text), out);
        result
    }

    fn rows<'o>(
        &self,
        out: &mut Vec<u8>,
        decide: impl FnMut(&Row<'_>) -> Option<Outcome<'o>>,
    ) -> Result<(), Fault> {
        let mut writer = Writer { block: self, out, decide, line: self.line };
        if let Some(keys) = &self.layout.keys {
            return writer.objects(keys);
        }
        let dialect = self.layout.dialect;
        let text = self.text.as_bytes();
        let mut ends = Vec::with_capacity(self.layout.width + 1);
        match dialect.delimiter {
            Some(delimiter) if !dialect.cr && memchr::memchr(b'"', text).is_none() => {
                let mut start = 0;
                for at in memchr::memchr2_iter(delimiter, b'\n', text) {
                    if text[at] == delimiter {
                        ends.push(at);
                        continue;
                    }
                    let content = super::boundary::without_returns(text, start, at);
                    ends.push(content);
                    writer.row(start, at + 1, &ends, false)?;
                    writer.line += 1;
                    ends.clear();
                    start = at + 1;
                }
                if start < text.len() {
                    ends.push(super::boundary::without_returns(text, start, text.len()));
                    writer.row(start, text.len(), &ends, false)?;
                }
            }
            _ => {
                let mut start = 0;
                while start < text.len() {
                    ends.clear();
                    // A block has whole rows only: the cutter has seen to it.
                    let Ok(end) = dialect.row(text, start, true, &mut ends) else {
                        return Err(super::cutter::quote_not_closed(writer.line));
                    };
                    writer.row(start, end.next, &ends, end.stray)?;
                    writer.line += dialect.lines(&text[start..end.next]);
                    start = end.next;
                }
            }
        }
        Ok(())
    }
}

struct Writer<'a, F> {
    block: &'a Block,
    out: &'a mut Vec<u8>,
    decide: F,
    line: u64,
}

impl<'o, F: FnMut(&Row<'_>) -> Option<Outcome<'o>>> Writer<'_, F> {
    /// A row from `start` to `next`, line break included.
    fn row(&mut self, start: usize, next: usize, ends: &[usize], stray: bool) -> Result<(), Fault> {
        let Block { layout, text, .. } = self.block;
        let content = ends.last().copied().unwrap_or(start);
        if content == start {
            self.out.extend_from_slice(&text.as_bytes()[start..next]);
            return Ok(());
        }
        if next - start > LONGEST_ROW {
            return Err(super::cutter::row_too_long(self.line));
        }
        let fields = Fields { layout, text, start, ends };
        let fault = if ends.len() < layout.width {
            Some(Row::TOO_FEW_FIELDS)
        } else if ends.len() > layout.width {
            Some(Row::TOO_MANY_FIELDS)
        } else if stray {
            Some(Row::STRAY_QUOTE)
        } else if layout.slots.personnummers > 1 && fields.personnummer_differ() {
            Some(Row::SEVERAL_PERSONNUMMER)
        } else {
            None
        };
        let Some(outcome) =
            (self.decide)(&Row { line: self.line, fault, content: Content::Fields(fields) })
        else {
            return Ok(());
        };
        let delimiter = layout.dialect.delimiter.unwrap_or(b',');
        if layout.ours.is_empty() {
            self.out.extend_from_slice(&text.as_bytes()[start..content]);
        } else {
            self.without_ours(&fields, delimiter);
        }
        self.field(delimiter, outcome.decision);
        self.field(delimiter, &outcome.reason);
        self.out.extend_from_slice(&text.as_bytes()[content..next]);
        Ok(())
    }

    /// The rows of NDJSON.
    fn objects(&mut self, keys: &json::Keys) -> Result<(), Fault> {
        let mut reader = json::Reader::new(keys);
        for whole in self.block.text.split_inclusive('\n') {
            let line = json::trim(whole);
            if line.is_empty() {
                self.out.extend_from_slice(whole.as_bytes());
            } else if whole.len() > LONGEST_ROW {
                return Err(super::cutter::row_too_long(self.line));
            } else {
                let Some(object) = reader.read(line) else {
                    return Err(json::not_an_object(self.line));
                };
                let (fault, ours) = (object.fault, object.ours);
                let row = Row { line: self.line, fault, content: Content::Object(object) };
                if let Some(outcome) = (self.decide)(&row) {
                    json::splice(whole, ours, &outcome, self.out);
                }
            }
            self.line += 1;
        }
        Ok(())
    }

    /// The row without the columns of an earlier run.
    fn without_ours(&mut self, fields: &Fields<'_>, delimiter: u8) {
        let layout = fields.layout;
        let count = fields.ends.len();
        let text = fields.text.as_bytes();
        // Where fields are missing or too many, ours are where they were written:
        // last, if they are last in the heading. A decision there tells.
        let shift = if count == layout.width { Some(0) } else { shifted(fields) };
        let mut first = true;
        for at in 0..count {
            let dropped = shift.is_some_and(|shift| {
                layout.ours.iter().any(|ours| ours.checked_add_signed(shift) == Some(at))
            });
            if !dropped {
                if !std::mem::take(&mut first) {
                    self.out.push(delimiter);
                }
                self.out.extend_from_slice(&text[fields.from(at)..fields.ends[at]]);
            }
        }
    }

    fn field(&mut self, delimiter: u8, value: &str) {
        self.out.push(delimiter);
        let value = value.as_bytes();
        let special = |byte: &u8| *byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
        if !value.iter().any(special) {
            self.out.extend_from_slice(value);
            return;
        }
        self.out.push(b'"');
        for byte in value {
            if *byte == b'"' {
                self.out.push(b'"');
            }
            self.out.push(*byte);
        }
        self.out.push(b'"');
    }
}

/// How far our columns stand from their places in a row with too few or too
/// many fields; `None` if they are not there.
fn shifted(fields: &Fields<'_>) -> Option<isize> {
    let layout = fields.layout;
    let decided = layout.decided?;
    let trailing = layout.ours == [layout.width - 2, layout.width - 1];
    let shift = if trailing { fields.ends.len().checked_signed_diff(layout.width)? } else { 0 };
    let at = decided.checked_add_signed(shift)?;
    let spare = if trailing { 1 } else { 0 };
    (at >= spare && layout::is_decision(&cell::heading(fields.get(at)?))).then_some(shift)
}
