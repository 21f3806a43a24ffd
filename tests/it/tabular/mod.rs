//! Campaign files: what comes in, and what goes out.

mod csv;
mod encodings;
mod headings;
mod laws;
mod ndjson;
mod readings;

use nejtack::domain::person::Person;
use nejtack::tabular::campaign::{
    Block, Cutter, Fault, Format, Layout, Mapping, Options, Outcome, Row,
};
use std::sync::Arc;

/// What came of a file.
#[derive(Debug)]
struct Answered {
    out: Vec<u8>,
    rows: Vec<Told>,
    layout: Arc<Layout>,
}

/// What a row told.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    line: u64,
    fault: Option<&'static str>,
    person: Person,
    controller: Option<String>,
}

impl Answered {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }
}

fn csv() -> Options {
    Options { format: Format::Csv, columns: Vec::new(), controller_column: None }
}

fn with_columns(columns: &str) -> Options {
    Options { columns: Mapping::read(columns).unwrap(), ..csv() }
}

/// Answers a file that comes in parts of this many bytes: a row with a fault
/// `undecidable` and the fault, all others `clear` and `none`.
fn answer_in(parts: usize, options: &Options, file: &[u8]) -> Result<Answered, Fault> {
    let (blocks, layout) = cut(parts, options, file)?;
    let mut out = Vec::new();
    layout.heading(&mut out);
    let mut rows = Vec::new();
    let mut person = Person::default();
    for block in &blocks {
        block.rewrite(&mut out, |row| {
            row.fill(&mut person);
            let controller = row.controller().map(std::borrow::Cow::into_owned);
            rows.push(Told {
                line: row.line,
                fault: row.fault,
                person: person.clone(),
                controller,
            });
            Some(outcome(row))
        })?;
    }
    Ok(Answered { out, rows, layout })
}

fn cut(parts: usize, options: &Options, file: &[u8]) -> Result<(Vec<Block>, Arc<Layout>), Fault> {
    let mut cutter = Cutter::new(options.clone());
    let mut blocks = Vec::new();
    for part in file.chunks(parts) {
        cutter.push(part, &mut blocks)?;
    }
    let layout = cutter.finish(&mut blocks)?;
    Ok((blocks, layout))
}

fn outcome(row: &Row<'_>) -> Outcome<'static> {
    match row.fault {
        Some(fault) => Outcome { decision: "undecidable", reason: fault.into() },
        None => Outcome { decision: "clear", reason: "none".into() },
    }
}

fn answer(file: &[u8]) -> Answered {
    answer_in(1 << 20, &csv(), file).unwrap()
}

fn refusal(options: &Options, file: &[u8]) -> Fault {
    let fault = answer_in(1 << 20, options, file).unwrap_err();
    assert!(Fault::CODES.contains(&fault.code), "{fault:?}");
    fault
}

fn emails(answered: &Answered) -> Vec<Vec<String>> {
    answered.rows.iter().map(|row| row.person.emails.clone()).collect()
}

fn phones(answered: &Answered) -> Vec<Vec<String>> {
    answered.rows.iter().map(|row| row.person.phones.clone()).collect()
}
