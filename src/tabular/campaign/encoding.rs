//! How a file's text is written as bytes: found out while it comes in, and
//! written back the same way.
//!
//! A byte order mark says it. Without one a file is ASCII until its first other
//! character; if that is UTF-8, so is the file, and Windows-1252 if not. What
//! comes later and contradicts is refused, since letters read wrongly would make
//! names and addresses miss.

use encoding_rs::{DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Fault;

/// How text is written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// ASCII, so far.
    Ascii,
    /// UTF-8.
    Utf8,
    /// UTF-8 behind a byte order mark.
    Utf8Marked,
    /// UTF-16, low bytes first: Excel's "Unicode text".
    Utf16Le,
    /// UTF-16, high bytes first.
    Utf16Be,
    /// Windows-1252: Excel's "CSV".
    Windows1252,
}

impl Encoding {
    /// Its usual name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ascii => "us-ascii",
            Self::Utf8 | Self::Utf8Marked => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// What stands before the text.
    pub(super) const fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8Marked => b"\xEF\xBB\xBF",
            Self::Utf16Le => b"\xFF\xFE",
            Self::Utf16Be => b"\xFE\xFF",
            Self::Ascii | Self::Utf8 | Self::Windows1252 => b"",
        }
    }

    /// Whether text goes out as it is held here.
    pub(super) const fn is_plain(self) -> bool {
        matches!(self, Self::Ascii | Self::Utf8 | Self::Utf8Marked)
    }

    /// Writes the text as the file's bytes.
    pub(super) fn write(self, text: &str, out: &mut Vec<u8>) {
        match self {
            Self::Ascii | Self::Utf8 | Self::Utf8Marked => out.extend_from_slice(text.as_bytes()),
            Self::Utf16Le => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Self::Utf16Be => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            Self::Windows1252 => out.extend_from_slice(&WINDOWS_1252.encode(text).0),
        }
    }
}

/// Turns a file's bytes into text, in parts of any size.
pub(in crate::tabular) struct Decoder {
    state: State,
    /// Bytes that cannot be told without those that follow.
    carry: Vec<u8>,
}

enum State {
    /// Too little has come to tell what the file is.
    Start,
    Ascii,
    Utf8 {
        marked: bool,
    },
    Utf16 {
        big: bool,
        decoder: encoding_rs::Decoder,
    },
    Windows1252 {
        after_c3: bool,
    },
}

/// The longest beginning that tells what a file is.
const LONGEST_MAGIC: usize = 9;
/// Bytes that Windows-1252 does not use; other code pages do.
const UNUSED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// What is wrong; the caller knows the line.
pub(in crate::tabular) type Wrong = (&'static str, &'static str);

impl Decoder {
    pub(in crate::tabular) const fn new() -> Self {
        Self { state: State::Start, carry: Vec::new() }
    }

    pub(super) const fn encoding(&self) -> Encoding {
        match self.state {
            State::Start | State::Ascii => Encoding::Ascii,
            State::Utf8 { marked: false } => Encoding::Utf8,
            State::Utf8 { marked: true } => Encoding::Utf8Marked,
            State::Utf16 { big: false, .. } => Encoding::Utf16Le,
            State::Utf16 { big: true, .. } => Encoding::Utf16Be,
            State::Windows1252 { .. } => Encoding::Windows1252,
        }
    }

    /// Adds what the bytes say to `text`; at a fault, what came before it.
    pub(in crate::tabular) fn push(
        &mut self,
        bytes: &[u8],
        text: &mut String,
    ) -> Result<(), Wrong> {
        self.take(bytes, text, false)
    }

    /// What is left when no more bytes come.
    pub(in crate::tabular) fn finish(&mut self, text: &mut String) -> Result<(), Wrong> {
        self.take(&[], text, true)
    }

    fn take(&mut self, bytes: &[u8], text: &mut String, last: bool) -> Result<(), Wrong> {
        let before = text.len();
        let joined;
        let mut bytes = bytes;
        if !self.carry.is_empty() {
            self.carry.extend_from_slice(bytes);
            joined = std::mem::take(&mut self.carry);
            bytes = &joined;
        }
        if matches!(self.state, State::Start) {
            if bytes.len() < LONGEST_MAGIC && !last {
                self.carry.extend_from_slice(bytes);
                return Ok(());
            }
            bytes = self.begin(bytes)?;
        }
        let result = self.decode(bytes, text, last);
        match memchr::memchr(0, &text.as_bytes()[before..]) {
            Some(at) => {
                text.truncate(before + at);
                Err(BINARY)
            }
            None => result,
        }
    }

    /// Tells what the file is from how it begins; gives what follows the mark.
    fn begin<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Wrong> {
        refuse_others(bytes)?;
        let (state, mark) = match bytes {
            [0xEF, 0xBB, 0xBF, ..] => (State::Utf8 { marked: true }, 3),
            [0xFF, 0xFE, ..] => {
                let decoder = UTF_16LE.new_decoder_without_bom_handling();
                (State::Utf16 { big: false, decoder }, 2)
            }
            [0xFE, 0xFF, ..] => {
                let decoder = UTF_16BE.new_decoder_without_bom_handling();
                (State::Utf16 { big: true, decoder }, 2)
            }
            _ => (State::Ascii, 0),
        };
        self.state = state;
        Ok(&bytes[mark..])
    }

