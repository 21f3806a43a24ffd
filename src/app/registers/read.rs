//! A register's file, from its bytes to the rows that are staged.

use super::stage::{Stage, Staged};
use crate::app::refusal::{Code, Refusal};
use crate::app::screen::{ColumnUsed, Part};
use crate::blocklist::registers::Register;
use crate::domain::fault::Fault;
use crate::domain::person::Person;
use crate::tabular::campaign::{self, Column, Cutter, Format, Mapping, Options};
use crate::tabular::robinson::Robinson;
use chrono::NaiveDate;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

/// What reads a file's rows.
pub(super) enum Source {
    Columns(Box<Cutter>),
    Robinson(Robinson),
}

/// What reads a file of this register.
///
/// # Errors
/// A fault at `/columns`: what cannot be read, or is said of a file without headings.
pub(super) fn source(
    register: &Register,
    columns: Option<&str>,
    format: Option<Format>,
) -> Result<Source, Refusal> {
    let fault = |code, detail: std::borrow::Cow<'static, str>| {
        Refusal::at(Code::Unprocessable, vec![Fault::new("/columns", code, detail)])
    };
    let columns = columns.map_or(Ok(Vec::new()), Mapping::read);
    let mut columns = columns.map_err(|wrong| fault(wrong.code, wrong.detail))?;
    let Some(format) = format else {
        if columns.is_empty() {
            return Ok(Source::Robinson(Robinson::default()));
        }
        let detail = "The Robinson list has a layout of its own: leave columns out.";
        return Err(fault(campaign::Fault::COLUMNS, detail.into()));
    };
    let own = register.rules.columns.as_deref().map_or(Ok(Vec::new()), Mapping::read);
    // Checked when the register was added. What the request says of a column counts.
    let own = own.map_err(|_| Refusal::new(Code::Internal))?;
    let said = |mapping: &Mapping| columns.iter().any(|own| own.column == mapping.column);
    let own: Vec<_> = own.into_iter().filter(|mapping| !said(mapping)).collect();
    columns.extend(own);
    Ok(Source::Columns(Box::new(Cutter::new(Options { format, columns, controller_column: None }))))
}

/// Reads the whole upload. Of a file that is refused the rest is taken too: most clients
/// send everything before they read an answer. Where it is refused, its rows go at once.
pub(super) fn staged(
    mut stage: Stage,
    source: Source,
    date: NaiveDate,
    mut parts: mpsc::Receiver<Part>,
) -> Result<Staged, Refusal> {
    let app = stage.app.clone();
    let version = stage.version();
    let (mut hash, mut bytes, mut under_way) = (Sha256::new(), 0_i64, Some(source));
    let mut failed = None;
    let columns = loop {
        let Some(part) = parts.blocking_recv() else {
            app.forget_version(version);
            return Err(Refusal::saying(
                Code::Malformed,
                "The body broke off or is wrongly framed.",
            ));
        };
        let Part::Bytes(part) = part else {
            break match under_way.take() {
                Some(source) => last(source, &mut stage),
                None => Ok(String::new()),
            };
        };
        hash.update(&part);
        bytes += i64::try_from(part.len()).unwrap_or_default();
        if let Some(source) = &mut under_way {
            let pushed = push(source, &part, &mut stage);
            if pushed.is_err() || stage.has_told_enough() {
                (under_way, failed) = (None, pushed.err());
            }
        }
    };
    let digest: [u8; 32] = hash.finalize().into();
    let digest = app.keyring().digest("register-file", &digest);
    let staged = match failed {
        Some(refusal) => Err(refusal),
        None => columns.and_then(|columns| stage.finish((date, bytes, digest), columns)),
    };
    if staged.is_err() {
        app.forget_version(version);
    }
    staged
}

/// Takes the rows that these bytes complete.
fn push(source: &mut Source, part: &[u8], stage: &mut Stage) -> Result<(), Refusal> {
    match source {
        Source::Robinson(list) => {
            let mut failed = None;
            list.push(part, |line, record| {
                if failed.is_none() {
                    failed = stage.record(line, record).err();
                }
            });
            failed.map_or(Ok(()), Err)
        }
        Source::Columns(cutter) => {
            let mut blocks = Vec::new();
            let cut = cutter.push(part, &mut blocks);
            take(&blocks, stage)?;
            cut.map_err(|fault| file_fault(stage, fault))
        }
    }
}

/// Takes what is left; which columns were read as what.
fn last(source: Source, stage: &mut Stage) -> Result<String, Refusal> {
    match source {
        Source::Robinson(list) => {
            let mut failed = None;
            list.finish(|line, record| failed = stage.record(line, record).err());
            failed.map_or_else(|| Ok("[]".to_owned()), Err)
        }
        Source::Columns(cutter) => {
            let mut blocks = Vec::new();
            let layout = cutter.finish(&mut blocks);
            take(&blocks, stage)?;
            let layout = layout.map_err(|fault| file_fault(stage, fault))?;
            let used = layout.columns_used().into_iter().map(|used| ColumnUsed {
                read_as: used.column.name().to_owned(),
                number: used.position.and_then(|number| u32::try_from(number).ok()),
                heading: used.heading.map(str::to_owned),
            });
            Ok(json!(used.collect::<Vec<_>>()).to_string())
        }
    }
}

fn take(blocks: &[campaign::Block], stage: &mut Stage) -> Result<(), Refusal> {
    let (mut person, mut out) = (Person::default(), Vec::new());
    for block in blocks {
        let mut failed = None;
        let rewritten = block.rewrite(&mut out, |row| {
            if let Some(fault) = row.fault {
                let detail = "Nobody can tell which value of this row belongs where.";
                stage.broken(row.line, fault, detail);
            } else if failed.is_none() {
                row.fill(&mut person);
                failed = stage.take(row.line, &mut person).err();
            }
            None
        });
        out.clear();
        if let Some(error) = failed {
            return Err(error);
        }
        rewritten.map_err(|fault| file_fault(stage, fault))?;
    }
    Ok(())
}

/// What makes a file no file, with the rows that were broken before it.
fn file_fault(stage: &mut Stage, fault: campaign::Fault) -> Refusal {
    let campaign::Fault { line, code, detail } = fault;
    let detail = match code {
        campaign::Fault::NO_COLUMN | campaign::Fault::COLUMN_MISSING => {
            let names = Column::EVERY.map(|(_, name)| name).join(", ");
            format!("{detail} The names of columns are {names}.").into()
        }
        _ => detail,
    };
    let told = format!(
        "Line {line}: {detail} Nothing of the file was loaded, and the version in force stays."
    );
    let mut faults = stage.told();
    faults.push(Fault::new(format!("/{line}"), code, detail));
    Refusal { detail: Some(told.into()), ..Refusal::at(Code::Unprocessable, faults) }
}
