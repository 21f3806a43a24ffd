//! What a CSV file is, told from its beginning.

use super::boundary::{Dialect, Open, ends_with_cr};
use super::column::place;
use super::json::{self, Keys, Reader, Unseen};
use super::layout::{self, Layout, Source};
use super::{
    Column, DECISION, Encoding, Fault, Format, LONGEST_ROW, Mapping, Options, REASON, delimiter,
    headings, looks,
};

/// Rows that tell what the columns of a file without a heading hold.
const ROWS: usize = 200;

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
    options: &Options,
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
                || options.columns.iter().any(|mapping| mapping.names(heading))
        };
        row.iter().filter(named).count()
    };
    let delimiter = told.unwrap_or_else(|| delimiter::detect(body, cr, last, known));
    let dialect = Dialect { delimiter: Some(delimiter), cr };
    let mut ends = Vec::new();
    let end = match dialect.row(body.as_bytes(), 0, last, &mut ends) {
        Ok(end) => end,
        Err(Open::Quote(_)) if last || body.len() > LONGEST_ROW => {
            let line = 1 + dialect.lines(text[..start].as_bytes());
            return Err(super::cutter::quote_not_closed(line));
        }
        Err(_) => return Ok(None),
    };
    let rows = delimiter::sample(body, dialect, last, ROWS);
    let columns = columns(&rows, options)?;
    let mut sources = columns.sources;
    let slots = layout::place(&mut sources);
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
        return Err(no_column("No key says who a person is"));
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
    let usable = (delimiter.is_ascii_punctuation() && delimiter != b'"') || delimiter == b'\t';
    usable.then_some((delimiter, end.next))
}

struct Columns {
    headed: bool,
    sources: Vec<Source>,
    controller: Option<usize>,
    ours: Vec<usize>,
    decided: Option<usize>,
}

/// What the columns hold, from the heading, from what the caller says, or from
/// what the values look like.
fn columns(rows: &[Vec<String>], options: &Options) -> Result<Columns, Fault> {
    let first = rows.first().map_or(&[][..], Vec::as_slice);
    let by_name = options.columns.iter().any(|mapping| mapping.place().is_none());
    let named = |heading: &String| {
        headings::meaning(heading).is_some()
            || layout::ours(heading).is_some()
            || options.columns.iter().any(|mapping| mapping.names(heading))
    };
    // A row that holds an address or a number is a person, whatever else it says.
    let is_data = first.iter().any(|value| looks::like(value).is_some());
    let headed = !is_data && first.iter().any(named);
    if !headed && by_name {
        return Err(missing(options.columns.iter().find(|it| it.place().is_none())));
    }
    if !headed && options.controller_column.as_ref().is_some_and(|name| place(name).is_none()) {
        return Err(no_controller());
    }
    let width = first.len();
    let mut held: Vec<Option<(Column, Option<String>)>> = if headed {
        first.iter().map(|heading| headings::meaning(heading).map(|it| (it, None))).collect()
    } else {
        (0..width).map(|at| by_values(rows, at).map(|it| (it, None))).collect()
    };
    if headed {
        settle_postal_address(first, &mut held);
    }
    for mapping in &options.columns {
        let mut found = false;
        for (at, heading) in first.iter().enumerate() {
            if mapping.place() == Some(at) || (headed && mapping.names(heading)) {
                held[at] = Some((mapping.column, mapping.issuer.clone()));
                found = true;
            }
        }
        if !found {
            return Err(missing(Some(mapping)));
        }
    }
    let (ours, decided) = if headed { ours_by_heading(first) } else { ours_by_values(rows) };
    let mut controller = None;
    if let Some(name) = &options.controller_column {
        let exact = first.iter().position(|heading| heading == name.trim());
        let alike = || first.iter().position(|heading| headings::same(heading, name));
        let found = if headed { exact.or_else(alike) } else { None };
        controller =
            Some(found.or_else(|| place(name).filter(|at| *at < width)).ok_or_else(no_controller)?);
    }
    let mut sources = Vec::new();
    for (at, column) in held.into_iter().enumerate() {
        let Some((column, issuer)) = column else { continue };
        if ours.contains(&at) || column == Column::Ignore {
            continue;
        }
        if column == Column::Controller {
            controller = controller.or(Some(at));
            continue;
        }
        let heading = headed.then(|| first[at].clone());
        sources.push(Source { column, at, slot: 0, issuer, heading });
    }
    if !sources.iter().any(|source| source.column.identifies()) {
        let found = if headed { "No heading says who a person is" } else { "No column is known" };
        return Err(no_column(found));
    }
    Ok(Columns { headed, sources, controller, ours, decided })
}

