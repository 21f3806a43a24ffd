//! Cuts a file into blocks of whole rows while it comes in.

use std::sync::Arc;

use super::boundary::Open;
use super::encoding::{Decoder, Wrong};
use super::json::Unseen;
use super::layout::Layout;
use super::sniff::Sniffed;
use super::{Block, Fault, Known, LONGEST_ROW, Options, sniff};

/// A file is looked at each time this many bytes more have come. Counted from
/// its beginning, so that it makes no difference in which parts they come.
const STEP: usize = 64 << 10;
/// A block has about this many bytes.
const BLOCK: usize = 128 << 10;

/// Takes a file's bytes in order and gives blocks of whole rows.
pub struct Cutter {
    options: Options,
    known: Known,
    decoder: Decoder,
    layout: Option<Arc<Layout>>,
    /// Keys that the caller named and that have not come yet.
    unseen: Vec<Unseen>,
    /// Text that has come and is in no block yet.
    text: String,
    /// The line that it begins on.
    line: u64,
    /// Bytes until the next look.
    until: usize,
    /// Text that makes the next look worth its while.
    enough: usize,
}

impl std::fmt::Debug for Cutter {
    /// Without the text, which is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cutter").field("line", &self.line).finish_non_exhaustive()
    }
}

impl Cutter {
    /// A cutter for one file.
    #[must_use]
    pub const fn new(options: Options) -> Self {
        Self::knowing(options, Known(None))
    }

    /// The same for a file of a program whose headings are known, and no others.
    pub(in crate::tabular) const fn knowing(options: Options, known: Known) -> Self {
        Self {
            options,
            known,
            decoder: Decoder::new(),
            layout: None,
            unseen: Vec::new(),
            text: String::new(),
            line: 1,
            until: STEP,
            enough: 0,
        }
    }

    /// Takes the next bytes; blocks that are whole go to `out`.
    ///
    /// # Errors
    /// What makes the file unfit; nothing may be pushed after that.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<Block>) -> Result<(), Fault> {
        while !bytes.is_empty() {
            let (part, rest) = bytes.split_at(self.until.min(bytes.len()));
            bytes = rest;
            self.until -= part.len();
            if let Err(wrong) = self.decoder.push(part, &mut self.text) {
                return Err(self.wrong(wrong));
            }
            if self.until == 0 {
                self.until = STEP;
                self.look(false, out)?;
            }
        }
        Ok(())
    }

    /// What is left when no more bytes come.
    ///
    /// # Errors
    /// What makes the file unfit.
    pub fn finish(mut self, out: &mut Vec<Block>) -> Result<Arc<Layout>, Fault> {
        self.end(out)
    }

    /// The same for a file whose rows count also where it has no good end; then
    /// [`Cutter::before_the_fault`] gives what came before.
    pub(in crate::tabular) fn end(&mut self, out: &mut Vec<Block>) -> Result<Arc<Layout>, Fault> {
        if let Err(wrong) = self.decoder.finish(&mut self.text) {
            return Err(self.wrong(wrong));
        }
        self.look(true, out)?;
        if let Some(key) = self.unseen.pop() {
            return Err(key.fault);
        }
        self.layout.clone().ok_or_else(|| Fault::at(1, Fault::EMPTY, "Nothing is in the file."))
    }

    /// The whole rows that came before a fault, and are in no block yet.
    pub(in crate::tabular) fn before_the_fault(&mut self, out: &mut Vec<Block>) {
        let layout = match &self.layout {
            Some(layout) => Arc::clone(layout),
            None => match self.begin(true) {
                Ok(Some(layout)) => layout,
                _ => return,
            },
        };
        if let Ok(whole) = layout.dialect.whole(self.text.as_bytes(), false)
            && whole > 0
        {
            self.cut(layout, whole, out);
        }
    }

    /// The line that the text begins on which is in no block yet.
    pub(in crate::tabular) const fn reached(&self) -> u64 {
        self.line
    }

    fn look(&mut self, last: bool, out: &mut Vec<Block>) -> Result<(), Fault> {
        let layout = match &self.layout {
            Some(layout) => Arc::clone(layout),
            None => match self.begin(last)? {
                Some(layout) => layout,
                None => return Ok(()),
            },
        };
        if !last && self.text.len() < self.enough.max(BLOCK) {
            return Ok(());
        }
        let text = self.text.as_bytes();
        let whole = layout.dialect.whole(text, last).map_err(|open| self.open(&layout, open))?;
        if whole == 0 {
            if self.text.len() > LONGEST_ROW {
                return Err(row_too_long(self.line));
            }
            self.enough = self.text.len() * 2;
            return Ok(());
        }
        self.enough = 0;
        self.cut(layout, whole, out);
        Ok(())
    }

    /// Makes a block of so much of the text.
    fn cut(&mut self, layout: Arc<Layout>, whole: usize, out: &mut Vec<Block>) {
        let text = self.text.as_bytes();
        let lines = layout.dialect.lines(&text[..whole]);
        let mut rest = String::with_capacity(BLOCK + 2 * STEP);
        rest.push_str(&self.text[whole..]);
        self.text.truncate(whole);
        let text = std::mem::replace(&mut self.text, rest);
        self.unseen.retain(|key| !key.is_in(&text));
        let encoding = self.decoder.encoding();
        out.push(Block { layout, encoding, line: self.line, text });
        self.line += lines;
    }

    /// Finds out what the file is, if enough has come to tell.
    fn begin(&mut self, last: bool) -> Result<Option<Arc<Layout>>, Fault> {
        let encoding = self.decoder.encoding();
        let Some(Sniffed { layout, taken, unseen }) =
            sniff::sniff(&self.text, (&self.options, self.known), encoding, last)?
        else {
            if self.text.len() > LONGEST_ROW {
                return Err(row_too_long(self.line));
            }
            return Ok(None);
        };
        self.line += layout.dialect.lines(&self.text.as_bytes()[..taken]);
        self.text.drain(..taken);
        self.unseen = unseen;
        let layout = Arc::new(layout);
        self.layout = Some(Arc::clone(&layout));
        Ok(Some(layout))
    }

    /// What is wrong with the bytes, at the line where it is.
    fn wrong(&self, (code, detail): Wrong) -> Fault {
        let cr = self.layout.as_ref().map_or_else(
            || super::boundary::ends_with_cr(self.text.as_bytes()),
            |layout| layout.dialect.cr,
        );
        let dialect = super::boundary::Dialect { delimiter: None, cr };
        Fault::at(self.line + dialect.lines(self.text.as_bytes()), code, detail)
    }

    fn open(&self, layout: &Layout, open: Open) -> Fault {
        let at = match open {
            Open::Line => return row_too_long(self.line),
            Open::Quote(at) => at,
        };
        quote_not_closed(self.line + layout.dialect.lines(&self.text.as_bytes()[..at]))
    }
}

pub(super) fn quote_not_closed(line: u64) -> Fault {
    Fault::at(
        line,
        Fault::QUOTE_NOT_CLOSED,
        "A quote is opened here and never closed. Close it, or write it twice (\"\") within quotes.",
    )
}

pub(super) fn row_too_long(line: u64) -> Fault {
    Fault::at(
        line,
        Fault::ROW_TOO_LONG,
        "The row is longer than 2 MiB. If it is not one row, a line break or a quote is missing.",
    )
}
