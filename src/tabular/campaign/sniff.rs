//! What a file is, told from its beginning.

use super::boundary::{Dialect, Open, ends_with_cr};
use super::json::{self, Keys, Reader, Unseen};
use super::layout::{self, Layout, Source};
use super::{
    Column, DECISION, Encoding, Fault, Format, Known, LONGEST_ROW, Options, REASON, columns,
    delimiter, headings,
};

/// Rows that tell what the columns of a file without a heading hold.
const ROWS: usize = 200;
/// Excel has as many.
const MOST_COLUMNS: usize = 16_384;

/// What was told from a file's beginning.
pub(super) struct Sniffed {
    pub(super) layout: Layout,
    /// How much of the text stands before the rows.
    pub(super) taken: usize,
    /// What must come before the file ends.
    pub(super) unseen: Vec<Unseen>,
}

/// Tells the layout of the file that begins with `text`; `None` if more of it
/// must come. `last` says that nothing more comes.
pub(super) fn sniff(
    text: &str,
    (options, programs): (&Options, Known),
    encoding: Encoding,
    last: bool,
) -> Result<Option<Sniffed>, Fault> {
    if options.format == Format::Ndjson {
        return objects(text, options, encoding, last);
    }
    let blank = text.len() - text.trim_start_matches(['\r', '\n']).len();
    let cr = ends_with_cr(text.as_bytes());
    let (told, after_sep) = match separator(text, cr, last) {
        Some((delimiter, after)) => (Some(delimiter), after),
        None => (None, blank),
    };
    let body = &text[after_sep..];
    let blank = body.len() - body.trim_start_matches(['\r', '\n']).len();
    let start = after_sep + blank;
    let body = &text[start..];
    if body.trim().is_empty() {
        return if last { Err(empty()) } else { Ok(None) };
    }
    let known = |row: &[String]| {
        let named = |heading: &&String| {
            headings::meaning(heading).is_some()
                || layout::ours(heading).is_some()
                || programs.meaning(heading).is_some()
                || options.columns.iter().any(|mapping| mapping.names(heading))
        };
        row.iter().take(MOST_COLUMNS).filter(named).count()
    };
    let delimiter = told.unwrap_or_else(|| delimiter::detect(body, cr, last, known));
    let dialect = Dialect { delimiter: Some(delimiter), cr };
    let mut ends = Vec::new();
    let end = match dialect.row(body.as_bytes(), 0, last, &mut ends) {
        Ok(end) => end,
        Err(Open::Quote(_)) if last || body.len() > LONGEST_ROW => {
            let line = 1 + dialect.lines(&text.as_bytes()[..start]);
            return Err(super::cutter::quote_not_closed(line));
        }
        Err(_) => return Ok(None),
    };
    if ends.len() > MOST_COLUMNS {
        let detail =
            "More than 16,384 columns. Is the delimiter right? Name it in a first line sep=;.";
        return Err(Fault::at(1, Fault::TOO_MANY_COLUMNS, detail));
    }
    let rows = delimiter::sample(body, dialect, last, ROWS);
    let columns = columns::columns(&rows, options, programs)?;
    let mut sources = columns.sources;
    let slots = layout::place(&mut sources);
    let relationship = sources.iter().any(|source| source.column == Column::Relationship);
    let mut before = text[..start].to_owned();
    let mut taken = start;
    if columns.headed {
        let mut from = 0;
        for (at, to) in ends.iter().enumerate() {
            if !columns.ours.contains(&at) {
                before.push_str(&body[from..*to]);
                before.push(char::from(delimiter));
            }
            from = to + 1;
        }
        before.push_str(DECISION);
        before.push(char::from(delimiter));
        before.push_str(REASON);
        before.push_str(&body[end.content..end.next]);
        taken += end.next;
    }
    let layout = Layout {
        dialect,
        encoding,
        before,
        width: ends.len(),
        ours: columns.ours,
        decided: columns.decided,
        sources,
        controller: columns.controller,
        controller_heading: columns.controller_heading,
        headings: if columns.headed {
            rows.into_iter().next().unwrap_or_default()
        } else {
            Vec::new()
        },
        relationship,
        slots,
        keys: None,
    };
    Ok(Some(Sniffed { layout, taken, unseen: Vec::new() }))
}

/// The layout of NDJSON: which keys say something, as far as the first lines tell.
fn objects(
    text: &str,
    options: &Options,
    encoding: Encoding,
    last: bool,
) -> Result<Option<Sniffed>, Fault> {
    let keys = Keys::new(&options.columns, options.controller_column.as_deref());
    let mut reader = Reader::new(&keys);
    let dialect = Dialect { delimiter: None, cr: false };
    let mut count = 0;
    for (at, line) in text.split_inclusive('\n').enumerate().take(ROWS) {
        if (!last && !line.ends_with('\n')) || json::trim(line).is_empty() {
            continue;
        }
        reader.read(json::trim(line)).ok_or_else(|| json::not_an_object(at as u64 + 1))?;
        count += 1;
    }
    if count == 0 {
        return if last { Err(empty()) } else { Ok(None) };
    }
    if !reader.identifies() {
        return Err(columns::no_column("No key says who a person is"));
    }
    let unseen = Unseen::after(&reader, &keys);
    let sources = reader.known().into_iter().map(|(key, column)| Source {
        column,
        at: 0,
        slot: 0,
        issuer: None,
        heading: Some(key.to_owned()),
    });
    let layout = Layout {
        dialect,
        encoding,
        before: String::new(),
        width: 1,
        ours: Vec::new(),
        decided: None,
        sources: sources.collect(),
        controller: None,
        controller_heading: None,
        headings: Vec::new(),
        relationship: false, // an object says it by itself
        slots: layout::Slots::default(),
        keys: Some(keys),
    };
    Ok(Some(Sniffed { layout, taken: 0, unseen }))
}

/// The delimiter of a first line such as `sep=;`, and where the next line begins.
fn separator(text: &str, cr: bool, last: bool) -> Option<(u8, usize)> {
    let dialect = Dialect { delimiter: None, cr };
    let end = dialect.row(text.as_bytes(), 0, last, &mut Vec::new()).ok()?;
    let line = text[..end.content].trim_matches('"');
    if !line.get(..4)?.eq_ignore_ascii_case("sep=") {
        return None;
    }
    let [delimiter] = line.as_bytes()[4..] else { return None };
    // Our own headings have an underscore in them.
    let other = matches!(delimiter, b'"' | b'_');
    let usable = (delimiter.is_ascii_punctuation() && !other) || delimiter == b'\t';
    usable.then_some((delimiter, end.next))
}

fn empty() -> Fault {
    Fault::at(1, Fault::EMPTY, "Nothing is in the file. Send a heading and the rows.")
}