/// "Postadress" is the town where the street has a column of its own.
fn settle_postal_address(headings: &[String], held: &mut [Option<(Column, Option<String>)>]) {
    let is_postal = |heading: &str| {
        headings::same(heading, "postadress") || headings::same(heading, "postadresse")
    };
    let streets = headings.iter().zip(held.iter()).filter(|(heading, held)| {
        held.as_ref().is_some_and(|(column, _)| *column == Column::Street) && !is_postal(heading)
    });
    if streets.count() > 0 {
        for (heading, held) in headings.iter().zip(held) {
            if is_postal(heading) {
                *held = Some((Column::City, None));
            }
        }
    }
}

/// What a column holds by most of its values.
fn by_values(rows: &[Vec<String>], at: usize) -> Option<Column> {
    let values = rows.iter().filter_map(|row| row.get(at)).filter(|value| !value.is_empty());
    let looks: Vec<Option<Column>> = values.map(|value| looks::like(value)).collect();
    [Column::Email, Column::Phone, Column::Personnummer].into_iter().find(|column| {
        looks.iter().filter(|look| **look == Some(*column)).count() * 2 > looks.len()
    })
}

fn ours_by_heading(first: &[String]) -> (Vec<usize>, Option<usize>) {
    let found: Vec<(usize, &str)> = first
        .iter()
        .enumerate()
        .filter_map(|(at, heading)| layout::ours(heading).map(|ours| (at, ours)))
        .collect();
    let decided = found.iter().find(|(_, ours)| *ours == DECISION).map(|(at, _)| *at);
    (found.into_iter().map(|(at, _)| at).collect(), decided)
}

/// Our columns are the last two, if each row has a decision there.
fn ours_by_values(rows: &[Vec<String>]) -> (Vec<usize>, Option<usize>) {
    let width = rows.first().map_or(0, Vec::len);
    let decided = |row: &Vec<String>| row.len() >= 2 && layout::is_decision(&row[row.len() - 2]);
    if width > 2 && rows.iter().all(decided) {
        (vec![width - 2, width - 1], Some(width - 2))
    } else {
        (Vec::new(), None)
    }
}

pub(super) fn empty() -> Fault {
    Fault::at(1, Fault::EMPTY, "Nothing is in the file. Send a heading and the rows.")
}

/// The caller's own words may be repeated: they are no value of the file.
pub(super) fn missing(mapping: Option<&Mapping>) -> Fault {
    let column = mapping.map_or("a column", |mapping| mapping.column.name());
    let detail = format!(
        "The heading that `columns` names for {column} is not in the file. Write it as the file does, \
         or give the column's number as #1.",
    );
    Fault::at(1, Fault::COLUMN_MISSING, detail)
}

pub(super) fn no_controller() -> Fault {
    Fault::at(
        1,
        Fault::CONTROLLER_COLUMN_MISSING,
        "The heading that `controller_column` names is not in the file. Write it as the file does, \
         or give the column's number as #1.",
    )
}

pub(super) fn no_column(found: &str) -> Fault {
    let some = headings::SOME;
    let detail = format!(
        "{found}. Known headings are {some} and their likes. Say with `columns` what yours hold: \
         columns=email:Heading,phone:#3 (customer ids: customer_id@crm.example.com:Heading).",
    );
    Fault::at(1, Fault::NO_COLUMN, detail)
}
