//! A piece of an upload: a line, or an element of an array.

/// A piece, or why there is none in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its number from 1: of lines as an editor counts them, of elements in order.
    pub number: u64,
    /// The bytes, without what is around them.
    pub content: Result<Vec<u8>, Broken>,
}

/// Why a piece cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Longer than the limit; it was skipped, and what follows is read.
    TooLong,
    /// Nothing between two commas.
    Empty,
    /// The upload ended within it, or before the array's end.
    Cut,
    /// What came is no array.
    NotAnArray,
    /// Something came after the array's end.
    AfterEnd,
}

/// What is skipped around JSON (RFC 8259 §2).
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
