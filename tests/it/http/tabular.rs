//! How uploads are cut into pieces, and where results wait.

use nejtack::tabular::piece::{Broken, Piece};
use nejtack::tabular::spool::Spool;
use nejtack::tabular::{json_array, ndjson};
use proptest::prelude::*;

const LIMIT: usize = 1000;

fn lines(parts: &[&[u8]], limit: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut splitter = ndjson::Splitter::new(limit);
    parts.iter().for_each(|part| splitter.push(part, &mut |piece| pieces.push(piece)));
    splitter.finish(&mut |piece| pieces.push(piece));
    pieces
}

fn elements(parts: &[&[u8]], limit: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut splitter = json_array::Splitter::new(limit);
    parts.iter().for_each(|part| splitter.push(part, &mut |piece| pieces.push(piece)));
    splitter.finish(&mut |piece| pieces.push(piece));
    pieces
}

fn told(pieces: Vec<Piece>) -> Vec<(u64, Result<String, Broken>)> {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    pieces.into_iter().map(|piece| (piece.number, piece.content.map(text))).collect()
}

fn ok(number: u64, text: &str) -> (u64, Result<String, Broken>) {
    (number, Ok(text.to_owned()))
}

#[test]
fn lines_are_numbered_as_an_editor_does() {
    let upload = b"\xEF\xBB\xBF{\"a\":1}\r\n\n  \n{\"b\":2}";
    assert_eq!(told(lines(&[upload], LIMIT)), [ok(1, "{\"a\":1}"), ok(4, "{\"b\":2}")]);
    assert_eq!(told(lines(&[b""], LIMIT)), []);
}

#[test]
fn a_line_that_is_too_long_hurts_no_other() {
    assert_eq!(
        told(lines(&[b"12345", b"6\n12", b"345\n"], 5)),
        [(1, Err(Broken::TooLong)), ok(2, "12345")]
    );
}

#[test]
fn an_array_is_cut_at_its_own_commas() {
    let upload = br#" [ {"a": [1, 2], "b": "],\"[{"} , "x,y" ,3,[[]] ] "#;
    let expected =
        [ok(1, r#"{"a": [1, 2], "b": "],\"[{"} "#), ok(2, r#""x,y" "#), ok(3, "3"), ok(4, "[[]] ")];
    assert_eq!(told(elements(&[upload], LIMIT)), expected);
    assert_eq!(told(elements(&[b"[]"], LIMIT)), []);
    assert_eq!(told(elements(&[b"\xEF\xBB\xBF [ \n ] \n"], LIMIT)), []);
}

#[test]
fn what_is_wrong_with_an_array_is_told_in_its_place() {
    for (upload, expected) in [
        ("{}", vec![(1, Err(Broken::NotAnArray))]),
        ("", vec![(1, Err(Broken::NotAnArray))]),
        ("[1,,2]", vec![ok(1, "1"), (2, Err(Broken::Empty)), ok(3, "2")]),
        ("[1,]", vec![ok(1, "1"), (2, Err(Broken::Empty))]),
        ("[1,{\"a\"", vec![ok(1, "1"), (2, Err(Broken::Cut))]),
        ("[1,\"\\", vec![ok(1, "1"), (2, Err(Broken::Cut))]),
        ("[", vec![(1, Err(Broken::Cut))]),
        ("[1] x", vec![ok(1, "1"), (2, Err(Broken::AfterEnd))]),
        (
            "[123456,[[\"]\"]],1]",
            vec![(1, Err(Broken::TooLong)), (2, Err(Broken::TooLong)), ok(3, "1")],
        ),
    ] {
        assert_eq!(told(elements(&[upload.as_bytes()], 5)), expected, "{upload}");
    }
}

/// Any JSON, with what could mislead a splitter in its texts.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(Into::into),
        "[\\[\\]{},\"\\\\ \n\u{e5}a]{0,12}".prop_map(serde_json::Value::String),
        Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::Array),
            prop::collection::btree_map("[a-z,\"\\]]{0,4}", inner, 0..4)
                .prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn however_an_upload_arrives_it_is_cut_alike(
        values in prop::collection::vec(json(), 0..8),
        cuts in prop::collection::vec(0_usize..2000, 0..12),
        pretty in any::<bool>(),
    ) {
        let array = if pretty { serde_json::to_vec_pretty(&values) } else { serde_json::to_vec(&values) };
        let array = array.expect("JSON");
        let ndjson: Vec<u8> = values.iter().flat_map(|value| format!("{value}\n").into_bytes()).collect();
        for (upload, cut) in [
            (&array, elements as fn(&[&[u8]], usize) -> Vec<Piece>),
            (&ndjson, lines),
        ] {
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut % (upload.len() + 1)).collect();
            at.push(0);
            at.push(upload.len());
            at.sort_unstable();
            let parts: Vec<&[u8]> = at.windows(2).map(|two| &upload[two[0]..two[1]]).collect();
            let pieces = cut(&parts, usize::MAX);
            let read: Vec<serde_json::Value> = pieces
                .iter()
                .map(|piece| serde_json::from_slice(piece.content.as_ref().expect("whole")).expect("JSON"))
                .collect();
            prop_assert_eq!(&read, &values);
        }
    }

    #[test]
    fn no_upload_makes_a_splitter_fail(upload in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (lines(&[&upload], 20), elements(&[&upload], 20));
        let array = [b"[".as_slice(), &upload].concat();
        let _ = elements(&[&array], 20);
    }
}

#[test]
fn a_spool_gives_back_what_it_was_given() {
    for size in [0, 10, 64 * 1024, 1_000_000] {
        let given: Vec<u8> = (0_u32..size).map(|n| (n % 251) as u8).collect();
        let mut spool = Spool::new();
        for part in given.chunks(1000) {
            if spool.push(part) {
                spool = spool.settle().expect("a disk");
            }
        }
        let mut spooled = spool.read_back().expect("a disk");
        let mut read = Vec::new();
        loop {
            let (part, rest) = spooled.next().expect("a disk");
            if part.is_empty() {
                break;
            }
            read.extend(part);
            spooled = rest;
        }
        assert!(read == given, "{size}");
    }
}
