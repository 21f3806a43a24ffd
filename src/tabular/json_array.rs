//! A JSON array, element by element, without reading what an element says: that
//! is its own reader's business, and an element that is no JSON hurts no other.

use super::piece::{Broken, Piece, is_space};

/// Cuts an array into its elements. Holds at most one element.
#[derive(Debug)]
pub struct Splitter {
    limit: usize,
    at: At,
    element: Vec<u8>,
    too_long: bool,
    depth: u64,
    number: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the `[`; a byte order mark may come (this many of its bytes have).
    Start(usize),
    /// Within an element, or between two.
    Element,
    /// Within a text of an element.
    Text,
    /// Behind a backslash of a text.
    Escape,
    /// Behind the `]`.
    End,
    /// All that can be said has been said.
    Given,
}

const MARK: [u8; 3] = *b"\xEF\xBB\xBF";

impl Splitter {
    /// Elements may have `limit` bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self { limit, at: At::Start(0), element: Vec::new(), too_long: false, depth: 0, number: 1 }
    }

    /// Takes a part of the stream; every element that ends in it goes to `out`.
    pub fn push(&mut self, part: &[u8], out: &mut impl FnMut(Piece)) {
        for byte in part.iter().copied() {
            match self.at {
                At::Start(seen) => self.start(seen, byte, out),
                At::Element => self.element(byte, out),
                At::Text => {
                    self.keep(byte);
                    self.at = match byte {
                        b'"' => At::Element,
                        b'\\' => At::Escape,
                        _ => At::Text,
                    };
                }
                At::Escape => {
                    self.keep(byte);
                    self.at = At::Text;
                }
                At::End if is_space(byte) => {}
                At::End => self.give_up(Broken::AfterEnd, out),
                At::Given => return,
            }
        }
    }

    /// Says so if the array has not ended.
    pub fn finish(mut self, out: &mut impl FnMut(Piece)) {
        match self.at {
            At::Start(_) => self.give_up(Broken::NotAnArray, out),
            At::Element | At::Text | At::Escape => self.give_up(Broken::Cut, out),
            At::End | At::Given => {}
        }
    }

    fn start(&mut self, seen: usize, byte: u8, out: &mut impl FnMut(Piece)) {
        if seen < MARK.len() && byte == MARK[seen] {
            self.at = At::Start(seen + 1);
        } else if byte == b'[' {
            self.at = At::Element;
        } else if !is_space(byte) {
            self.give_up(Broken::NotAnArray, out);
        }
    }

    fn element(&mut self, byte: u8, out: &mut impl FnMut(Piece)) {
        match byte {
            b',' if self.depth == 0 => self.end(false, out),
            b']' if self.depth == 0 => {
                self.end(true, out);
                self.at = At::End;
            }
            _ if is_space(byte) && self.element.is_empty() && !self.too_long => {}
            _ => {
                self.keep(byte);
                match byte {
                    b'"' => self.at = At::Text,
                    b'[' | b'{' => self.depth += 1,
                    b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.too_long {
            return;
        }
        if self.element.len() == self.limit {
            self.too_long = true;
            self.element = Vec::new();
        } else {
            self.element.push(byte);
        }
    }

    fn end(&mut self, last: bool, out: &mut impl FnMut(Piece)) {
        let element = std::mem::take(&mut self.element);
        let number = self.number;
        self.number += 1;
        let content = match (std::mem::take(&mut self.too_long), element.is_empty()) {
            (true, _) => Err(Broken::TooLong),
            // An array without elements has none between its brackets.
            (false, true) if last && number == 1 => return,
            (false, true) => Err(Broken::Empty),
            (false, false) => Ok(element),
        };
        out(Piece { number, content });
    }

    fn give_up(&mut self, broken: Broken, out: &mut impl FnMut(Piece)) {
        self.at = At::Given;
        self.element = Vec::new();
        out(Piece { number: self.number, content: Err(broken) });
    }
}
