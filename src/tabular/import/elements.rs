//! The elements of a JSON text, without reading what they say: those of an array; of
//! the array that an object holds under a known name; or objects that stand by
//! themselves. So a program's pages may follow one another, and no text is held whole.

use crate::tabular::campaign::Fault;

/// An element, and the line that it begins on.
pub(super) struct Element {
    pub(super) line: u64,
    pub(super) json: Vec<u8>,
}

/// Cuts a JSON text into elements. Holds at most one of them.
pub(super) struct Elements {
    /// The names of members that hold the list.
    lists: &'static [&'static str],
    /// The names of members that say that the list goes on elsewhere.
    next: &'static [&'static str],
    limit: usize,
    /// The element under way; of an object that stands by itself, all of it.
    held: Vec<u8>,
    /// Where it began.
    began: u64,
    line: u64,
    depth: usize,
    text: Text,
    place: Place,
    /// The last text at the depth of an object's members.
    name: Vec<u8>,
    /// A colon came behind it.
    named: bool,
    /// The object's list was found: the rest of it says nothing.
    found: bool,
    any: bool,
    /// The last object says that more follows.
    more: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    Escape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between values.
    Outside,
    /// In an object that may hold the list.
    Object,
    /// In the list, whose elements are one deeper than this.
    List(usize),
}

impl Elements {
    pub(super) const fn new(
        lists: &'static [&'static str],
        next: &'static [&'static str],
        limit: usize,
    ) -> Self {
        Self {
            lists,
            next,
            limit,
            held: Vec::new(),
            began: 1,
            line: 1,
            depth: 0,
            text: Text::Outside,
            place: Place::Outside,
            name: Vec::new(),
            named: false,
            found: false,
            any: false,
            more: false,
        }
    }

    /// Takes a part of the text.
    ///
    /// # Errors
    /// What is no JSON text of such a form.
    pub(super) fn push(&mut self, part: &[u8], out: &mut Vec<Element>) -> Result<(), Fault> {
        for byte in part {
            self.byte(*byte, out)?;
            if self.held.len() > self.limit {
                return Err(self.fault(
                    Fault::ROW_TOO_LONG,
                    "An element is longer than 2 MiB. Is a quote or a bracket missing?",
                ));
            }
        }
        Ok(())
    }

    /// When no more comes.
    ///
    /// # Errors
    /// The text ended within something.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        if self.place != Place::Outside || self.text != Text::Outside {
            return Err(self.fault(CUT, "The file ends within an element: it was cut off."));
        }
        if !self.any {
            return Err(self.fault(Fault::EMPTY, "Nothing is in the file."));
        }
        if self.more {
            return Err(self.fault(
                MORE,
                "This is one page of several (NextToken): the list goes on. Export the other pages, too, and import them.",
            ));
        }
        Ok(())
    }

    /// The line that has been reached.
    pub(super) const fn reached(&self) -> u64 {
        self.line
    }

    fn fault(&self, code: &'static str, detail: &'static str) -> Fault {
        Fault::at(self.line, code, detail)
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<Element>) -> Result<(), Fault> {
        if byte == b'\n' {
            self.line += 1;
        }
        match self.text {
            Text::Escape => self.text = Text::Inside,
            Text::Inside if byte == b'\\' => self.text = Text::Escape,
            Text::Inside if byte == b'"' => self.text = Text::Outside,
            Text::Inside => {}
            Text::Outside => return self.structure(byte, out),
        }
        self.keep(byte);
        if self.place == Place::Object && self.depth == 1 && self.text != Text::Outside {
            self.name.push(byte);
            self.name.truncate(64);
        }
        Ok(())
    }

    fn structure(&mut self, byte: u8, out: &mut Vec<Element>) -> Result<(), Fault> {
        let space = byte.is_ascii_whitespace();
        match (self.place, byte) {
            (Place::Outside, _) if space => return Ok(()),
            (Place::Outside, b'[') => {
                self.depth = 1;
                self.place = Place::List(1);
                self.any = true;
                return Ok(());
            }
            (Place::Outside, b'{') => {
                self.place = Place::Object;
                (self.found, self.named, self.any) = (false, false, true);
                self.more = false;
                self.began = self.line;
            }
            (Place::Outside, _) => {
                return Err(self.fault(NOT_JSON, "This is no JSON array and no JSON object. Is it CSV? Then send Content-Type text/csv."));
            }
            (Place::List(depth), _) if self.depth == depth => {
                if space && self.held.is_empty() {
                    return Ok(());
                }
                match byte {
                    b',' => {
                        self.end(out);
                        return Ok(());
                    }
                    b']' => {
                        self.end(out);
                        self.depth -= 1;
                        self.place = if self.depth == 0 { Place::Outside } else { Place::Object };
                        return Ok(());
                    }
                    _ if self.held.is_empty() => self.began = self.line,
                    _ => {}
                }
            }
            (Place::Object, b'[')
                if self.depth == 1 && self.named && self.is_one_of(self.lists) =>
            {
                self.depth = 2;
                self.place = Place::List(2);
                self.found = true;
                self.held.clear();
                return Ok(());
            }
            (Place::Object, b':') if self.depth == 1 => self.named = true,
            (Place::Object, b',') if self.depth == 1 => self.named = false,
            _ => {}
        }
        self.keep(byte);
        match byte {
            b'"' => {
                self.text = Text::Inside;
                if !self.named {
                    self.name.clear();
                } else if self.place == Place::Object && self.depth == 1 {
                    self.more |= self.is_one_of(self.next);
                }
            }
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.place == Place::Object && self.depth == 0 {
                    self.place = Place::Outside;
                    if self.found {
                        self.held.clear();
                    } else {
                        self.end(out);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the last member has one of these names.
    fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| name.as_bytes() == self.name)
    }

    fn keep(&mut self, byte: u8) {
        if self.place != Place::Object || !self.found {
            self.held.push(byte);
        }
    }

    fn end(&mut self, out: &mut Vec<Element>) {
        let json = std::mem::take(&mut self.held);
        if !json.is_empty() {
            out.push(Element { line: self.began, json });
        }
    }
}

/// What came is neither.
const NOT_JSON: &str = "not_json";
/// There are more pages.
const MORE: &str = "more_pages";
/// It ended within something.
const CUT: &str = "cut_off";
