//! How text is written as bytes, and what is no text.

use super::{Answered, answer, answer_in, csv, emails, refusal};
use nejtack::tabular::campaign::{Encoding, Fault};

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
}

/// Each character is its own code point up to U+00FF, but for the euro sign.
fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |c| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).unwrap() };
    text.chars().map(byte).collect()
}

const FILE: &str = "Förnamn\tE-post\tBelopp\r\nÅsa\tasa@a.example\t10 €\r\nBo\tbo@a.example\t\r\n";
const ANSWERED: &str = "Förnamn\tE-post\tBelopp\tnejtack_decision\tnejtack_reason\r\n\
     Åsa\tasa@a.example\t10 €\tclear\tnone\r\nBo\tbo@a.example\t\tclear\tnone\r\n";

fn holds(answered: &Answered, expected: &[u8]) {
    assert_eq!(answered.out, expected);
    assert_eq!(emails(answered), [["asa@a.example"], ["bo@a.example"]]);
}

#[test]
fn a_file_goes_out_in_the_encoding_it_came_in() {
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    for parts in [1, 2, 3, 7, 1 << 20] {
        let answer = |file: &[u8]| answer_in(parts, &csv(), file).unwrap();
        holds(&answer(FILE.as_bytes()), ANSWERED.as_bytes());
        holds(&answer(&marked(FILE)), &marked(ANSWERED));
        holds(&answer(&utf16(FILE, false)), &utf16(ANSWERED, false));
        holds(&answer(&utf16(FILE, true)), &utf16(ANSWERED, true));
        holds(&answer(&windows_1252(FILE)), &windows_1252(ANSWERED));
    }
    assert_eq!(answer(&utf16(FILE, false)).layout.encoding(), Encoding::Utf16Le);
    assert_eq!(answer(&windows_1252(FILE)).layout.encoding().name(), "windows-1252");
}

#[test]
fn every_byte_of_windows_1252_that_is_in_use_comes_back() {
    let mut file = b"Email,Note\na@a.example,\xE5".to_vec();
    let used = (0x20..=0xFF_u8).filter(|byte| ![0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte));
    // A capital à before a sign would be å in UTF-8, which is refused below.
    file.extend(used.filter(|byte| *byte != b'"' && *byte != b',' && *byte != 0xC3));
    file.push(b'\n');
    let mut expected = file[..file.len() - 1].to_vec();
    expected.extend_from_slice(b",clear,none\n");
    expected.splice(10..10, b",nejtack_decision,nejtack_reason".iter().copied());
    assert_eq!(answer(&file).out, expected);
}

#[test]
fn the_first_letter_beyond_ascii_may_come_late() {
    let mut file = b"Namn,Email\n".to_vec();
    for _ in 0..50_000 {
        file.extend_from_slice(b"Bo,b@a.example\n");
    }
    for (last, code) in
        [(&b"\xC5sa,a@a.example\n"[..], "windows-1252"), (b"\xC3\x85sa,a@a.example\n", "utf-8")]
    {
        let file = [&file[..], last].concat();
        let answered = answer_in(4_097, &csv(), &file).unwrap();
        assert_eq!(answered.rows.len(), 50_001, "{code}");
        let mut stripped = Vec::new();
        for line in answered.out.split_inclusive(|byte| *byte == b'\n') {
            let commas = line.iter().enumerate().filter(|(_, byte)| **byte == b',');
            stripped.extend_from_slice(&line[..commas.map(|(at, _)| at).nth(1).unwrap()]);
            stripped.push(b'\n');
        }
        assert_eq!(stripped, file);
    }
    // At the very end, half a character is not UTF-8.
    assert!(answer(b"Namn,Email\nBo,b@a.example\n,caf\xE9").out.ends_with(b"caf\xE9,clear,none"));
}

#[test]
fn what_contradicts_the_encoding_is_refused_by_its_line() {
    let mixed = [
        (&b"Namn,Email\n\xC3\x85sa,a@a.example\nBo,b@a.example\n\xC5ke,c@a.example\n"[..], 4),
        (b"Namn,Email\n\xC5ke,c@a.example\n\n\xC3\x85sa,a@a.example\n", 4),
        (b"Namn,Email\n\xC3\x85sa,a@a.example\nBo\xC3", 3),
        (b"\xEF\xBB\xBFNamn,Email\n\xC5ke,c@a.example\n", 2),
        (b"Namn,Email\n\x8Fke,c@a.example\n", 2), // Å in code page 850
        (b"\xFF\xFEE\0m\0a\0i\0l\0\n\0a\0@\0\x00\xD8b\0\n\0", 2), // half a pair
        (b"\xFF\xFEE\0m\0a\0i\0l\0\n\0a\0@\0b", 2), // half a character
    ];
    for (file, line) in mixed {
        for parts in [1, 5, 1 << 20] {
            let fault = answer_in(parts, &csv(), file).unwrap_err();
            assert_eq!((fault.code, fault.line), (Fault::ENCODING, line), "{file:?}");
        }
    }
}

#[test]
fn what_is_no_text_is_refused_by_what_it_is() {
    for workbook in [
        &b"PK\x03\x04\x14\x00\x06\x00"[..],
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0",
        b"<?xml version=\"1.0\"?><Workbook>",
        b"<HTML><table><tr><td>Email",
    ] {
        let fault = refusal(&csv(), workbook);
        assert_eq!(fault.code, Fault::SPREADSHEET);
        assert!(fault.detail.contains("CSV"));
    }
    for other in [&b"%PDF-1.7\n"[..], b"\x1F\x8B\x08\0", b"Email\na@a.example\n\0\n", b"\0\0\0\0"] {
        assert_eq!(refusal(&csv(), other).code, Fault::BINARY, "{other:?}");
    }
    assert_eq!(refusal(&csv(), b"Email\na@a.example\n\0\n").line, 3);
}
