//! What holds for every file.

use super::{Answered, answer_in, csv};
use nejtack::tabular::campaign::{Fault, Format, Options};
use proptest::collection::vec;
use proptest::prelude::*;

/// How a file is written.
#[derive(Debug, Clone)]
struct Written {
    delimiter: char,
    end: &'static str,
    encoding: usize,
    sep_line: bool,
    cut_last: bool,
}

fn written() -> impl Strategy<Value = Written> {
    let delimiter = prop::sample::select(vec![',', ';', '\t', '|']);
    let end = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    (delimiter, end, 0..5_usize, any::<bool>(), any::<bool>()).prop_map(
        |(delimiter, end, encoding, sep_line, cut_last)| Written {
            delimiter,
            end,
            encoding,
            sep_line,
            cut_last,
        },
    )
}

/// Values as they are found in the wild, and the characters that files break at.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}@a\\.example",
        "0701740[0-9]{3}",
        "[ a-zA-Z\u{e5}\u{e4}\u{f6}\u{c5}\u{20ac}0-9'=@.+-]{0,12}",
        "[,;|\t\"\r\n a\u{e9}]{0,6}",
    ]
}

/// A field that says this value: quoted where it must be, and sometimes where not.
fn field(value: &str, delimiter: char, always: bool) -> String {
    let must = value.contains([delimiter, '"', '\r', '\n']);
    if must || always { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.to_owned() }
}

fn file(written: &Written, rows: &[(String, String, String, bool)], tail: &str) -> String {
    let Written { delimiter, end, .. } = written;
    let tail = tail.replace(',', &delimiter.to_string());
    let mut lines = Vec::new();
    if written.sep_line {
        lines.push(format!("sep={delimiter}"));
    }
    lines.push(format!(
        "F\u{f6}rnamn{delimiter}E-post{delimiter}Mobil{}",
        heading_tail(&tail, *delimiter)
    ));
    for (name, email, phone, always) in rows {
        let fields = [name, email, phone].map(|value| field(value, *delimiter, *always));
        lines.push(format!("{}{tail}", fields.join(&delimiter.to_string())));
    }
    let mut file = lines.join(end);
    if !written.cut_last {
        file.push_str(end);
    }
    file
}

fn heading_tail(tail: &str, delimiter: char) -> String {
    if tail.is_empty() {
        String::new()
    } else {
        format!("{delimiter}nejtack_decision{delimiter}nejtack_reason")
    }
}

fn bytes(text: &str, encoding: usize) -> Vec<u8> {
    match encoding {
        0 => text.as_bytes().to_vec(),
        1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        2 => b"\xFF\xFE"
            .iter()
            .copied()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect(),
        3 => b"\xFE\xFF"
            .iter()
            .copied()
            .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect(),
        _ => text.chars().map(|c| if c == '\u{20ac}' { 0x80 } else { c as u8 }).collect(),
    }
}

/// Parts to cut a file into: never the same twice.
fn answer_split(options: &Options, file: &[u8], splits: &[usize]) -> Result<Answered, Fault> {
    let mut cutter = nejtack::tabular::campaign::Cutter::new(options.clone());
    let mut blocks = Vec::new();
    let mut rest = file;
    for split in splits.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (part, after) = rest.split_at((*split).min(rest.len()));
        cutter.push(part, &mut blocks)?;
        rest = after;
    }
    let layout = cutter.finish(&mut blocks)?;
    let mut out = Vec::new();
    layout.heading(&mut out);
    for block in &blocks {
        block.rewrite(&mut out, |row| Some(super::outcome(row)))?;
    }
    Ok(Answered { out, rows: Vec::new(), layout })
}

