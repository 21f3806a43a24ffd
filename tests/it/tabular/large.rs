//! Files of many blocks.

use super::{Answered, answer_in, csv};
use nejtack::tabular::campaign::{Block, Cutter, Format, Options};

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A file and what must go out for it: rows of many lengths, some of them blank,
/// some with line breaks within.
fn file(end: &str, quoted: bool, numbers: &mut Numbers) -> (String, String, Vec<u64>) {
    let mut before = format!("F\u{f6}rnamn;E-post;Anteckning{end}");
    let mut after = format!("F\u{f6}rnamn;E-post;Anteckning;nejtack_decision;nejtack_reason{end}");
    let (mut lines, mut line) = (Vec::new(), 2);
    for row in 0..5_000 {
        if numbers.below(50) == 0 {
            before.push_str(end);
            after.push_str(end);
            line += 1;
            continue;
        }
        let mut note = "x\u{e5}".repeat(usize::try_from(numbers.below(40)).unwrap());
        let mut breaks = 0;
        if quoted && numbers.below(3) == 0 {
            breaks = numbers.below(4);
            let within = format!("{note}\"\";{}", end.repeat(usize::try_from(breaks).unwrap()));
            note = format!("\"{within}\"");
        }
        let text = format!("\u{c5}sa;row{row}@a.example;{note}");
        lines.push(line);
        line += 1 + breaks;
        before.push_str(&format!("{text}{end}"));
        after.push_str(&format!("{text};clear;none{end}"));
    }
    (before, after, lines)
}

fn bytes(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-16" => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
    }
}

#[test]
fn where_a_file_is_cut_makes_no_difference() {
    let mut numbers = Numbers(4);
    for end in ["\n", "\r\n", "\r"] {
        for quoted in [false, true] {
            let (before, after, lines) = file(end, quoted, &mut numbers);
            for encoding in ["utf-8", "utf-16", "windows-1252"] {
                let (before, after) = (bytes(&before, encoding), bytes(&after, encoding));
                for parts in [before.len(), 1_021] {
                    let Answered { out, rows, .. } = answer_in(parts, &csv(), &before).unwrap();
                    assert!(out == after, "{end:?} {quoted} {encoding} {parts}");
                    assert!(rows.iter().map(|row| row.line).eq(lines.iter().copied()));
                }
            }
        }
    }
}

#[test]
fn blocks_stay_small_and_can_be_answered_in_any_order() {
    let (before, after, _) = file("\r\n", true, &mut Numbers(1));
    let mut cutter = Cutter::new(csv());
    let mut blocks: Vec<Block> = Vec::new();
    for byte in before.as_bytes().chunks(1) {
        cutter.push(byte, &mut blocks).unwrap();
    }
    let layout = cutter.finish(&mut blocks).unwrap();
    assert!(blocks.len() > 1 && blocks.iter().all(|block| block.size() < 256 << 10));
    let mut parts: Vec<Vec<u8>> = vec![Vec::new(); blocks.len()];
    for (block, out) in blocks.iter().zip(&mut parts).rev() {
        block.rewrite(out, |row| Some(super::outcome(row))).unwrap();
    }
    let mut out = Vec::new();
    layout.heading(&mut out);
    assert!([out, parts.concat()].concat() == after.as_bytes());
}

#[test]
fn objects_are_cut_at_their_lines() {
    let options = Options { format: Format::Ndjson, ..csv() };
    let mut numbers = Numbers(2);
    let (mut before, mut after) = (String::new(), String::new());
    for row in 0..12_000 {
        let note = "\u{e5}\u{20ac}".repeat(usize::try_from(numbers.below(9)).unwrap());
        let text = format!("{{\"E-post\":\"row{row}@a.example\",\"x\":\"{note}\"");
        before.push_str(&format!("{text}}}\n"));
        after.push_str(&format!(
            "{text},\"nejtack_decision\":\"clear\",\"nejtack_reason\":\"none\"}}\n"
        ));
    }
    for parts in [before.len(), 4_099] {
        let answered = answer_in(parts, &options, before.as_bytes()).unwrap();
        assert!(answered.text() == after && answered.rows.len() == 12_000);
    }
}
