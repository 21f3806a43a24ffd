//! What people and programs read: the only place that writes to the terminal.
//! Answers go to stdout, messages to stderr.

use super::failure::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use std::io::{IsTerminal, Write};

/// Prints a line of an answer.
///
/// # Errors
/// When it could not be written: an answer that nobody got is no success.
pub(super) fn line(text: impl std::fmt::Display) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(|error| unwritten(&error))
}

/// Prints the one JSON object of an answer.
///
/// # Errors
/// As [`fn@line`].
pub(super) fn json(value: &Value) -> Result<(), Failure> {
    line(value)
}

/// Prints rows under headings, each column as wide as it needs.
///
/// # Errors
/// As [`fn@line`].
pub(super) fn table<const N: usize>(
    headings: [&str; N],
    rows: &[[String; N]],
) -> Result<(), Failure> {
    let mut widths = headings.map(|heading| heading.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let print = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        line(padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    print(headings)?;
    rows.iter().try_for_each(|row| print(row.each_ref().map(String::as_str)))
}

/// A value of an answer as people read it: a list with commas, nothing as a dash.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "-".to_owned(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Tells something on stderr. When even that is closed there is nobody to tell.
pub(super) fn note(text: impl std::fmt::Display) {
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "nejtack: {text}");
}

/// Whether answers are read by a person who sees colours.
pub(super) fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Writes part of an answer that is no line.
///
/// # Errors
/// As [`fn@line`].
pub(super) fn bytes(part: &[u8]) -> Result<(), Failure> {
    std::io::stdout().lock().write_all(part).map_err(|error| unwritten(&error))
}

/// Sees to it that what was written is out.
///
/// # Errors
/// As [`fn@line`].
pub(super) fn flush() -> Result<(), Failure> {
    std::io::stdout().lock().flush().map_err(|error| unwritten(&error))
}

/// The same bar for bytes; without an end, where that is not known.
pub(super) fn progress_of_bytes(of_what: &str, length: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    let template = match length {
        Some(_) => {
            format!(
                "{of_what} {{bar:30}} {{bytes}} of {{total_bytes}}, {{bytes_per_sec}}, {{eta}} left"
            )
        }
        None => format!("{of_what} {{spinner}} {{bytes}}, {{bytes_per_sec}}"),
    };
    ProgressStyle::with_template(&template).map_or(bar.clone(), |style| bar.with_style(style))
}

/// Shows on stderr how far something long has come; nothing where that is no
/// terminal.
pub(super) fn progress(of_what: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let template = format!("{{bar:30}} {{pos}} of {{len}} {of_what}, {{per_sec}}, {{eta}} left");
    ProgressStyle::with_template(&template).map_or(bar.clone(), |style| bar.with_style(style))
}

fn unwritten(error: &std::io::Error) -> Failure {
    match error.kind() {
        // `nejtack … | head`: the reader has what it wanted.
        std::io::ErrorKind::BrokenPipe => Failure::Quiet,
        _ => Failure::refused(format!("the answer could not be written: {error}")),
    }
}