proptest! {
    #[test]
    fn values_come_out_of_any_dialect_and_rows_stay(
        written in written(),
        rows in vec((value(), value(), value(), any::<bool>()), 1..12),
        splits in vec(1..40_usize, 1..6),
    ) {
        // Old Macintosh files have no line feed outside quotes, nor a row that is blank.
        let before = bytes(&file(&written, &rows, ""), written.encoding);
        let answered = answer_in(1 << 20, &csv(), &before).unwrap();
        prop_assert_eq!(answered.layout.delimiter(), Some(written.delimiter));
        prop_assert_eq!(answered.rows.len(), rows.len());
        for (told, (_, email, phone, _)) in answered.rows.iter().zip(&rows) {
            prop_assert_eq!(told.fault, None);
            prop_assert_eq!(told.person.emails[0].trim().trim_matches('\''), email.trim().trim_matches('\''));
            let plain = |text: &str| text.trim().trim_start_matches('\'').trim().to_owned();
            if !phone.trim().starts_with('=') {
                prop_assert_eq!(plain(&told.person.phones[0]), plain(phone));
            }
        }
        // Two columns more, and nothing else.
        let after = bytes(&file(&written, &rows, ",clear,none"), written.encoding);
        prop_assert_eq!(&answered.out, &after);
        // Answering an answered file changes nothing; nor does how it comes.
        prop_assert_eq!(&answer_in(1 << 20, &csv(), &after).unwrap().out, &after);
        prop_assert_eq!(&answer_split(&csv(), &before, &splits).unwrap().out, &after);
    }

    #[test]
    fn any_bytes_are_refused_or_keep_every_row(
        start in prop::sample::select(vec!["", "E-post;Mobil\n", "Email,Tel\r\n", "Mail\r", "a@a.example,070\n", "\u{feff}E-post\n", "sep=|\nEmail|x\n"]),
        soup in vec(prop_oneof![
            4 => prop::sample::select(b"ab@.;,|\t\"\n\r 07'=".to_vec()),
            1 => any::<u8>(),
        ], 0..120),
        splits in vec(1..9_usize, 1..4),
    ) {
        let file = [start.as_bytes(), &soup].concat();
        let whole = answer_in(1 << 20, &csv(), &file);
        let split = answer_split(&csv(), &file, &splits);
        match (whole, split) {
            (Ok(whole), Ok(split)) => {
                prop_assert_eq!(&whole.out, &split.out);
                // With our columns taken away again the file is what it was.
                prop_assert_eq!(stripped(&whole), file);
                let twice = answer_in(1 << 20, &csv(), &whole.out).unwrap();
                prop_assert_eq!(twice.out, whole.out);
                prop_assert_eq!(twice.rows.len(), whole.rows.len());
            }
            (Err(whole), Err(split)) => prop_assert_eq!(whole, split),
            (whole, split) => prop_assert!(false, "{:?} {:?}", whole.err(), split.err()),
        }
    }

    #[test]
    fn any_lines_of_json_are_refused_or_keep_every_row(
        lines in vec(prop_oneof![
            Just("{}".to_owned()),
            Just(String::new()),
            "\\{ ?\"(email|mail|x|nejtack_reason|Nejtack_Decision)\" ?: ?(\"[a-z@{}\\[\\],]{0,6}\"|[0-9]|null|\\[\\]|\\{\"a\":\"\\}\"\\})( ?, ?\"(phone|y|nejtack_decision)\":(true|\"z\"))?( ?, ?\"(b|nejtack_reason)\":(\"\"|2))? ?\\}",
        ], 0..9),
        splits in vec(1..20_usize, 1..4),
    ) {
        let options = Options { format: Format::Ndjson, ..csv() };
        let file = format!("{{\"email\":\"a@a.example\"}}\n{}", lines.join("\n"));
        let answered = answer_in(1 << 20, &options, file.as_bytes()).unwrap();
        let rows = lines.iter().filter(|line| !line.is_empty()).count() + 1;
        prop_assert_eq!(answered.rows.len(), rows);
        prop_assert_eq!(&answer_split(&options, file.as_bytes(), &splits).unwrap().out, &answered.out);
        let out = answered.text();
        for (before, after) in file.lines().zip(out.lines()).filter(|(before, _)| !before.is_empty()) {
            let read = |line| -> serde_json::Map<String, serde_json::Value> {
                serde_json::from_str(line).unwrap()
            };
            let (mut before, mut after) = (read(before), read(after));
            before.retain(|key, _| !key.to_lowercase().starts_with("nejtack_"));
            let ours = after.remove("nejtack_decision").zip(after.remove("nejtack_reason"));
            prop_assert!(ours.is_some_and(|(decision, reason)| decision != "blocked" && reason != 2));
            prop_assert_eq!(before, after);
        }
        prop_assert_eq!(&answer_in(1 << 20, &options, out.as_bytes()).unwrap().out, &answered.out);
    }
}

/// The file without what answering added.
fn stripped(answered: &Answered) -> Vec<u8> {
    let mut heading = Vec::new();
    let layout = &answered.layout;
    layout.heading(&mut heading);
    let delimiter = layout.delimiter().unwrap();
    let added = |decision: &str, reason: &str| {
        let text = format!("{delimiter}{decision}{delimiter}{reason}");
        let mut bytes = Vec::new();
        match layout.encoding().name() {
            "utf-16le" => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            "utf-16be" => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            _ => bytes.extend(text.bytes()),
        }
        bytes
    };
    let mut rest = answered.out[heading.len()..].to_vec();
    let mut out = heading;
    remove(&mut out, &added("nejtack_decision", "nejtack_reason"));
    remove(&mut rest, &added("clear", "none"));
    for fault in nejtack::tabular::campaign::Row::FAULTS {
        remove(&mut rest, &added("undecidable", fault));
    }
    out.extend(rest);
    out
}

fn remove(from: &mut Vec<u8>, what: &[u8]) {
    while let Some(at) = from.windows(what.len()).position(|part| part == what) {
        from.drain(at..at + what.len());
    }
}
