//! `nejtack import`: a list that was kept elsewhere, taken over.

use super::client::Api;
use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::partial::{Partial, sync_folder_of, unwritable};
use super::screen::{Input, Watched};
use super::{instance, out};
use crate::config::{Import, USUAL_URL};
use crate::tabular::import::{Format, Syntax};
use reqwest::blocking::Body;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};

/// So many rows of a kind are told one by one.
const TOLD: usize = 20;

/// What became of the list, as far as its report tells.
#[derive(Default)]
struct Report {
    /// The import as a whole.
    import: Value,
    /// Rows that were refused.
    refused: usize,
    /// Rows that were taken, and not all of them.
    warned: usize,
}

/// Imports the file.
pub(super) fn run(options: &Import) -> Outcome {
    let input = Input::open(&options.file)?;
    let mut report = options.report.as_deref().map(Partial::begin).transpose()?;
    let settings = options.settings.of_instance(USUAL_URL.to_owned());
    let told = instance::with_settings(&options.asking, Need::Read, settings, |api| {
        imported(api, options, input, report.as_mut())
    })?;
    if let Some(report) = report {
        report.sync()?;
        let whole = report.whole().to_owned();
        report.finish()?;
        sync_folder_of(&whole)?;
    }
    tell(options, &told)
}

/// Sends the list, and takes the report.
fn imported(
    api: &Api,
    options: &Import,
    input: Input,
    mut report: Option<&mut Partial>,
) -> Outcome<Report> {
    let kind = kind(options.format, &input)?;
    let bar = out::progress_of_bytes("importing", input.length);
    let length = input.length;
    let body = Watched { inner: input.bytes, bar: bar.clone() };
    let body = match length {
        Some(length) => Body::sized(body, length),
        None => Body::new(body),
    };
    let answer = api.post_file(&["v1", "imports"], &query(options), (kind, body));
    bar.finish_and_clear();
    let mut all = Report::default();
    for line in BufReader::new(answer?).lines() {
        let line = line.map_err(|_| broken())?;
        if let Some(report) = &mut report {
            let written = report.file.write_all(line.as_bytes());
            let written = written.and_then(|()| report.file.write_all(b"\n"));
            written.map_err(|error| unwritable(report.path(), &error))?;
        }
        let mut told: Value = serde_json::from_str(&line).map_err(|_| broken())?;
        if told["status"] == "refused" {
            all.refused += 1;
            if all.refused <= TOLD {
                out::note(refused(&told));
            }
        } else if let Some(warning) = told["warnings"][0]["detail"].as_str() {
            all.warned += 1;
            if all.warned <= TOLD {
                let status = told["status"].as_str().unwrap_or_default();
                out::note(format!("line {} ({status}): {warning}", told["line"]));
            }
        }
        if told["import"].is_object() {
            all.import = told["import"].take();
        }
    }
    for (count, kind) in [(all.refused, "refused"), (all.warned, "with warnings")] {
        if count > TOLD {
            let more = count - TOLD;
            out::note(format!("and {more} rows more {kind}: --report FILE has them all"));
        }
    }
    if all.import.is_null() { Err(broken()) } else { Ok(all) }
}

/// A row that was refused, in words; never what it holds.
fn refused(told: &Value) -> String {
    let problem = &told["problem"];
    let first = &problem["errors"][0]["detail"];
    let why = [first, &problem["detail"], &problem["title"]].into_iter().find_map(Value::as_str);
    format!("line {}: {}", told["line"], why.unwrap_or("refused"))
}

fn broken() -> Failure {
    Failure::refused("the report broke off: what was recorded stays. Import the list again")
}

fn query(options: &Import) -> Vec<(&'static str, String)> {
    let given = [
        ("controller", Some(options.controller.clone())),
        ("format", Some(options.format.name().to_owned())),
        ("channels", (!options.channels.is_empty()).then(|| options.channels.join(","))),
        ("columns", options.columns.clone()),
        ("include", options.bounces.then(|| "bounces".to_owned())),
        ("include", options.enabled.then(|| "enabled".to_owned())),
        ("dry_run", options.dry_run.then(|| "true".to_owned())),
    ];
    given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The media type of the file, by its name and how it begins.
fn kind(format: Format, input: &Input) -> Outcome<&'static str> {
    let json = matches!(input.first, Some(b'{' | b'['));
    let lines = input.lines && json;
    let syntax = match (json, lines) {
        (true, true) => Syntax::Lines,
        // One object, or objects one after the other: either is read so.
        (true, false) if format != Format::Nejtack => Syntax::Json,
        (true, false) => Syntax::Lines,
        _ => Syntax::Csv,
    };
    // An empty export is one, too.
    let syntax = if format == Format::Nejtack { Syntax::Lines } else { syntax };
    if !format.syntaxes().contains(&syntax) {
        let name = format.name();
        return Err(Failure::refused(format!("a list of {name} is a CSV, and this file is none")));
    }
    Ok(match syntax {
        Syntax::Csv => "text/csv",
        Syntax::Json => "application/json",
        Syntax::Lines => "application/x-ndjson",
    })
}

/// Says what came of it. What was refused is not recorded, and no script must take that
/// for done.
fn tell(options: &Import, Report { import, refused, warned }: &Report) -> Outcome {
    if options.asking.json {
        out::json(import)?;
    } else {
        let [rows, recorded, known, skipped, refused] =
            ["rows", "recorded", "known", "skipped", "refused"]
                .map(|name| out::cell(&import[name]));
        let verb = if options.dry_run { "would be recorded" } else { "recorded" };
        out::note(format!(
            "{rows} rows: {recorded} {verb}, {known} known before, {skipped} no objections, {refused} refused"
        ));
        if *warned > 0 {
            out::note(format!(
                "{warned} rows with warnings: not all of them was read or taken over"
            ));
        }
        if import["id"].is_string() {
            out::note(format!("import {}", out::cell(&import["id"])));
        }
    }
    Err(Failure::refused(match import["failure"]["code"].as_str() {
        None if *refused > 0 => return Err(Failure::Quiet),
        None => return Ok(()),
        Some("more_pages") => "the file is one page of several: what is in it was taken. Export the other pages, too, and import them".to_owned(),
        Some("not_certified") => "the end of the import could not be recorded: what was recorded before stays. Import the list again".to_owned(),
        Some(_) => format!(
            "the file is broken in line {}: what came before stands. Repair it, and import it again",
            out::cell(&import["failure"]["line"])
        ),
    }))
}
