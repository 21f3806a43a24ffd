//! `nejtack screen`: a campaign file through the blocklist.

use super::client::Api;
use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::partial::{Partial, sync_folder_of, unwritable};
use super::{instance, out};
use crate::config::Screen;
use crate::domain::identifier::KindSet;
use indicatif::ProgressBar;
use reqwest::blocking::{Body, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::path::Path;

/// So much is written at once.
const PART: usize = 256 * 1024;
/// Endings of workbooks, which are no text.
const BOOKS: [&str; 5] = ["xlsx", "xlsm", "xlsb", "xls", "ods"];
/// How a workbook begins.
const MAGIC: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0"];

/// Screens the file.
pub(super) fn run(options: &Screen) -> Outcome {
    if options.asking.json && options.output.is_none() {
        let told = "with --json the rows need a file of their own: name it with --output";
        return Err(Failure::Usage(told.to_owned()));
    }
    let input = Input::open(&options.file)?;
    if let Some(output) = &options.output
        && same(&options.file, output)
    {
        let shown = output.display();
        return Err(Failure::refused(format!(
            "{shown} is the file to be screened: name another with --output"
        )));
    }
    let mut sink = Sink::begin(options.output.as_deref())?;
    let refused = KindSet::of(&options.refuse_kinds);
    // An instance that is not there must not be made: nobody would have objected.
    let certificate = instance::with_refused(&options.asking, Need::Read, refused, |api| {
        screened(api, options, input, &mut sink)
    })?;
    sink.finish()?;
    tell(options, &certificate)
}

/// Sends the file and takes the rows; the certificate, once it says that they count.
fn screened(api: &Api, options: &Screen, input: Input, sink: &mut Sink) -> Outcome<Value> {
    let bar = out::progress_of_bytes("screening", input.length);
    let (kind, length) = (input.kind, input.length);
    let body = Watched { inner: input.bytes, bar: bar.clone() };
    let body = match length {
        Some(length) => Body::sized(body, length),
        None => Body::new(body),
    };
    let answer = api.post_file(&["v1", "screenings"], &query(options), (kind, body));
    bar.finish_and_clear();
    let answer = answer?;
    let id = answer.headers().get("nejtack-screening").and_then(|id| id.to_str().ok());
    let id = id.unwrap_or_default().to_owned();
    let digest = taken(answer, sink)?;
    let certificate = api.get(&["v1", "screenings", &id])?;
    if certificate["status"] != "completed" || certificate["sent"]["sha256"] != *digest {
        return Err(Failure::refused(format!(
            "the certificate {id} is not of the rows that came: none of them counts. Screen the \
             file again"
        )));
    }
    Ok(certificate)
}

fn query(options: &Screen) -> Vec<(&'static str, String)> {
    let given = [
        ("controller", options.controller.clone()),
        ("channel", Some(options.channel.name().to_owned())),
        ("keep", Some(options.keep.name().to_owned())),
        ("columns", options.columns.clone()),
        ("controller_column", options.controller_column.clone()),
        ("changed_since", options.changed_since.map(|since| since.to_string())),
    ];
    given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Takes the rows; their SHA-256.
pub(super) fn taken(mut answer: Response, sink: &mut Sink) -> Outcome<String> {
    let bar = out::progress_of_bytes("fetching", answer.content_length());
    let (mut hash, mut part) = (Sha256::new(), vec![0; PART]);
    loop {
        let read = answer.read(&mut part).map_err(|_| {
            Failure::refused("the rows broke off: none of them counts. Screen the file again")
        })?;
        if read == 0 {
            break;
        }
        hash.update(&part[..read]);
        sink.write(&part[..read])?;
        bar.inc(read as u64);
    }
    bar.finish_and_clear();
    Ok(hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

fn tell(options: &Screen, certificate: &Value) -> Outcome {
    if options.asking.json {
        return out::json(certificate);
    }
    let [rows, clear, blocked, undecidable, kept] =
        ["rows", "clear", "blocked", "undecidable", "kept"]
            .map(|name| out::cell(&certificate[name]));
    let into =
        options.output.as_ref().map_or(String::new(), |file| format!(", in {}", file.display()));
    out::note(format!("{rows} rows: {clear} clear, {blocked} blocked, {undecidable} undecidable"));
    out::note(format!("{kept} rows came back{into}"));
    let (id, position) = (&certificate["id"], &certificate["as_of"]["position"]);
    out::note(format!("certificate {}, true at position {position}", out::cell(id)));
    Ok(())
}

/// What is to be screened.
pub(super) struct Input {
    pub(super) bytes: Box<dyn Read + Send>,
    /// How long it is, where that can be known.
    pub(super) length: Option<u64>,
    pub(super) kind: &'static str,
    /// Whether its name says that it holds a value a line.
    pub(super) lines: bool,
    /// The first of its bytes that says something.
    pub(super) first: Option<u8>,
}

impl Input {
    pub(super) fn open(file: &Path) -> Outcome<Self> {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let is = |endings: &[&str]| endings.iter().any(|own| own.eq_ignore_ascii_case(ending));
        if is(&BOOKS) {
            return Err(workbook(file));
        }
        let unreadable =
            |error| Failure::refused(format!("{} cannot be read: {error}", file.display()));
        let (mut bytes, length): (Box<dyn Read + Send>, _) = if file == Path::new("-") {
            (Box::new(std::io::stdin()), None)
        } else {
            let open = File::open(file).map_err(unreadable)?;
            let about = open.metadata().map_err(unreadable)?;
            if about.is_dir() {
                return Err(Failure::refused(format!("{} is a folder", file.display())));
            }
            (Box::new(open), about.is_file().then_some(about.len()))
        };
        let mut beginning = Vec::new();
        (&mut bytes).take(64).read_to_end(&mut beginning).map_err(unreadable)?;
        if MAGIC.iter().any(|magic| beginning.starts_with(magic)) {
            return Err(workbook(file));
        }
        let blank = b"\xEF\xBB\xBF\xFF\xFE \t\r\n\0";
        let first = beginning.iter().find(|byte| !blank.contains(byte)).copied();
        let named = is(&["ndjson", "jsonl"]);
        let lines = if is(&["csv", "tsv", "txt"]) { false } else { named || first == Some(b'{') };
        let kind = if lines { "application/x-ndjson" } else { "text/csv" };
        let bytes = Box::new(Cursor::new(beginning).chain(bytes));
        Ok(Self { bytes, length, kind, lines: named, first })
    }
}

fn workbook(file: &Path) -> Failure {
    Failure::refused(format!(
        "{} is a workbook, not text: save the sheet as CSV (in Excel: Save As, CSV UTF-8), and \
         give that",
        file.display()
    ))
}

fn same(one: &Path, other: &Path) -> bool {
    let found = |path: &Path| path.canonicalize().ok();
    found(one).is_some_and(|one| found(other) == Some(one))
}

/// Shows how far a file has been read.
pub(super) struct Watched {
    pub(super) inner: Box<dyn Read + Send>,
    pub(super) bar: ProgressBar,
}

impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

/// Where the rows go.
pub(super) enum Sink {
    Stdout,
    File(Partial),
}

impl Sink {
    fn begin(file: Option<&Path>) -> Outcome<Self> {
        Ok(match file {
            None => Self::Stdout,
            Some(file) => Self::File(Partial::begin(file)?),
        })
    }

    fn write(&mut self, part: &[u8]) -> Outcome {
        match self {
            Self::Stdout => out::bytes(part),
            Self::File(partial) => {
                let written = partial.file.write_all(part);
                written.map_err(|error| unwritable(partial.path(), &error))
            }
        }
    }

    /// Only now does the file have its name.
    pub(super) fn finish(self) -> Outcome {
        match self {
            Self::Stdout => out::flush(),
            Self::File(partial) => {
                partial.sync()?;
                let whole = partial.whole().to_owned();
                partial.finish()?;
                sync_folder_of(&whole)
            }
        }
    }
}