    fn decode(&mut self, bytes: &[u8], text: &mut String, last: bool) -> Result<(), Wrong> {
        let mut bytes = bytes;
        if matches!(self.state, State::Ascii) {
            bytes = self.ascii(bytes, text, last);
        }
        match &mut self.state {
            State::Start | State::Ascii => Ok(()),
            State::Utf8 { .. } => {
                let rest = utf8(bytes, text)?;
                if last && !rest.is_empty() {
                    return Err(NOT_UTF8);
                }
                self.carry.extend_from_slice(rest);
                Ok(())
            }
            State::Utf16 { decoder, .. } => utf16(decoder, bytes, text, last),
            State::Windows1252 { after_c3 } => windows_1252(bytes, after_c3, text),
        }
    }

    /// Takes ASCII as far as it goes; what follows settles the encoding.
    fn ascii<'a>(&mut self, bytes: &'a [u8], text: &mut String, last: bool) -> &'a [u8] {
        let plain = if bytes.is_ascii() {
            bytes.len()
        } else {
            bytes.iter().take_while(|byte| byte.is_ascii()).count()
        };
        let (plain, rest) = bytes.split_at(plain);
        text.push_str(std::str::from_utf8(plain).unwrap_or_default());
        if rest.is_empty() {
            return rest;
        }
        let first = match std::str::from_utf8(&rest[..rest.len().min(4)]) {
            Ok(_) => true,
            Err(error) if error.valid_up_to() > 0 => true,
            Err(error) if error.error_len().is_none() && !last => {
                self.carry.extend_from_slice(rest);
                return &[];
            }
            Err(_) => false,
        };
        self.state = if first {
            State::Utf8 { marked: false }
        } else {
            State::Windows1252 { after_c3: false }
        };
        rest
    }
}

/// Adds what is UTF-8; gives a last character that has not all come.
fn utf8<'a>(bytes: &'a [u8], text: &mut String) -> Result<&'a [u8], Wrong> {
    match std::str::from_utf8(bytes) {
        Ok(all) => {
            text.push_str(all);
            Ok(&[])
        }
        Err(error) => {
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            text.push_str(std::str::from_utf8(valid).unwrap_or_default());
            if error.error_len().is_some() { Err(NOT_UTF8) } else { Ok(rest) }
        }
    }
}

fn utf16(
    decoder: &mut encoding_rs::Decoder,
    bytes: &[u8],
    text: &mut String,
    last: bool,
) -> Result<(), Wrong> {
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    text.reserve(room.unwrap_or(bytes.len() * 3 + 16));
    match decoder.decode_to_string_without_replacement(bytes, text, last) {
        (DecoderResult::InputEmpty, _) => Ok(()),
        (DecoderResult::OutputFull | DecoderResult::Malformed(..), _) => Err(NOT_UTF16),
    }
}

fn windows_1252(bytes: &[u8], after_c3: &mut bool, text: &mut String) -> Result<(), Wrong> {
    let mut good = bytes.len();
    let mut wrong = None;
    // Only what is not ASCII needs a look; most files have little of it.
    let mut at = 0;
    while at < good {
        let byte = bytes[at];
        if byte >= 0x80 {
            if UNUSED.contains(&byte) {
                (good, wrong) = (at, Some(NOT_1252));
            } else if *after_c3 && byte <= 0xBF {
                // "Ã¥" is how å in UTF-8 looks when it is taken for Windows-1252.
                (good, wrong) = (at, Some(MIXED));
            }
        }
        *after_c3 = byte == 0xC3;
        at += 1;
    }
    text.push_str(&WINDOWS_1252.decode_without_bom_handling(&bytes[..good]).0);
    wrong.map_or(Ok(()), Err)
}

const BINARY: Wrong = (
    Fault::BINARY,
    "Not a text file: there is a NUL byte in it. Save the file as CSV in UTF-8, and send that.",
);
const NOT_UTF8: Wrong = (
    Fault::ENCODING,
    "Not UTF-8 here, though the lines before are. Save the whole file in UTF-8, and send it again.",
);
const NOT_UTF16: Wrong = (
    Fault::ENCODING,
    "Not UTF-16 here, though the file begins so. Save the whole file in UTF-8, and send it again.",
);
const NOT_1252: Wrong =
    (Fault::ENCODING, "Neither UTF-8 nor Windows-1252. Save the file in UTF-8, and send it again.");
const MIXED: Wrong = (
    Fault::ENCODING,
    "UTF-8 here, but Windows-1252 before. Save the whole file in UTF-8, and send it again.",
);

/// Refuses what is known by its beginning to be no text.
fn refuse_others(bytes: &[u8]) -> Result<(), Wrong> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let lower = bytes.get(..LONGEST_MAGIC).unwrap_or(bytes).to_ascii_lowercase();
    if begins(b"PK\x03\x04")
        || begins(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
        || lower.starts_with(b"<!doctype")
        || [&b"<?xml"[..], b"<html", b"<table"].iter().any(|tag| lower.starts_with(tag))
    {
        return Err((
            Fault::SPREADSHEET,
            "A workbook, not a text file. Open it in the spreadsheet program, save it as CSV in UTF-8, and send that.",
        ));
    }
    if begins(b"%PDF") || begins(b"\x1F\x8B") || begins(b"\x89PNG") || begins(b"7z\xBC\xAF") {
        return Err((
            Fault::BINARY,
            "Not a text file. Send the rows as CSV or NDJSON, uncompressed.",
        ));
    }
    Ok(())
}
