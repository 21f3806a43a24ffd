//! `nejtack receipt`.

use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::instance;
use super::out;
use crate::config::{CheckReceipt, Receipt as Options, ReceiptAction};
use crate::crypto::digest::salted;
use crate::evidence::checkpoint::{Checkpoint, LogKey};
use crate::evidence::receipt::Receipt;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::path::Path;

/// More than any receipt, or objection with its document.
const LONGEST: u64 = 16 * 1024 * 1024;

/// Does what `receipt` was asked.
pub(super) fn run(options: &Options) -> Outcome {
    let ReceiptAction::Check(check) = &options.action;
    let receipt = Receipt::read(&text(&check.file)?).map_err(|why| refused(&check.file, &why))?;
    let (key, whose) = key(options, check)?;
    let checkpoint = receipt.check(&key).map_err(|why| refused(&check.file, &why))?;
    let entry: Value = serde_json::from_str(&receipt.extra.entry).unwrap_or_default();
    if let Some(posted) = &check.posted {
        is_what_was_posted(&receipt, &entry, posted)?;
    }
    tell(options, check, &key, whose, &checkpoint, &entry)
}

/// The log's key, and where it comes from.
fn key(options: &Options, check: &CheckReceipt) -> Outcome<(LogKey, &'static str)> {
    let (text, whose) = match &check.key {
        Some(key) if key.contains('+') => (key.clone(), "the key given"),
        Some(file) => (text(Path::new(file))?, "the key given"),
        None => {
            let ask = instance::with(&options.asking, Need::Read, |api| api.text(&["log", "key"]));
            (ask?, "the key that the instance itself gives")
        }
    };
    let unusable =
        |_| Failure::refused("the key is no verifier key: give the line that GET /log/key answers");
    Ok((LogKey::read(&text).map_err(unusable)?, whose))
}

/// Whether the entry commits to this body.
fn is_what_was_posted(receipt: &Receipt, entry: &Value, file: &Path) -> Outcome {
    let shown = file.display();
    let Some(salt) = &receipt.extra.submission_salt else {
        return Err(Failure::refused(
            "this receipt no longer tells what was posted: its salt was shredded with the \
             originals. The receipt that came with the 201 still does",
        ));
    };
    let salt: [u8; 32] =
        STANDARD.decode(salt).ok().and_then(|salt| salt.try_into().ok()).unwrap_or_default();
    let body: Value = serde_json::from_str(&text(file)?)
        .map_err(|error| Failure::refused(format!("{shown} is not JSON ({error})")))?;
    let canonical = serde_json_canonicalizer::to_vec(&body)
        .map_err(|_| Failure::refused(format!("{shown} has no canonical form (RFC 8785)")))?;
    if entry["submission"] != STANDARD.encode(salted(&salt, &canonical)) {
        return Err(Failure::refused(format!(
            "{shown} is not what was posted: its content differs from what the receipt is of"
        )));
    }
    Ok(())
}

fn tell(
    options: &Options,
    check: &CheckReceipt,
    key: &LogKey,
    whose: &str,
    checkpoint: &Checkpoint,
    entry: &Value,
) -> Outcome {
    let root = STANDARD.encode(checkpoint.root);
    if options.asking.json {
        return out::json(&json!({
            "log": key.origin(), "size": checkpoint.size, "root": root, "entry": entry,
            "posted": check.posted.is_some(),
        }));
    }
    let file = check.file.display();
    out::line(format!("{file}: good, by {whose}."))?;
    let rows: Vec<_> = ["kind", "id", "time", "client", "actor", "position"]
        .iter()
        .filter(|name| !entry[**name].is_null())
        .map(|name| [(*name).to_owned(), out::cell(&entry[*name])])
        .chain([["log".to_owned(), key.origin().to_owned()]])
        .chain([["checkpoint".to_owned(), format!("{} entries, {root}", checkpoint.size)]])
        .collect();
    out::table(["WHAT", "THE LOG SAYS"], &rows)?;
    if check.posted.is_some() {
        out::line("What was posted is what the entry commits to.")?;
    }
    out::line(
        "The entry stands in the log that the checkpoint signs. Whoever holds this receipt would \
         see it if the entry were ever removed or changed.",
    )
}

fn text(file: &Path) -> Outcome<String> {
    let shown = file.display();
    let unreadable = |error| Failure::refused(format!("{shown} cannot be read: {error}"));
    if file.metadata().map_err(unreadable)?.len() > LONGEST {
        return Err(Failure::refused(format!("{shown} is larger than anything this reads")));
    }
    let bytes = std::fs::read(file).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|_| Failure::refused(format!("{shown} is no text (UTF-8)")))
}

fn refused(file: &Path, why: &impl std::fmt::Display) -> Failure {
    Failure::refused(format!("{}: {why}", file.display()))
}
