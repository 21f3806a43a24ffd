//! Reads a list, whatever its form, entry by entry.

use super::csv::Csv;
use super::elements::Elements;
use super::json;
use super::{Content, Entry, Format, LONGEST_HELD, Syntax};
use crate::tabular::campaign::{Decoder, Fault, LONGEST_ROW, Mapping};
use crate::tabular::ndjson;
use crate::tabular::piece::{Broken, Piece};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;

/// What the caller says about a list.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which program wrote it.
    pub format: Format,
    /// In which form.
    pub syntax: Syntax,
    /// What headings mean that are not known.
    pub columns: Vec<Mapping>,
}

/// Takes a file's bytes in order and gives what its rows say. Holds little more than
/// one row.
pub struct Reader {
    form: Form,
    format: Format,
    hash: Sha256,
    bytes: u64,
    rows: u64,
    /// Nothing more is read of it.
    broken: bool,
}

enum Form {
    Csv(Box<Csv>),
    Json { decoder: Decoder, text: String, elements: Box<Elements> },
    Lines { decoder: Decoder, text: String, lines: ndjson::Splitter, last: u64 },
}

impl Reader {
    /// A reader for one file.
    #[must_use]
    pub fn new(asked: Asked) -> Self {
        let Asked { format, syntax, columns } = asked;
        let limit = if format == Format::Nejtack { LONGEST_HELD } else { LONGEST_ROW };
        let (decoder, text) = (Decoder::new(), String::new());
        let form = match syntax {
            Syntax::Csv => Form::Csv(Box::new(Csv::new(format, columns))),
            Syntax::Json => {
                let elements =
                    Box::new(Elements::new(json::lists(format), json::next(format), limit));
                Form::Json { decoder, text, elements }
            }
            Syntax::Lines => {
                Form::Lines { decoder, text, lines: ndjson::Splitter::new(limit), last: 0 }
            }
        };
        Self { form, format, hash: Sha256::new(), bytes: 0, rows: 0, broken: false }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, part: &[u8], out: &mut VecDeque<Entry>) {
        self.hash.update(part);
        self.bytes += part.len() as u64;
        if self.broken {
            return;
        }
        match &mut self.form {
            Form::Csv(csv) => csv.push(part, out),
            Form::Json { decoder, text, .. } | Form::Lines { decoder, text, .. } => {
                let decoded = decoder.push(part, text);
                self.decoded(decoded, out);
            }
        }
        self.broken |= out.back().is_some_and(|entry| matches!(entry.content, Content::Broken(_)));
    }

    /// The upload broke off: what is whole, and the line that the rest is in.
    pub fn cut_off(mut self, out: &mut VecDeque<Entry>) -> u64 {
        match &mut self.form {
            Form::Csv(csv) => csv.cut_off(out).unwrap_or(1),
            Form::Json { elements, .. } => elements.reached(),
            Form::Lines { last, .. } => *last + 1,
        }
    }

    /// What is left when no more comes.
    pub fn finish(mut self, out: &mut VecDeque<Entry>) {
        if !self.broken {
            match &mut self.form {
                Form::Csv(csv) => self.broken = !csv.finish(out),
                Form::Json { decoder, text, .. } | Form::Lines { decoder, text, .. } => {
                    let decoded = decoder.finish(text);
                    self.decoded(decoded, out);
                    self.end(out);
                }
            }
        }
        let content = Content::End(self.bytes, self.hash.finalize().into());
        out.push_back(Entry { line: 0, row: 0, size: 0, content });
    }

    /// Cuts the text that has come.
    fn decoded(
        &mut self,
        decoded: Result<(), (&'static str, &'static str)>,
        out: &mut VecDeque<Entry>,
    ) {
        let line = match &mut self.form {
            Form::Csv(_) => return,
            Form::Json { text, elements, .. } => {
                let mut cut = Vec::new();
                let pushed = elements.push(text.as_bytes(), &mut cut);
                let line = elements.reached();
                text.clear();
                for element in cut {
                    self.rows += 1;
                    let size = element.json.len();
                    let content = json::read(self.format, element.line, element.json);
                    self.broken = matches!(content, Content::Broken(_));
                    out.push_back(Entry { line: element.line, row: self.rows, size, content });
                    if self.broken {
                        return;
                    }
                }
                if let Err(fault) = pushed {
                    return self.break_off(fault, out);
                }
                line
            }
            Form::Lines { text, lines, last, .. } => {
                let (format, rows, broken) = (self.format, &mut self.rows, &mut self.broken);
                lines.push(text.as_bytes(), &mut |piece| {
                    *last = piece.number;
                    if !*broken {
                        let entry = entry(format, piece, rows);
                        *broken = matches!(entry.content, Content::Broken(_));
                        out.push_back(entry);
                    }
                });
                text.clear();
                *last + 1
            }
        };
        if let Err((code, detail)) = decoded {
            self.break_off(Fault::at(line, code, detail), out);
        }
    }

    fn end(&mut self, out: &mut VecDeque<Entry>) {
        if self.broken {
            return;
        }
        let fault = match &mut self.form {
            Form::Csv(_) => None,
            Form::Json { elements, .. } => elements.finish().err(),
            Form::Lines { lines, .. } => {
                let (format, rows) = (self.format, &mut self.rows);
                let limit = if format == Format::Nejtack { LONGEST_HELD } else { LONGEST_ROW };
                let rest = std::mem::replace(lines, ndjson::Splitter::new(limit));
                rest.finish(&mut |piece| out.push_back(entry(format, piece, rows)));
                let empty = *rows == 0;
                empty.then(|| Fault::at(1, Fault::EMPTY, "Nothing is in the file."))
            }
        };
        if let Some(fault) = fault {
            self.break_off(fault, out);
        }
    }

    fn break_off(&mut self, fault: Fault, out: &mut VecDeque<Entry>) {
        if std::mem::replace(&mut self.broken, true) {
            return;
        }
        let (line, row) = (fault.line, self.rows + 1);
        out.push_back(Entry { line, row, size: 0, content: Content::Broken(fault) });
    }
}

fn entry(format: Format, piece: Piece, rows: &mut u64) -> Entry {
    *rows += 1;
    let (size, content) = match piece.content {
        Ok(json) => (json.len(), json::read(format, piece.number, json)),
        Err(Broken::TooLong) => {
            (0, Content::Unfit("row_too_long", "The line is too long. Is a line break missing?"))
        }
        Err(_) => (0, Content::Unfit("not_json", "This is not a JSON object.")),
    };
    Entry { line: piece.number, row: *rows, size, content }
}
